/**
 * Part of `npm run bench -- judge`: what it costs a row that the trail binds its fields one by one, salts (HMAC), leaves, root and code,
 * and its row of the trail with the Ledger's code. In processor time of Node.
 */
import { auditKey } from "../../../worker/core/audit-key.ts";
import { type BoundTable, boundTable, firstBound, type NewRow } from "../../../worker/core/bound.ts";
import { rowHash } from "../../../shared/trail/chain.ts";
import { commitmentTo, openingOf } from "../../../shared/trail/bound.ts";
import { quantile, table } from "../table.ts";

const ROWS = 500;
const RUNS = 15;
/** An Ed25519 key of the tests. */
const KEY = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

/** As many bound columns as a dial, a recording and a word on whose line a number is have. */
const tables = [26, 18, 9].map((n) =>
  boundTable({ name: "rows", columns: Array.from({ length: n }, (_, i) => `column_${i}`), at: "r.at" }),
);

/** A row with some text in each column. */
const rowOf = ({ columns }: BoundTable, n: number): NewRow =>
  Object.fromEntries(columns.map((column) => [column, `${column} of row ${n}, as long as most`]));

/** Microseconds a row, median. */
function each(work: (n: number) => unknown): number {
  const times: number[] = [];
  for (let run = -5; run < RUNS; run++) {
    const { user, system } = process.cpuUsage();
    for (let n = 0; n < ROWS; n++) work(n);
    const used = process.cpuUsage({ user, system });
    if (run >= 0) times.push((used.user + used.system) / ROWS);
  }
  return quantile(times, 0.5);
}

export async function bindings(): Promise<string> {
  const { mac } = (await auditKey(KEY))!;
  const rows = tables.map((one) => {
    const made = Array.from({ length: ROWS }, (_, n) => rowOf(one, n));
    return [one.columns.length, each((n) => firstBound(one, made[n]!))] as const;
  });
  const { root } = firstBound(tables[0]!, rowOf(tables[0]!, 0)).event;
  const row = {
    at: "2026-11-28T10:00:00.000Z",
    actor: "system",
    code: "audit.bound",
    subject: "recordings/1",
  };
  const trail = each((seq) => {
    const commitment = commitmentTo(openingOf(null, [root]));
    return mac(rowHash({ ...row, seq, commitment, prev: root }));
  });
  return table([
    ["", "processor"],
    ...rows.map(([n, time]) => [`a row of ${n} bound columns`, `${time.toFixed(0)} µs`]),
    ["its event on the trail, with the Ledger's code", `${trail.toFixed(0)} µs`],
  ]);
}
