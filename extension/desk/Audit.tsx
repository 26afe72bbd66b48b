import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Audit() {
  return <Page title={words.nav["audit"]} />;
}
