import { expect, it } from "vitest";
import { momentIn } from "../../../shared/connectors/moment.ts";

const DAY = 86_400_000;
const MAY = Date.UTC(2026, 4, 3);

it.each([
  ["2026-05-03", MAY, MAY + DAY - 1],
  ["2026-05-03T10:00:00Z", MAY + 36_000_000, MAY + 36_000_000],
  ["2026-05-03T10:00:00.000+0000", MAY + 36_000_000, MAY + 36_000_000],
  ["2026-05-03T12:00:00+02:00", MAY + 36_000_000, MAY + 36_000_000],
  [" 2026-05-03 10:00:00 ", MAY + 36_000_000, MAY + 36_000_000],
  [String(MAY), MAY, MAY],
])("%s is from when to when", (text, from, to) => expect(momentIn(text)).toEqual({ from, to }));

it.each([
  ...["", "yes", "03/05/2026", "3 May 2026", "2026", "2026-13-03", "2026-05-03T25:00:00Z", "1234567"],
  // 3 May 2026, without marks: milliseconds of 1976 and of 2612.
  ...["202605031200", "20260503120000"],
])("“%s” is no moment", (text) => expect(momentIn(text)).toBeNull());
