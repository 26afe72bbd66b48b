/** What the simulated part of a company says of the whole: pure. */
import { type Rows, priced } from "../../costs.ts";

export interface Month {
  /** `2027-01` */
  name: string;
  workdays: number;
  /** Of the database, by table. */
  bytes: Readonly<Record<string, number>>;
  /** Which part of a table's bytes is of calls, where others that no call brings are many. */
  ofCalls: Readonly<Record<string, number>>;
  /** How much larger it was within the month, without free pages, than at its end: at least 1. */
  most: number;
  /** Bytes of the archive's bucket. */
  objects: number;
  /** What its calls and nights read and wrote. */
  rows: Rows;
}
/**
 * Few agents of a company of so many, with files and objects of as small a part of the rows, month by month; `none`: a company in which nobody
 * calls, in the same months.
 */
export interface Simulated {
  company: number;
  agents: number;
  recorded: boolean;
  none: readonly Month[];
  months: readonly Month[];
}

/**
 * Tables with rows of files, objects, hours or days of the company, or of texts that all share: the part has as many as the whole. What a file says
 * of its members it says of fewer here.
 */
export const ONCE: readonly string[] = [
  ...[
    "audit_archives",
    "audit_sieves",
    "closed_files",
    "closed_kept_files",
    "closed_certificates",
    "closed_kept_days",
  ],
  ...["closed_kept_folders", "closed_places", "closed_place_months", "closed_left", "closed_calls"],
  ...["closed_logged_quarters", "closed_kept_quarters", "closed_erasures", "erasure_salts", "statements"],
  ...["marks", "recording_days", "recording_sources", "dial_texts"],
];

/** Pages that rows left, which new ones take: the file does not shrink. */
export const FREE = "free pages";
/** What belongs together, by table. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  dials: ["dials", "dial_texts"],
  "closed dials' index": ["closed_files", "closed_numbers", "closed_calls", "closed_out"],
  "closed calls' index": ["closed_logged", "closed_logged_quarters", "closed_logged_days"],
  "closed months' packed index": ["closed_blocks"],
  calls: ["call_rows", "call_texts"],
  recordings: [
    "recording_rows",
    "recording_agents",
    "recording_folders",
    "recording_sources",
    "recording_days",
  ],
  "closed recordings' index": [
    "closed_kept",
    "closed_kept_numbers",
    "closed_kept_days",
    "closed_kept_files",
    "closed_kept_out",
    "closed_kept_quarters",
    "closed_kept_folders",
    "closed_places",
    "closed_place_months",
  ],
  "closed certificates' index": ["closed_certificates", "closed_recordings", "closed_erasures"],
  "the trail": [
    "audit_rows",
    "audit_actors",
    "audit_payload",
    "audit_archives",
    "audit_sieves",
    "erasure_salts",
  ],
  "stored answers": ["idempotency"],
  [FREE]: [FREE],
};
const REST = "all else";
const groupOf = (table: string): string =>
  Object.keys(GROUPS).find((name) => GROUPS[name]!.includes(table)) ?? REST;

/** What the company's database takes at a month's end, in bytes, by group: `once` of it whatever the part, and for one agent. */
export function partsOf({ agents, none, months }: Simulated, at: number) {
  const { bytes: all, ofCalls } = months[at]!;
  const sums = new Map([...Object.keys(GROUPS), REST].map((name) => [name, { once: 0, each: 0 }]));
  for (const [table, bytes] of Object.entries(all)) {
    const part = ofCalls[table];
    const whatever = ONCE.includes(table) ? bytes : Math.min(bytes, none[at]!.bytes[table] ?? 0);
    const once = part === undefined ? whatever : bytes * (1 - part);
    const group = sums.get(groupOf(table))!;
    group.once += once;
    group.each += (bytes - once) / agents;
  }
  return sums;
}
export const bytesOf = (simulated: Simulated, at: number): Map<string, number> =>
  new Map(
    [...partsOf(simulated, at)].map(([name, { once, each }]) => [name, once + each * simulated.company]),
  );
