/** A screening by the command line that is killed at moments of chance. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { ScreeningAnswer, ScreeningDetail } from "../../../shared/screening/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { withContacts } from "./screening-kit.ts";

const { own, numbers, contacts, next } = withContacts("screen-long", 32_000);

const screenings = async () =>
  (await call<{ screenings: ScreeningAnswer[] }>(own.worker.url, own.token, "GET", "/v1/screenings"))
    .screenings;
const detail = (id: string) =>
  call<ScreeningDetail>(own.worker.url, own.token, "GET", `/v1/screenings/${id}`);
const timeless = (path: string) => readFileSync(path, "utf8").replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");

it("cut off at any moment and called again, it neither skips nor doubles", async () => {
  const whole = join(own.dir, "whole.csv");
  const once = await own.cli(["--json", "screen", contacts, "-o", whole]);
  expect(once.code, once.stderr).toBe(0);
  const [first] = await screenings();

  const output = join(own.dir, "resumed.csv");
  const from = () => 1 + Math.floor(next() * 4);
  const moments = [`Reading [${from()}-9]0%`, `Screening [${from()}-9]0%`, `Writing [${from()}-9]0%`];
  let killed = 0;
  for (const moment of moments) {
    const { code } = await own.cli(["screen", contacts, "-o", output], {}, new RegExp(moment));
    // On a busy machine it may have ended before the signal arrived.
    if (code === 0) break;
    killed++;
    // Or it was whole, and the state from which it resumes not yet removed.
    if (moment.startsWith("Writing") && existsSync(output)) expect(timeless(output)).toBe(timeless(whole));
    else expect(existsSync(output), moment).toBe(false);
  }
  expect(killed).toBeGreaterThan(0);
  if (killed === moments.length) {
    const resumed = await own.cli(["screen", contacts, "-o", output]);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toContain("Resuming the interrupted screening");
  }

  expect(timeless(output)).toBe(timeless(whole));
  expect(readdirSync(own.dir).filter((name) => name.startsWith("resumed"))).toEqual(["resumed.csv"]);
  const all = await screenings();
  expect(all.map(({ state }) => state)).toEqual(["done", "done"]);
  const [a, b] = await Promise.all([detail(first!.id), detail(all[0]!.id)]);
  const counts = ({ id: _, at: __, finishedAt: ___, ...rest }: ScreeningDetail) => rest;
  expect(counts(b)).toEqual(counts(a));
  expect(a).toMatchObject({ rows: 32_000, numbers: new Set(numbers).size, parts: 4, source: "cli" });

  // Every row has the verdict that the check gives it.
  const lines = readFileSync(whole, "utf8").trimEnd().split("\r\n");
  expect(lines[0]).toBe("Name;Phone;Note;verdict;reasons;e164;screened at;TPS as of;CTPS as of");
  expect(lines[1]).toMatch(/^"Person; 0";020\d{8};'=1\+1;/);
  const { results } = await call<CheckAnswer>(own.worker.url, own.token, "POST", "/v1/check", {
    numbers: numbers.slice(0, 1000),
  });
  expect(lines.slice(1, 1001).map((line) => line.split(";").slice(4, 5)[0])).toEqual(
    results.map((r) => r.verdict),
  );
  expect(await call(own.worker.url, own.token, "GET", "/v1/audit/verify")).toMatchObject({ ok: true });
});
