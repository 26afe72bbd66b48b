/** What making a file live would change, before anybody does it. */
import { Alert, Text } from "@mantine/core";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import type { Compared } from "./push-worker.ts";
import { sayNumbers } from "./status.ts";

const { preview: text, added, removed } = listsEn.push;

const share = new Intl.NumberFormat(texts.language, { style: "percent", maximumFractionDigits: 1 });

/** Null while it is compared. */
export function RegisterPreview({ of }: { of: Compared | null }) {
  if (of === null)
    return (
      <Text size="sm" c="dimmed" role="status" className="desk-loading">
        {text.comparing}
      </Text>
    );
  if (of === "unknown") return <Alert color="yellow" title={text.unknown} role="status" data-preview />;
  const { now, then, changedBlocks, first } = of;
  const by = Math.abs(then - now);
  const which = then > now ? "more" : then < now ? "fewer" : "level";
  const says = first
    ? fill(text.first, { n: sayNumbers(then) })
    : changedBlocks === 0
      ? text.same
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
      {!first && changedBlocks > 0 && (
        <Text size="sm">
          {fill(text.least, {
            added: plural(texts, added, of.added),
            removed: plural(texts, removed, of.removed),
          })}
        </Text>
      )}
    </Alert>
  );
}
