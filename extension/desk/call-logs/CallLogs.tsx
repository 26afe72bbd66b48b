/** Calls that no page saw: what is the matter with them, by agent and day, and where they come from. */
import { Button } from "@mantine/core";
import { callsEn as text } from "../../../shared/texts/call-logs/desk.en.ts";
import { CallsDays } from "./Days.tsx";
import { CallsLogs } from "./Sources.tsx";
import { CallsSearch } from "./Search.tsx";
import { linkTo } from "../parts/hash.ts";
import { words } from "../parts/words.ts";
import { TabbedPage } from "../shell/TabbedPage.tsx";

const panels = { search: CallsSearch, days: CallsDays, logs: CallsLogs };

export default function Calls() {
  return (
    <TabbedPage
      path="/calls"
      title={words.nav.calls}
      lead={text.lead}
      panels={panels}
      labels={text.tabs}
      actions={
        <Button component="a" variant="default" href={linkTo("/calls/import")}>
          {text.import}
        </Button>
      }
    />
  );
}
