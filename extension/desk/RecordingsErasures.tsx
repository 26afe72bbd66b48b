/** What is erased in which week, and what could not be erased, with the store's words and the next try. */
import { Anchor, Group, Paper, Table as Plain, Text, Title } from "@mantine/core";
import type { ErasuresAnswer, Recording, RecordingsAnswer } from "../../shared/api-recordings.ts";
import { recordingsEn } from "../../shared/texts/desk-recordings.en.ts";
import { useApi, usePages } from "./parts/api.ts";
import { linkTo } from "./parts/hash.ts";
import { Empty, Failed, Loading, State } from "./parts/State.tsx";
import { type Column, Table } from "./parts/Table.tsx";
import { sayTime, When } from "./parts/When.tsx";
import { fill, plural, sayDate, texts } from "./parts/words.ts";
import { LongerNotice } from "./RecordingsLonger.tsx";
import { sayParty, sayStore, useToday } from "./RecordingsWords.ts";
import { type Span, spans } from "./weeks.ts";

const text = recordingsEn.erasures;
/** Policy's usual twelve months, and the week that they end in. */
const WEEKS = 54;

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
        {({ weeks }) => <Weeks of={spans(weeks, today, WEEKS)} />}
      </State>
      <Failures />
    </>
  );
}

const sayWeek = ({ when, week }: Span): string => (when === "week" ? sayDate(texts, week) : text[when]);
const count = new Intl.NumberFormat(texts.language);

/** Plain boxes: a library would draw no better, and could not be read by those who do not see it. The table can. */
function Weeks({ of }: { of: Span[] }) {
  const most = of.reduce((top, span) => (span.recordings > top.recordings ? span : top));
  const all = of.reduce((sum, span) => sum + span.recordings, 0);
  const share = (n: number) => `${(100 * n) / most.recordings}%`;
  const months = of.map((span, i) =>
    span.when === "week" && of[i - 1]?.week.slice(0, 7) !== span.week.slice(0, 7)
      ? monthName.format(Date.parse(span.week))
      : "",
  );
  return (
    <section aria-labelledby="weeks">
      <Group justify="space-between" align="baseline" mb="sm">
        <Title order={2} size="h3" id="weeks">
          {text.chart}
        </Title>
        <Group gap="md" aria-hidden="true">
          <span className="desk-key" data-held={false}>
            {text.going}
          </span>
          <span className="desk-key" data-held>
            {text.held}
          </span>
        </Group>
      </Group>
      <Paper withBorder p="md">
        <div
          className="desk-weeks"
          role="img"
          aria-label={fill(text.summary, {
            recordings: plural(texts, text.recordings, all),
            last: sayWeek(of.at(-1)!),
            most: count.format(most.recordings),
            week: sayWeek(most),
          })}
        >
          <span className="desk-weeks-most">{count.format(most.recordings)}</span>
          {of.map((span, i) => (
            <div
              key={span.week}
              data-when={span.when}
              title={fill(text.bar, {
                week: sayWeek(span),
                recordings: plural(texts, text.recordings, span.recordings),
                held: count.format(span.held),
              })}
            >
              <i data-held style={{ height: share(span.held) }} />
              <i style={{ height: share(span.recordings - span.held) }} />
              <b>{span.when === "week" ? months[i] : text[span.when]}</b>
            </div>
          ))}
        </div>
        <details className="desk-details">
          <summary>{text.asTable}</summary>
          <Plain className="desk-table" mt="xs">
            <Plain.Caption className="desk-unseen">{text.chart}</Plain.Caption>
            <Plain.Thead>
              <Plain.Tr>
                <Plain.Th>{text.columns.week}</Plain.Th>
                <Plain.Th ta="right">{text.columns.going}</Plain.Th>
                <Plain.Th ta="right">{text.columns.held}</Plain.Th>
              </Plain.Tr>
            </Plain.Thead>
            <Plain.Tbody>
              {of
                .filter(({ recordings }) => recordings > 0)
                .map((span) => (
                  <Plain.Tr key={span.week}>
                    <Plain.Th scope="row">{sayWeek(span)}</Plain.Th>
                    <Plain.Td ta="right">{count.format(span.recordings - span.held)}</Plain.Td>
                    <Plain.Td ta="right">{count.format(span.held)}</Plain.Td>
                  </Plain.Tr>
                ))}
            </Plain.Tbody>
          </Plain>
        </details>
      </Paper>
    </section>
  );
}
const monthName = new Intl.DateTimeFormat(texts.language, { month: "short", timeZone: "UTC" });

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
