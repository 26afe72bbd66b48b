/** Calendar months, without Temporal: pages load it. */

/** Calendar months later (YYYY-MM-DD), or the month's last day: 31 August and six months is 28 or 29 February. */
export function monthsLater(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0));
  last.setUTCDate(Math.min(date, last.getUTCDate()));
  return last.toISOString().slice(0, 10);
}
