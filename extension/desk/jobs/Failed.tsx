/** What of a queue failed too often: what, for whom, why and since when. It is read, sent again and left out, many at once. */
import { Anchor, Button, Group, Text, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Failed, FailedAnswer, WorkKind } from "../../../shared/jobs/api.ts";
import { deskWorkEn } from "../../../shared/texts/jobs/desk-work.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { useMutate, usePages } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { countColumn, timeColumn } from "../tables/columns.tsx";
import { PagesState } from "../tables/PagesState.tsx";
import { usePicks } from "../tables/picks.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { WorkItem } from "./Item.tsx";
import { sayWhat, sayWhy } from "./why.ts";

const text = deskWorkEn.failed;
/** The API's limit for one request. */
const MOST = 500;
const touches = [
  "/v1/work",
  "/v1/mail",
  "/v1/webhooks",
  "/v1/watch",
  "/v1/recordings",
  "/v1/requests",
  "/v1/connectors",
];
const rowsOf = (answer: FailedAnswer) => answer.failed;

/** Of these nobody gives the work up: a recording and a file must be erased, a CRM read and marked. */
const stays = (kind: WorkKind): kind is Exclude<WorkKind, keyof typeof text.leaveText> =>
  !(kind in text.leaveText);

export function WorkFailed({ kind }: { kind: WorkKind }) {
  const [reading, setReading] = useState<Failed | null>(null);
  const isAdmin = useMay("admin");
  const pages = usePages<FailedAnswer, Failed>(`/v1/work/${kind}/failed`, { limit: 200 }, rowsOf);
  const again = useMutate<string[], { again: number }>(
    (ids) => ({ method: "POST", path: `/v1/work/${kind}/again`, body: { ids } }),
    { touches, done: (answer) => plural(texts, text.sent, answer.again) },
  );
  const leave = useMutate<{ ids: string[]; reason: string }, { left: number }>(
    (body) => ({ method: "POST", path: `/v1/work/${kind}/leave`, body }),
    { touches, done: ({ left }) => plural(texts, text.left, left) },
  );
  const picking = useMemo(() => pickingOf(kind), [kind]);
  const { chosen: rows, clear, column: pick, all } = usePicks(pages.rows, picking);
  const columns = useMemo(() => [pick, ...columnsOf(kind, setReading)], [kind, pick]);
  const chosen = rows.map(({ id }) => id);
  const none = chosen.length === 0;
  const settled = {
    onSuccess() {
      clear();
      setReading(null);
    },
  };
  const sendAgain = (ids: string[]) => again.mutate(ids, settled);
  async function leaveOut(ids: string[]) {
    if (stays(kind)) return;
    setReading(null);
    const reason = await askReason({
      title: plural(texts, text.leaveTitle, ids.length),
      text: text.leaveText[kind],
      yes: text.leaveYes,
      danger: true,
    });
    if (reason !== null) leave.mutate({ ids, reason }, settled);
  }
  const mayLeave = isAdmin && !stays(kind);
  const busy = again.isPending || leave.isPending;
  return (
    <section aria-labelledby="failed">
      <Title order={2} size="h3" id="failed" mb={4}>
        {fill(text.title, { what: deskWorkEn.queues.kinds[kind] })}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" maw="75ch">
        {text.notes[kind]}
      </Text>
      <PagesState pages={pages} filtered={false} title={text.empty} text={text.emptyText}>
        <Group gap="xs" mb="sm">
          {all}
          <Button disabled={none} loading={busy} onClick={() => sendAgain(chosen)}>
            {text.again}
          </Button>
          {mayLeave && (
            <Button
              variant="default"
              {...(none ? {} : { c: "var(--desk-bad)" })}
              disabled={none}
              loading={busy}
              onClick={() => void leaveOut(chosen)}
            >
              {text.leave}
            </Button>
          )}
        </Group>
        <Table
          label={fill(text.label, { what: deskWorkEn.queues.kinds[kind] })}
          columns={columns}
          rows={pages.rows}
          idOf={(row) => row.id}
          pages={pages}
          csv={`work-failed-${kind}`}
        />
      </PagesState>
      {reading && (
        <WorkItem
          kind={kind}
          item={reading}
          close={() => setReading(null)}
          busy={busy}
          again={() => sendAgain([reading.id])}
          {...(mayLeave ? { leave: () => void leaveOut([reading.id]) } : {})}
        />
      )}
    </section>
  );
}

const pickingOf = (kind: WorkKind) => ({
  idOf: (row: Failed) => row.id,
  heading: text.columns.pick,
  nameOf: (row: Failed) => fill(text.pick, { what: [sayWhat(kind, row), row.to ?? row.id].join(", ") }),
  most: MOST,
});

const columnsOf = (kind: WorkKind, setReading: (row: Failed) => void): Column<Failed>[] => [
  {
    id: "what",
    header: text.columns.what,
    value: (row) => sayWhat(kind, row),
    cell: (row) => (
      <Anchor
        component="button"
        type="button"
        size="sm"
        ta="left"
        className="desk-address"
        aria-label={fill(text.readLabel, { what: [sayWhat(kind, row), row.to ?? row.id].join(", ") })}
        onClick={() => setReading(row)}
      >
        {sayWhat(kind, row)}
      </Anchor>
    ),
  },
  ...(kind === "mail"
    ? [{ id: "to", header: text.columns.to, value: (row: Failed) => row.to } satisfies Column<Failed>]
    : []),
  { id: "why", header: text.columns.why, value: (row) => sayWhy(kind, row) },
  { id: "said", header: text.columns.said, value: (row) => row.error, csvOnly: true },
  timeColumn("since", text.columns.since, (row) => row.since),
  countColumn("tries", text.columns.tries, (row) => row.failures),
];
