/** What the search found of a requester: an officer says of each whether it is theirs. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { RequestItem, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { MAX_ITEMS } from "../../../shared/limits.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { useMutate } from "../parts/api.ts";
import { linkTo } from "../parts/hash.ts";
import { type Column, Table } from "../tables/Table.tsx";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { When } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";
import { sayMutes } from "./mutes.ts";
import { MuteDialog } from "./Mute.tsx";
import { sayItem } from "./words.tsx";

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
  const judge = useMutate<Judged[]>(
    (judged) => ({
      method: "POST",
      path: `/v1/requests/${encodeURIComponent(row.id)}/items`,
      body: { items: judged },
    }),
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
  return (
    <Stack gap="sm">
      {mayJudge && (
        <Group justify="space-between">
          <Text size="sm">{text.itemsNote}</Text>
          {proposed.length > 1 && (
            <Button
              size="xs"
              variant="default"
              loading={judge.isPending}
              onClick={() =>
                judge.mutate(proposed.slice(0, MAX_ITEMS).map(({ id }) => ({ id, verdict: "confirmed" })))
              }
            >
              {text.confirmAll}
            </Button>
          )}
        </Group>
      )}
      <Table
        label={text.itemsLabel}
        columns={columnsOf(
          mayJudge && !judge.isPending ? (judged) => judge.mutate([judged]) : null,
          // An erasure leaves no copy.
          mayJudge && row.kind === "access" ? setMuting : null,
          // As the Worker has it.
          ({ decision }) => (row.kind === "erasure" ? decision !== null : decision === "deny"),
        )}
        rows={items}
        idOf={(item) => item.id}
      />
      {muting && <MuteDialog row={row} item={muting} close={() => setMuting(null)} />}
    </Stack>
  );
}

const columnsOf = (
  judge: ((judged: Judged) => void) | null,
  silence: ((item: RequestItem) => void) | null,
  /** What was decided of it stays until the next decision. */
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
  { id: "at", header: text.itemColumns.at, value: (item) => item.at, cell: (item) => <When at={item.at} /> },
  {
    id: "verdict",
    header: text.itemColumns.verdict,
    value: (item) => text.verdicts[item.verdict],
    cell: (item) => (
      <>
        <Tag tone={toneOf[item.verdict]}>{text.verdicts[item.verdict]}</Tag>
        {item.held && <Tag tone="bad">{text.held}</Tag>}
        {item.mute.length > 0 && (
          <Text size="sm" c="dimmed">
            {fill(text.silenced, { parts: sayMutes(item.mute).join(", ") })}
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
        item.state && item.state !== "kept" ? text.itemStates[item.state] : item.doneAt && text.itemDone,
      ]
        .filter(Boolean)
        .join(", "),
  },
  {
    id: "do",
    header: text.itemColumns.do,
    value: () => null,
    plain: true,
    cell: (item) => (
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
    ),
  },
];
