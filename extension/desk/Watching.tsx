/** Watched numbers: which of those that were screened clear have turned, and who is told of it. */
import { Button, Stack, Tabs, Text } from "@mantine/core";
import { useLocation } from "wouter";
import type { WatchAnswer } from "../../shared/api-watch.ts";
import { watchEn } from "../../shared/texts/desk-watch.en.ts";
import { useApi, useMutate } from "./parts/api.ts";
import { confirm } from "./parts/Dialog.tsx";
import { go } from "./parts/hash.ts";
import { Page } from "./parts/Page.tsx";
import { fill, plural, texts, words } from "./parts/words.ts";
import { Nowhere } from "./shell/Gate.tsx";
import { useMay } from "./shell/me.ts";
import { WatchingHooks } from "./WatchingHooks.tsx";
import { WatchingTurned } from "./WatchingTurned.tsx";

const tabs = { turned: WatchingTurned, webhooks: WatchingHooks };
type Tab = keyof typeof tabs;
const pathOf = (tab: string) => (tab === "turned" ? "/watching" : `/watching/${tab}`);

export default function Watching() {
  const [path] = useLocation();
  const mayHooks = useMay("compliance", "admin");
  const all = (Object.keys(tabs) as Tab[]).filter((tab) => tab !== "webhooks" || mayHooks);
  const here = all.find((tab) => pathOf(tab) === path);
  const state = useApi<WatchAnswer>("/v1/watch").data;
  if (!here) return <Nowhere />;
  const Panel = tabs[here];
  return (
    <Page
      title={words.nav.watching}
      lead={watchEn.lead}
      actions={here === "turned" && state && state.unseen > 0 && <SeenAll upTo={state.newest} />}
    >
      {state && <Standing {...state} />}
      <Tabs value={here} onChange={(tab) => go(pathOf(tab ?? "turned"))} keepMounted={false}>
        <Tabs.List mb="md">
          {all.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {watchEn.tabs[tab]}
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

const listed = new Intl.ListFormat(texts.language, { type: "conjunction" });

function Standing({ watched, lists }: WatchAnswer) {
  const say = ({ name, version }: WatchAnswer["lists"][number]) =>
    fill(watchEn.version, { list: name, version });
  const looked = lists.filter(({ seen, version }) => seen === version).map(say);
  // Without a number nobody looks.
  const behind = watched === 0 ? [] : lists.filter(({ seen, version }) => seen < version);
  return (
    <Text size="sm">
      {[
        plural(texts, watchEn.watched, watched),
        ...(looked.length > 0 ? [fill(watchEn.looked, { lists: listed.format(looked) })] : []),
        ...behind.map(({ name, version }) => fill(watchEn.behind, { list: name, version })),
      ].join(" ")}
    </Text>
  );
}

/** Up to what was there when the page was read: what has come since nobody has seen. */
function SeenAll({ upTo }: { upTo: number }) {
  const { mutate, isPending } = useMutate<number, { seen: number }>(
    (num) => ({ method: "POST", path: "/v1/watch/seen", body: { upTo: num } }),
    { touches: ["/v1/watch"], done: ({ seen }) => plural(texts, watchEn.seenDone, seen) },
  );
  const ask = async () => {
    if (await confirm({ title: watchEn.seenAsk, yes: watchEn.seenAll })) mutate(upTo);
  };
  return (
    <Button variant="default" loading={isPending} onClick={() => void ask()}>
      {watchEn.seenAll}
    </Button>
  );
}
