/**
 * How many records of other people name a requester whose erasure was complied with: an entry says who asked for it, a consent who gave
 * it. These stay, as they show why those people may or may not be called, and the letter says so. The job looks some at a time.
 */
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { letterWords } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { insertBound } from "../../core/bound.ts";
import { record } from "../../core/commit.ts";
import type { Statement } from "../../core/sql.ts";
import { changeBound, statesOf } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { agreedOf } from "../../trail/agreed.ts";
import { namedBound } from "../bound.ts";
import { endOf, has, spelt } from "../erase-words.ts";
import type { Moment, Row } from "../rows.ts";

const words = letterWords.named;

/** Where to look, in this order: the texts, and whose number it is about. */
const places: readonly { table: string; texts: readonly string[]; number: string }[] = [
  { table: "suppressions", texts: ["reason", "source", "ended_reason"], number: "number" },
  { table: "consents", texts: ["given_by", "words", "proof"], number: "number" },
  { table: "parties", texts: ["detail"], number: "number" },
  {
    table: "recording_holds",
    texts: ["reason", "released_why"],
    number: "(SELECT r.number FROM recordings r WHERE r.id = recording)",
  },
  { table: "call_agents", texts: ["agent"], number: "NULL" },
];
/** Rows a statement, and statements a run. */
const PAGE = 5000;
const PAGES = 40;

/** What is looked for. A single word may be anybody's: as a name it is not. */
interface Sought {
  name: string | null;
  email: string | null;
  /** Ends of numbers, as digits. */
  ends: string[];
}
const soughtOf = ({ name, email }: Pick<Row, "name" | "email">, numbers: readonly string[]): Sought => ({
  name: name.trim().split(/\s+/).length > 1 ? name.trim() : null,
  email,
  ends: numbers.map(endOf),
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** Finds it as whole words, in whatever case and with whatever space between them. */
const wholeWords = (text: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{N}])${text.normalize("NFC").split(/\s+/).map(escaped).join("\\s+")}(?![\\p{L}\\p{N}])`,
    "iu",
  );
/** As `has` leaves it out between digits. */
const BETWEEN = /[ \-()./\u00a0\u202f]/g;

/** Whether a text names whom is looked for. */
export function namerOf({ name, email, ends }: Sought): (text: string) => boolean {
  const whole = [name, email].flatMap((one) => (one === null ? [] : [wholeWords(one)]));
  return (text) => {
    const composed = text.normalize("NFC");
    const digits = text.replace(BETWEEN, "");
    return whole.some((one) => one.test(composed)) || ends.some((end) => digits.includes(end));
  };
}

/** What a text must have, as `has` finds it, to be looked at: of a name its longest word. */
function hintsOf({ name, email, ends }: Sought): string[] {
  const longest = name?.split(/\s+/).sort((a, b) => b.length - a.length)[0];
  return [...[longest, email].flatMap((one) => (one ? spelt(one) : [])), ...ends];
}

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

/** Every few minutes, and while nothing is due one read. `bounds` for tests. */
export async function lookElsewhere(env: Env, { page, pages } = { page: PAGE, pages: PAGES }): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT request FROM request_named WHERE done_at IS NULL ORDER BY at LIMIT 20",
  ).all<{ request: string }>();
  const ids = results.map(({ request }) => request);
  // Where the trail has one otherwise the letter gives no number.
  const { agreed } = await agreedOf(env, namedBound, ids);
  const id = ids.find((one) => agreed.has(one));
  const [before] = id === undefined ? [] : await statesOf(env.DB, namedBound, "request = ?", id);
  if (!before) return;
  const look = before as unknown as Look;
  const sought = JSON.parse(look.sought) as Sought;
  const found = JSON.parse(look.found) as Record<string, number>;
  let { place, after } = look;
  for (let n = 0; n < pages && place < places.length; n++) {
    const { of, isLast } = await pageOf(env.DB, look, { place, after, page });
    const { table } = places[place]!;
    found[table] = (found[table] ?? 0) + of.filter((texts) => texts.some(namerOf(sought))).length;
    [place, after] = isLast ? [place + 1, 0] : [place, after + page];
  }
  const at = new Date().toISOString();
  // What it looked for is in the request.
  const over = place < places.length ? {} : { done_at: at, sought: "", numbers: "[]" };
  const to = { place, after, found: JSON.stringify(found), ...over };
  await record(env, {
    actor: "system",
    event: { code: "request.looked-elsewhere", subject: look.request, payload: null },
    statements: [changeBound(namedBound, before, to, at)],
  });
}

/** The texts of the rows of a page that may name them. */
async function pageOf(
  db: D1Database,
  look: Look,
  { place, after, page }: { place: number; after: number; page: number },
): Promise<{ of: string[][]; isLast: boolean }> {
  const { table, texts, number } = places[place]!;
  const hints = JSON.stringify(hintsOf(JSON.parse(look.sought) as Sought));
  const [rows, last] = (await db.batch([
    db
      .prepare(
        `SELECT json_array(${texts.join(", ")}) AS texts FROM ${table} WHERE rowid > ?2 AND rowid <= ?3
           AND (${texts.map(has).join(" OR ")}) AND COALESCE(${number}, 0) NOT IN (SELECT CAST(substr(value, 2) AS INTEGER) FROM json_each(?4))`,
      )
      .bind(hints, after, after + page, look.numbers),
    db.prepare(`SELECT COALESCE(MAX(rowid), 0) AS last FROM ${table}`),
  ])) as [D1Result<{ texts: string }>, D1Result<{ last: number }>];
  const of = rows.results.map(({ texts: all }) =>
    (JSON.parse(all) as (string | null)[]).filter((text) => text !== null),
  );
  return { of, isLast: after + page >= last.results[0]!.last };
}

/** What the letter says of them. */
export async function sayNamed(env: Env, row: Row, { policy }: Moment): Promise<string> {
  const { agreed } = await agreedOf(env, namedBound, [row.id]);
  const look = agreed.has(row.id)
    ? await env.DB.prepare("SELECT found, done_at AS doneAt FROM request_named WHERE request = ?")
        .bind(row.id)
        .first<{ found: string; doneAt: string | null }>()
    : null;
  if (!look?.doneAt) return words.open;
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
  const day = sayDate(english, dayOf(Date.parse(look.doneAt), zoneOfPolicy(policy)));
  return [
    fill(words.looked, { day, by: new Intl.ListFormat("en-GB", { type: "disjunction" }).format(by) }),
    n === 0 ? words.none : plural(english, words.some, n),
    ...(name === null ? [words.noName] : []),
    words.rest,
  ].join(" ");
}
