/**
 * From where on the trail binds what, which keys its rows have their codes under, and what an older Worker wrote meanwhile: one
 * record, made of events (adopt.ts, returned.ts) and kept under the Worker's key, in the database and with each day's head, so
 * that the database's owner can move none of it. And by it, whether a row of the trail is one that the Ledger wrote.
 */
import * as z from "zod";
import { type AuditKey, auditSecrets } from "../core/audit-key.ts";
import { sql, type Statement } from "../core/sql.ts";
import { KEYED } from "../core/written.ts";
import type { Env } from "../env.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import { rowHash, type LinkedRow } from "../../shared/trail/chain.ts";
import { newestHead } from "./head-files.ts";
import { closedIn } from "./closed.ts";
import { archivedRow, inForceFrom, type Keys, keysOf } from "./keyed.ts";
import { type Archive, linked, noteIn, rowsOnce } from "./rows.ts";

/** An event of the trail that is written once. Null: not yet. An earlier release did not know of each. */
const once = z
  .looseObject({ seq: z.int(), at: z.string(), tables: z.array(z.string()).exactOptional() })
  .nullable();
const adoption = once.exactOptional();
/** Nothing is left out or added: the code is over the record as it was written, also by a later release, which knows more. */
const keptStartSchema = z.looseObject({
  // The events of adopt.ts, by what they adopt.
  rows: adoption,
  access: adoption,
  entries: adoption,
  later: adoption,
  facts: adoption,
  rest: adoption,
  more: adoption,
  folders: adoption,
  names: adoption,
  words: adoption,
  sent: adoption,
  ends: adoption,
  hooks: adoption,
  coded: adoption,
  bare: adoption,
  recipients: adoption,
  // The first row that must have a code. Null: there was no key yet.
  keyed: z.int().nullable(),
  // By its thumbprint, the key in force; and those before it, each with the row from which on it counts no more.
  key: z.string().nullable(),
  replaced: z.array(z.looseObject({ key: z.string(), until: z.int() })),
  // What officers said that an older Worker wrote: rows of the trail, and rows of tables by their time; and the row that says so,
  // once it was looked up. `bound`: since when its rows of tables are bound, and when all were; null: further runs go on. `policy`
  // is the newest version by then: no later one is the older Worker's; `said` is the row of the trail that says so.
  returned: z.array(
    z.looseObject({
      ...{ first: z.int(), last: z.int(), from: z.string(), to: z.string() },
      said: z.int().exactOptional(),
      bound: z
        .looseObject({
          ...{ since: z.string(), until: z.string().nullable() },
          ...{ policy: z.int().exactOptional(), said: z.int().exactOptional() },
        })
        .exactOptional(),
    }),
  ),
  // By the key in force.
  mac: z.string(),
});
export type KeptStart = z.infer<typeof keptStartSchema>;
export type Start = Record<Adoption, z.infer<typeof once>> &
  Pick<KeptStart, "keyed" | "key" | "replaced" | "returned">;

export const RETURNED = { code: "evidence.returned" } as const;
const MARK = "evidence-start";

/**
 * Of tables whose rows are bound as they are written: rows of before are older. And of tables whose rows change: each row is
 * bound by now.
 */
