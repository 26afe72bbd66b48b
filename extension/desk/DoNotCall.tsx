import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function DoNotCall() {
  return <Page title={words.nav["do-not-call"]} />;
}
