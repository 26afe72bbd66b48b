/** Calls that no page saw: what is the matter with them, by agent and day, and where they come from. */
import { Button, Stack, Tabs } from "@mantine/core";
import { useLocation } from "wouter";
import { callsEn as text } from "../../shared/texts/desk-calls.en.ts";
import { CallsDays } from "./CallsDays.tsx";
import { CallsLogs } from "./CallsLogs.tsx";
import { CallsSearch } from "./CallsSearch.tsx";
import { go, linkTo } from "./parts/hash.ts";
import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";
import { Nowhere } from "./shell/Gate.tsx";

const tabs = { search: CallsSearch, days: CallsDays, logs: CallsLogs };
type Tab = keyof typeof tabs;
const pathOf = (tab: string) => (tab === "search" ? "/calls" : `/calls/${tab}`);

export default function Calls() {
  const [path] = useLocation();
  const all = Object.keys(tabs) as Tab[];
  const here = all.find((tab) => pathOf(tab) === path);
  if (!here) return <Nowhere />;
  const Panel = tabs[here];
  return (
    <Page
      title={words.nav.calls}
      lead={text.lead}
      actions={
        <Button component="a" variant="default" href={linkTo("/calls/import")}>
          {text.import}
        </Button>
      }
    >
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