export const ADOPTIONS = {
  rows: { code: "evidence.adopted", mark: "evidence-adopted" },
  access: { code: "evidence.states-adopted", mark: "evidence-states-adopted" },
  entries: { code: "evidence.entries-adopted", mark: "evidence-entries-adopted" },
  later: { code: "evidence.later-adopted", mark: "evidence-later-adopted" },
  facts: { code: "evidence.facts-adopted", mark: "evidence-facts-adopted" },
  rest: { code: "evidence.rest-adopted", mark: "evidence-rest-adopted" },
  more: { code: "evidence.more-adopted", mark: "evidence-more-adopted" },
  folders: { code: "evidence.folders-adopted", mark: "evidence-folders-adopted" },
  names: { code: "evidence.names-adopted", mark: "evidence-names-adopted" },
  words: { code: "evidence.words-adopted", mark: "evidence-words-adopted" },
  sent: { code: "evidence.sent-adopted", mark: "evidence-sent-adopted" },
  ends: { code: "evidence.ends-adopted", mark: "evidence-ends-adopted" },
  // Of addresses of before that are told of status changes: no other is taken as one.
  hooks: { code: "evidence.webhooks-adopted", mark: "evidence-webhooks-adopted" },
  // Each token of before that the trail has as it is has its code.
  coded: { code: "evidence.tokens-coded", mark: "evidence-tokens-coded" },
  // Its subject names the tables that may have rows of before that nothing binds: of no other counts one as such.
  bare: { code: "evidence.bare-adopted", mark: "evidence-bare-adopted" },
  // Of recipients of before: none is taken over, or bound as it is, any more.
  recipients: { code: "evidence.recipients-adopted", mark: "evidence-recipients-adopted" },
} as const;
export type Adoption = keyof typeof ADOPTIONS;
export const adoptions = Object.keys(ADOPTIONS) as Adoption[];
const none = Object.fromEntries(adoptions.map((which) => [which, null])) as Record<Adoption, null>;

/**
 * What a row of the trail is: the Ledger's own; from before there was a key; by an older Worker, as an officer said; under a key
 * that this Worker has lost, so that nobody can tell; or somebody else's.
 */
export type Origin = "ours" | "before" | "returned" | "lost" | "forged";

export interface Known extends Start {
  /** The Worker's own key, if it has one. */
  own: AuditKey | null;
  /** Whether the database has this record, under the Worker's own key. */
  isKept: boolean;
  /** The bucket did not answer: its newest head may know of an adoption that is missing here. */
  isAway?: boolean;
  originOf: (row: LinkedRow) => Origin;
}

const textOf = (start: object): string => `start ${canonical(start)}`;
const isUnder = ({ mac, ...start }: KeptStart, key: AuditKey): boolean => key.mac(textOf(start)) === mac;

/** The statement that reads the record, for a batch with others. */
export const readStart = ({ DB }: Env): D1PreparedStatement =>
  DB.prepare("SELECT IIF(json_valid(value), value, NULL) AS value FROM marks WHERE name = ?").bind(MARK);
export interface StartRow {
  value: string | null;
}

/** Of this isolate: a record under the Worker's own key says the same as long as both are the same. */
let last: { by: string; known: Known } | null = null;

/** As `startOf`, by what `readStart` read. */
export async function startBy(env: Env, value: string | null): Promise<Known> {
  const by = JSON.stringify([value, ...auditSecrets(env)]);
  if (last?.by === by) return last.known;
  const known = await startFrom(env, parsed(JSON.parse(value ?? "null")));
  if (known.isKept && !known.isAway) last = { by, known };
  return known;
}

/** Reads the record; before there is one, makes it of the events that there are. */
export const startOf = async (env: Env): Promise<Known> => startFrom(env, await startMark(env));

async function startFrom(env: Env, here: KeptStart | null): Promise<Known> {
  const keys = await keysOf(env);
  const isKept = here !== null && here.key === keys.own?.thumbprint && isUnder(here, keys.own);
  const kept = { ...NOTHING, ...(isKept ? here : await startElsewhere(env, keys, here)) };
  const bare = known({ ...kept, returned: [] }, keys, isKept);
  let left: Promise<KeptStart | null> | undefined;
  const head = () => (left ??= headUnder(env, keys));
  const returned = await closedIn(
    env,
    await saidIn(env, kept.returned, bare),
    (row) => ["ours", "lost"].includes(bare.originOf(row)),
    async () => (await head())?.returned ?? [],
  );
  const start = known({ ...kept, returned }, keys, isKept && kept.returned.every(({ said }) => said));
  // A bucket that does not answer says of none: verdicts go on, and nothing is adopted.
  const adoptedElsewhere = () =>
    head().catch(() => {
      start.isAway = true;
      return null;
    });
  // An adoption may take some runs.
  const missing = adoptions.filter((which) => !start[which]);
  const found = await adoptedAt(env, start, missing);
  for (const which of missing) {
    start[which] = found[which] ?? (isKept ? ((await adoptedElsewhere())?.[which] ?? null) : null);
    start.isKept &&= start[which] === null;
  }
  return start;
}

