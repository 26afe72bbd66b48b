/** What is erased in which week, and what could not be erased, with the store's words and the next try. */
import { Anchor, Text, Title } from "@mantine/core";
import type { ErasuresAnswer, Recording, RecordingsAnswer } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi, usePages } from "../parts/api.ts";
import { linkTo } from "../parts/hash.ts";
import { Empty, Failed, Loading, State } from "../parts/State.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { useToday } from "../parts/today.ts";
import { sayTime, When } from "../parts/When.tsx";
import { LongerNotice } from "./Longer.tsx";
import { sayParty, sayStore } from "./words.ts";
import { ErasureWeeks } from "./ErasureWeeks.tsx";

const text = recordingsEn.erasures;

export function RecordingsErasures() {
  const today = useToday();
  const erasures = useApi<ErasuresAnswer>("/v1/recordings/erasures");
  return (
    <>
      <LongerNotice />
      <State
        of={erasures}
        empty={{
          when: ({ weeks }) => weeks.length === 0,
          show: <Empty title={text.empty} text={text.emptyText} />,
        }}
      >
        {({ weeks }) => <ErasureWeeks weeks={weeks} today={today} />}
      </State>
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
  { id: "due", header: text.failureColumns.due, value: (r) => r.due, cell: (r) => <When at={r.due} /> },
];
