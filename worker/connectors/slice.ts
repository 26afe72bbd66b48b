/**
 * One slice of a run: read some pages, screen their numbers, write the marks that differ to the CRM, and commit. If the
 * Worker dies before the commit, the slice is done again without harm: the screening repeats its recorded answer, and what
 * was written already no longer differs.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { escaped, isText } from "../../shared/core/text.ts";
import { DAY } from "../../shared/core/time.ts";
import { MAX_PART } from "../../shared/core/limits.ts";
import { type Asker, chargeScreened } from "../check/budget.ts";
import { record } from "../core/commit.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { disclosed } from "../policy/disclosed.ts";
import { screeningOf, screenPart } from "../screening/record.ts";
import { ConnectorError, type Connector as Crm, type Contact, type Mark, type Waiting } from "./connector.ts";
import { crmOf } from "./crm.ts";
import { hostOf } from "./kinds/index.ts";
import {
  type Decide,
  decideFound,
  decisionsOf,
  differs,
  listNames,
  markOf,
  numbersIn,
  rowsOf,
} from "./judge.ts";
import { saidBy, unsaidBy } from "./parties.ts";
import { type ConnectorRow, type RunRow, setupOf } from "./rows.ts";
import { forgotten, known, lookedBack, moving, newestTurned, tried } from "./slice-rows.ts";

const keyOf = ({ object, id }: { object: string; id: string }): string => `${object} ${id}`;

/** Does the run's next slice, `most` contacts or a page more. True where it was the last one. */
export async function work(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  waiting: Waiting,
  most: number,
): Promise<boolean> {
  const now = waiting.clock();
  const crm = await crmOf(env, row, waiting);
  const { contacts, unnamed, next } = await read(crm, run.cursor, most);
  const { policy } = await currentPolicy(env.DB);
  const found = contacts.map((contact) => numbersIn(contact, policy));
  const numbers = [...new Set(found.flat().flatMap((f) => f.numbers))].sort();
  await chargeRun(env, row, run, numbers.length, now);
  const before = await newestTurned(env.DB);
  const decide = run.trial === 1 ? await trialOf(env, numbers, now) : await screened(env, run, numbers);

  const names = await listNames(env.DB);
  const day = dayOf(now, zoneOfPolicy(policy));
  const setup = setupOf(row);
  const judged = contacts.map((contact, i) => {
    const all = found[i]!.map((f) => ({ found: f, decision: decideFound(f, decide) }));
    const mark = markOf(contact, all, day, (id) => names.get(id) ?? "");
    return { contact, all, mark, differs: differs(contact, mark, setup.dates) };
  });
  const marks = judged.filter((j) => j.differs).map((j) => j.mark);
  const written = run.trial === 1 || marks.length === 0 ? [] : await crm.write(marks);
  const refused = [...unnamed, ...written];
  const notTaken = new Set(refused.map(keyOf));
  if (run.trial === 0 && run.written === 0)
    await prove(
      crm,
      row.kind,
      run.cursor,
      marks.filter((mark) => !notTaken.has(keyOf(mark))),
    );

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
    invalid: found.flat().filter((f) => f.numbers.length === 0).length,
    written: marks.length - written.length,
    refused: refused.length,
  };
  const rows = judged.flatMap(({ contact, all }) => rowsOf(contact, all, !notTaken.has(keyOf(contact))));
  const at = new Date(now).toISOString();
  await record(env, {
    actor: run.by,
    event: {
      code: "connector.slice",
      subject: row.id,
      payload: { run: run.id, slice: run.slice, ...counts, refusals: refused.slice(0, 20) },
    },
    statements: [
      moving(run, counts, next, refused[0]?.why ?? null, waiting.clock()),
      ...(run.trial === 1
        ? tried(row, run, next, now)
        : [
            ...(marks.length === 0
              ? []
              : [disclosed("connector", hostOf(row.kind, setup), "marks", marks.length, now)]),
            ...known(row, run, contacts, rows, at),
            ...(await saidBy(
              env.DB,
              row,
              contacts.map((contact, i) => ({ contact, found: found[i]! })),
              at,
            )),
            lookedBack(row, before),
          ]),
      ...(run.trial === 0 && next === null
        ? [
            ...forgotten(row, run),
            ...(await unsaidBy(env, row, { by: run.by, at }, { run, slice: contacts })),
          ]
        : []),
    ],
  });
  return next === null;
}

