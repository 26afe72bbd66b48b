/**
 * One slice of a run: read some pages, screen their numbers, write the marks that differ to the CRM, and commit. If the
 * Worker dies before the commit, the slice is done again without harm: the screening repeats its recorded answer, and what
 * was written already no longer differs.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { DAY } from "../../shared/core/time.ts";
import { MAX_PART } from "../../shared/core/limits.ts";
import { addedTo, countsOf, doneBefore, failureOf } from "./checks/achieved.ts";
import { keepContested } from "./changes/overwritten.ts";
import { type Asker, chargeScreened } from "../check/budget.ts";
import { record } from "../core/commit.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { screeningOf, screenPart } from "../screening/record.ts";
import { ConnectorError, type Contact, type Waiting } from "./connector.ts";
import { besideConsents, crmOf } from "./crm.ts";
import { consentsIn } from "./flags/consents.ts";
import { foundConsents } from "./flags/consents-left.ts";
import { flagsIn, keepFlags, sayUntold } from "./flags/flags.ts";
import { consentsOut, keepConsentsOut } from "./flags/consents-out.ts";
import { flagsOut, withBeside } from "./flags/out.ts";
import type { Flags } from "./flags/state.ts";
import { notWritten, writeNoted } from "./flags/write.ts";
import {
  type Decide,
  decideFound,
  decisionsOf,
  differs,
  isInvalid,
  listNames,
  markOf,
  numbersIn,
  rowsOf,
} from "./judge.ts";
import { tell } from "./failures.ts";
import { proveSetup, readBack } from "./checks/prove.ts";
import { saidBy, unsaidBy } from "./parties.ts";
import { keyOf, readSlice } from "./read.ts";
import { type ConnectorRow, type RunRow, setupOf } from "./rows.ts";
import { forgotten, known, lookedBack, moving, newestTurned, provedBy, tried } from "./slice-rows.ts";

/** Does the run's next slice, `most` contacts or a page more. "done" and "failed": it was the last one. */
export async function work(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  waiting: Waiting,
  most: number,
): Promise<"more" | "done" | "failed"> {
  const now = waiting.clock();
  const crm = await crmOf(env, row, waiting);
  const { policy } = await currentPolicy(env.DB);
  const setup = setupOf(row);
  const day = dayOf(now, zoneOfPolicy(policy));
  const proves = run.trial === 0 && run.slice === 0 && row.proved !== row.setup;
  const proved = proves ? (await proveSetup(env.DB, row, crm, day, true)).length : 0;
  const { contacts, unnamed, next, pages } = await readSlice(env.DB, row, crm, run.cursor, most, now);
  const found = contacts.map((contact) => numbersIn(contact, policy));
  const numbers = [...new Set(found.flat().flatMap((f) => f.numbers))].sort();
  await chargeRun(env, run.by === "system" ? row.by : run.by, numbers.length, now);
  const read = contacts.map((contact, i) => ({ contact, found: found[i]! }));
  // Before it is judged. A trial takes nothing over.
  const flags = run.trial === 1 ? new Map<string, Flags>() : await flagsIn(env, row, read, policy, now);
  if (run.trial === 0) await consentsIn(env, row, read, policy, now);
  const turned = await newestTurned(env.DB);
  const decide =
    run.trial === 1
      ? await trialOf(env, numbers, now)
      : await screened(env, { by: run.by, screening: run.screening!, slice: run.slice }, numbers);

  const names = await listNames(env.DB);
  const decided = contacts.map((contact, i) => ({
    contact,
    all: found[i]!.map((f) => ({ found: f, decision: decideFound(f, decide) })),
  }));
  const { outs, contested } = await flagsOut(env.DB, row, setup.objects, decided, flags, policy, now);
  const consents = await consentsOut(env.DB, row, setup.objects, contacts, policy, now);
  const judged = decided.map(({ contact, all }) => {
    const own = markOf(contact, all, day, (id) => names.get(id) ?? "");
    const beside = { flags: outs, consents: consents.outs };
    return { contact, all, ...withBeside(contact, own, differs(contact, own, setup.dates), beside) };
  });
  const marks = judged.filter((j) => j.differs).map((j) => j.mark);
  const at = new Date(now).toISOString();
  const { refused, notTaken, partly, told, written } =
    run.trial === 1
      ? notWritten(marks, consents, unnamed)
      : await writeNoted(...([env, row, run, crm, marks, { flags, consents }, unnamed, now] as const));
  const before = countsOf(run);
  if (run.trial === 0) {
    const taken = marks.filter(
      (mark) => !mark.alone && !notTaken.has(keyOf(mark)) && !before[mark.object]?.written,
    );
    await readBack(crm, row.kind, pages, taken, keyOf);
  }
  const kinds = addedTo(run, setup.objects, contacts, besideConsents(marks), refused);
  const whole = {
    contacts: run.contacts + contacts.length,
    refused: run.refused + refused.length,
    kinds,
  };
  const failure =
    next === null
      ? failureOf(row.kind, setup.objects, whole, run.trial === 1, await doneBefore(env.DB, run))
      : null;

  const verdicts = judged.map((j) => j.mark.verdict as Verdict | "");
  const count = (verdict: Verdict | "") => verdicts.filter((v) => v === verdict).length;
  const counts = {
    contacts: contacts.length,
    numbers: numbers.length,
    clear: count("clear"),
    caution: count("caution"),
    blocked: count("blocked"),
    unknown: count("unknown"),
    none: count(""),
    invalid: found.flat().filter(isInvalid).length,
    written,
    refused: refused.length,
  };
  const rows = judged.flatMap(({ contact, all }) => rowsOf(contact, all, !notTaken.has(keyOf(contact))));
  await record(env, {
    actor: run.by,
    event: {
      code: failure ? "connector.run-failed" : "connector.slice",
      subject: row.id,
      payload: {
        ...{
          run: run.id,
          slice: run.slice,
          ...counts,
          refusals: refused.slice(0, 20),
          ...sayUntold(partly),
        },
        ...(failure && { error: failure.words }),
      },
    },
    statements: [
      ...moving(
        run,
        counts,
        next,
        { kinds, refusal: refused[0]?.why, error: failure?.words },
        waiting.clock(),
      ),
      ...(failure ? await tell(env.DB, row, failure.words, "over", run.id) : []),
      ...(run.trial === 1
        ? tried(row, run, next, failure !== null, now)
        : [
            ...(proved === setup.objects.length || (next === null && !failure) ? [provedBy(row)] : []),
            ...known(row, run, contacts, rows, at),
            ...keepFlags(row, run.num, flagged(contacts, flags)),
            ...keepConsentsOut(row, run.num, contacts, told),
            ...keepContested(row, [...contested, ...consents.contested], at),
            ...(await saidBy(env.DB, row, read, at)),
            lookedBack(row, turned),
          ]),
      // What a run did not see may be there.
      ...(run.trial === 0 && next === null && failure?.unread !== true
        ? [
            ...forgotten(row, run),
            foundConsents(row),
            ...(await unsaidBy(env, row, { by: run.by, at }, { run, slice: contacts })),
          ]
        : []),
    ],
  });
  return next !== null ? "more" : failure ? "failed" : "done";
}

