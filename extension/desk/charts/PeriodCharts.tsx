/** Charts of a period, on the overview and in the company's proof: calls by day, why they were held, registers' ages. */
import type { FiguresAnswer } from "../../../shared/overview/api.ts";
import type { ProofRegister } from "../../../shared/proof/api.ts";
import { ageAt, daysOf } from "../../../shared/proof/dates.ts";
import { shortReasons, figuresEn as text } from "../../../shared/texts/overview/charts.en.ts";
import { Empty } from "../parts/QueryState.tsx";
import { fill, plural, sayCount, sayDate, texts } from "../parts/texts.ts";
import { Bars } from "./Bars.tsx";
import { Chart, type Look } from "./Chart.tsx";
import { someOf } from "./labels.ts";

const shortDay = new Intl.DateTimeFormat(texts.language, { day: "numeric", month: "short", timeZone: "UTC" });
export const dayTicks = (days: readonly string[]): string[] =>
  someOf(days.map((day) => shortDay.format(Date.parse(day))));

type Days = FiguresAnswer["days"];
export function CallsByDay({ days }: { days: Days }) {
  const { calls } = text;
  const total = (what: "passed" | "held" | "overridden") => days.reduce((sum, day) => sum + day[what], 0);
  const [passed, held, overridden] = [total("passed"), total("held"), total("overridden")];
  if (passed + held + overridden === 0) return <Empty title={calls.empty} text={calls.emptyText} />;
  return (
    <Bars
      order={3}
      title={calls.title}
      summary={fill(calls.summary, {
        passed: sayCount(passed),
        held: sayCount(held),
        overridden: sayCount(overridden),
        from: sayDate(texts, days[0]!.day),
        to: sayDate(texts, days.at(-1)!.day),
      })}
      along={text.day}
      rows={days}
      nameOf={({ day }) => sayDate(texts, day)}
      ticks={dayTicks(days.map(({ day }) => day))}
      series={[
        { label: calls.passed, look: "main", value: (day) => day.passed },
        { label: calls.held, look: "held", value: (day) => day.held },
        { label: calls.overridden, look: "warn", value: (day) => day.overridden },
      ]}
    />
  );
}

/** Bars in the picture. The table has all reasons. */
const REASONS = 7;

interface HeldByProps {
  of: FiguresAnswer["heldBy"];
  registers: readonly ProofRegister[];
}

export function HeldBy({ of, registers }: HeldByProps) {
  const { reasons } = text;
  const [most] = of;
  if (!most) return <Empty title={reasons.empty} text={reasons.emptyText} />;
  // A register, as a reason, is named by its id.
  const nameOf = ({ name }: { name: string }) =>
    shortReasons[name] ?? registers.find(({ list }) => list === name)?.name ?? name.toUpperCase();
  return (
    <Bars
      order={3}
      title={reasons.title}
      summary={fill(reasons.summary, { most: nameOf(most), n: sayCount(most.count) })}
      along={reasons.along}
      rows={of.slice(0, REASONS)}
      nameOf={nameOf}
      series={[{ label: reasons.calls, look: "held", value: (reason) => reason.count }]}
      listed={of}
    />
  );
}

const looks: readonly Look[] = ["main", "second", "third", "fourth"];

interface RegisterAgesProps {
  registers: readonly ProofRegister[];
  /** YYYY-MM-DD, both inclusive. */
  from: string;
  to: string;
}

/** Each day's age is as of its end, or as of now for today. */
export function RegisterAges({ registers, from, to }: RegisterAgesProps) {
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
            return age === null ? ages.none : sayCount(age);
          }),
        ]),
      }}
    />
  );
}
