/** Watched numbers: which of those that were screened clear have turned, and who is told of it. */
import { Button, Text } from "@mantine/core";
import { useLocation } from "wouter";
import type { WatchAnswer } from "../../../shared/watching/api.ts";
import { watchEn } from "../../../shared/texts/watching/desk.en.ts";
import { useApi, useMutate } from "../parts/api.ts";
import { confirm } from "../parts/Dialog.tsx";
import { fill, plural, texts, words } from "../parts/words.ts";
import { useMay } from "../shell/me.ts";
import { TabbedPage } from "../shell/TabbedPage.tsx";
import { WatchingHooks } from "./Webhooks.tsx";
import { WatchingTurned } from "./StatusChanges.tsx";

export default function Watching() {
  const [path] = useLocation();
  const mayHooks = useMay("compliance", "admin");
  const state = useApi<WatchAnswer>("/v1/watch").data;
  return (
    <TabbedPage
      path="/watching"
      title={words.nav.watching}
      lead={watchEn.lead}
      panels={{ turned: WatchingTurned, ...(mayHooks && { webhooks: WatchingHooks }) }}
      labels={watchEn.tabs}
      actions={path === "/watching" && state && state.unseen > 0 && <SeenAll upTo={state.newest} />}
    >
      {state && <Standing {...state} />}
    </TabbedPage>
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
