/** What a frame reports to the background. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openReport } from "../../../extension/page/report.ts";

beforeEach(() => {
  vi.useFakeTimers();
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
    send: (report) => Promise.resolve(told.push(report)),
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
