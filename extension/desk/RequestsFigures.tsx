/** How many requests came in which month, how fast they were decided, and how many too late. */
import { Group, Paper, SimpleGrid, Table as Plain, Text, Title } from "@mantine/core";
import type { RequestFigures } from "../../shared/api-requests.ts";
import { deskRequestsEn } from "../../shared/texts/desk-requests.en.ts";
import { useApi } from "./parts/api.ts";
import { Empty, State } from "./parts/State.tsx";
import { fill, texts } from "./parts/words.ts";

const text = deskRequestsEn.figures;
const count = new Intl.NumberFormat(texts.language);
const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(texts.language, { ...options, timeZone: "UTC" });
const long = format({ month: "long", year: "numeric" });
const short = format({ month: "short" });
type Month = RequestFigures["months"][number];
const sayMonth = ({ month }: Month) => long.format(Date.parse(month));

export function RequestsFigures() {
  const figures = useApi<RequestFigures>("/v1/requests/figures");
  return (
    <State of={figures}>
      {({ open, overdue, medianDays, months }) => (
        <>
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <Figure label={text.open} value={count.format(open)} />
            <Figure label={text.overdue} value={count.format(overdue)} />
            <Figure
              label={text.median}
              value={medianDays === null ? text.none : count.format(medianDays)}
              note={text.medianNote}
            />
          </SimpleGrid>
          {months.some(({ received }) => received > 0) ? (
            <Months of={months} />
          ) : (
            <Empty title={text.empty} text={text.emptyText} />
          )}
        </>
      )}
    </State>
  );
}

const Figure = ({ label, value, note }: { label: string; value: string; note?: string }) => (
  <Paper withBorder p="md">
    <Text size="sm" c="dimmed">
      {label}
    </Text>
    <Text fw={650} size="xl">
      {value}
    </Text>
    {note !== undefined && (
      <Text size="sm" c="dimmed">
        {note}
      </Text>
    )}
  </Paper>
);

/** The bars are a picture of the table below them. */
function Months({ of }: { of: Month[] }) {
  const most = of.reduce((top, month) => (month.received > top.received ? month : top));
  const share = (n: number) => `${(100 * n) / most.received}%`;
  const sum = (what: (month: Month) => number) =>
    count.format(of.reduce((all, month) => all + what(month), 0));
  return (
    <section aria-labelledby="months">
      <Group justify="space-between" align="baseline" mb="sm">
        <Title order={2} size="h3" id="months">
          {text.chart}
        </Title>
        <Group gap="md" aria-hidden="true">
          <span className="desk-key">{text.keys.inTime}</span>
          <span className="desk-key" data-late>
            {text.keys.late}
          </span>
        </Group>
      </Group>
      <Paper withBorder p="md">
        <div
          className="desk-weeks"
          role="img"
          aria-label={fill(text.summary, {
            received: sum((m) => m.received),
            late: sum((m) => m.late),
            month: sayMonth(most),
            most: count.format(most.received),
          })}
        >
          <span className="desk-weeks-most">{count.format(most.received)}</span>
          {of.map((month) => (
            <div
              key={month.month}
              title={fill(text.bar, {
                month: sayMonth(month),
                received: count.format(month.received),
                late: count.format(month.late),
              })}
            >
              <i data-late style={{ height: share(month.late) }} />
              <i style={{ height: share(month.received - month.late) }} />
              <b>{short.format(Date.parse(month.month))}</b>
            </div>
          ))}
        </div>
        <div className="desk-scroll desk-below" role="region" aria-label={text.table} tabIndex={0}>
          <Plain className="desk-table">
            <Plain.Caption className="desk-unseen">{text.chart}</Plain.Caption>
            <Plain.Thead>
              <Plain.Tr>
                <Plain.Th>{text.columns.month}</Plain.Th>
                <Plain.Th ta="right">{text.columns.received}</Plain.Th>
                <Plain.Th ta="right">{text.columns.decided}</Plain.Th>
                <Plain.Th ta="right">{text.columns.late}</Plain.Th>
                <Plain.Th ta="right">{text.columns.median}</Plain.Th>
              </Plain.Tr>
            </Plain.Thead>
            <Plain.Tbody>
              {of.map((month) => (
                <Plain.Tr key={month.month}>
                  <Plain.Th scope="row">{sayMonth(month)}</Plain.Th>
                  <Plain.Td ta="right">{count.format(month.received)}</Plain.Td>
                  <Plain.Td ta="right">{count.format(month.decided)}</Plain.Td>
                  <Plain.Td ta="right">{count.format(month.late)}</Plain.Td>
                  <Plain.Td ta="right">
                    {month.medianDays === null ? deskRequestsEn.nothing : count.format(month.medianDays)}
                  </Plain.Td>
                </Plain.Tr>
              ))}
            </Plain.Tbody>
          </Plain>
        </div>
      </Paper>
    </section>
  );
}
