/** Requests of data subjects: the queue by deadline, objections that nobody has checked, the figures, and letters' words. */
import { Button, Stack, Tabs } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { deskRequestsEn } from "../../shared/texts/desk-requests.en.ts";
import { go } from "./parts/hash.ts";
import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";
import { RequestsEnter } from "./RequestsEnter.tsx";
import { RequestsFigures } from "./RequestsFigures.tsx";
import { RequestsObjections } from "./RequestsObjections.tsx";
import { RequestsQueue } from "./RequestsQueue.tsx";
import { RequestsTemplates } from "./RequestsTemplates.tsx";
import { Nowhere } from "./shell/Gate.tsx";
import { useMay } from "./shell/me.ts";

const text = deskRequestsEn;

const tabs = {
  queue: RequestsQueue,
  objections: RequestsObjections,
  figures: RequestsFigures,
  letters: RequestsTemplates,
};
type Tab = keyof typeof tabs;
const pathOf = (tab: string) => (tab === "queue" ? "/requests" : `/requests/${tab}`);

export default function Requests() {
  const [path] = useLocation();
  const mayAll = useMay("compliance", "admin");
  const [entering, setEntering] = useState(false);
  const all = Object.keys(tabs) as Tab[];
  // Managers see the figures alone, and enter what they were told.
  const found = all.find((tab) => pathOf(tab) === path);
  const here = mayAll || found === undefined ? found : "figures";
  if (!here) return <Nowhere />;
  const Panel = tabs[here];
  const panel = (
    <Stack gap="lg">
      <Panel />
    </Stack>
  );
  return (
    <Page
      title={words.nav.requests}
      lead={mayAll ? text.lead : text.leadFigures}
      actions={<Button onClick={() => setEntering(true)}>{text.enter.button}</Button>}
    >
      {mayAll ? (
        <Tabs value={here} onChange={(tab) => go(pathOf(tab ?? "queue"))} keepMounted={false}>
          <Tabs.List mb="md">
            {all.map((tab) => (
              <Tabs.Tab key={tab} value={tab}>
                {text.tabs[tab]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={here}>{panel}</Tabs.Panel>
        </Tabs>
      ) : (
        panel
      )}
      {entering && <RequestsEnter close={() => setEntering(false)} />}
    </Page>
  );
}
