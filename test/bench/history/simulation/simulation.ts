/**
 * `npm run bench -- simulation [agents [months]] [--write]`: up to 24 months of three companies in compressed time, by the
 * real Worker with a clock of its own: one records each of its calls, one has dials alone, and in one nobody calls. Each working day brings an agent's 100
 * calls, each night the clock's jobs: months close, and recordings are erased on their day. What it says of larger companies follows from the bytes
 * and rows of this one. With --write, its tables go into docs/figures.md and docs/costs.md.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { monthsLater } from "../../../../shared/core/calendar.ts";
import { DAY, HOUR, MINUTE, MONTH } from "../../../../shared/core/time.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { RUN } from "../../../../worker/storage/closed/close.ts";
import { bundleOnce, migratedState } from "../../../../scripts/lib/worker.ts";
import { DAY as WORKDAY } from "../../costs.ts";
import { seconds, titled } from "../../table.ts";
import { writeBetween, writeFigures } from "../../write.ts";
import * as companies from "./company.ts";
import { ask, BENCH_CONFIG, type Company, dayOf, type Kind, type Night, type State } from "./company.ts";
import { costsSection, SIZES } from "./document.ts";
import { bytesOf, type Month, monthOver, type Simulated } from "./model.ts";
import { askAll, type Asked, BUDGET } from "./queries.ts";

/** A thousandth of the largest company: an erasure and a night take their time, whatever the clock says. */
const AGENTS = 1;
/** Dials are kept as long: none is over before the end. */
const MONTHS = defaultPolicy.retention.dialMonths;
/** A bulk of a day is spread over it in steps of a hundred calls, five minutes at least. */
const MOST_AGENTS = 90;
/** When the daily jobs run, as in wrangler.toml. */
const NIGHT = 3 * HOUR + 17 * MINUTE;
/** The agents of the largest company. */
const MOST = SIZES.at(-1)!;
/** D1 should stay below, in bytes. */
const AIM = 8e9;

const noNight = { all: 0, archive: 0, closing: 0, closings: 0, files: 0 };
type Nights = typeof noNight;

interface Run extends Kind {
  months: Month[];
  asked: Asked[];
  /** By month, of its nights the longest, and what all took of `closing`: milliseconds. */
  nights: Nights[];
  states: State[];
  peak: number | null;
}

