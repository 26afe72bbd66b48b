/** The parts of the audit trail that are kept outside the database: its daily heads, and its archived months. */
import { Button, Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { trailEn } from "../../../shared/texts/trail/desk.en.ts";
import type { ArchivesAnswer, Head, HeadsAnswer } from "../../../shared/trail/api.ts";
import { api } from "../../ui/api.ts";
import { useApi } from "../parts/api.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, sayCount } from "../parts/texts.ts";
import { sayFailure } from "../parts/toast.tsx";
import { actionColumn, dayColumn, timeColumn } from "../tables/columns.tsx";
import { download } from "../tables/csv.ts";
import { type Column, Table } from "../tables/Table.tsx";
import { exportTrail } from "./export.ts";

const { heads: headWords, archives: archiveWords } = trailEn;

type HeadRow = HeadsAnswer["heads"][number];
type ArchiveRow = ArchivesAnswer["archives"][number];

const saveJson = (file: string, value: unknown) =>
  download(file, `${JSON.stringify(value, null, 2)}\n`, "application/json");
const saveHead = async (day: string) =>
  saveJson(`audit-head-${day}.json`, await api<Head>("GET", `/v1/audit/heads/${day}`));

const yesNo = (yes: boolean) => <Tag tone={yes ? "good" : "plain"}>{yes ? headWords.yes : headWords.no}</Tag>;

const headColumns: Column<HeadRow>[] = [
  dayColumn("day", headWords.columns.day, (h) => h.day),
  { id: "seq", header: headWords.columns.seq, value: (h) => h.seq, align: "right" },
  {
    id: "hash",
    header: headWords.columns.hash,
    value: (h) => h.hash,
    cell: (h) => <span className="desk-id">{h.hash.slice(0, 16)}</span>,
  },
  {
    id: "signed",
    header: headWords.columns.signed,
    value: (h) => h.signature !== null,
    cell: (h) => yesNo(h.signature !== null),
  },
  {
    id: "stamped",
    header: headWords.columns.stamped,
    value: (h) => h.timestamped,
    cell: (h) => yesNo(h.timestamped),
  },
  actionColumn(
    "get",
    headWords.get,
    (h) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={fill(headWords.getLabel, { day: h.day })}
        onClick={() => void saveHead(h.day).catch(sayFailure)}
      >
        {headWords.get}
      </Button>
    ),
    "right",
  ),
];

const lastDayOf = (month: string): string => {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
};

const archiveColumns: Column<ArchiveRow>[] = [
  { id: "month", header: archiveWords.columns.month, value: (a) => a.month },
  {
    id: "rows",
    header: archiveWords.columns.rows,
    value: (a) => a.firstSeq,
    csv: (a) => `${a.firstSeq}-${a.lastSeq}`,
    cell: (a) => fill(archiveWords.range, { from: a.firstSeq, to: a.lastSeq }),
  },
  {
    id: "bytes",
    header: archiveWords.columns.bytes,
    value: (a) => a.bytes,
    align: "right",
    cell: (a) => fill(archiveWords.kb, { n: sayCount(Math.ceil(a.bytes / 1000)) }),
  },
  {
    id: "hash",
    header: archiveWords.columns.hash,
    value: (a) => a.sha256,
    cell: (a) => <span className="desk-id">{a.sha256.slice(0, 16)}</span>,
  },
  timeColumn("at", archiveWords.columns.at, (a) => a.at),
  actionColumn(
    "get",
    archiveWords.get,
    ({ month }) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={fill(archiveWords.getLabel, { month })}
        onClick={() => void exportTrail(`${month}-01`, lastDayOf(month)).catch(sayFailure)}
      >
        {archiveWords.get}
      </Button>
    ),
    "right",
  ),
];

export function TrailHeadsAndArchives() {
  const heads = useApi<HeadsAnswer>("/v1/audit/heads");
  const archives = useApi<ArchivesAnswer>("/v1/audit/archives");
  return (
    <Stack gap="xl">
      <div>
        <Title order={2} size="h3">
          {headWords.title}
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          {headWords.lead}
        </Text>
        <QueryState
          of={heads}
          empty={{ when: (data) => data.heads.length === 0, show: <Text size="sm">{headWords.none}</Text> }}
        >
          {(data) => (
            <Table
              label={headWords.title}
              columns={headColumns}
              rows={data.heads}
              idOf={(h) => h.day}
              csv="audit-heads"
            />
          )}
        </QueryState>
        {heads.data?.publicKey && <PublicKey value={heads.data.publicKey} />}
      </div>
      <div>
        <Title order={2} size="h3">
          {archiveWords.title}
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          {archiveWords.lead}
        </Text>
        <QueryState
          of={archives}
          empty={{
            when: (data) => data.archives.length === 0,
            show: <Text size="sm">{archiveWords.none}</Text>,
          }}
        >
          {(data) => (
            <Table
              label={archiveWords.title}
              columns={archiveColumns}
              rows={data.archives}
              idOf={(a) => a.key}
              csv="audit-archives"
            />
          )}
        </QueryState>
      </div>
    </Stack>
  );
}

const PublicKey = ({ value }: { value: Record<string, unknown> }) => (
  <Paper withBorder p="md" mt="md">
    <Group justify="space-between" align="flex-start">
      <div>
        <Text size="sm" fw={600}>
          {headWords.key}
        </Text>
        <Text size="sm" c="dimmed">
          {headWords.keyNote}
        </Text>
      </div>
      <Button size="xs" variant="default" onClick={() => saveJson("audit-public-key.json", value)}>
        {headWords.keyGet}
      </Button>
    </Group>
    <Code block mt="xs" tabIndex={0}>
      {JSON.stringify(value)}
    </Code>
  </Paper>
);
