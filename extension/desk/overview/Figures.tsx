/** The overview's charts: calls by day, why they were held, the registers' ages, requests by days left, erasures ahead. */
import { Group, NativeSelect, SimpleGrid, Title } from "@mantine/core";
import type { FiguresAnswer } from "../../../shared/overview/api.ts";
import type { ProofRegister } from "../../../shared/proof/api.ts";
import { byDaysLeft, leftGroups } from "../../../shared/overview/days-left.ts";
import { ageAt, daysOf } from "../../../shared/proof/dates.ts";
import { figuresEn as text, shortReasons } from "../../../shared/texts/overview/charts.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { ErasureWeeks } from "../recordings/ErasureWeeks.tsx";
import { useApi } from "../parts/api.ts";
import { Chart, type Look } from "../charts/Chart.tsx";
import { useFilters, withQuery } from "../parts/hash.ts";
import { Empty, State } from "../parts/State.tsx";
import { useToday } from "../parts/today.ts";
import { fill, plural, sayDate, texts } from "../parts/words.ts";

const DAY = 86_400_000;
const periods = ["7", "30", "90"] as const;
const count = new Intl.NumberFormat(texts.language);
const shortDay = new Intl.DateTimeFormat(texts.language, { day: "numeric", month: "short", timeZone: "UTC" });
const sayDay = (day: string) => shortDay.format(Date.parse(day));
/** So many of the days that their names find room. */
export const dayTicks = (days: readonly string[]): string[] => {
  const every = Math.ceil(days.length / 8);
  return days.map((day, i) => (i % every === 0 ? sayDay(day) : ""));
};

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
      <State of={figures}>
        {(of) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            <CallsByDay days={of.days} />
            <HeldBy of={of.heldBy} registers={of.registers} />
            <Ages registers={of.registers} from={from} to={today} />
            <Requests of={of.requests} />
            {of.erasures.length > 0 ? (
              <ErasureWeeks weeks={of.erasures} today={today} order={3} />
            ) : (
              <Empty title={recordingsEn.erasures.empty} text={recordingsEn.erasures.emptyText} />
            )}
          </SimpleGrid>
        )}
      </State>
    </section>
  );
}

type Days = FiguresAnswer["days"];
export function CallsByDay({ days }: { days: Days }) {
  const { calls } = text;
  const total = (what: "passed" | "held" | "overridden") => days.reduce((sum, day) => sum + day[what], 0);
  const [passed, held, overridden] = [total("passed"), total("held"), total("overridden")];
  if (passed + held + overridden === 0) return <Empty title={calls.empty} text={calls.emptyText} />;
  return (
    <Chart
      order={3}
      title={calls.title}
      summary={fill(calls.summary, {
        passed: count.format(passed),
        held: count.format(held),
        overridden: count.format(overridden),
        from: sayDate(texts, days[0]!.day),
        to: sayDate(texts, days.at(-1)!.day),
      })}
      kind="bars"
      along={text.day}
      labels={days.map(({ day }) => sayDate(texts, day))}
      ticks={dayTicks(days.map(({ day }) => day))}
      series={[
        { label: calls.passed, look: "main", values: days.map((day) => day.passed) },
        { label: calls.held, look: "held", values: days.map((day) => day.held) },
        { label: calls.overridden, look: "warn", values: days.map((day) => day.overridden) },
      ]}
    />
  );
}

/** Further ones are in the table. */
const REASONS = 7;

/** A register's reason is its id. */
export const sayReasonCode = (code: string, registers: readonly ProofRegister[]): string =>
  shortReasons[code] ?? registers.find(({ list }) => list === code)?.name ?? code.toUpperCase();

export function HeldBy({ of, registers }: { of: FiguresAnswer["heldBy"]; registers: ProofRegister[] }) {
  const { reasons } = text;
  const [most] = of;
  if (!most) return <Empty title={reasons.empty} text={reasons.emptyText} />;
  const first = of.slice(0, REASONS);
  const names = first.map(({ name }) => sayReasonCode(name, registers));
  return (
    <Chart
      order={3}
      title={reasons.title}
      summary={fill(reasons.summary, { most: names[0], n: count.format(most.count) })}
      kind="bars"
      along={reasons.along}
      labels={names}
      ticks={names}
      series={[{ label: reasons.calls, look: "held", values: first.map((reason) => reason.count) }]}
      table={{
        columns: [reasons.along, reasons.calls],
        rows: of.map((reason) => [sayReasonCode(reason.name, registers), count.format(reason.count)]),
      }}
    />
  );
}

const looks: readonly Look[] = ["main", "second", "third", "fourth"];

interface AgesProps {
  registers: readonly ProofRegister[];
  from: string;
  to: string;
}
/** As of the end of each day, or of now. */
export function Ages({ registers, from, to }: AgesProps) {
  const { ages } = text;
  const loaded = registers.filter(({ versions }) => versions.length > 0);
  if (loaded.length === 0) return <Empty title={ages.empty} text={ages.emptyText} />;
  const days = daysOf(from, to);
  const series = loaded.map((register, i) => ({
    label: register.name,
    look: looks[i % looks.length]!,
    values: days.map((day) => ageAt(register, `${day}T23:59:59.999Z`)),
  }));
  const limit = Math.min(...loaded.map(({ maxAgeDays }) => maxAgeDays));
  const now = series.map(({ label, values }) => {
    const age = values.at(-1) ?? null;
    return age === null ? fill(ages.never, { list: label }) : plural(texts, ages.now, age, { list: label });
  });
  return (
    <Chart
      order={3}
      title={ages.title}
      summary={fill(ages.summary, { now: now.join(", ") })}
      kind="lines"
      along={text.day}
      labels={days.map((day) => sayDate(texts, day))}
      ticks={dayTicks(days)}
      series={[
        ...series,
        { label: fill(ages.limit, { days: limit }), look: "limit", values: days.map(() => limit) },
      ]}
      table={{
        columns: [text.day, ...series.map(({ label }) => label)],
        rows: days.map((day, i) => [
          sayDate(texts, day),
          ...series.map(({ values }) => {
            const age = values[i] ?? null;
            return age === null ? text.ages.none : count.format(age);
          }),
        ]),
      }}
    />
  );
}

function Requests({ of }: { of: FiguresAnswer["requests"] }) {
  const { requests } = text;
  const groups = byDaysLeft(of);
  const all = groups.reduce((sum, n) => sum + n, 0);
  if (all === 0) return <Empty title={requests.empty} text={requests.emptyText} />;
  const names = leftGroups.map(({ label }) => label);
  return (
    <Chart
      order={3}
      title={requests.title}
      summary={plural(texts, requests.summary, all, { late: count.format(groups[0]!) })}
      kind="bars"
      along={requests.along}
      labels={names}
      ticks={names}
      series={[
        { label: requests.late, look: "bad", values: groups.map((n, i) => (i === 0 ? n : 0)) },
        { label: requests.open, look: "main", values: groups.map((n, i) => (i === 0 ? 0 : n)) },
      ]}
      table={{
        columns: [requests.along, requests.open],
        rows: names.map((name, i) => [name, count.format(groups[i]!)]),
      }}
    />
  );
}
