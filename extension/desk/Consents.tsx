import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Consents() {
  return <Page title={words.nav["consents"]} />;
}
