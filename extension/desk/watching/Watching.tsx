/** Watched numbers: those whose verdict has changed since they were screened, and which systems are told. */
import { Button, Text } from "@mantine/core";
import { useLocation } from "wouter";
import { watchEn } from "../../../shared/texts/watching/desk.en.ts";
import type { WatchAnswer } from "../../../shared/watching/api.ts";
import { confirm } from "../forms/Dialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { TabbedPage } from "../parts/TabbedPage.tsx";
import { fill, plural, texts, words } from "../parts/texts.ts";
import { WatchingStatusChanges } from "./StatusChanges.tsx";
import { WatchingWebhooks } from "./Webhooks.tsx";

export default function Watching() {
  const [path] = useLocation();
  const mayHooks = useMay("compliance", "admin");
  const state = useApi<WatchAnswer>("/v1/watch").data;
  return (
    <TabbedPage
      path="/watching"
      title={words.nav.watching}
      lead={watchEn.lead}
      panels={{ turned: WatchingStatusChanges, ...(mayHooks && { webhooks: WatchingWebhooks }) }}
      labels={watchEn.tabs}
      actions={path === "/watching" && state && state.unseen > 0 && <SeenAll upTo={state.newest} />}
    >
      {state && <Summary {...state} />}
    </TabbedPage>
  );
}

const listed = new Intl.ListFormat(texts.language, { type: "conjunction" });

function Summary({ watched, lists }: WatchAnswer) {
  const say = ({ name, version }: WatchAnswer["lists"][number]) =>
    fill(watchEn.version, { list: name, version });
  const looked = lists.filter(({ seen, version }) => seen === version).map(say);
  // Without a watched number the Worker compares nothing.
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

/** Marks all as seen, up to the newest when the page was loaded: the person has not seen later ones. */
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