/** The record that left with the newest head, if it is under the Worker's own key: the database's owner may put back an older one. */
async function headUnder(env: Env, { own }: Keys): Promise<KeptStart | null> {
  const start = own && parsed((await newestHead(env))?.start);
  return start && start.key === own.thumbprint && isUnder(start, own) ? start : null;
}

/**
 * Where the database has none under the Worker's own key. The bucket's first, as it is not the database's owner's. One that no
 * key is at hand for is all that there is where the key was lost, until the next one is in force; from then on it counts no more.
 */
async function startElsewhere(env: Env, { own, keys }: Keys, here: KeptStart | null): Promise<Start> {
  const head = own || here ? await newestHead(env) : null;
  const found = [parsed(head?.start), here].filter((one) => one !== null);
  const signed = keys.flatMap((key) => found.filter((one) => isUnder(one, key)));
  const isOwn = own !== null && signed[0] !== undefined && isUnder(signed[0], own);
  if (isOwn && signed[0]!.key === own.thumbprint) return { ...NOTHING, ...signed[0] };
  const since = own && (await inForceFrom(env, own, head));
  const others = found.filter((one) => one.key !== null && !isNamed(own?.thumbprint, one));
  const kept = signed[0] ?? (since === null ? others[0] : undefined);
  const start = { ...NOTHING, ...kept, ...(isOwn ? {} : unsaid(kept)) };
  return since === null ? start : under(start, own!.thumbprint, since);
}

/** Of a record that is not under the Worker's own key: what its events say is looked up again. */
const unsaid = (start: KeptStart | undefined) => ({
  ...none,
  returned: (start?.returned ?? []).map(({ said: _, ...range }) => range),
});
const isNamed = (key: string | undefined, start: KeptStart): boolean =>
  [start.key, ...start.replaced.map((one) => one.key)].some((one) => one === key);

const parsed = (value: unknown): KeptStart | null => keptStartSchema.safeParse(value).data ?? null;

/** The record once a key is in force from row `seq` on: it excuses nothing from there on. */
function under(start: Start, key: string, seq: number): Start {
  const ended = start.key === null ? [] : [{ key: start.key, until: seq }];
  return {
    ...start,
    keyed: Math.min(start.keyed ?? seq, seq),
    key,
    replaced: [...start.replaced, ...ended].map((one) => ({ ...one, until: Math.min(one.until, seq) })),
  };
}

/** The statement that keeps the record under the Worker's own key, where it has one. */
export function keptStart({ own, originOf: _, isKept: __, isAway: ___, ...start }: Known): Statement[] {
  if (own === null) return [];
  const value = JSON.stringify({ ...start, mac: own.mac(textOf(start)) });
  return [sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, value)];
}
/** The record that leaves with a day's head: none that is not under the Worker's own key. */
export async function startToPublish(env: Env): Promise<KeptStart | null> {
  const { own } = await keysOf(env);
  const found = [await startMark(env), parsed((await newestHead(env))?.start)];
  return found.find((one) => one && own && isUnder(one, own)) ?? null;
}

/** The record as the database has it. */
async function startMark(env: Env): Promise<KeptStart | null> {
  const mark = await readStart(env).first<StartRow>();
  return parsed(JSON.parse(mark?.value ?? "null"));
}

/** Where a deployment has no record yet. */
const NOTHING: Start = {
  ...none,
  ...{ keyed: null, key: null, replaced: [], returned: [] },
};

