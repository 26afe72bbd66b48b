import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Policy() {
  return <Page title={words.nav["policy"]} />;
}