/**
 * Counts a slice's numbers against the day of whoever began the run, or set up what the clock began: each gets its verdict written.
 */
async function chargeRun(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  numbers: number,
  now: number,
): Promise<void> {
  const asker = await env.DB.prepare("SELECT id, name, role FROM people WHERE id = ?")
    .bind(run.by === "system" ? row.by : run.by)
    .first<Asker>();
  try {
    if (asker) await chargeScreened(env, asker, numbers);
  } catch (error) {
    if (!(error instanceof Problem && error.code === "too-many-numbers")) throw error;
    // The slice waits for the next day.
    throw new ConnectorError("too-many-numbers", (Math.floor(now / DAY) + 1) * DAY);
  }
}

async function read(crm: Crm, from: string | null, most: number) {
  const contacts: Contact[] = [];
  let cursor = from;
  do {
    const page = await crm.page(cursor);
    contacts.push(...page.contacts);
    // Otherwise a CRM that ignores the cursor would be read for ever.
    if (page.next !== null && page.next === cursor) throw new ConnectorError("the same page again");
    // It would be asked for by another name.
    if (page.next !== null && !isText(page.next)) throw new ConnectorError("the next page's name is no text");
    cursor = page.next;
  } while (cursor !== null && contacts.length < most);
  // A record that moved while the pages were read may be on two of them: count it once.
  const byId = new Map(contacts.map((contact) => [keyOf(contact), contact]));
  const [named, others] = [true, false].map((text) =>
    [...byId.values()].filter(({ id }) => isText(id) === text),
  );
  // Nothing can be kept of a record under such an id, nor be written to it.
  const unnamed = others!.map(({ id, object }) => ({ id: escaped(id), object, why: "not-text" }));
  return { contacts: named!, unnamed, next: cursor };
}

/**
 * Reads the first page that a run wrote to again, and throws where no verdict arrived. Some CRMs silently ignore a field
 * that they do not have, and a mapping may write to another place than it reads: every run would write everything again.
 */
async function prove(crm: Crm, kind: string, from: string | null, written: readonly Mark[]): Promise<void> {
  if (written.length === 0) return;
  const verdicts = new Map(written.map((mark) => [keyOf(mark), mark.verdict]));
  const again = (await crm.page(from)).contacts.filter((contact) => verdicts.has(keyOf(contact)));
  if (again.length > 0 && again.every((contact) => contact.held.verdict !== verdicts.get(keyOf(contact))))
    throw new ConnectorError(`${kind}: what was written is not in its field`);
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

/** Screens a slice's numbers, in parts, and records it. */
async function screened(env: Env, run: RunRow, numbers: string[]): Promise<Decide> {
  const screening = await screeningOf(env.DB, run.screening!);
  const decisions = new Map<string, ReturnType<Decide>>();
  for (let i = 0; i < numbers.length; i += MAX_PART) {
    const some = numbers.slice(i, i + MAX_PART);
    const first = (run.slice * 50 + i / MAX_PART) * TRIES;
    for (let part = first; ; part++) {
      try {
        const { outcomes, of } = await screenPart(env, run.by, screening, part, some);
        for (const [n, e164] of some.entries()) decisions.set(e164, outcomes[of[n]!]!);
        break;
      } catch (error) {
        if (!(error instanceof Problem && OTHERS.has(error.code)) || part === first + TRIES - 1) throw error;
      }
    }
  }
  return (e164) => decisions.get(e164)!;
}
