/**
 * What the trail says once: that from here on each row of a table is bound, and binds the policies that there are, as everything
 * is judged by them, and the people and tokens; and under which key its own rows have their codes. start.ts keeps where.
 */
import { type AdoptionName, adoptionNames } from "../../shared/trail/bound-tables.ts";
import { boundTables } from "./tables.ts";
import type { NewRow } from "../core/bound.ts";
import { bindAgain, bindAsIs, type Time, unboundOf, writtenIn } from "../core/bound-before.ts";
import { record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { KEYED } from "../core/written.ts";
import { changeRows, rootsIn, statesOf } from "../core/states.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { linksOfBefore } from "../privacy-requests/links.ts";
import { policiesBound } from "../policy/bound.ts";
import { areSaid } from "../policy/taken-over.ts";
import { proposalsOfBefore } from "../policy/proposed.ts";
import { addedBefore, removedBefore } from "../webhooks/added.ts";
import { codeTokens } from "./coded.ts";
import type { Kept } from "./altered.ts";
import { erasedByRequests, keptAsProofs, sayErased } from "./erased.ts";
import { archivedRow } from "./keyed.ts";
import { adoptRead } from "./events.ts";
import { CLOSED, closedAs } from "./closed.ts";
import { type Adoption, ADOPTIONS, keptStart, type Known, startOf } from "./start.ts";

const tablesOf = (which: AdoptionName) =>
  boundTables.filter(({ whole, adoption }) => whole && adoption === which);

type Bound = NonNullable<Known["returned"][number]["bound"]>;

/** Rows a commit, and commits a run. */
const MOST = 500;
const COMMITS = 40;

/** Writes nothing where the trail has the events and the database the record, or where the bucket does not answer. */
export async function adopt(env: Env): Promise<void> {
  let start = await startOf(env);
  // What was adopted already is not adopted twice: the next run asks the bucket again.
  if (start.isAway) return;
  if (!start.rows && !(await found(env, start, "rows"))) await adoptRows(env);
  for (const which of adoptionNames)
    if (!start[which] && !(await found(env, start, which))) await adoptStates(env, which);
  if (!start.hooks && !(await found(env, start, "hooks"))) await adoptHooks(env);
  if (!start.coded && start.own && !(await found(env, start, "coded"))) await adoptCodes(env);
  if (!start.bare && !(await found(env, start, "bare"))) await adoptBare(env);
  // Not before all are bound, which jobs/recipients.ts does.
  if (!start.recipients && (await areSaid(env)) && !(await found(env, start, "recipients")))
    await adoptRecipients(env);
  if (start.isKept) return bindReturned(env);
  start = await startOf(env);
  const key = start.own?.thumbprint;
  const ended = start.replaced.find((one) => one.key === key);
  if (ended) throw new Error(`this AUDIT_KEY was replaced at row ${ended.until} of the trail: add a new one`);
  if (key !== undefined && start.key !== key) {
    // Kept under this key first: who lost the one before has it no more to read the record by.
    const event = { ...KEYED, subject: key, payload: { key, before: start.key } };
    await record(env, { actor: "system", event, statements: keptStart(start) });
    start = await startOf(env);
  }
  for (const statement of keptStart(start)) await prepare(env.DB, statement).run();
  await bindReturned(env);
}

/**
 * Binds what an older Worker wrote in the times that officers named, as it is now; one that takes further runs goes on in the
 * next. `commits`: a run and adoption, for tests.
 */
export async function bindReturned(env: Env, commits = COMMITS): Promise<void> {
  for (const { first, last, from, to, bound } of (await startOf(env)).returned) {
    if (bound?.said !== undefined) continue;
    // Named under an earlier release, which did not bind them.
    if (!bound) await keepBound(env, { from, to }, { since: new Date().toISOString(), until: null });
    // One that an earlier release has bound is not bound again: rows were put there since.
    if (!bound?.until)
      for (const which of adoptionNames) if (!(await bindStates(env, which, { from, to }, commits))) return;
    const newest = await env.DB.prepare("SELECT COALESCE(MAX(version), 0) AS n FROM policies").first<number>(
      "n",
    );
    const policy = bound?.policy ?? newest!;
    const event = { ...CLOSED, subject: closedAs({ first, last }, policy), payload: null };
    await record(env, { actor: "system", event, statements: [] });
    await keepBound(env, { from, to }, {});
  }
}

/** Keeps how far the rows of a time are bound. */
async function keepBound(env: Env, { from, to }: Time, bound: Partial<Bound>): Promise<void> {
  // An officer may have named another one meanwhile.
  const start = await startOf(env);
  const returned = start.returned.map((one) =>
    one.from === from && one.to === to
      ? { ...one, bound: { since: "", until: null, ...one.bound, ...bound } }
      : one,
  );
  for (const statement of keptStart({ ...start, returned })) await prepare(env.DB, statement).run();
}

/** Writes it; false where a row was changed or bound meanwhile: they are read again. */
const written = (env: Env, subject: string, rows: number, statements: Statement[]): Promise<boolean> =>
  record(env, {
    actor: "system",
    event: { code: "evidence.states-bound", subject, payload: { rows } },
    statements,
  }).then(
    () => true,
    (error: unknown) => {
      if (!["conflict", "request-moved"].includes(problemOf(error)?.code ?? "")) throw error;
      return false;
    },
  );

/**
 * Finds the event again where its mark was lost: it is not written twice, as rows that were added since would be of before.
 * Throws Unreadable: what cannot be read may have it.
 */
async function found(env: Env, { originOf }: Known, which: Adoption): Promise<boolean> {
  const { code } = ADOPTIONS[which];
  const row = await archivedRow(env, code, (one) => originOf(one) !== "forged");
  if (row === null) return false;
  await env.DB.prepare("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)")
    .bind(ADOPTIONS[which].mark, String(row.seq))
    .run();
  return true;
}

/**
 * Binds rows of before that nothing binds, or not in each state, as they are, with `time` those that were written in it alone;
 * false where that takes further runs. One that is interrupted goes on in the next.
 */
async function bindStates(
  env: Env,
  which: AdoptionName,
  time: Time = { from: "", to: "9999" },
  most = COMMITS,
): Promise<boolean> {
  let commits = 0;
  for (const table of tablesOf(which)) {
    const { name, keys, own } = table;
    const key = keys.join(", ");
    if (!table.states) {
      for (let rows; (rows = await unboundOf(env.DB, table, { ...time, most: MOST })).length > 0;) {
        if (commits++ === most) return false;
        await written(env, name, rows.length, bindAsIs(table, rows));
      }
      continue;
    }
    for (let last: NewRow | undefined; ;) {
      const behind = last ? `(${key}) > (${keys.map((_, n) => `?${n + 3}`).join(", ")})` : "TRUE";
      const where = `${own.past} IS NULL AND ${writtenIn(table).replace(/\br\./g, "")} AND ${behind} ORDER BY ${key} LIMIT ${MOST}`;
      const after = last ? keys.map((name) => last![name]!) : [];
      const rows = await statesOf(env.DB, table, where, time.from, time.to, ...after);
      if (rows.length === 0) break;
      if (commits++ === most) return false;
      const statements = changeRows(
        table,
        rows.map((before) => ({ before, to: {} })),
        new Date().toISOString(),
      );
      if (await written(env, name, rows.length, statements)) last = rows.at(-1);
    }
  }
  return true;
}

async function adoptStates(env: Env, which: AdoptionName): Promise<void> {
  if (!(await bindStates(env, which))) return;
  const { code, mark } = ADOPTIONS[which];
  await record(env, {
    actor: "system",
    event: { code, subject: "", payload: { tables: tablesOf(which).map(({ name }) => name) } },
    statements: [
      sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", mark),
      ...(which === "folders" ? await adoptRead(env) : []),
    ],
  });
}

/** From here on an address of before is sent nothing where the trail does not have it. */
async function adoptHooks(env: Env): Promise<void> {
  const { code, mark } = ADOPTIONS.hooks;
  const said = await addedBefore(env, Date.now());
  await record(env, {
    actor: "system",
    event: { code, subject: "", payload: { webhooks: said.length } },
    statements: [
      {
        ...sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", mark),
        binds: [...said, ...(await removedBefore(env.DB))],
      },
    ],
  });
}

/** From here on no token counts without its code; and what requests of before keep as a proof goes on its day. */
async function adoptCodes(env: Env): Promise<void> {
  const refused = await codeTokens(env, COMMITS);
  if (refused === null) return;
  for (let after: string | null = ""; after !== null;) {
    const { said, last }: Awaited<ReturnType<typeof linksOfBefore>> = await linksOfBefore(
      env.DB,
      after,
      MOST,
    );
    after = last;
    if (said.length === 0) break;
    await record(env, {
      actor: "system",
      event: { code: "evidence.states-bound", subject: "request_links", payload: { rows: said.length } },
      // Nothing of them changes.
      statements: [{ ...sql("SELECT 1"), binds: said }],
    });
  }
  const { code, mark } = ADOPTIONS.coded;
  await record(env, {
    actor: "system",
    event: { code, subject: "", payload: { refused } },
    statements: [
      ...sayErased(await keptAsProofs(env.DB)),
      {
        ...sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", mark),
        binds: await proposalsOfBefore(env.DB),
      },
    ],
  });
}

/**
 * Which tables may have rows of before that nothing binds: all that have any, but where the first that was written was bound from its
 * beginning. Of recordings, the first that is not erased: an erased one says nothing of the others.
 */
async function adoptBare(env: Env): Promise<void> {
  const tables: string[] = [];
  for (const { name, table, select, order, whole } of boundTables) {
    if (whole) continue;
    const isInOrder = order === "r.rowid";
    const where = table === "recordings" ? "WHERE r.state <> 'erased'" : "";
    const first = await env.DB.prepare(
      isInOrder ? `${select} ${where} ORDER BY ${order} LIMIT 1` : `SELECT 1 AS over FROM ${table} LIMIT 1`,
    ).first<Pick<Kept, "code" | "over" | "past">>();
    // One that its next change bound says as little of those behind it.
    if (first && (first.over === 1 || first.code === null || rootsIn(first.past)?.[0] === ""))
      tables.push(name);
  }
  const { code, mark } = ADOPTIONS.bare;
  await record(env, {
    actor: "system",
    event: { code, subject: tables.join(" "), payload: null },
    statements: [sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", mark)],
  });
}

async function adoptRecipients(env: Env): Promise<void> {
  const { code, mark } = ADOPTIONS.recipients;
  await record(env, {
    actor: "system",
    event: { code, subject: "", payload: null },
    statements: [sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", mark)],
  });
}

async function adoptRows(env: Env): Promise<void> {
  const { results: policies } = await env.DB.prepare(
    "SELECT version, doc, at, by, why FROM policies WHERE code IS NULL ORDER BY version",
  ).all<Record<string, string | number | null>>();
  await record(env, {
    actor: "system",
    event: {
      code: ADOPTIONS.rows.code,
      subject: "",
      payload: { tables: boundTables.map(({ name }) => name), policies: policies.length },
    },
    statements: [
      ...policies.map((row) => bindAgain(policiesBound, row)),
      ...sayErased(await erasedByRequests(env.DB)),
      // The key refuses a second one at the same time.
      sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", ADOPTIONS.rows.mark),
    ],
  });
}
