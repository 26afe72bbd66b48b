/** A day as people write or paste it: 26/11/2026, 26.11.2026, 26 Nov 2026, 2026-11-26. */

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const names = [
  ...["january", "february", "march", "april", "may", "june", "july"],
  ...["august", "september", "october", "november", "december"],
];

/**
 * YYYY-MM-DD; null where it is no day of the calendar. The day comes first, but where the year does, which has four digits: two
 * may be the beginning of another year.
 */
export function readDate(written: string): string | null {
  const text = written.trim().toLowerCase();
  const parts =
    /^(?<y>(?:19|20|21)\d{2})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})$/.exec(text) ??
    /^(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>(?:19|20|21)\d{2})$/.exec(text) ??
    /^(?<d>\d{1,2})(?:st|nd|rd|th)?[-/. ]+(?<m>[a-z]{3,9})\.?,?[-/. ]+(?<y>(?:19|20|21)\d{2})$/.exec(text);
  if (!parts?.groups) return null;
  const { y = "", m = "", d = "" } = parts.groups;
  const month = /^\d/.test(m) ? Number(m) : monthOf(m);
  const date = `${y}-${String(month).padStart(2, "0")}-${d.padStart(2, "0")}`;
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : null;
}

/** A day and a time, `26/11/2026 14:30`, as YYYY-MM-DDTHH:MM; null where one of them is missing or is none. */
export function readMoment(written: string): string | null {
  // What is longer is no day, and its spaces are not counted again and again.
  if (written.length > 60) return null;
  const [, day = "", hours = "", minutes = ""] =
    /^(.+?)(?:t|,?\s+)(\d{1,2})[:.](\d{2})$/i.exec(written.trim()) ?? [];
  const date = readDate(day);
  const isTime = Number(hours) < 24 && Number(minutes) < 60;
  return date !== null && isTime ? `${date}T${hours.padStart(2, "0")}:${minutes}` : null;
}

/** 1 to 12; 0 where it names none. Sept is written as well. */
const monthOf = (name: string): number =>
  name === "sept" ? 9 : Math.max(months.indexOf(name), names.indexOf(name)) + 1;
