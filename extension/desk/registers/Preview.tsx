/** What making a file live would change, before anybody does it. */
import { Alert, Text } from "@mantine/core";
import type { Comparison } from "../../../shared/registers/push.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { sayNumbers } from "./status.ts";

const { preview: text, added, removed } = listsEn.push;

const share = new Intl.NumberFormat(texts.language, { style: "percent", maximumFractionDigits: 1 });

export function RegisterPreview({ of }: { of: Comparison }) {
  const { version, now, then, unchanged } = of;
  const by = Math.abs(then - now);
  const which = then > now ? "more" : then < now ? "fewer" : "level";
  const first = version === 0;
  const isSame = !first && of.added + of.removed === 0;
  const says = first
    ? fill(text.first, { n: sayNumbers(then) })
    : isSame
      ? text[unchanged ? "unchanged" : "same"]
      : fill(text[which], {
          ...{ now: sayNumbers(now), then: sayNumbers(then), n: sayNumbers(by) },
          share: share.format(now === 0 ? 1 : by / now),
        });
  return (
    <Alert
      color={which === "fewer" && !first ? "yellow" : "blue"}
      title={text.title}
      role="status"
      data-preview
    >
      <Text size="sm">{says}</Text>
      {!first && !isSame && (
        <Text size="sm">
          {[plural(texts, added, of.added), plural(texts, removed, of.removed)].join(", ")}.
        </Text>
      )}
    </Alert>
  );
}
