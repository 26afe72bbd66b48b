/**
 * `npm run bench -- simulation [whole | short | agents [months [companies]]] [--write]`: up to 24 months of companies (10,60,500,1000 agents) in
 * compressed time, by the real Worker with a clock of its own: each once with every call recorded and once with dials alone, and one in which
 * nobody calls. So many agents (one by default) stand for a company, with files and objects of as small a part of the rows as they are of its
 * agents (test/bench/worker/sizes.ts), so that rows leave when they would there. Each working day brings an agent's 100 calls, each night the
 * clock's jobs: months close, indexes are packed, and recordings are erased on their day. With --write, its tables go into docs/figures.md and
 * docs/costs.md. `whole`: all of it, within two hours; `short`: eight months of the company of 1,000, some ten minutes, in which months close and
 * are packed, and no recording's day comes. Exits with 1 where 1,000 agents who record every call take more than 8 GB at the end of a month, or
 * where a page takes more than a second when it is asked for first.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { monthsLater } from "../../../../shared/core/calendar.ts";
import { DAY, HOUR, MINUTE, MONTH } from "../../../../shared/core/time.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { bundleOnce, migratedState } from "../../../../scripts/lib/worker.ts";
import { DAY as WORKDAY } from "../../costs.ts";
import { seconds, titled } from "../../table.ts";
import { writeBetween, writeFigures } from "../../write.ts";
import * as companies from "./company.ts";
import { ask, BENCH_CONFIG, type Company, dayOf, type Kind, type Night, type State } from "./company.ts";
import { costsSection, SIZES } from "./document.ts";
import {
  AIM,
  AIMED,
  BUDGET,
  bytesOf,
  failuresOf,
  FREE,
  type Month,
  monthOver,
  partsOf,
  type Simulated,
  sizeOf,
  sum,
  usedOf,
} from "./model.ts";
import { askAll, type Asked } from "./queries.ts";

/** An erasure and a night take their time, whatever the clock says. */
const AGENTS = 1;
/** Dials are kept as long: none is over before the end. */
const MONTHS = defaultPolicy.retention.dialMonths;
/** A bulk of a day is spread over it in steps of a hundred calls, five minutes at least. */
const MOST_AGENTS = 90;
/** Companies at a time: each keeps a processor busy. */
const AT_ONCE = availableParallelism();
/** When the daily jobs run, as in wrangler.toml. */
const NIGHT = 3 * HOUR + 17 * MINUTE;
/** Months at whose end the first of them are packed in any case. */
const PACKED_BY = 6;
/** Agents, months and companies, by name. */
export const RUNS: Readonly<Record<string, readonly [number, number, readonly number[]]>> = {
  whole: [AGENTS, MONTHS, SIZES],
  short: [AGENTS, 8, [AIMED]],
};

const noNight = { all: 0, archive: 0, closing: 0, files: 0 };
type Nights = typeof noNight;

interface Run extends Kind {
  months: Month[];
  asked: Asked[];
  /** By month, of its nights the longest, and the longest of `archive` and `closing`, in milliseconds; and files that closed. */
  nights: Nights[];
  states: State[];
  peak: number | null;
}

