import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Dials() {
  return <Page title={words.nav["dials"]} />;
}
