/** Reports of a period: one tab each, all drawn from the answer that also makes the file and the page. */
import { Button, Group, List, Stack, Text, Title } from "@mantine/core";
import type { ReportAnswer, ReportName } from "../../../../shared/overview/api-reports.ts";
import { DAY } from "../../../../shared/core/time.ts";
import { reportPageEn as page } from "../../../../shared/texts/overview/reports.en.ts";
import { reportsDeskEn as text } from "../../../../shared/texts/overview/reports-desk.en.ts";
import { fetchFile } from "../../../ui/api.ts";
import { Bars } from "../../charts/Bars.tsx";
import type { Look } from "../../charts/Chart.tsx";
import { someOf } from "../../charts/labels.ts";
import { dayTicks } from "../../charts/PeriodCharts.tsx";
import { useApi } from "../../parts/api.ts";
import { useFilters, withQuery } from "../../parts/location.ts";
import { Fact } from "../../parts/Fact.tsx";
import { useMay } from "../../parts/me.ts";
import { Empty, QueryState } from "../../parts/QueryState.tsx";
import { TabbedPage } from "../../parts/TabbedPage.tsx";
import { fill, sayCount, words } from "../../parts/texts.ts";
import { sayFailure } from "../../parts/toast.tsx";
import { useToday } from "../../parts/useToday.ts";
import { When } from "../../parts/When.tsx";
import { downloadBlob } from "../../tables/csv.ts";
import { DateFilter, Filters } from "../../tables/Filters.tsx";
import { Table } from "../../tables/Table.tsx";
import { AnnouncedDraw } from "./Announced.tsx";
import { columnsOf, rowsOf } from "./columns.tsx";

/** Days of a report where the person chooses none. */
const USUAL = 28;
const looks: readonly Look[] = ["main", "held", "warn"];

export default function Reports() {
  return (
    <TabbedPage
      path="/reports"
      title={words.nav.reports}
      lead={text.lead}
      panels={panels}
      labels={text.tabs}
    />
  );
}

const panels: Readonly<Record<ReportName, () => React.ReactNode>> = {
  misuse: () => <Report name="misuse" />,
  presented: () => <Report name="presented" />,
  hours: () => <Report name="hours" />,
  overrides: () => <Report name="overrides" />,
  consents: () => <Report name="consents" ahead />,
  refusals: () => <Report name="refusals" />,
  announced: () => <Announced />,
};

function Announced() {
  const isOfficer = useMay("compliance", "admin");
  return (
    <>
      {isOfficer && <AnnouncedDraw />}
      <Report name="announced" />
    </>
  );
}

/** `ahead`: it is about days to come. */
function Report({ name, ahead = false }: { name: ReportName; ahead?: boolean }) {
  const today = useToday();
  const [{ from, to }] = useFilters("from", "to");
  const days = (start: string, n: number) => new Date(Date.parse(start) + n * DAY).toISOString().slice(0, 10);
  const first = from || (ahead ? today : days(to || today, 1 - USUAL));
  const period = { from: first, to: to || (ahead ? days(first, USUAL) : today) };
  const path = `/v1/reports/${name}`;
  const answer = useApi<ReportAnswer>(withQuery(path, period));
  const save = (as: "csv" | "page", ending: string) =>
    fetchFile(withQuery(path, { ...period, as })).then(
      (file) => downloadBlob(`cleardial-${name}-${period.from}-${period.to}.${ending}`, file),
      (error: unknown) => sayFailure(error),
    );
  return (
    <>
      <Group justify="space-between" align="flex-end" className="desk-unprinted">
        <Filters names={["from", "to"]}>
          <DateFilter name="from" label={text.from} />
          <DateFilter name="to" label={text.to} />
        </Filters>
        <Group gap="xs">
          <Button variant="default" onClick={() => void save("csv", "csv")}>
            {text.csv}
          </Button>
          <Button variant="default" onClick={() => void save("page", "html")}>
            {text.page}
          </Button>
        </Group>
      </Group>
      <QueryState of={answer}>{(of) => <Sheet of={of} />}</QueryState>
    </>
  );
}

function Sheet({ of }: { of: ReportAnswer }) {
  const { report, title, lead, chart, notes, made, cut, from, to, zone } = of;
  // Hours and days have their order, and need not all be named.
  const isByDay = of.columns.some(({ label, kind }) => label === chart.along && kind === "day");
  const ticks = isByDay ? dayTicks(chart.labels) : report === "hours" ? someOf(chart.labels) : null;
  const bars = chart.labels.map((label, at) => ({ label: label || page.unnamed, at }));
  return (
    <Stack gap="lg">
      <div>
        <Text>{lead}</Text>
        <Text size="sm" c="dimmed">
          {fill(page.period, { from, to, zone })}
        </Text>
      </div>
      {of.rows.length === 0 ? (
        <Empty title={page.none} />
      ) : (
        <>
          {bars.length > 0 && (
            <Bars
              title={chart.title}
              summary={fill(text.summary, { title: chart.title, n: sayCount(bars.length) })}
              along={chart.along}
              rows={bars}
              nameOf={({ label }) => label}
              {...(ticks && { ticks })}
              series={chart.series.map(({ label, values }, i) => ({
                ...{ label, look: looks[i]! },
                value: ({ at }: (typeof bars)[number]) => values[at] ?? 0,
              }))}
            />
          )}
          <Table label={title} columns={columnsOf(of)} rows={rowsOf(of)} idOf={({ key }) => key} />
        </>
      )}
      {cut && <Text fw={600}>{text.cut}</Text>}
      <section aria-labelledby={`${report}-notes`}>
        <Title order={2} size="h4" id={`${report}-notes`} mb="xs">
          {page.notes}
        </Title>
        <List size="sm">
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      </section>
      <section aria-labelledby={`${report}-made`}>
        <Title order={2} size="h4" id={`${report}-made`} mb="xs">
          {page.made}
        </Title>
        <dl className="desk-terms">
          {made.from.map(({ what, count }) => (
            <Fact key={what} label={what}>
              {sayCount(count)}
            </Fact>
          ))}
          <Fact label={page.at}>
            <When at={made.at} />
          </Fact>
          <Fact label={page.by}>{made.by}</Fact>
          <Fact label={page.policy}>{made.policy}</Fact>
          <Fact label={page.head}>{fill(page.headOf, made.head)}</Fact>
        </dl>
      </section>
    </Stack>
  );
}
