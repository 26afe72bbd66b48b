/** A connector's last run in figures, and all its runs. */
import { Alert, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect, useMemo } from "react";
import type { Connector, ConnectorRun, ConnectorRunsAnswer } from "../../../shared/connectors/api.ts";
import { adviceFor } from "../../../shared/connectors/advice.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { usePages } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { fill, plural, sayCount, texts } from "../parts/texts.ts";
import { sayTime, When } from "../parts/When.tsx";
import { countColumn, timeColumn } from "../tables/columns.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { sayAbsent, sayContacts, sayWritten } from "./status.ts";

const text = deskConnectorsEn.run;
const runs = deskConnectorsEn.runs;
const tones: Record<ConnectorRun["state"], Tone> = {
  running: "warn",
  done: "good",
  failed: "bad",
  stopped: "plain",
};
const parts = Object.keys(text.parts) as (keyof typeof text.parts)[];

export function ConnectorLastRun({ run }: { run: ConnectorRun }) {
  const advice = adviceFor(run.error ?? "");
  const refusal = adviceFor(run.refusal ?? "");
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group gap="sm">
          <Title order={2} size="h3">
            {text.title}
          </Title>
          <Tag tone={tones[run.state]}>{text.states[run.state]}</Tag>
          {run.trial && <Tag>{text.trial}</Tag>}
          <Text size="sm" c="dimmed">
            <When at={run.at} />
          </Text>
        </Group>
        <Text fw={600} role="status">
          {sayWritten(run)}
        </Text>
        <dl className="desk-terms">
          {parts.map((part) => (
            <Fact key={part} label={text.parts[part]}>
              {sayCount(run[part])}
            </Fact>
          ))}
        </dl>
        {run.kinds.length > 1 &&
          run.kinds.map(({ name, contacts, written, refused }) => (
            <Text key={name} size="sm">
              {fill(run.trial ? text.ofKindTrial : text.ofKind, {
                object: name,
                contacts: sayContacts(contacts),
                written: sayCount(written),
                refused: sayCount(refused),
              })}
            </Text>
          ))}
        {run.kinds.map(
          ({ name, absent }) =>
            absent && (
              <Alert key={name} color="yellow" role="note">
                {sayAbsent(name, absent)}
              </Alert>
            ),
        )}
        {run.invalid > 0 && (
          <Text size="sm" c="dimmed">
            {plural(texts, text.invalid, run.invalid)}
          </Text>
        )}
        {run.refused > 0 && (
          <Alert color="yellow" role="note">
            {plural(texts, text.refused, run.refused, { why: run.refusal ?? "" })}
            {refusal !== null && ` ${deskConnectorsEn.advice[refusal]}`}
          </Alert>
        )}
        {run.error !== null && (
          <Alert color="red" role="alert">
            {run.state === "running"
              ? fill(text.retry, { error: run.error, at: run.due === null ? "" : sayTime(run.due) })
              : fill(text.givenUp, { error: run.error })}
            {advice !== null && ` ${deskConnectorsEn.advice[advice]}`}
          </Alert>
        )}
      </Stack>
    </Paper>
  );
}

const columns: Column<ConnectorRun>[] = [
  timeColumn("at", runs.columns.at, (r) => r.at),
  { id: "kind", header: runs.columns.kind, value: (r) => (r.trial ? runs.trial : runs.whole) },
  {
    id: "state",
    header: runs.columns.state,
    value: (r) => text.states[r.state],
    cell: (r) => <Tag tone={tones[r.state]}>{text.states[r.state]}</Tag>,
  },
  { id: "by", header: runs.columns.by, value: (r) => r.byName ?? runs.clock },
  ...(["contacts", "blocked", "written", "refused"] as const).map((count) =>
    countColumn<ConnectorRun>(count, runs.columns[count], (r) => r[count]),
  ),
];

const rowsOf = (answer: ConnectorRunsAnswer) => answer.runs;

export function ConnectorRuns({ of: { id, name, last } }: { of: Connector }) {
  const query = useMemo(() => ({ limit: 20 }), []);
  const pages = usePages<ConnectorRunsAnswer, ConnectorRun>(
    `/v1/connectors/${id}/runs`,
    query,
    rowsOf,
    "before",
  );
  const { refetch } = pages;
  // Refetch when the last run, shown above, has moved on.
  const moved = `${last?.id} ${last?.state} ${last?.contacts}`;
  useEffect(() => void refetch(), [moved, refetch]);
  return (
    <PagedTable
      label={fill(runs.label, { name })}
      columns={columns}
      idOf={(r) => r.id}
      pages={pages}
      empty={runs.none}
      emptyText={runs.noneText}
    />
  );
}