export const sum = (parts: Iterable<number>): number => [...parts].reduce((a, b) => a + b, 0);
export const sizeOf = (simulated: Simulated, at: number): number => sum(bytesOf(simulated, at).values());

/** The same without free pages, when it was largest in that month. */
export const usedOf = (simulated: Simulated, at: number): number =>
  (sizeOf(simulated, at) - bytesOf(simulated, at).get(FREE)!) * simulated.months[at]!.most;

/** At its largest: in bytes, and in which month (from 1). The file never shrinks: with free pages it is largest at a month's end. */
export function largestOf(simulated: Simulated, of = sizeOf): { bytes: number; month: number } {
  const sizes = simulated.months.map((_, at) => of(simulated, at));
  const bytes = Math.max(...sizes);
  return { bytes, month: sizes.indexOf(bytes) + 1 };
}

/** The first month (from 1) at whose end the database, or one group of it, is larger; null: none of those simulated. */
export function monthOver(simulated: Simulated, most: number, group?: string): number | null {
  const at = simulated.months.findIndex((_, i) =>
    group === undefined ? sizeOf(simulated, i) > most : bytesOf(simulated, i).get(group)! > most,
  );
  return at < 0 ? null : at + 1;
}

/** D1 should stay below, in bytes, with so many agents who record every call. */
export const AIM = 8e9;
export const AIMED = 1000;
/** What a page may take, in milliseconds. */
export const BUDGET = 1000;

/** What a simulated company does not keep to. `asked`: of each, milliseconds of the first time: the next ones find what it brought back. */
export function failuresOf(
  simulated: Simulated,
  asked: readonly { name: string; took: readonly [first: number, fastest: number] }[],
): string[] {
  const over = simulated.recorded && simulated.company === AIMED ? monthOver(simulated, AIM) : null;
  return [
    ...(over === null ? [] : [`D1 passes ${AIM / 1e9} GB at the end of month ${over}`]),
    ...asked.flatMap(({ name, took: [first] }) =>
      first > BUDGET ? [`${name} took ${Math.round(first)} ms at first`] : [],
    ),
  ];
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
/**
 * What the company's last month costs. `like`: a company whose files are a larger part of the whole, by which rows and the archive count: of small
 * files, each has what a file reads and writes whatever is in it, and nothing compresses as well.
 */
export function costOf(simulated: Simulated, like: Simulated, besides: Besides) {
  const { workdays, calls, checks, polls, check, poll, pushes, cpu } = besides;
  const { company, recorded } = simulated;
  const { agents: few, none, months } = like;
  // From the half on recordings are erased, too.
  const half = Math.floor(months.length / 2);
  const [late, idle] = [months.slice(half), none.slice(half)];
  const days = sum(late.map((month) => month.workdays));
  const each = (key: keyof Rows) => {
    const [all, whatever] = [late, idle].map((some) => sum(some.map(({ rows }) => rows[key])));
    return (Math.max(0, all! - whatever!) / few / days) * workdays * company + whatever! / idle.length;
  };
  const of = (aDay: number) => company * workdays * aDay;
  const erased = recorded ? of(calls) : 0;
  const records = of(calls) + erased;
  const last = months.length - 1;
  const [archive, before] = [months[last]!.objects, none[last]!.objects];
  return {
    storage: sizeOf(simulated, last) / 1e9,
    archive: (before + (Math.max(0, archive - before) / few) * company) / 1e9,
    read: each("read") + of(checks) * check.read + of(polls) * poll.read,
    written: each("written") + of(checks) * check.written + of(polls) * poll.written + pushes,
    requests: of(checks) + of(polls) + records,
    cpu: of(checks) * cpu.check + (of(polls) + records + erased) * cpu.other,
    objects: records + erased,
  };
}
export const priceOf = (simulated: Simulated, like: Simulated, besides: Besides) => {
  const used = costOf(simulated, like, besides);
  return { ...used, ...priced(used) };
};
