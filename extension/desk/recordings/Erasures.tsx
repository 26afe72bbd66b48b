/** Upcoming erasures by week, and those that failed, with the store's error and the next try. */
import { Anchor, Text, Title } from "@mantine/core";
import type { ErasuresAnswer, Recording, RecordingsAnswer } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { UpcomingErasures } from "../charts/UpcomingErasures.tsx";
import { useApi, usePages } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { Empty, Failed, Loading, QueryState } from "../parts/QueryState.tsx";
import { useToday } from "../parts/useToday.ts";
import { sayTime } from "../parts/When.tsx";
import { timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { sayParty, sayStore } from "./format.ts";
import { RecordingsRetentionNotice } from "./Retention.tsx";

const text = recordingsEn.erasures;

export function RecordingsErasures() {
  const today = useToday();
  const erasures = useApi<ErasuresAnswer>("/v1/recordings/erasures");
  return (
    <>
      <RecordingsRetentionNotice />
      <QueryState
        of={erasures}
        empty={{
          when: ({ weeks }) => weeks.length === 0,
          show: <Empty title={text.empty} text={text.emptyText} />,
        }}
      >
        {({ weeks }) => <UpcomingErasures weeks={weeks} today={today} />}
      </QueryState>
      <Failures />
    </>
  );
}

const rowsOf = (answer: RecordingsAnswer) => answer.recordings;

function Failures() {
  const pages = usePages<RecordingsAnswer, Recording>(
    "/v1/recordings",
    { show: "failing", limit: 50 },
    rowsOf,
  );
  return (
    <section aria-labelledby="failures">
      <Title order={2} size="h3" id="failures" mb="sm">
        {text.failures}
      </Title>
      {pages.error ? (
        <Failed error={pages.error} again={() => void pages.refetch()} />
      ) : pages.isPending ? (
        <Loading lines={2} />
      ) : pages.rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.failuresNone}
        </Text>
      ) : (
        <Table
          label={text.failuresLabel}
          columns={columns}
          rows={pages.rows}
          idOf={(r) => r.id}
          pages={pages}
          csv="erasures-failed"
          toneOf={() => "bad"}
        />
      )}
    </section>
  );
}

const columns: Column<Recording>[] = [
  {
    id: "at",
    header: text.failureColumns.at,
    value: (r) => r.startedAt,
    cell: (r) => (
      <Anchor size="sm" href={linkTo(`/recordings/call/${r.id}`)}>
        <span className="desk-when">{sayParty(r.number)}</span>,{" "}
        <span className="desk-when">{sayTime(r.startedAt ?? r.at)}</span>
      </Anchor>
    ),
  },
  { id: "store", header: text.failureColumns.store, value: (r) => sayStore(r.storage.kind, r.region) },
  { id: "error", header: text.failureColumns.error, value: (r) => r.error },
  { id: "failures", header: text.failureColumns.failures, value: (r) => r.failures, align: "right" },
  timeColumn("due", text.failureColumns.due, (r) => r.due),
];
