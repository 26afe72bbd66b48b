/** Call logs: calls that no page saw, with what is wrong with them, by agent and day, and where they come from. */
import { Button } from "@mantine/core";
import { callsEn as text } from "../../../shared/texts/call-logs/desk.en.ts";
import { linkTo } from "../parts/location.ts";
import { TabbedPage } from "../parts/TabbedPage.tsx";
import { words } from "../parts/texts.ts";
import { CallLogsDays } from "./Days.tsx";
import { CallLogsSearch } from "./Search.tsx";
import { CallLogsSources } from "./Sources.tsx";
import { CallLogsUnseen } from "./Unseen.tsx";

const panels = {
  ...{ search: CallLogsSearch, days: CallLogsDays },
  ...{ unseen: CallLogsUnseen, logs: CallLogsSources },
};

export default function CallLogs() {
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
