/** Recordings of calls: found again, erased in time, held where they must be, and certified when they are gone. */
import { Button, Stack, Tabs } from "@mantine/core";
import { useLocation } from "wouter";
import { importEn } from "../../shared/texts/desk-recordings-import.en.ts";
import { recordingsEn } from "../../shared/texts/desk-recordings.en.ts";
import { go, linkTo } from "./parts/hash.ts";
import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";
import { Alarms } from "./RecordingsAlarms.tsx";
import { RecordingsCertificates } from "./RecordingsCertificates.tsx";
import { RecordingsErasures } from "./RecordingsErasures.tsx";
import { RecordingsHolds } from "./RecordingsHolds.tsx";
import { RecordingsSearch } from "./RecordingsSearch.tsx";
import { RecordingsStores } from "./RecordingsStores.tsx";
import { Nowhere } from "./shell/Gate.tsx";
import { useMay } from "./shell/me.ts";

const text = recordingsEn;

const tabs = {
  search: RecordingsSearch,
  erasures: RecordingsErasures,
  holds: RecordingsHolds,
  certificates: RecordingsCertificates,
  stores: RecordingsStores,
};
type Tab = keyof typeof tabs;
const pathOf = (tab: string) => (tab === "search" ? "/recordings" : `/recordings/${tab}`);

export default function Recordings() {
  const [path] = useLocation();
  const all = Object.keys(tabs) as Tab[];
  const here = all.find((tab) => pathOf(tab) === path);
  const mayImport = useMay("compliance", "admin");
  if (!here) return <Nowhere />;
  const Panel = tabs[here];
  return (
    <Page
      title={words.nav.recordings}
      lead={text.lead}
      actions={
        mayImport && (
          <Button component="a" variant="default" href={linkTo("/recordings/import")}>
            {importEn.button}
          </Button>
        )
      }
    >
      <Alarms />
      <Tabs value={here} onChange={(tab) => go(pathOf(tab ?? "search"))} keepMounted={false}>
        <Tabs.List mb="md">
          {all.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {text.tabs[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={here}>
          <Stack gap="lg">
            <Panel />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
