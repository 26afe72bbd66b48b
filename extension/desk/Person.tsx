import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Person() {
  return <Page title={words.nav["people"]} />;
}
