/**
 * `npm run bench -- judge`: deciding 10,000 numbers of one country at one moment, with little and with much on record; and what it
 * costs a row that the trail binds it.
 */
import type { Facts } from "../../shared/check/api.ts";
import { decide } from "../../shared/check/verdict.ts";
import { regions } from "../../shared/law/regions.ts";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import type { RegisterHead } from "../../shared/registers/api.ts";
import { bindings } from "./history/bind.ts";
import { ms, quantile, ratio, table } from "./table.ts";

const NUMBERS = 10_000;
const NOW = Date.parse("2026-11-25T11:00:00Z");
const COPY = "2026-11-24";

/** `much`: every fourth number is listed, every tenth objected, and every third consented. */
function factsOf(region: string, lists: readonly RegisterHead[], much: boolean): Facts[] {
  const has = (i: number, every: number) => much && i % every === 0;
  return Array.from({ length: NUMBERS }, (_, i) => ({
    e164: `+44113496${String(i).padStart(4, "0")}`,
    region,
    lists: has(i, 4) ? lists.slice(0, 1).map(({ id }) => ({ id, asOf: COPY, since: "2026-01-01" })) : [],
    suppressions: has(i, 10)
      ? [{ kind: "objection", reason: "no", at: "2026-01-01T10:00:00Z", until: null }]
      : [],
    consents: has(i, 3)
      ? [
          {
            ...{ basis: "consent", kind: "prior", calls: ["general"], evidenced: true },
            ...{ givenAt: "2026-06-01T10:00:00Z", until: null },
          },
        ]
      : [],
    ...(much ? { line: i % 2 ? "fixed" : "mobile" } : {}),
  }));
}

function time(region: string, much: boolean): number {
  const lists = regions[region]!.registers.map(({ id, maxAgeDays }) => ({
    ...{ id, name: id, regions: [region], maxAgeDays },
    ...{ version: 1, asOf: COPY, numbers: 1000 },
  }));
  const facts = factsOf(region, lists, much);
  const times: number[] = [];
  for (let run = -5; run < 15; run++) {
    const from = process.cpuUsage().user;
    for (const its of facts) decide(its, { policy: defaultPolicy, lists, now: NOW });
    if (run >= 0) times.push((process.cpuUsage().user - from) / 1000);
  }
  return quantile(times, 0.5);
}

export async function judge(): Promise<void> {
  const rows = ["GB", "IE", "DE", "FR", "US"].map(
    (region) => [region, time(region, false), time(region, true)] as const,
  );
  const first = rows[0]![1];
  console.log(
    `\nDeciding ${NUMBERS.toLocaleString("en-GB")} numbers at one moment, processor time, median of 15 runs`,
  );
  console.log(
    table([
      ["", "nothing on record", "much on record", "ratios to the first"],
      ...rows.map(([region, bare, full]) => [
        ...[region, ms(bare), ms(full), `${ratio(bare, first)}, ${ratio(full, first)}`],
      ]),
    ]),
  );
  console.log(`\nBinding a row field by field, median of 15 runs\n${await bindings()}`);
}
