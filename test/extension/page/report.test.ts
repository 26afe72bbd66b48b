/** What a frame reports to the background. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SpokenWords } from "../../../extension/carried.ts";
import type { Mark } from "../../../extension/page/find/mark.ts";
import { textsFor } from "../../../shared/texts/check/verdicts.ts";
import { pageEn } from "../../../shared/texts/page/badges.en.ts";
import { openReport } from "../../../extension/page/report.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { language: "pl-PL" });
  vi.stubGlobal("location", { host: "crm.example", href: "https://crm.example/" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is told once, and again where another page may have stood in this one's place", () => {
  const told: unknown[] = [];
  const { signal } = new AbortController();
  const reportSoon = openReport({
    ...{ marks: () => new Set(), spoken: () => [], speak: () => {}, roots: [], signal },
    send: (report) => {
      told.push(report);
      return Promise.resolve(null);
    },
  });
  const after = (report: () => void) => {
    report();
    vi.advanceTimersByTime(1000);
    return told.length;
  };
  expect([after(() => reportSoon()), after(() => reportSoon())]).toEqual([1, 1]);
  expect(after(() => reportSoon(true))).toBe(2);
  expect(after(() => reportSoon())).toBe(2);
});

it("gets its words with the first report of numbers, and speaks from then on", async () => {
  const told: { language?: string }[] = [];
  const spoken: unknown[] = [];
  const marks = new Set<Mark>();
  let answer: SpokenWords | null = null;
  const { signal } = new AbortController();
  const reportSoon = openReport({
    ...{ marks: () => marks, spoken: () => marks, roots: [], signal },
    speak: (words) => void spoken.push(words),
    send: (report) => {
      told.push(report);
      return Promise.resolve(answer);
    },
  });
  const report = async () => {
    reportSoon();
    await vi.advanceTimersByTimeAsync(1000);
  };
  await report();
  marks.add({ decision: null } as Mark);
  // The background may be stopped before it answers.
  await report();
  expect(spoken).toEqual([]);
  answer = { list: pageEn, verdicts: textsFor("en") };
  await report();
  await report();
  expect(told.map(({ language }) => language)).toEqual([undefined, "pl-PL", "pl-PL"]);
  expect(spoken).toEqual([answer, answer]);
});
