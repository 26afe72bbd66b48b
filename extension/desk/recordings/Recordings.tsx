/** Recordings of calls: search, erasures, holds, certificates of erasure, and stores. */
import { Button } from "@mantine/core";
import { recordingsImportEn } from "../../../shared/texts/recordings/desk-import.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { linkTo } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { TabbedPage } from "../parts/TabbedPage.tsx";
import { words } from "../parts/texts.ts";
import { RecordingsAlarms } from "./Alarms.tsx";
import { RecordingsCertificates } from "./Certificates.tsx";
import { RecordingsErasures } from "./Erasures.tsx";
import { RecordingsHolds } from "./Holds.tsx";
import { RecordingsSearch } from "./Search.tsx";
import { RecordingsStores } from "./Stores.tsx";

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
      <RecordingsAlarms />
    </TabbedPage>
  );
}
