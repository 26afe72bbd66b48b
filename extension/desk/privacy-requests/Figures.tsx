/** How many requests came in which month, how fast they were decided, and how many too late. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import type { RequestFigures } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { Chart } from "../charts/Chart.tsx";
import { Empty, State } from "../parts/State.tsx";
import { fill, texts } from "../parts/words.ts";

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

function Months({ of }: { of: Month[] }) {
  const most = of.reduce((top, month) => (month.received > top.received ? month : top));
  const sum = (what: (month: Month) => number) =>
    count.format(of.reduce((all, month) => all + what(month), 0));
  const { columns } = text;
  return (
    <Chart
      title={text.chart}
      summary={fill(text.summary, {
        received: sum((m) => m.received),
        late: sum((m) => m.late),
        month: sayMonth(most),
        most: count.format(most.received),
      })}
      kind="bars"
      along={columns.month}
      labels={of.map(sayMonth)}
      ticks={of.map(({ month }) => short.format(Date.parse(month)))}
      series={[
        { label: text.keys.inTime, look: "main", values: of.map((m) => m.received - m.late) },
        { label: text.keys.late, look: "bad", values: of.map((m) => m.late) },
      ]}
      table={{
        columns: [columns.month, columns.received, columns.decided, columns.late, columns.median],
        rows: of.map((m) => [
          sayMonth(m),
          count.format(m.received),
          count.format(m.decided),
          count.format(m.late),
          m.medianDays === null ? deskRequestsEn.nothing : count.format(m.medianDays),
        ]),
      }}
    />
  );
}
