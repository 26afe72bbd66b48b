/** What the simulation says of larger companies must follow from what it measured. */
import { expect, it } from "vitest";
import { costsSection } from "../bench/history/simulation/document.ts";
import { CHECK, POLL } from "../bench/history/simulation/queries.ts";
import {
  type Besides,
  bytesOf,
  costOf,
  type Month,
  monthOver,
  type Simulated,
  sizeOf,
} from "../bench/history/simulation/model.ts";

/** Two agents: their dials grow by 1 MB a month each, the trail has 2 MB of each; that nobody calls takes what `idle` says. */
const idle = (n: number): Month => ({
  ...{ name: `2027-0${n}`, workdays: 20, objects: 1e6 },
  ...{ bytes: { dials: 1000, audit: n * 500, people: 4096 }, rows: { read: 3000, written: 300 } },
});
const month = (n: number): Month => ({
  ...{ ...idle(n), objects: 1e6 + n * 4e6 },
  bytes: { dials: 1000 + n * 2e6, audit: n * 500 + 4e6, people: 4096 },
  rows: { read: 3000 + 2 * 20 * 5000, written: 300 + 2 * 20 * 800 },
});
const simulated: Simulated = {
  ...{ agents: 2, recorded: true, months: [1, 2, 3, 4].map(month), none: [1, 2, 3, 4].map(idle) },
};
const none = { read: 0, written: 0 };
const besides: Besides = {
  ...{ workdays: 22, calls: 100, checks: 0, polls: 0, check: none, poll: none, pushes: 0 },
  cpu: { check: 10, other: 5 },
};

it("a database is what it takes without calls, and each agent's part", () => {
  expect(Object.fromEntries([...bytesOf(simulated, 2, 1000)].filter(([, bytes]) => bytes > 0))).toEqual({
    dials: 1000 + 3e9,
    "the trail": 1500 + 2e9,
    "all else": 4096,
  });
  expect(sizeOf(simulated, 3, 2)).toBe(1000 + 8e6 + 2000 + 4e6 + 4096);
});

it("the month at whose end it is larger counts from one, for the whole and for a group", () => {
  // 3, 4, 5 and 6 GB.
  expect([2e9, 4.5e9, 8e9].map((most) => monthOver(simulated, 1000, most))).toEqual([1, 3, null]);
  expect(monthOver(simulated, 1000, 2.5e9, "dials")).toBe(3);
  expect(monthOver(simulated, 1000, 2.5e9, "the trail")).toBeNull();
});

it("rows of calls count for each agent, and those of a company in which nobody calls once", () => {
  const used = costOf(simulated, 1000, besides);
  expect(used.written).toBeCloseTo(1000 * 22 * 800 + 300);
  expect(used.read).toBeCloseTo(1000 * 22 * 5000 + 3000);
  // A dial and a recording each.
  expect(used.requests).toBe(1000 * 22 * 100 * 2);
  expect(used.archive).toBeCloseTo(8.001);
  const more = { ...besides, checks: 3, check: { read: 7, written: 1 }, pushes: 9 };
  expect(costOf(simulated, 1000, more).written - used.written).toBeCloseTo(1000 * 22 * 3 + 9);
});

it("the document names each size, and when it is full", () => {
  const asked = [CHECK, POLL].map((name) => ({ name, took: [1, 1] as const, rows: none }));
  const text = costsSection([{ simulated, asked }]);
  expect(text).toContain("| 10 agents | 60 agents | 500 agents | 1,000 agents |");
  expect(text).toContain("| D1 after 4 months | 0.06 GB | 0.36 GB | 3.0 GB | 6.0 GB |");
  expect(text).toContain(
    "| D1's 10 GB are full at the end of month | not in 4 | not in 4 | not in 4 | not in 4 |",
  );
});
