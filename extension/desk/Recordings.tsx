/** Recordings of calls: found again, erased in time, held where they must be, and certified when they are gone. */
import { Button } from "@mantine/core";
import { recordingsImportEn } from "../../shared/texts/desk-recordings-import.en.ts";
import { recordingsEn } from "../../shared/texts/desk-recordings.en.ts";
import { linkTo } from "./parts/hash.ts";
import { words } from "./parts/words.ts";
import { Alarms } from "./RecordingsAlarms.tsx";
import { RecordingsCertificates } from "./RecordingsCertificates.tsx";
import { RecordingsErasures } from "./RecordingsErasures.tsx";
import { RecordingsHolds } from "./RecordingsHolds.tsx";
import { RecordingsSearch } from "./RecordingsSearch.tsx";
import { RecordingsStores } from "./RecordingsStores.tsx";
import { useMay } from "./shell/me.ts";
import { TabbedPage } from "./shell/TabbedPage.tsx";

const text = recordingsEn;

const panels = {
  search: RecordingsSearch,
  erasures: RecordingsErasures,
  holds: RecordingsHolds,
  certificates: RecordingsCertificates,
  stores: RecordingsStores,
};

export default function Recordings() {
  const mayImport = useMay("compliance", "admin");
  return (
    <TabbedPage
      path="/recordings"
      title={words.nav.recordings}
      lead={text.lead}
      panels={panels}
      labels={text.tabs}
      actions={
        mayImport && (
          <Button component="a" variant="default" href={linkTo("/recordings/import")}>
            {recordingsImportEn.button}
          </Button>
        )
      }
    >
      <Alarms />
    </TabbedPage>
  );
}
