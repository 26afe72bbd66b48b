import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Mail() {
  return <Page title={words.nav["mail"]} />;
}
