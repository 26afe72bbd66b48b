import { describe, expect, it } from "vitest";
import { tables } from "../../../scripts/tables.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { readFileSync } from "node:fs";
import { lastHolidayYear } from "../../../shared/hours/holidays.ts";
import { closedAt, isHoliday } from "../../../shared/hours/hours.ts";
import { type Hours, type Policy, policySchema } from "../../../shared/policy/policy.ts";

const every = (open: Hours["mon"]): Hours => ({
  mon: open,
  tue: open,
  wed: open,
  thu: open,
  fri: open,
  sat: open,
  sun: open,
});
const with_ = (hours: Policy["hours"], over: Partial<Policy> = {}): Policy => ({
  ...policySchema.parse({ hours }),
  ...over,
});
/** `open`, or the code that says why not. */
const said = (policy: Policy, region: string, zones: string[], time: string) =>
  closedAt(policy, region, zones, Date.parse(time))?.code ?? "open";

describe("hours by the clock of the called party", () => {
  const nineToFive = with_({ GB: every(["09:00", "17:00"]), US: every(["09:00", "17:00"]) });
  const gb = (time: string) => said(nineToFive, "GB", ["Europe/London"], time);

  it("a region that policy does not name has no limit, in whatever zone", () => {
    expect(said(nineToFive, "FR", ["Europe/Paris"], "2026-11-25T03:00:00Z")).toBe("open");
    expect(said(nineToFive, "FR", [], "2026-11-25T03:00:00Z")).toBe("open");
  });

  it("from the first minute to before the last, by weekday", () => {
    expect(gb("2026-11-25T08:59:59Z")).toBe("out-of-hours");
    expect(gb("2026-11-25T09:00:00Z")).toBe("open");
    expect(gb("2026-11-25T16:59:59Z")).toBe("open");
    expect(gb("2026-11-25T17:00:00Z")).toBe("out-of-hours");
    const weekdays = with_({ GB: { ...every(["09:00", "17:00"]), sat: null, sun: ["11:00", "12:00"] } });
    const on = (time: string) => said(weekdays, "GB", ["Europe/London"], time);
    expect(on("2026-11-27T12:00:00Z")).toBe("open"); // Friday
    expect(on("2026-11-28T11:30:00Z")).toBe("out-of-hours"); // Saturday
    expect(on("2026-11-29T11:30:00Z")).toBe("open"); // Sunday
    expect(on("2026-11-29T12:00:00Z")).toBe("out-of-hours");
  });

  it("the weekday is theirs: late on Sunday in London is Monday in Sydney, and Sunday morning in Honolulu", () => {
    const mondays = { ...every(null), mon: ["06:00", "12:00"] as [string, string] };
    const policy = with_({ AU: mondays, US: mondays });
    expect(said(policy, "AU", ["Australia/Sydney"], "2026-11-29T22:00:00Z")).toBe("open");
    expect(said(policy, "US", ["Pacific/Honolulu"], "2026-11-29T22:00:00Z")).toBe("out-of-hours");
  });

  it("summer time: the clocks of both changes", () => {
    // 29 March 2026, 01:00 UTC: 00:59 GMT is followed by 02:00 BST.
    const early = with_({ GB: every(["01:00", "02:00"]) });
    expect(said(early, "GB", ["Europe/London"], "2026-03-29T00:59:00Z")).toBe("out-of-hours");
    expect(said(early, "GB", ["Europe/London"], "2026-03-29T01:00:00Z")).toBe("out-of-hours"); // it is 02:00
    expect(gb("2026-03-28T08:30:00Z")).toBe("out-of-hours");
    expect(gb("2026-03-29T08:00:00Z")).toBe("open");
    expect(gb("2026-03-29T16:00:00Z")).toBe("out-of-hours");
    // 25 October 2026, 01:00 UTC: the hour from 01:00 comes twice.
    for (const time of ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])
      expect(said(early, "GB", ["Europe/London"], time), time).toBe("open");
    expect(said(early, "GB", ["Europe/London"], "2026-10-25T02:00:00Z")).toBe("out-of-hours");
    expect(gb("2026-10-25T08:30:00Z")).toBe("out-of-hours");
    expect(gb("2026-10-25T09:00:00Z")).toBe("open");
  });

  it("24:00 is the end of the day, 00:00 its beginning", () => {
    const late = with_({ GB: every(["20:00", "24:00"]) });
    expect(said(late, "GB", ["Europe/London"], "2026-11-25T23:59:59Z")).toBe("open");
    expect(said(late, "GB", ["Europe/London"], "2026-11-26T00:00:00Z")).toBe("out-of-hours");
    const always = with_({ GB: every(["00:00", "24:00"]) });
    for (const time of ["2026-11-25T00:00:00Z", "2026-11-25T12:00:00Z", "2026-11-25T23:59:00Z"])
      expect(said(always, "GB", ["Europe/London"], time)).toBe("open");
    const never = with_({ GB: every(["24:00", "24:00"]) });
    expect(said(never, "GB", ["Europe/London"], "2026-11-25T23:59:00Z")).toBe("out-of-hours");
  });

  it("with several zones all must be inside", () => {
    const both = (time: string) => said(nineToFive, "US", ["America/New_York", "America/Los_Angeles"], time);
    expect(both("2026-11-25T15:00:00Z")).toBe("out-of-hours"); // 10:00 and 07:00
    expect(both("2026-11-25T18:00:00Z")).toBe("open"); // 13:00 and 10:00
    expect(both("2026-11-25T22:00:00Z")).toBe("out-of-hours"); // 17:00 and 14:00
  });

  it("no zone, and one that nobody knows, is outside", () => {
    const always = with_({ US: every(["00:00", "24:00"]) });
    expect(said(always, "US", [], "2026-11-25T12:00:00Z")).toBe("out-of-hours");
    expect(said(always, "US", ["America/New_York", "Moon/Tranquility"], "2026-11-25T12:00:00Z")).toBe(
      "out-of-hours",
    );
  });
});

