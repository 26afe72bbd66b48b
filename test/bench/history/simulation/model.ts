/** What a simulated company's months say of a larger one: pure. */
import { type Rows, priced } from "../../costs.ts";

export interface Month {
  /** `2027-01` */
  name: string;
  workdays: number;
  /** Of the database, by table. */
  bytes: Readonly<Record<string, number>>;
  /** Bytes of the archive's bucket. */
  objects: number;
  /** What its calls and nights read and wrote. */
  rows: Rows;
}
/** A company of few agents, month by month; `none`: one in which nobody calls, in the same months. */
export interface Simulated {
  agents: number;
  recorded: boolean;
  none: readonly Month[];
  months: readonly Month[];
}

/** Pages that rows left, which new ones take: the file does not shrink. */
export const FREE = "free pages";
/** What belongs together, by table. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  dials: ["dials", "dial_texts"],
  "closed dials' index": ["closed_files", "closed_numbers", "closed_calls", "closed_out"],
  "closed calls' index": ["closed_logged", "closed_logged_quarters", "closed_logged_days"],
  "closed months' packed index": ["closed_blocks"],
  calls: ["call_rows", "call_texts"],
  recordings: ["recording_rows", "recording_agents", "recording_sources", "recording_days"],
  "closed recordings' index": [
    "closed_kept",
    "closed_kept_numbers",
    "closed_kept_days",
    "closed_kept_files",
    "closed_kept_out",
    "closed_kept_quarters",
    "closed_kept_folders",
    "closed_blocks",
    "closed_places",
    "closed_place_months",
  ],
  "closed certificates' index": ["closed_certificates", "closed_recordings", "closed_erasures"],
  "the trail": ["audit", "audit_payload", "audit_archives", "erasure_salts"],
  "stored answers": ["idempotency"],
  [FREE]: [FREE],
};
const REST = "all else";
const groupOf = (table: string): string =>
  Object.keys(GROUPS).find((name) => GROUPS[name]!.includes(table)) ?? REST;

/** What a database of so many agents takes at a month's end, in bytes, by group. */
export function bytesOf({ agents: few, none, months }: Simulated, at: number, agents: number) {
  const sums = new Map([...Object.keys(GROUPS), REST].map((name) => [name, 0]));
  for (const [table, bytes] of Object.entries(months[at]!.bytes)) {
    const whatever = none[at]!.bytes[table] ?? 0;
    const group = groupOf(table);
    sums.set(group, sums.get(group)! + whatever + (Math.max(0, bytes - whatever) / few) * agents);
  }
  return sums;
}
export const sum = (parts: Iterable<number>): number => [...parts].reduce((a, b) => a + b, 0);
export const sizeOf = (simulated: Simulated, at: number, agents: number): number =>
  sum(bytesOf(simulated, at, agents).values());

/** The first month (from 1) at whose end the database, or one group of it, is larger; null: none of those simulated. */
export function monthOver(simulated: Simulated, agents: number, most: number, group?: string): number | null {
  const at = simulated.months.findIndex((_, i) =>
    group === undefined
      ? sizeOf(simulated, i, agents) > most
      : bytesOf(simulated, i, agents).get(group)! > most,
  );
  return at < 0 ? null : at + 1;
}

/** An agent's working day besides its calls, and what one of each costs, as docs/costs.md has them. */
export interface Besides {
  workdays: number;
  calls: number;
  checks: number;
  polls: number;
  check: Rows;
  poll: Rows;
  /** Rows that registers' changes write in a month, whatever the company. */
  pushes: number;
  cpu: { check: number; other: number };
}
/** What so many agents' last month costs. */
export function costOf(simulated: Simulated, agents: number, besides: Besides) {
  const { workdays, calls, checks, polls, check, poll, pushes, cpu } = besides;
  const { agents: few, none, months, recorded } = simulated;
  // From the half on recordings are erased, too.
  const half = Math.floor(months.length / 2);
  const [late, idle] = [months.slice(half), none.slice(half)];
  const days = sum(late.map((month) => month.workdays));
  const each = (key: keyof Rows) => {
    const [all, whatever] = [late, idle].map((some) => sum(some.map(({ rows }) => rows[key])));
    return (Math.max(0, all! - whatever!) / few / days) * workdays * agents + whatever! / idle.length;
  };
  const of = (aDay: number) => agents * workdays * aDay;
  const erased = recorded ? of(calls) : 0;
  const records = of(calls) + erased;
  const last = months.length - 1;
  const [archive, before] = [months[last]!.objects, none[last]!.objects];
  return {
    storage: sizeOf(simulated, last, agents) / 1e9,
    archive: (before + (Math.max(0, archive - before) / few) * agents) / 1e9,
    read: each("read") + of(checks) * check.read + of(polls) * poll.read,
    written: each("written") + of(checks) * check.written + of(polls) * poll.written + pushes,
    requests: of(checks) + of(polls) + records,
    cpu: of(checks) * cpu.check + (of(polls) + records + erased) * cpu.other,
    objects: records + erased,
  };
}
export const priceOf = (simulated: Simulated, agents: number, besides: Besides) => {
  const used = costOf(simulated, agents, besides);
  return { ...used, ...priced(used) };
};
