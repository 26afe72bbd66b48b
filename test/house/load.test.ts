/** The load bench's model must notice wrong verdicts, or its "0 wrong" means nothing; and its sums must be right. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { costsDocument, monthOf } from "../bench/costs.ts";
import { type Kept, Model } from "../bench/load/model.ts";

const model = new Model();
model.tps.set(1, new Set(["+1"])).set(2, new Set(["+2"]));
model.ctps.set(1, new Set(["+3"]));
model.treatment.set(1, "hold").set(2, "warn");
model.entries.set("entry", "+4");
model.readTrail([
  { seq: 10, code: "suppression.added", subject: "entry" },
  { seq: 11, code: "policy.saved", subject: "2" },
  { seq: 20, code: "suppression.ended", subject: "entry" },
]);

it("the judge knows what was right at each state, and finds each verdict that was not", () => {
  const numbers = ["+1", "+2", "+3", "+4"];
  const states: [Pick<Kept, "seq" | "policy" | "tps">, string[]][] = [
    [{ seq: 9, policy: 1, tps: 1 }, ["blocked", "clear", "blocked", "clear"]],
    [{ seq: 10, policy: 1, tps: 2 }, ["clear", "blocked", "blocked", "blocked"]],
    [{ seq: 19, policy: 2, tps: 2 }, ["clear", "caution", "blocked", "blocked"]],
    [{ seq: 20, policy: 2, tps: 1 }, ["caution", "clear", "blocked", "clear"]],
  ];
  for (const [state, verdicts] of states) {
    const answer = { ...state, ctps: 1, numbers, verdicts };
    expect(model.wrongIn(answer)).toBe(0);
    for (const i of numbers.keys())
      expect(model.wrongIn({ ...answer, verdicts: verdicts.with(i, "unknown") })).toBe(1);
    expect(model.wrongIn({ ...answer, verdicts: [] })).toBe(4);
  }
});

it("a month is what its rows, requests and bytes cost beyond what is included", () => {
  const none = { read: 0, written: 0 };
  const bytes = { dial: 900, audit: 0, text: 10_000, answer: 0 };
  const costs = { check: { read: 100, written: 1 }, changes: none, dial: { read: 0, written: 20 }, bytes };
  const small = monthOf(10, costs);
  expect([small.requests, small.total]).toEqual([10 * 22 * (150 + 640 + 100), 5]);
  const { requests, read, written, storage, full, dollars } = monthOf(1000, costs);
  expect(read).toBe(1000 * 22 * 150 * 100);
  expect(written).toBe(1000 * 22 * (150 + 100 * 20) + 60_005 * 22);
  // With an unshared text for one dial in a hundred, evidence grows by 2.2 GB a month: D1 is full in the fifth.
  expect([storage, full]).toEqual([expect.closeTo(52.8), 5]);
  expect(dollars.requests).toBeCloseTo(((requests - 10e6) / 1e6) * 0.3);
  expect(dollars.written).toBe(0);
  expect(dollars.storage).toBeCloseTo(3.75);
  expect(costsDocument(costs)).toContain("| D1's 10 GB are full after | never | never | 5 months |");
});

it("the benches' Worker has each store and queue that the Worker cannot be without", () => {
  const wanted = readFileSync("worker/env.ts", "utf8").matchAll(
    /^ {2}(\w+): (?:D1Database|DurableObjectNamespace|R2Bucket|Queue)\b/gm,
  );
  const names = [...wanted].map(([, name]) => name!);
  expect(names).toContain("ARCHIVE");
  const config = readFileSync("test/bench/worker/wrangler.toml", "utf8");
  for (const name of names) expect(config).toMatch(new RegExp(`^(binding|name) = "${name}"$`, "m"));
});

it("the benches' Worker has sizes of its own wherever the Worker asks for them", () => {
  const config = readFileSync("test/bench/worker/wrangler.toml", "utf8");
  const files = readdirSync("worker", { recursive: true, encoding: "utf8" });
  const named = files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join("worker", file), "utf8").matchAll(/ from "(\.[^"]*\/sizes\.ts)";/g),
    ])
    .map(([, name]) => name!);
  expect(named).toContain("./sizes.ts");
  for (const name of named) expect(config).toContain(`"${name}" = "./sizes.ts"`);
});