describe("public holidays", () => {
  // As published on gov.uk/bank-holidays; holidays on a weekend are holidays themselves, too.
  const published = {
    "GB-ENG":
      "2026-12-25 2026-12-28 2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27",
    "GB-SCT":
      "2026-11-30 2026-12-25 2026-12-28 2027-01-01 2027-01-04 2027-03-26 2027-05-03 2027-08-02 2027-11-30",
    "GB-NIR": "2026-12-25 2026-12-28 2027-01-01 2027-03-17 2027-03-29 2027-07-12 2027-08-30 2027-12-28",
  } as const;
  const parts = Object.keys(published) as (keyof typeof published)[];

  it("are those that are published", () => {
    for (const part of parts)
      for (const day of published[part].split(" ")) expect(isHoliday(part, day), `${part} ${day}`).toBe(true);
    const others: [(typeof parts)[number], string][] = [
      ["GB-ENG", "2027-03-17"],
      ["GB-ENG", "2027-07-12"],
      ["GB-ENG", "2026-11-30"],
      ["GB-SCT", "2027-03-29"], // Easter Monday is not a holiday in Scotland
      ["GB-SCT", "2027-08-30"],
      ["GB-NIR", "2027-08-02"],
      ["GB-ENG", "2027-01-04"],
    ];
    for (const [part, day] of others) expect(isHoliday(part, day), `${part} ${day}`).toBe(false);
  });

  it("none counts unless policy names its part, and then the whole day, by their clock", () => {
    const none = with_({});
    const scots = with_({}, { holidays: ["GB-SCT"] });
    const on = (policy: Policy, time: string) => said(policy, "GB", ["Europe/London"], time);
    expect(on(none, "2026-12-25T12:00:00Z")).toBe("open");
    expect(on(scots, "2026-11-30T12:00:00Z")).toBe("holiday");
    expect(closedAt(scots, "GB", ["Europe/London"], Date.parse("2026-11-30T12:00:00Z"))).toEqual({
      code: "holiday",
      asOf: "2026-11-30",
    });
    expect(on(scots, "2026-12-01T12:00:00Z")).toBe("open");
    expect(on(with_({}, { holidays: ["GB-ENG"] }), "2026-11-30T12:00:00Z")).toBe("open");
    // 3 May 2027 is British Summer Time: it begins at 23:00 UTC of the day before.
    expect(on(scots, "2027-05-02T22:59:00Z")).toBe("open");
    expect(on(scots, "2027-05-02T23:00:00Z")).toBe("holiday");
    expect(on(scots, "2027-05-03T22:59:00Z")).toBe("holiday");
    expect(on(scots, "2027-05-03T23:00:00Z")).toBe("open");
  });

  it("are those of the region only, and of any part that is named", () => {
    const all = with_({}, { holidays: ["GB-ENG", "GB-NIR"] });
    expect(said(all, "GB", ["Europe/London"], "2027-07-12T12:00:00Z")).toBe("holiday");
    expect(said(all, "FR", ["Europe/Paris"], "2026-12-25T12:00:00Z")).toBe("open");
  });

  it("are known to the end of a year that is told, and for the year after this one at least", () => {
    expect(lastHolidayYear).toBeGreaterThan(2027);
    expect(isHoliday("GB-ENG", `${lastHolidayYear}-12-25`)).toBe(true);
    expect(isHoliday("GB-ENG", `${lastHolidayYear + 1}-12-25`)).toBe(false);
  });
});

it("the generated tables are what the libraries say: else run `npm run tables`", async () => {
  for (const { path, text } of await tables())
    expect(readFileSync(at(path), "utf8") === text, `${path} has drifted`).toBe(true);
});
