/** How many recordings are erased in which week, and how many of them a legal hold keeps. */
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { fill, plural, sayCount, sayDate, texts } from "../parts/texts.ts";
import { Bars } from "./Bars.tsx";
import { monthsNamed, type Span, spans, type Week } from "./weeks.ts";

const text = recordingsEn.erasures;
/** The default retention of twelve months, with the weeks in which it begins and ends. */
const WEEKS = 54;
const monthName = new Intl.DateTimeFormat(texts.language, { month: "short", timeZone: "UTC" });
const sayWeek = ({ when, week }: Span): string => (when === "week" ? sayDate(texts, week) : text[when]);

function ticksOf(of: readonly Span[]): string[] {
  const named = monthsNamed(of);
  return of.map(({ when, week }, i) =>
    when !== "week" ? text[when] : named[i] ? monthName.format(Date.parse(week)) : "",
  );
}

interface UpcomingErasuresProps {
  /** Not empty. */
  weeks: readonly Week[];
  today: string;
  order?: 2 | 3;
}

export function UpcomingErasures({ weeks, today, order = 2 }: UpcomingErasuresProps) {
  const of = spans(weeks, today, WEEKS);
  const most = of.reduce((top, span) => (span.recordings > top.recordings ? span : top));
  const all = of.reduce((sum, span) => sum + span.recordings, 0);
  const going = (span: Span) => span.recordings - span.held;
  const held = (span: Span) => span.held;
  return (
    <Bars
      order={order}
      title={text.chart}
      summary={fill(text.summary, {
        recordings: plural(texts, text.recordings, all),
        last: sayWeek(of.at(-1)!),
        most: sayCount(most.recordings),
        week: sayWeek(most),
      })}
      along={text.columns.week}
      rows={of}
      nameOf={sayWeek}
      ticks={ticksOf(of)}
      series={[
        { label: text.going, look: "main", value: going },
        { label: text.held, look: "held", value: held },
      ]}
      columns={[
        { label: text.columns.going, value: going },
        { label: text.columns.held, value: held },
      ]}
      listed={of.filter(({ recordings }) => recordings > 0)}
    />
  );
}
