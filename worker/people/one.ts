/**
 * People who may be one: whose code or whose address another person had in their hands (docs/floor.md). A tie is between
 * persons. It outlives tokens, is inherited by whom they invite, and ends only where the person shows that they are another.
 */
import { BOUND, insertBound } from "../core/bound.ts";
import type { Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import type { Env } from "../env.ts";
import { agreedOf } from "../trail/agreed.ts";
import { heldTokensBound, tiesBound } from "./bound.ts";

/** `code`: they came in by a code that `by` was shown. `address`: `by` chose it alone, so that its mail may be theirs. */
export interface Tie {
  by: string;
  how: "code" | "address";
}

/** SQL: the ids of the people who may be one with `person`, or both a third one, for what is from `since` (SQL expressions). */
export const oneWith = (person: string, since: string): string =>
  `SELECT b.person FROM may_be_one a JOIN may_be_one b ON b.holder = a.holder
   WHERE a.person = ${person} AND a.until > ${since} AND b.until > ${since}`;

/**
 * Whether two people may be one, for what is from `since` (ISO 8601): a proposal of one that the other approves. Where a tie of
 * theirs is not as the trail has it, they may.
 */
export async function areOne(env: Env, one: string, other: string, since: string): Promise<boolean> {
  const found = await env.DB.prepare(`SELECT 1 WHERE ?2 IN (${oneWith("?1", "?3")})`)
    .bind(one, other, since)
    .first();
  return found !== null || (await areTiesBent(env, [one, other]));
}

/**
 * An invite as it is used. `mailed`: by the code that the mail alone brought; `known`: they have joined before, and have access;
 * `vouched`: a second person approved the role that it gives.
 */
export interface Used {
  by: string;
  at: string;
  mailed: boolean;
  known: boolean;
  vouched: boolean;
}

/** Whose the access of `person` may be, who comes in by this invite: its maker's, and whoever's the maker's may have been then. */
export async function tiesOf(
  db: D1Database,
  person: string,
  { by, at, mailed, known, vouched }: Used,
): Promise<Tie[]> {
  const holders = await holdersOf(db, by, person, at);
  return [
    ...(mailed ? [] : tiesTo(holders, "code")),
    ...(known || vouched ? [] : tiesTo(holders, "address")),
  ];
}

const tiesTo = (holders: readonly { by: string }[], how: Tie["how"]): Tie[] =>
  holders.map(({ by }) => ({ by, how }));

/** `by`, and whoever they may have been at that time, without `person` themself. */
async function holdersOf(db: D1Database, by: string, person: string, at: string): Promise<{ by: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT ?1 AS by UNION SELECT by FROM people_held
         WHERE person = ?1 AND how = 'code' AND COALESCE(ended_at, '9999') > ?2`,
    )
    .bind(by, at)
    .all<{ by: string }>();
  return results.filter((holder) => holder.by !== person);
}

/** SQL: the names of those by whose code `person` (an SQL expression) came in, as it is now; null for none. */
export const codeHolders = (person: string): string =>
  `(SELECT group_concat(b.name, ', ') FROM people b WHERE b.id IN
    (SELECT h.by FROM people_held h WHERE h.person = ${person} AND h.how = 'code' AND h.ended_at IS NULL))`;

/** `by` gives `person` access back: the mailbox of somebody who has left may be anybody's. */
export const tiesBack = async (db: D1Database, by: string, person: string, at: string): Promise<Tie[]> =>
  tiesTo(await holdersOf(db, by, person, at), "address");

/**
 * An administrator by a new set-up code: whoever had it may be any administrator of before (30 days for those who lost the role).
 * `active`: the person had access.
 */
export async function tiesAgain(db: D1Database, person: string, active: boolean): Promise<Tie[]> {
  const { results } = await db
    .prepare(
      `SELECT id AS by FROM people WHERE kind = 'person' AND id <> ?1
         AND (role = 'admin' OR id IN (SELECT person FROM people_left WHERE role = 'admin'))`,
    )
    .bind(person)
    .all<{ by: string }>();
  return [...tiesTo(results, "code"), ...(active ? [] : tiesTo(results, "address"))];
}

/** A token that came by a code which somebody else was shown, where it did. */
export const heldBy = (token: string, ties: readonly Tie[], at: string): Statement[] =>
  ties
    .filter(({ how }) => how === "code")
    .slice(0, 1)
    .map(({ by }) => insertBound(heldTokensBound, [{ token, by, at }]));

/** Before `heldBy`: of a token that is held, the database ties whoever has none of that moment yet, as for an older Worker. */
export const insertTies = (person: string, ties: readonly Tie[], at: string): Statement[] =>
  ties.length === 0
    ? []
    : [
        insertBound(
          tiesBound,
          ties.map(({ by, how }) => ({ person, by, how, at })),
        ),
      ];

/** Ends those ties that this condition (SQL) is true of. */
async function endThose(
  db: D1Database,
  at: string,
  where: string,
  ...params: string[]
): Promise<Statement[]> {
  const ties = await statesOf(db, tiesBound, `ended_at IS NULL AND ${where}`, ...params);
  return changeRows(
    tiesBound,
    ties.map((before) => ({ before, to: { ended_at: at } })),
    at,
  );
}

/** They came in by a way that is theirs: by their mail, which says nothing of whose the address is; or by the company's rules. */
export const endTies = (db: D1Database, person: string, by: "mail" | "rule", at: string) =>
  endThose(db, at, "person = ? AND (? = 'rule' OR how = 'code')", person, by);

/** From a browser of before any code of theirs was another's (`token`), they end (`ended`) the last one that came by such a code. */
export const endByOwn = (db: D1Database, person: string, token: string, ended: string, at: string) =>
  endThose(
    db,
    at,
    `person = ?1 AND how = 'code'
     AND EXISTS (SELECT 1 FROM tokens o WHERE o.id = ?2 AND o.person = ?1 AND o.created_at < people_held.at
       AND o.id NOT IN (SELECT token FROM tokens_held))
     AND NOT EXISTS (SELECT 1 FROM tokens t JOIN tokens_held h ON h.token = t.id
       WHERE t.person = ?1 AND t.revoked_at IS NULL AND t.id <> ?3)`,
    ...[person, token, ended],
  );

/** Two people gave a role to somebody whose address one person had chosen: it was not their choice alone where one of the two is another. */
export const endVouched = (db: D1Database, path: string, proposer: string, approver: string, at: string) =>
  endThose(
    db,
    at,
    `how = 'address'
     AND person IN (SELECT substr(?2, 8) WHERE ?2 LIKE 'person.%'
       UNION SELECT p.id FROM invites i JOIN people p ON p.email = i.email COLLATE NOCASE WHERE ?2 = 'invite.' || i.id)
     AND EXISTS (SELECT 1 FROM json_each(?3) j WHERE j.value NOT IN (people_held.by, people_held.person)
       AND j.value NOT IN (${oneWith("people_held.by", "?1")}))`,
    ...[at, path, JSON.stringify([proposer, approver])],
  );

/** SQL: from `up`, the rows of the trail that say of a tie of `up.person`: `people_held/person/by/how/at@state`; of archived ones the last. */
const saidOf = (what: (subject: string) => string): string => {
  const begins = (subject: string) =>
    `${subject} >= 'people_held/' || up.person || '/' AND ${subject} < 'people_held/' || up.person || '0'`;
  return `SELECT ${what("a.subject")} FROM up CROSS JOIN audit a ON ${begins("a.subject")} AND a.subject <> '' AND +a.code = ?2
    UNION SELECT ${what("l.row")} FROM up CROSS JOIN last_bound l ON ${begins("l.row")}`;
};
/** SQL: of a tie, whose it is said to be. */
const holderIn = (subject: string): string => {
  const rest = `substr(${subject}, length(up.person) + 14)`;
  return `substr(${rest}, 1, instr(${rest}, '/') - 1)`;
};

/**
 * Whether the ties of these people, and of those whose they may be, are not as the trail has them: an approval that goes by them
 * waits. One that was taken away is missed, also where its month was archived (trail/events.ts).
 */
async function areTiesBent(env: Env, people: readonly string[]): Promise<boolean> {
  // By the rows and by the trail: who takes away a tie in the middle does not hide those behind it.
  const up = `WITH RECURSIVE up (person) AS (SELECT value FROM json_each(?1)
    UNION SELECT h.by FROM up CROSS JOIN people_held h ON h.person = up.person
    UNION ${saidOf(holderIn)})`;
  const ask = <T>(text: string) =>
    env.DB.prepare(`${up} ${text}`).bind(JSON.stringify(people), BOUND).all<T>();
  const { results: rows } = await ask<{ key: string }>(
    `SELECT ${tiesBound.keySql} AS key FROM people_held r WHERE r.person IN (SELECT person FROM up)`,
  );
  const { results: said } = await ask<{ tie: string }>(saidOf((subject) => `substr(${subject}, 13) AS tie`));
  const keys = new Set(rows.map(({ key }) => key));
  const { not } = await agreedOf(env, tiesBound, [...keys]);
  return not.length > 0 || said.some(({ tie }) => !keys.has(tie.split("@")[0]!));
}
