/** The overview's charts: of a period that the person chooses, of the open requests by days left, of erasures ahead. */
import { Group, NativeSelect, SimpleGrid, Title } from "@mantine/core";
import type { FiguresAnswer } from "../../../shared/overview/api.ts";
import { byDaysLeft, leftGroups } from "../../../shared/overview/days-left.ts";
import { figuresEn as text } from "../../../shared/texts/overview/charts.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { DAY } from "../../../shared/core/time.ts";
import { Bars } from "../charts/Bars.tsx";
import { CallsByDay, HeldBy, RegisterAges } from "../charts/PeriodCharts.tsx";
import { UpcomingErasures } from "../charts/UpcomingErasures.tsx";
import { useApi } from "../parts/api.ts";
import { useFilters, withQuery } from "../parts/location.ts";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { plural, sayCount, texts } from "../parts/texts.ts";
import { useToday } from "../parts/useToday.ts";

/** Days. */
const periods = ["7", "30", "90"] as const;

export function OverviewFigures() {
  const today = useToday();
  const [{ days }, set] = useFilters("days");
  const chosen = periods.find((period) => period === days) ?? "30";
  const from = new Date(Date.parse(today) - (Number(chosen) - 1) * DAY).toISOString().slice(0, 10);
  const figures = useApi<FiguresAnswer>(withQuery("/v1/figures", { from, to: today }));
  return (
    <section aria-labelledby="figures">
      <Group justify="space-between" align="flex-end" mb="sm">
        <Title order={2} size="h3" id="figures">
          {text.title}
        </Title>
        <NativeSelect
          label={text.period}
          value={chosen}
          data={periods.map((value) => ({ value, label: text.days[value] }))}
          onChange={({ currentTarget }) => set({ days: currentTarget.value }, { replace: true })}
        />
      </Group>
      <QueryState of={figures}>
        {(of) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" className="desk-figures">
            <CallsByDay days={of.days} />
            <HeldBy of={of.heldBy} registers={of.registers} />
            <RegisterAges registers={of.registers} from={from} to={today} />
            <OpenRequests of={of.requests} />
            {of.erasures.length > 0 ? (
              <UpcomingErasures weeks={of.erasures} today={today} order={3} />
            ) : (
              <Empty title={recordingsEn.erasures.empty} text={recordingsEn.erasures.emptyText} />
            )}
          </SimpleGrid>
        )}
      </QueryState>
    </section>
  );
}

function OpenRequests({ of }: { of: FiguresAnswer["requests"] }) {
  const { requests } = text;
  const counts = byDaysLeft(of);
  const all = counts.reduce((sum, n) => sum + n, 0);
  if (all === 0) return <Empty title={requests.empty} text={requests.emptyText} />;
  const groups = leftGroups.map(({ label, to }, i) => ({ label, overdue: to < 0, count: counts[i]! }));
  return (
    <Bars
      order={3}
      title={requests.title}
      summary={plural(texts, requests.summary, all, { late: sayCount(counts[0]!) })}
      along={requests.along}
      rows={groups}
      nameOf={({ label }) => label}
      series={[
        { label: requests.late, look: "bad", value: (g) => (g.overdue ? g.count : 0) },
        { label: requests.open, look: "main", value: (g) => (g.overdue ? 0 : g.count) },
      ]}
      columns={[{ label: requests.open, value: (g) => g.count }]}
    />
  );
}