/** Of each of these adoptions the first event that the Ledger wrote, of those in the database and the one that its mark names. */
async function adoptedAt(
  env: Env,
  { originOf }: Known,
  which: readonly Adoption[],
): Promise<Partial<Record<Adoption, Start["rows"]>>> {
  if (which.length === 0) return {};
  const all = which.map((name) => ADOPTIONS[name]);
  const [marks, here] = await env.DB.batch([
    env.DB.prepare("SELECT name, value FROM marks WHERE name IN (SELECT value FROM json_each(?))").bind(
      JSON.stringify(all.map(({ mark }) => mark)),
    ),
    env.DB.prepare(
      `SELECT ${linked} FROM audit a WHERE a.code IN (SELECT value FROM json_each(?)) ORDER BY a.seq`,
    ).bind(JSON.stringify(all.map(({ code }) => code))),
  ]);
  const isOurs = (row: LinkedRow) => originOf(row) !== "forged";
  const inDatabase = (here!.results as LinkedRow[]).filter(isOurs);
  const marked = (marks!.results as { value: string }[]).map(({ value }) => Number(value));
  // Where its archive cannot be read, verifications say so; adopt.ts looks for it and writes no second one.
  const elsewhere = marked.filter((seq) => inDatabase.every((row) => row.seq !== seq));
  const archived = (await rowsOnce(env, elsewhere)).filter(isOurs);
  const ours = [...inDatabase, ...archived].sort((a, b) => a.seq - b.seq);
  const firstOf = (name: Adoption) => {
    const first = ours.find((row) => row.code === ADOPTIONS[name].code);
    if (!first) return null;
    const tables = name === "bare" && { tables: first.subject.split(" ").filter((table) => table !== "") };
    return { seq: first.seq, at: first.at, ...tables };
  };
  return Object.fromEntries(which.map((name) => [name, firstOf(name)]));
}

/** Of what officers said, that which a row of the Worker's says, with the row; or an archive may that cannot be read now. */
async function saidIn(env: Env, ranges: Start["returned"], { originOf }: Known): Promise<Start["returned"]> {
  if (ranges.every(({ said }) => said)) return ranges;
  const says =
    ({ first, last, to }: (typeof ranges)[number]) =>
    (row: LinkedRow) =>
      row.code === RETURNED.code &&
      row.subject === `${first}-${last}` &&
      // Of what was past by then.
      row.seq > last &&
      row.at >= to &&
      ["ours", "lost"].includes(originOf(row));
  const { results } = await env.DB.prepare(`SELECT ${linked} FROM audit a WHERE a.code = ? ORDER BY a.seq`)
    .bind(RETURNED.code)
    .all<LinkedRow>();
  const found: Start["returned"] = [];
  for (const range of ranges) {
    const unread: Archive[] = [];
    const seq =
      range.said ??
      results.findLast(says(range))?.seq ??
      (await archivedRow(env, RETURNED.code, says(range)).catch(noteIn(unread)))?.seq;
    if (seq !== undefined) found.push({ ...range, said: seq });
    else if (unread.length > 0) found.push(range);
  }
  return found;
}

function known(kept: Start & Partial<KeptStart>, { own, keys }: Keys, isKept: boolean): Known {
  const { mac: _, ...start } = kept;
  const until = new Map(start.replaced.map((one) => [one.key, one.until]));
  for (const key of [start.key, own?.thumbprint]) if (key && !until.has(key)) until.set(key, Infinity);
  const originOf = (row: LinkedRow): Origin => {
    const { seq } = row;
    // The Ledger's first row is row 1: no walk along the trail comes by an earlier one.
    if (seq < 1) return "forged";
    if (start.keyed === null || seq < start.keyed) return "before";
    const hash = rowHash(row);
    // The own key gives codes from its first moment on, which is some rows before the event that says so.
    if (keys.some(({ thumbprint, mac }) => seq < (until.get(thumbprint) ?? 0) && row.mac === mac(hash)))
      return "ours";
    if (start.returned.some(({ first, last }) => first <= seq && seq <= last)) return "returned";
    const inForce = start.replaced.find((one) => seq < one.until)?.key ?? start.key;
    return keys.some(({ thumbprint }) => thumbprint === inForce) ? "forged" : "lost";
  };
  return { ...start, own, isKept, originOf };
}

/** Whether this row says what the trail says once, elsewhere than where the record has it. */
export const isSecond = (start: Start, { seq, code }: LinkedRow): boolean =>
  adoptions.some((which) => code === ADOPTIONS[which].code && seq !== start[which]?.seq) ||
  (code === KEYED.code && seq < (start.keyed ?? Infinity));
