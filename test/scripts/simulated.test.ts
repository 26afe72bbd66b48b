/** What the simulation says of companies must follow from what it measured of their parts. */
import { expect, it } from "vitest";
import { costsSection } from "../bench/history/simulation/document.ts";
import { CHECK, POLL } from "../bench/history/simulation/queries.ts";
import {
  type Besides,
  bytesOf,
  costOf,
  failuresOf,
  largestOf,
  type Month,
  monthOver,
  type Simulated,
  sizeOf,
  usedOf,
} from "../bench/history/simulation/model.ts";

/**
 * Two agents: their dials grow by 1 MB a month each, the trail has 2 MB of each, beside a fifth that no call brought, and a file a month has a
 * kilobyte; that nobody calls takes what `idle` says.
 */
const idle = (n: number): Month => ({
  ...{ name: `2027-0${n}`, workdays: 20, objects: 1e6 },
  ...{
    bytes: { dials: 1000, audit_rows: n * 500, people: 4096 },
    ofCalls: {},
    most: 1.5,
    rows: { read: 3000, written: 300 },
  },
});
const month = (n: number): Month => ({
  ...{ ...idle(n), objects: 1e6 + n * 4e6 },
  bytes: { dials: 1000 + n * 2e6, audit_rows: 5e6, people: 4096, closed_files: n * 1000 },
  ofCalls: { audit_rows: 0.8 },
  rows: { read: 3000 + 2 * 20 * 5000, written: 300 + 2 * 20 * 800 },
});
const of = (company: number): Simulated => ({
  ...{ company, agents: 2, recorded: true, months: [1, 2, 3, 4].map(month), none: [1, 2, 3, 4].map(idle) },
});
const simulated = of(1000);
const none = { read: 0, written: 0 };
const besides: Besides = {
  ...{ workdays: 22, calls: 100, checks: 0, polls: 0, check: none, poll: none, pushes: 0 },
  cpu: { check: 10, other: 5 },
};

it("a database is what it takes without calls and by its files, once, and each agent's part", () => {
  expect(Object.fromEntries([...bytesOf(simulated, 2)].filter(([, bytes]) => bytes > 0))).toEqual({
    dials: 1000 + 3e9,
    "closed dials' index": 3000,
    "the trail": 1e6 + 2e9,
    "all else": 4096,
  });
  expect(sizeOf(of(2), 3)).toBe(1000 + 8e6 + 5e6 + 4096 + 4000);
});

it("has what each object of the trail has beside it as often as the part, whatever the part's is of", () => {
  const sieved = { ...month(1), bytes: { audit_sieves: 6144 * 20 } };
  expect(bytesOf({ ...simulated, months: [sieved] }, 0).get("the trail")).toBe(6144 * 20);
});

it("the month at whose end it is larger counts from one, for the whole and for a group", () => {
  // 3, 4, 5 and 6 GB.
  expect([2e9, 4.5e9, 8e9].map((most) => monthOver(simulated, most))).toEqual([1, 3, null]);
  expect(monthOver(simulated, 2.5e9, "dials")).toBe(3);
  expect(monthOver(simulated, 2.5e9, "the trail")).toBeNull();
});

it("without free pages it is as much larger within the month as the part was", () => {
  const free = { ...simulated, months: [{ ...month(1), bytes: { dials: 3e6, "free pages": 2e6 } }] };
  expect(sizeOf(free, 0)).toBe(2_499_501_000);
  expect(usedOf(free, 0)).toBe(1.5 * 1_499_501_000);
});

it("1,000 agents who record every call, and pass 8 GB, are a failure; and so is a page that is slow when it is asked for first", () => {
  const large = (company: number, recorded: boolean): Simulated => {
    // 8.004 GB of 1,000 agents.
    const months = [month(1), { ...month(2), bytes: { dials: 1000 + 16.008e6 } }];
    return { ...of(company), recorded, months, none: [1, 2].map(idle) };
  };
  expect(failuresOf(large(1000, true), [])).toEqual(["D1 passes 8 GB at the end of month 2"]);
  expect(failuresOf(large(1000, false), [])).toEqual([]);
  expect(failuresOf(large(999, true), [])).toEqual([]);
  expect(failuresOf(of(1000), [])).toEqual([]);
  const asked = [
    { name: "dials", took: [1001, 3] },
    { name: "calls", took: [1000, 1000] },
  ] as const;
  expect(failuresOf(of(500), asked)).toEqual(["dials took 1001 ms at first"]);
});

it("the largest is that of all months, not the last's", () => {
  const [one, two, three] = simulated.months;
  expect(largestOf({ ...simulated, months: [one!, three!, two!] })).toEqual({
    bytes: sizeOf(simulated, 2),
    month: 2,
  });
});

it("rows of calls count for each agent, and those of a company in which nobody calls once", () => {
  const used = costOf(simulated, of(10), besides);
  expect(used.written).toBeCloseTo(1000 * 22 * 800 + 300);
  expect(used.read).toBeCloseTo(1000 * 22 * 5000 + 3000);
  // A dial and a recording each.
  expect(used.requests).toBe(1000 * 22 * 100 * 2);
  expect(used.archive).toBeCloseTo(8.001);
  const more = { ...besides, checks: 3, check: { read: 7, written: 1 }, pushes: 9 };
  expect(costOf(simulated, of(10), more).written - used.written).toBeCloseTo(1000 * 22 * 3 + 9);
});

it("rows and the archive are by the company whose files are larger, the database by its own", () => {
  const like = { ...of(10), months: [1, 2, 3, 4].map((n) => ({ ...month(n), bytes: {}, objects: 2e6 })) };
  const used = costOf(simulated, like, besides);
  expect(used.archive).toBeCloseTo(0.501);
  expect(used.storage).toBeCloseTo(6.001, 2);
});

it("the document names each size, and when it is full", () => {
  const asked = [CHECK, POLL].map((name) => ({ name, took: [1, 1] as const, rows: none }));
  const text = costsSection([10, 60, 500, 1000].map((company) => ({ simulated: of(company), asked })));
  expect(text).toContain("| 10 agents | 60 agents | 500 agents | 1,000 agents |");
  expect(text).toContain("| D1 after 4 months | 0.06 GB | 0.36 GB | 3.0 GB | 6.0 GB |");
  expect(text).toContain("| D1 at its largest | 0.06 GB | 0.36 GB | 3.0 GB | 6.0 GB |");
  expect(text).toContain("| in month | 4 | 4 | 4 | 4 |");
  expect(text).toContain("| simulated of it | 2 of 10 | 2 of 60 | 2 of 500 | 2 of 1,000 |");
  expect(text).toContain(
    "| D1's 10 GB are full at the end of month | not in 4 | not in 4 | not in 4 | not in 4 |",
  );
});
