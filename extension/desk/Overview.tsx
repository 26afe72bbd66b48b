import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Overview() {
  return <Page title={words.nav["overview"]} />;
}
