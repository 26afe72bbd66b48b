/** A time or a date in British format. Pointing at a time shows it in UTC. */
import { fill, sayDate, texts, words } from "./texts.ts";

const format = new Intl.DateTimeFormat(texts.language, { dateStyle: "medium", timeStyle: "short" });

/** A time of the API (ISO 8601, UTC) in this device's time zone. */
export const sayTime = (at: string): string => format.format(Date.parse(at));

export function When({ at }: { at: string | null }) {
  if (at === null) return <span className="desk-quiet">{words.never}</span>;
  const utc = fill(words.utc, { at: at.replace("T", " ").replace(/Z$/, "") });
  return (
    <time dateTime={at} title={utc} className="desk-when">
      {sayTime(at)}
    </time>
  );
}

/** A calendar date (YYYY-MM-DD). */
export function Day({ date }: { date: string }) {
  return (
    <time dateTime={date} className="desk-when">
      {sayDate(texts, date)}
    </time>
  );
}