export async function simulation(agents = AGENTS, months = MONTHS, write = false): Promise<void> {
  assert.ok(agents <= MOST_AGENTS && months <= MONTHS, `at most ${MOST_AGENTS} agents, ${MONTHS} months`);
  const dir = mkdtempSync(join(tmpdir(), "cleardial-simulation-"));
  const stood = loadavg()[0]!;
  const began = performance.now();
  try {
    await bundleOnce(join(dir, "bundle"), BENCH_CONFIG);
    // Once, for all.
    await migratedState();
    const kinds = [
      { name: "Each call recorded", agents, recorded: true },
      { name: "Dials alone", agents, recorded: false },
      { name: "Nobody calls", agents: 0, recorded: false },
    ];
    const runs = await Promise.all(kinds.map((kind) => simulate(dir, kind, months)));
    const none = runs.at(-1)!.months;
    const parts = runs.slice(0, -1).map((run) => ({ run, simulated: { ...run, none } }));
    const took = seconds(performance.now() - began);
    const text = [
      `${agents} agents, ${WORKDAY.dials} calls each a working day, ${months} months, in ${took}. Load of the machine before: ${stood.toFixed(1)}.`,
      ...parts.flatMap(({ run, simulated }) => figuresOf(run, simulated)),
    ].join("\n\n");
    console.log(`\n${text}`);
    const section = costsSection(parts.map(({ run: { asked }, simulated }) => ({ simulated, asked })));
    console.log(`\n${section}`);
    if (write) {
      await writeFigures("simulation", text, `npm run bench -- simulation ${agents} ${months} --write`);
      await writeBetween("docs/costs.md", "simulation", section);
    }
    if (runs.some(({ asked }) => asked.some(({ took: [, fastest] }) => fastest > BUDGET)))
      process.exitCode = 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
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
  for (const today of daysFrom(from, (last - from) / DAY + 1)) {
    const night = await ask<Night>(company, "night", { at: today + NIGHT });
    assert.equal(night.late, 0, `${dayOf(today)}: each recording goes on its day`);
    longest = {
      ...longest,
      all: Math.max(longest.all, night.took),
      archive: Math.max(longest.archive, night.jobs["archive"] ?? 0),
      closing: Math.max(longest.closing, night.jobs["closing"] ?? 0),
      closings: longest.closings + (night.jobs["closing"] ?? 0),
    };
    const date = new Date(today).getUTCDate();
    if (date === 1 || date === 15) await companies.pushRegisters(company, today + 9 * HOUR);
    if (companies.isRealDay(today)) await companies.realCall(company, today + 9.5 * HOUR);
    if (companies.isWorkday(today)) {
      await companies.someCalls(company, today + 10 * HOUR, agents * WORKDAY.dials);
      workdays++;
    }
    if (new Date(today + DAY).getUTCDate() !== 1) continue;
    const rows = await companies.rowsOf(company);
    const state = await ask<State>(company, "state");
    addsUp(company, state, today);
    longest = { ...longest, files: state.files - files };
    files = state.files;
    run.nights.push(longest);
    run.states.push(state);
    run.months.push({
      ...{ name: dayOf(today).slice(0, 7), workdays, bytes: companies.bytesOf(company) },
      ...{ objects: state.objects, rows },
    });
    process.stderr.write(
      `${dayOf(today)} ${name}: ${company.total.toLocaleString("en-GB")} calls, ${mb(state.size)}\n`,
    );
    [workdays, longest] = [0, noNight];
  }
  run.asked = await askAll(company, last + 20 * HOUR);
  run.peak = companies.peakOf(company);
  return run;
}

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);

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
  { name: company, agents, months, asked, nights, states, peak }: Run,
  simulated: Simulated,
): string[] {
  const shown = months.flatMap((_, i) => ((i + 1) % 6 === 0 || i === months.length - 1 ? [i] : []));
  return [
    titled(`${company}: at the end of months`, [
      ["", ...shown.map((i) => String(i + 1))],
      ...(
        [
          "dials",
          "closedDials",
          "calls",
          "closedCalls",
          "kept",
          "closedKept",
          "emptied",
          "closedCertificates",
          "archives",
        ] as const
      ).map((name) => [says[name], ...shown.map((i) => count(states[i]![name]))]),
      ["the database", ...shown.map((i) => mb(states[i]!.size))],
      ["the archive", ...shown.map((i) => mb(states[i]!.objects))],
      ["the longest night", ...shown.map((i) => seconds(nights[i]!.all))],
      ["of it the trail's archive", ...shown.map((i) => seconds(nights[i]!.archive))],
      ["of it closing months", ...shown.map((i) => seconds(nights[i]!.closing))],
      ["files that closed in the month", ...shown.map((i) => count(nights[i]!.files))],
      [
        `the archive's night, of ${count(MOST)} agents`,
        ...shown.map((i) => seconds((nights[i]!.archive / agents) * MOST)),
      ],
      [
        `closing a month, of ${count(MOST)} agents, in nights of ${RUN / MINUTE} minutes`,
        ...shown.map((i) => count(Math.ceil(((nights[i]!.closings / agents) * MOST) / RUN))),
      ],
    ]),
    peak === null
      ? "The process's memory could not be told."
      : `At its largest the Worker's process, with its database and store, had ${mb(peak)}.`,
    titled(`${company}: bytes of the database for one agent`, [
      ["", ...shown.map((i) => String(i + 1))],
      ...[...bytesOf(simulated, 0, 0).keys()].map((group) => [
        group,
        ...shown.map((i) =>
          count(bytesOf(simulated, i, 1).get(group)! - bytesOf(simulated, i, 0).get(group)!),
        ),
      ]),
    ]),
    titled(`${company}: the month at whose end 8 GB are passed`, [
      ["", ...SIZES.map((n) => `${count(n)} agents`)],
      ["the database", ...SIZES.map((n) => monthOver(simulated, n, AIM)?.toString() ?? "-")],
      ...[...bytesOf(simulated, 0, 0).keys()].flatMap((group) => {
        const over = SIZES.map((n) => monthOver(simulated, n, AIM, group)?.toString() ?? "-");
        return over.every((month) => month === "-") ? [] : [[`${group} by themselves`, ...over]];
      }),
    ]),
    titled(`${company}: what people ask, at the end (a page should take ${BUDGET} ms)`, [
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
};
