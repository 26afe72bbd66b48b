import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function People() {
  return <Page title={words.nav["people"]} />;
}