export async function simulation(
  agents = AGENTS,
  months = MONTHS,
  sizes: readonly number[] = SIZES,
  write = false,
): Promise<void> {
  assert.ok(agents <= MOST_AGENTS && months <= MONTHS, `at most ${MOST_AGENTS} agents, ${MONTHS} months`);
  assert.ok(
    sizes.every((size) => size >= agents),
    `companies have ${agents} agents or more`,
  );
  const dir = mkdtempSync(join(tmpdir(), "cleardial-simulation-"));
  const stood = loadavg()[0]!;
  const began = performance.now();
  try {
    await bundleOnce(join(dir, "bundle"), BENCH_CONFIG);
    // Once, for all.
    await migratedState();
    const of = (recorded: boolean): Kind[] =>
      sizes
        .toSorted((a, b) => a - b)
        .map((company) => ({
          name: `${count(company)} agents, ${recorded ? "each call recorded" : "dials alone"}`,
          ...{ company, agents, recorded },
        }));
    const kinds = [
      ...of(true),
      ...of(false),
      { name: "Nobody calls", company: 1, agents: 0, recorded: false },
    ];
    const { runs, failed } = await simulateAll(dir, kinds, months);
    const none = runs.get(kinds.at(-1)!)?.months;
    if (none === undefined) throw failed[0];
    const all = kinds.flatMap((kind) => runs.get(kind) ?? []);
    const parts = all.slice(0, -1).map((run) => ({ run, simulated: { ...run, none } }));
    const took = seconds(performance.now() - began);
    const text = [
      `Parts of ${agents} agents, ${WORKDAY.dials} calls each a working day, ${months} months, in ${took}. Load of the machine before: ${stood.toFixed(1)}.`,
      ...parts.flatMap(({ run, simulated }) => figuresOf(run, simulated)),
    ].join("\n\n");
    console.log(`\n${text}`);
    const section = costsSection(parts.map(({ run: { asked }, simulated }) => ({ simulated, asked })));
    console.log(`\n${section}`);
    // After an hour, what there is of the others is worth reading, and no document.
    if (failed.length > 0) throw new AggregateError(failed, "not all companies lived to the end");
    if (write) {
      await writeFigures(
        "simulation",
        text,
        `npm run bench -- simulation ${agents} ${months} ${sizes.join(",")} --write`,
      );
      await writeBetween("docs/costs.md", "simulation", section);
    }
    for (const { run, simulated } of parts)
      for (const failure of failuresOf(simulated, run.asked)) {
        console.error(`${run.name}: ${failure}`);
        process.exitCode = 1;
      }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** In the order of kinds, the longest first. One that fails stops no other. */
async function simulateAll(dir: string, kinds: readonly Kind[], months: number) {
  const runs = new Map<Kind, Run>();
  const failed: unknown[] = [];
  const waiting = [...kinds];
  const work = async () => {
    for (let kind = waiting.shift(); kind; kind = waiting.shift())
      try {
        runs.set(kind, await simulate(dir, kind, months));
      } catch (error) {
        console.error(kind.name, error);
        failed.push(error);
      }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { runs, failed };
}

/** Of the month after the next: it is set up in the next one, as a migrated database says that it begins today. */
function firstDay(): string {
  return monthsLater(`${new Date().toISOString().slice(0, 7)}-01`, 2);
}

async function simulate(dir: string, kind: Kind, months: number): Promise<Run> {
  const first = firstDay();
  // It is set up a month before, on a day without a holiday.
  const before = Date.parse(monthsLater(first, -1));
  const setUp = [...daysFrom(before + 3 * DAY, 4)].find(companies.isRealDay)!;
  const company = await companies.found(dir, kind, setUp + 9 * HOUR);
  try {
    const last = Date.parse(monthsLater(first, months)) - DAY;
    return await live(company, kind, Date.parse(first), last);
  } catch (error) {
    process.stderr.write(company.worker.log().slice(-3000));
    throw error;
  } finally {
    await company.worker.stop();
  }
}

function* daysFrom(from: number, days: number): Generator<number> {
  for (let n = 0; n < days; n++) yield from + n * DAY;
}

async function live(company: Company, kind: Kind, from: number, last: number): Promise<Run> {
  const { name, agents } = kind;
  const run: Run = { ...kind, months: [], asked: [], nights: [], states: [], peak: null };
  // A first night, without calls, does what is done once.
  await ask(company, "night", { at: from - DAY + NIGHT });
  await companies.rowsOf(company);
  let workdays = 0;
  let longest: Nights = noNight;
  let files = 0;
  let most = 0;
  for (const today of daysFrom(from, (last - from) / DAY + 1)) {
    const night = await ask<Night>(company, "night", { at: today + NIGHT });
    assert.equal(night.late, 0, `${dayOf(today)}: each recording goes on its day`);
    most = Math.max(most, night.used);
    longest = {
      ...longest,
      all: Math.max(longest.all, night.took),
      archive: Math.max(longest.archive, night.jobs["archive"] ?? 0),
      closing: Math.max(longest.closing, night.jobs["closing"] ?? 0),
    };
    const date = new Date(today).getUTCDate();
    if (date === 1 || date === 15) await companies.pushRegisters(company, today + 9 * HOUR);
    if (companies.isRealDay(today)) await companies.realCall(company, today + 9.5 * HOUR);
    if (companies.isWorkday(today)) {
      const used = await companies.someCalls(company, today + 10 * HOUR, agents * WORKDAY.dials);
      most = Math.max(most, used);
      workdays++;
    }
    if (new Date(today + DAY).getUTCDate() !== 1) continue;
    const rows = await companies.rowsOf(company);
    const state = await ask<State>(company, "state");
    addsUp(company, state, today);
    const { bytes, ofCalls } = companies.bytesOf(company);
    assert.ok(
      sum(Object.values(bytes)) >= sum(Object.values(run.months.at(-1)?.bytes ?? {})),
      "the database's file never shrinks",
    );
    if (agents > 0 && run.months.length >= PACKED_BY)
      assert.ok(state.packed > state.unpacked, "what is closed is packed");
    longest = { ...longest, files: state.files - files };
    files = state.files;
    run.nights.push(longest);
    run.states.push(state);
    run.months.push({
      ...{ name: dayOf(today).slice(0, 7), workdays, bytes, ofCalls },
      ...{ most: Math.max(1, most / state.used), objects: state.objects, rows },
    });
    process.stderr.write(
      `${dayOf(today)} ${name}: ${company.total.toLocaleString("en-GB")} calls, ${mb(state.used)}\n`,
    );
    [workdays, longest, most] = [0, noNight, 0];
  }
  run.asked = await askAll(company, last + 20 * HOUR);
  run.peak = companies.peakOf(company);
  return run;
}

/** What came is in the database, or closed, or erased on its day, each once. */
function addsUp({ recorded, made, total }: Company, state: State, today: number): void {
  const { dials, closedDials, calls, closedCalls, kept, closedKept, emptied, closedCertificates, keptBack } =
    state;
  const madeUntil = (isOver: (day: string) => boolean) =>
    sum([...made].flatMap(([day, n]) => (isOver(day) ? [n] : [])));
  // In the last month the calls of the set-up, which was a month before the first, are over.
  const over = dayOf(today + NIGHT - MONTHS * MONTH);
  const lately = total - madeUntil((day) => day < over);
  assert.equal(dials + closedDials, lately, "dials: here and closed");
  assert.equal(keptBack, 0, "nothing differs from the trail");
  if (!recorded) return;
  assert.equal(calls + closedCalls, lately, "calls: here and closed");
  const there = kept + closedKept;
  assert.equal(there + emptied + closedCertificates, total, "recordings: kept, certified, here and closed");
  const { retentionMonths } = defaultPolicy.recording;
  const due = madeUntil((day) => monthsLater(day, retentionMonths) <= dayOf(today));
  assert.equal(emptied + closedCertificates, due, "recordings: none is erased before its day");
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const count = (n: number): string => Math.round(n).toLocaleString("en-GB");

function figuresOf(
  { name, agents, months, asked, nights, states, peak }: Run,
  simulated: Simulated,
): string[] {
  const shown = months.flatMap((_, i) => ((i + 1) % 6 === 0 || i === months.length - 1 ? [i] : []));
  const parts = shown.map((i) => partsOf(simulated, i));
  const groups = [...parts[0]!.keys()];
  return [
    titled(`${name}: ${agents} of them, at the end of months`, [
      ["", ...shown.map((i) => String(i + 1))],
      ...Object.entries(says).map(([key, said]) => [
        said,
        ...shown.map((i) => count(states[i]![key as keyof typeof says])),
      ]),
      ["the database without free pages", ...shown.map((i) => mb(states[i]!.used))],
      ["the archive", ...shown.map((i) => mb(states[i]!.objects))],
      ["the longest night", ...shown.map((i) => seconds(nights[i]!.all))],
      ["of it the trail's archive", ...shown.map((i) => seconds(nights[i]!.archive))],
      ["of it closing and packing months", ...shown.map((i) => seconds(nights[i]!.closing))],
      ["files that closed in the month", ...shown.map((i) => count(nights[i]!.files))],
    ]),
    peak === null
      ? "The process's memory could not be told."
      : `At its largest the Worker's process, with its database and store, had ${mb(peak)}.`,
    titled(`${name}: bytes of the database for one agent`, [
      ["", ...shown.map((i) => String(i + 1))],
      ...groups.map((group) => [group, ...parts.map((of) => count(of.get(group)!.each))]),
      ["in all", ...parts.map((of) => count(sum([...of.values()].map(({ each }) => each))))],
    ]),
    titled(`${name}: bytes that the company takes once, as its files and objects do`, [
      ["", ...shown.map((i) => String(i + 1))],
      ...groups.flatMap((group) => {
        const bytes = parts.map((of) => of.get(group)!.once);
        return Math.max(...bytes) < 1e5 ? [] : [[group, ...bytes.map(count)]];
      }),
      ["in all", ...parts.map((of) => count(sum([...of.values()].map(({ once }) => once))))],
    ]),
    titled(`${name}: the company's database at the end of each month`, [
      ["month", "in all", "of it free", "without these, at the most"],
      ...months.map((_, i) => [
        String(i + 1),
        mb(sizeOf(simulated, i)),
        mb(bytesOf(simulated, i).get(FREE)!),
        mb(usedOf(simulated, i)),
      ]),
      [`8 GB are passed at the end of month`, monthOver(simulated, AIM)?.toString() ?? "-", "", ""],
    ]),
    titled(`${name}: what people ask, at the end (a page should take ${BUDGET} ms)`, [
      ["", "first", "fastest", "rows read"],
      ...asked.map(({ name, took, rows }) => [name, ...took.map(seconds), count(rows.read)]),
    ]),
  ];
}
const says = {
  dials: "dials in the database",
  closedDials: "closed dials",
  calls: "calls in the database",
  closedCalls: "closed calls",
  kept: "kept recordings in the database",
  closedKept: "closed kept recordings",
  emptied: "certificates in the database",
  closedCertificates: "closed certificates",
  archives: "archived parts of the trail",
  packed: "packed entries of indexes",
  unpacked: "entries that are not packed",
} as const satisfies Partial<Record<keyof State, string>>;
