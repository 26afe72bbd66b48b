import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";

export default function Lists() {
  return <Page title={words.nav["lists"]} />;
}
