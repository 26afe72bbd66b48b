/** How many recordings are erased in which week, and how many of them a hold keeps. */
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { Chart } from "../charts/Chart.tsx";
import { fill, plural, sayDate, texts } from "../parts/words.ts";
import { type Span, spans, type Week } from "./weeks.ts";

const text = recordingsEn.erasures;
/** Policy's usual twelve months, and the week that they end in. */
const WEEKS = 54;
const count = new Intl.NumberFormat(texts.language);
const monthName = new Intl.DateTimeFormat(texts.language, { month: "short", timeZone: "UTC" });
const sayWeek = ({ when, week }: Span): string => (when === "week" ? sayDate(texts, week) : text[when]);

interface WeeksProps {
  weeks: readonly Week[];
  today: string;
  order?: 2 | 3;
}
/** `weeks` are not empty. */
export function ErasureWeeks({ weeks, today, order = 2 }: WeeksProps) {
  const of = spans(weeks, today, WEEKS);
  const most = of.reduce((top, span) => (span.recordings > top.recordings ? span : top));
  const all = of.reduce((sum, span) => sum + span.recordings, 0);
  const ticks = of.map((span, i) =>
    span.when === "week"
      ? of[i - 1]?.week.slice(0, 7) === span.week.slice(0, 7) && of[i - 1]?.when === "week"
        ? ""
        : monthName.format(Date.parse(span.week))
      : text[span.when],
  );
  return (
    <Chart
      order={order}
      title={text.chart}
      summary={fill(text.summary, {
        recordings: plural(texts, text.recordings, all),
        last: sayWeek(of.at(-1)!),
        most: count.format(most.recordings),
        week: sayWeek(most),
      })}
      kind="bars"
      along={text.columns.week}
      labels={of.map(sayWeek)}
      ticks={ticks}
      series={[
        { label: text.going, look: "main", values: of.map((span) => span.recordings - span.held) },
        { label: text.held, look: "held", values: of.map((span) => span.held) },
      ]}
      table={{
        columns: [text.columns.week, text.columns.going, text.columns.held],
        rows: of
          .filter(({ recordings }) => recordings > 0)
          .map((span) => [sayWeek(span), count.format(span.recordings - span.held), count.format(span.held)]),
      }}
    />
  );
}
