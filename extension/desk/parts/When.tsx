/** A time or a day as people here write it; the whole of it in UTC is there to be pointed at. */
import { fill, sayDate, texts, words } from "./words.ts";

const format = new Intl.DateTimeFormat(texts.language, { dateStyle: "medium", timeStyle: "short" });

/** A time of the API (ISO 8601, UTC) by this device's clock. */
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
