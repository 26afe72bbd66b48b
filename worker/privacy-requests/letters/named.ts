/**
 * How many records of other people name a requester whose erasure was complied with: an entry says who asked for it, a consent who gave
 * it. These stay, as they show why those people may or may not be called, and the letter says so. The job looks some at a time.
 */
import { chunks } from "../../../shared/core/chunks.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { letterWords } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { insertBound, type NewRow } from "../../core/bound.ts";
import { record } from "../../core/commit.ts";
import { problemOf } from "../../core/errors.ts";
import type { Statement } from "../../core/sql.ts";
import { changeBound, statesOf } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { agreedOf, compared, isAsCompared } from "../../trail/agreed.ts";
import { tellUnlike } from "../../trail/kept-back.ts";
import { namedBound } from "../bound.ts";
import type { Moment, Row } from "../rows.ts";
import { has, hintsOf, namerOf, type Sought, soughtOf } from "../words/namer.ts";
import { idIs } from "../../core/sql.ts";

const words = letterWords.named;

/** Where to look, in this order: the texts, and whose number it is about. */
const places: readonly { table: string; texts: readonly string[]; number: string }[] = [
  { table: "suppressions", texts: ["reason", "source", "ended_reason"], number: "number" },
  {
    table: "consents",
    texts: ["given_by", "evidence", "caller", "product", "words", "how", "proof", "review"],
    number: "number",
  },
  { table: "parties", texts: ["detail"], number: "number" },
  {
    table: "recording_holds",
    texts: ["reason", "released_why"],
    number: `(SELECT r.number FROM recordings r WHERE ${idIs("r.id", "recording")})`,
  },
  { table: "call_agents", texts: ["agent"], number: "NULL" },
];
/** Rows a statement, and statements a run. */
const PAGE = 5000;
const PAGES = 40;

/** The statement that has them looked for, from the beginning. `numbers`: the requester's (E.164). */
export async function namedDue(
  db: D1Database,
  row: Pick<Row, "id" | "name" | "email">,
  numbers: readonly string[],
  at: string,
): Promise<Statement> {
  const due = {
    ...{ sought: JSON.stringify(soughtOf(row, numbers)), numbers: JSON.stringify(numbers) },
    ...{ place: 0, after: 0, found: "{}", at, done_at: null },
  };
  const [before] = await statesOf(db, namedBound, "request = ?", row.id);
  return before
    ? changeBound(namedBound, before, due, at)
    : insertBound(namedBound, [{ request: row.id, ...due }]);
}

interface Look {
  request: string;
  /** JSON: `Sought`, and the requester's own numbers (E.164). */
  sought: string;
  numbers: string;
  /** Which of `places` is next, and behind which of its rows. */
  place: number;
  after: number;
  /** JSON: by table, how many name them. */
  found: string;
}

/** Requests that are looked at in a run, and that are compared at once. */
const LOOKED_AT = 1000;
const AT_ONCE = 20;

/**
 * Every few minutes, and while nothing is due one read: once the request's own words are out (words/erase.ts) but for what waits in an
 * archive, as what goes with them does not stay. Officers are told of rows that are not as the trail has them. `page` and `pages` for tests.
 */
