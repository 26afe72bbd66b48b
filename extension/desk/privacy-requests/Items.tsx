/** What the search found. An officer decides for each item whether it belongs to the requester. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { MAX_ITEMS } from "../../../shared/core/limits.ts";
import type { RequestItem, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { doubtEn } from "../../../shared/texts/privacy-requests/doubt.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { useMutate } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { actionColumn, timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { sayItem } from "./format.tsx";
import { RequestMute } from "./mute/Mute.tsx";
import { sayMutedParts } from "./mute/parts.ts";

const all = deskRequestsEn;
const text = all.one;
type Verdict = "confirmed" | "rejected";
interface Judged {
  id: string;
  verdict: Verdict;
}
const toneOf: Record<RequestItem["verdict"], Tone> = {
  proposed: "warn",
  confirmed: "good",
  rejected: "plain",
};

interface ItemsProps {
  row: RequestSummary;
  items: RequestItem[];
  searched: boolean;
}

export function RequestItems({ row, items, searched }: ItemsProps) {
  const judge = useMutate<{ items: Judged[]; reason?: string }>(
    (body) => ({ method: "POST", path: `/v1/requests/${encodeURIComponent(row.id)}/items`, body }),
    { touches: ["/v1/requests"] },
  );
  const [muting, setMuting] = useState<RequestItem | null>(null);
  if (items.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {searched ? text.itemsNone : text.itemsUnsearched}
      </Text>
    );
  const mayJudge = row.actions.some(({ action }) => action === "judge");
  const proposed = items.filter(({ verdict }) => verdict === "proposed");
  /** `again`: as it was judged before, so that nothing more is left out. */
  async function settle(items: Judged[], again = false) {
    if (again || items.every(({ verdict }) => verdict === "confirmed")) return judge.mutate({ items });
    const reason = await askReason({ ...text.notTheirs, reasonNote: all.timelineNote });
    if (reason !== null) judge.mutate({ items, reason });
  }
  const settleAll = (verdict: Verdict) =>
    void settle(proposed.slice(0, MAX_ITEMS).map(({ id }) => ({ id, verdict })));
  return (
    <Stack gap="sm">
      {mayJudge && (
        <Group justify="space-between">
          <Text size="sm">{text.itemsNote}</Text>
          {proposed.length > 1 && (
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                loading={judge.isPending}
                onClick={() => settleAll("confirmed")}
              >
                {text.confirmAll}
              </Button>
              <Button
                size="xs"
                variant="default"
                loading={judge.isPending}
                onClick={() => settleAll("rejected")}
              >
                {text.rejectAll}
              </Button>
            </Group>
          )}
        </Group>
      )}
      <Table
        label={text.itemsLabel}
        columns={columnsOf(
          mayJudge && !judge.isPending ? (judged, again) => void settle([judged], again) : null,
          // Only access gives a copy, so only there are parts silenced.
          mayJudge && row.kind === "access" ? setMuting : null,
          // The Worker's own rule.
          ({ decision }) => (row.kind === "erasure" ? decision !== null : decision === "deny"),
        )}
        rows={items}
        idOf={(item) => item.id}
      />
      {muting && <RequestMute key={muting.id} row={row} item={muting} close={() => setMuting(null)} />}
    </Stack>
  );
}

/** Judged once more as it is, it counts. */
const isAgain = (item: RequestItem): item is RequestItem & Judged =>
  item.verdict === "confirmed"
    ? item.doubt !== undefined
    : item.verdict === "rejected" && item.doubt === "item";

const columnsOf = (
  judge: ((judged: Judged, again?: boolean) => void) | null,
  silence: ((item: RequestItem) => void) | null,
  /** The item can no longer be judged: a decision covers it. */
  stays: (item: RequestItem) => boolean,
): Column<RequestItem>[] => [
  {
    id: "kind",
    header: text.itemColumns.kind,
    value: (item) => text.itemKinds[item.kind],
    cell: (item) =>
      item.kind === "recording" ? (
        <Anchor size="sm" href={linkTo(`/recordings/call/${item.ref}`)}>
          {text.itemKinds.recording}
        </Anchor>
      ) : (
        text.itemKinds[item.kind]
      ),
  },
  timeColumn("at", text.itemColumns.at, (item) => item.at),
  {
    id: "verdict",
    header: text.itemColumns.verdict,
    value: (item) => text.verdicts[item.verdict],
    cell: (item) => (
      <>
        <Tag tone={toneOf[item.verdict]}>{text.verdicts[item.verdict]}</Tag>
        {item.held && <Tag tone="bad">{text.held}</Tag>}
        {item.doubt && (
          <Text size="sm" c="dimmed">
            {doubtEn.why[item.doubt]}
          </Text>
        )}
        {item.mute.length > 0 && (
          <Text size="sm" c="dimmed">
            {fill(text.silenced, { parts: sayMutedParts(item.mute).join(", ") })}
          </Text>
        )}
      </>
    ),
  },
  {
    id: "decision",
    header: text.itemColumns.decision,
    value: (item) => item.decision && text.itemDecisions[item.decision],
    cell: (item) =>
      [
        item.decision && text.itemDecisions[item.decision],
        item.keptUntil && fill(text.itemKept, { date: sayDate(texts, item.keptUntil) }),
        item.state && item.state !== "kept" ? text.itemStates[item.state] : item.doneAt && text.itemDone,
      ]
        .filter(Boolean)
        .join(", "),
  },
  actionColumn("do", text.itemColumns.do, (item) => (
    <Group gap={6} wrap="nowrap">
      {judge && !stays(item) && item.verdict !== "confirmed" && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={fill(text.confirmLabel, { item: sayItem(item) })}
          onClick={() => judge({ id: item.id, verdict: "confirmed" })}
        >
          {text.confirm}
        </Button>
      )}
      {judge && !stays(item) && item.verdict !== "rejected" && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={fill(text.rejectLabel, { item: sayItem(item) })}
          onClick={() => judge({ id: item.id, verdict: "rejected" })}
        >
          {text.reject}
        </Button>
      )}
      {judge && isAgain(item) && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={fill(doubtEn.again[item.verdict].label, { item: sayItem(item) })}
          onClick={() => judge({ id: item.id, verdict: item.verdict }, true)}
        >
          {doubtEn.again[item.verdict].short}
        </Button>
      )}
      {silence && item.kind === "recording" && item.verdict === "confirmed" && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={fill(text.silenceLabel, { item: sayItem(item) })}
          onClick={() => silence(item)}
        >
          {text.silence}
        </Button>
      )}
    </Group>
  )),
];