/** The flags of those of some records whose set-up names one. */
const flagged = (contacts: readonly Contact[], flags: ReadonlyMap<string, Flags>) =>
  contacts.flatMap((contact): [string, string, Flags][] => {
    const its = flags.get(keyOf(contact));
    return its ? [[contact.object, contact.id, its]] : [];
  });

/**
 * Counts a slice's numbers against the day of whoever began the run, or set up what the clock began: each gets its verdict written.
 * Throws a ConnectorError with the next day where they are too many.
 */
export async function chargeRun(env: Env, by: string, numbers: number, now: number): Promise<void> {
  const asker = await env.DB.prepare("SELECT id, name, role FROM people WHERE id = ?")
    .bind(by)
    .first<Asker>();
  try {
    if (asker) await chargeScreened(env, asker, numbers);
  } catch (error) {
    if (!(error instanceof Problem && error.code === "too-many-numbers")) throw error;
    // The slice waits for the next day.
    throw new ConnectorError("too-many-numbers", (Math.floor(now / DAY) + 1) * DAY);
  }
}

/** Decides without recording a screening. */
async function trialOf(env: Env, numbers: string[], now: number): Promise<Decide> {
  const decisions = await decisionsOf(env, numbers, now);
  return (e164) => decisions.get(e164)!;
}

/**
 * Numbers that one part of a slice may use up on the screening. A slice that is done again may find other contacts than
 * before, or its recorded answer may be too old to repeat: then the part is screened under the next number.
 */
const TRIES = 20;
const OTHERS: ReadonlySet<string> = new Set(["part-differs", "screening-over"]);

/** Screens a slice's numbers, in parts, and records it: `slice` is a number of its own within the screening. */
export async function screened(
  env: Env,
  { by, screening: id, slice }: { by: string; screening: string; slice: number },
  numbers: string[],
): Promise<Decide> {
  const screening = await screeningOf(env.DB, id);
  const decisions = new Map<string, ReturnType<Decide>>();
  for (let i = 0; i < numbers.length; i += MAX_PART) {
    const some = numbers.slice(i, i + MAX_PART);
    const first = (slice * 50 + i / MAX_PART) * TRIES;
    for (let part = first; ; part++) {
      try {
        const { outcomes, of } = await screenPart(env, by, screening, part, some);
        for (const [n, e164] of some.entries()) decisions.set(e164, outcomes[of[n]!]!);
        break;
      } catch (error) {
        if (!(error instanceof Problem && OTHERS.has(error.code)) || part === first + TRIES - 1) throw error;
      }
    }
  }
  return (e164) => decisions.get(e164)!;
}