export async function lookElsewhere(env: Env, { page, pages } = { page: PAGE, pages: PAGES }): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT request FROM request_named n WHERE done_at IS NULL AND NOT EXISTS (SELECT 1 FROM words_due w
       WHERE w.request = n.request AND NOT (w.after = 0 AND w.waits IS NOT NULL))
     ORDER BY EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'request_named/' || n.request), at LIMIT ?`,
  )
    .bind(LOOKED_AT)
    .all<{ request: string }>();
  const unlike: string[] = [];
  let left = pages;
  for (const some of chunks(results, AT_ONCE)) {
    const ids = some.map(({ request }) => request);
    const { agreed, not } = await agreedOf(env, namedBound, ids);
    unlike.push(...not.map((id) => `${namedBound.name}/${id}`));
    for (const id of ids)
      if (agreed.has(id) && left > 0) left -= await lookFor(env, id, { page, pages: left });
    if (left <= 0) break;
  }
  await tellUnlike(env, unlike, Date.now());
}

/** A request's row, where it is as the trail has it. */
async function lookOf(env: Env, id: string): Promise<NewRow | null> {
  const [row] = await statesOf(env.DB, namedBound, "request = ?", id);
  const { rows } = await compared(env, [{ table: namedBound, keys: [id] }]);
  return row && isAsCompared(namedBound, row, rows.get(`${namedBound.name}/${id}`)) ? row : null;
}

/** How many pages it went through. */
async function lookFor(
  env: Env,
  id: string,
  { page, pages }: { page: number; pages: number },
): Promise<number> {
  const before = await lookOf(env, id);
  if (!before) return 0;
  const look = before as unknown as Look;
  const sought = JSON.parse(look.sought) as Sought;
  const found = JSON.parse(look.found) as Record<string, number>;
  let { place, after } = look;
  let n = 0;
  for (; n < pages && place < places.length; n++) {
    const { of, last, isLast } = await pageOf(env.DB, look, { place, after, page });
    const { table } = places[place]!;
    found[table] = (found[table] ?? 0) + of.filter((texts) => texts.some(namerOf(sought))).length;
    [place, after] = isLast ? [place + 1, 0] : [place, last];
  }
  const at = new Date().toISOString();
  // What it looked for is in the request.
  const over = place < places.length ? {} : { done_at: at, sought: "", numbers: "[]" };
  const to = { place, after, found: JSON.stringify(found), ...over };
  await record(env, {
    actor: "system",
    event: { code: "request.looked-elsewhere", subject: look.request, payload: null },
    statements: [changeBound(namedBound, before, to, at)],
  }).catch((error: unknown) => {
    // Decided once more meanwhile: the next run begins with it again.
    if (problemOf(error)?.code !== "conflict") throw error;
  });
  return n;
}

/** The texts of the rows of a page that may name them. */
async function pageOf(
  db: D1Database,
  look: Look,
  { place, after, page }: { place: number; after: number; page: number },
): Promise<{ of: string[][]; last: number; isLast: boolean }> {
  const { table, texts, number } = places[place]!;
  const hints = JSON.stringify(hintsOf(JSON.parse(look.sought) as Sought));
  // The next rows that there are, as rowids may have gaps of any size.
  const its = (behind: string, most: string) =>
    `(SELECT rowid FROM ${table} WHERE rowid > ${behind} ORDER BY rowid LIMIT ${most})`;
  const [rows, next] = (await db.batch([
    db
      .prepare(
        `SELECT json_array(${texts.join(", ")}) AS texts FROM ${table} WHERE rowid > ?2 AND rowid <= (SELECT MAX(rowid) FROM ${its("?2", "?3")})
           AND (${texts.map(has).join(" OR ")}) AND COALESCE(${number}, 0) NOT IN (SELECT CAST(substr(value, 2) AS INTEGER) FROM json_each(?4))`,
      )
      .bind(hints, after, page, look.numbers),
    db.prepare(`SELECT MAX(rowid) AS last, COUNT(*) AS n FROM ${its("?1", "?2")}`).bind(after, page),
  ])) as [D1Result<{ texts: string }>, D1Result<{ last: number | null; n: number }>];
  const of = rows.results.map(({ texts: all }) =>
    (JSON.parse(all) as (string | null)[]).filter((text) => text !== null),
  );
  const { last, n } = next.results[0]!;
  return { of, last: last ?? after, isLast: n < page };
}

/** What the letter says of them. */
export async function sayNamed(env: Env, row: Row, { policy }: Moment): Promise<string> {
  const look = (await lookOf(env, row.id)) as { found: string; done_at: string | null } | null;
  if (!look?.done_at) return words.open;
  const n = Object.values(JSON.parse(look.found) as Record<string, number>).reduce(
    (sum, one) => sum + one,
    0,
  );
  const { name, email } = soughtOf(row, []);
  const by = [
    ...(name === null ? [] : [fill(words.by.name, { name })]),
    ...(email === null ? [] : [words.by.email]),
    ...(row.number === null ? [] : [words.by.number]),
  ];
  if (by.length === 0) return words.open;
  const day = sayDate(english, dayOf(Date.parse(look.done_at), zoneOfPolicy(policy)));
  return [
    fill(words.looked, { day, by: new Intl.ListFormat("en-GB", { type: "disjunction" }).format(by) }),
    n === 0 ? words.none : plural(english, words.some, n),
    ...(name === null ? [words.noName] : []),
    words.rest,
  ].join(" ");
}
