/**
 * From where on the trail binds what, which keys its rows have their codes under, and what an older Worker wrote meanwhile: one
 * record, made of events (adopt.ts, returned.ts) and kept under the Worker's key, in the database and with each day's head, so
 * that the database's owner can move none of it. And by it, whether a row of the trail is one that the Ledger wrote.
 */
import * as z from "zod";
import { type AuditKey, auditKey, auditSecrets } from "../core/audit-key.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import { rowHash, type LinkedRow } from "../../shared/trail/chain.ts";
import { newestHead } from "./head-files.ts";
import { linked, noteIn, rowAt } from "./rows.ts";

/** An event of the trail that is written once. Null: not yet. An earlier release did not know of each. */
const once = z.looseObject({ seq: z.int(), at: z.string() }).nullable();
const adoption = once.exactOptional();
/** Nothing is left out or added: the code is over the record as it was written, also by a later release, which knows more. */
const keptStartSchema = z.looseObject({
  // The events of adopt.ts, by what they adopt.
  rows: adoption,
  access: adoption,
  entries: adoption,
  later: adoption,
  // The first row that must have a code. Null: there was no key yet.
  keyed: z.int().nullable(),
  // By its thumbprint, the key in force; and those before it, each with the row from which on it counts no more.
  key: z.string().nullable(),
  replaced: z.array(z.looseObject({ key: z.string(), until: z.int() })),
  // What officers said that an older Worker wrote: rows of the trail, and rows of tables by their time.
  returned: z.array(z.looseObject({ first: z.int(), last: z.int(), from: z.string(), to: z.string() })),
  // By the key in force.
  mac: z.string(),
});
export type KeptStart = z.infer<typeof keptStartSchema>;
export type Start = Record<Adoption, z.infer<typeof once>> &
  Pick<KeptStart, "keyed" | "key" | "replaced" | "returned">;

export const KEYED = { code: "evidence.keyed" } as const;
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
} as const;
export type Adoption = keyof typeof ADOPTIONS;
export const adoptions = Object.keys(ADOPTIONS) as Adoption[];

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
  originOf: (row: LinkedRow) => Origin;
}

async function keysOf(env: Env): Promise<{ own: AuditKey | null; keys: AuditKey[] }> {
  const [own = null, ...before] = await Promise.all(
    auditSecrets(env).map((secret) => auditKey(secret).catch(() => null)),
  );
  return { own, keys: [own, ...before].filter((key) => key !== null) };
}

const textOf = (start: object): string => `start ${canonical(start)}`;
const isUnder = ({ mac, ...start }: KeptStart, key: AuditKey): boolean => key.mac(textOf(start)) === mac;

/** Reads the record; before there is one, makes it of the events that there are. */
export async function startOf(env: Env): Promise<Known> {
  const { own, keys } = await keysOf(env);
  const here = await startMark(env);
  const isOwn = here !== null && here.key === own?.thumbprint && isUnder(here, own);
  const kept = isOwn ? here : await startElsewhere(env, { own, keys, here });
  const start = known({ ...NOTHING, ...kept }, { own, keys, isKept: isOwn });
  // An adoption may take some runs.
  for (const which of adoptions) {
    if (start[which]) continue;
    start[which] = await adoptedAt(env, start, which);
    start.isKept &&= start[which] === null;
  }
  return start;
}

/** Where the database has none under the Worker's own key. */
async function startElsewhere(
  env: Env,
  { own, keys, here }: { own: AuditKey | null; keys: readonly AuditKey[]; here: KeptStart | null },
): Promise<Start> {
  const there = own || here ? parsed((await newestHead(env))?.start) : null;
  const since = own && (await keyedAt(env.DB, own));
  // The bucket's first, as it is not the database's owner's. One that no key is at hand for is all that there is where the key
  // was lost, until the next one is in force.
  const found = [there, here].filter((one) => one !== null);
  const [kept] = [
    ...keys.flatMap((key) => found.filter((one) => isUnder(one, key))),
    ...(since === null ? found.filter((one) => one.key !== null) : []),
  ];
  const { mac: _, ...start } = { ...NOTHING, ...kept };
  const isIn = since === null || start.key === own?.thumbprint;
  return isIn ? start : under(start, own!.thumbprint, since);
}

const parsed = (value: unknown): KeptStart | null => keptStartSchema.safeParse(value).data ?? null;

/** The record once a key is in force from row `seq` on. */
const under = (start: Start, key: string, seq: number): Start => ({
  ...start,
  keyed: start.keyed ?? seq,
  key,
  replaced: start.key === null ? start.replaced : [...start.replaced, { key: start.key, until: seq }],
});

/** The statement that keeps the record under the Worker's own key, where it has one. */
export function keptStart({ own, originOf: _, isKept: __, ...start }: Known): Statement[] {
  if (own === null) return [];
  const value = JSON.stringify({ ...start, mac: own.mac(textOf(start)) });
  return [sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, value)];
}
/** The record as the database has it, and each day's head. */
export async function startMark({ DB }: Env): Promise<KeptStart | null> {
  const mark = await DB.prepare(
    "SELECT IIF(json_valid(value), value, NULL) AS value FROM marks WHERE name = ?",
  )
    .bind(MARK)
    .first<{ value: string | null }>();
  return parsed(JSON.parse(mark?.value ?? "null"));
}

/** Where a deployment has no record yet. */
const NOTHING: Start = {
  ...{ rows: null, access: null, entries: null, later: null, keyed: null },
  ...{ key: null, replaced: [], returned: [] },
};

/** The first event of an adoption that the Ledger wrote, of those in the database and the one that its mark names. */
async function adoptedAt(env: Env, { originOf }: Known, which: Adoption): Promise<Start["rows"]> {
  const { code, mark: name } = ADOPTIONS[which];
  const [mark, here] = await env.DB.batch([
    env.DB.prepare("SELECT value FROM marks WHERE name = ?").bind(name),
    env.DB.prepare(`SELECT ${linked} FROM audit a WHERE a.code = ? ORDER BY a.seq`).bind(code),
  ]);
  const named = (mark!.results as { value: string }[])[0];
  const rows: (LinkedRow | null)[] = here!.results as LinkedRow[];
  // Where its archive cannot be read, verifications say so; adopt.ts looks for it and writes no second one.
  if (named) rows.unshift(await rowAt(env, Number(named.value)).catch(noteIn([])));
  const [first] = rows
    .filter((row) => row?.code === code && originOf(row) !== "forged")
    .sort((a, b) => a!.seq - b!.seq);
  return first ? { seq: first.seq, at: first.at } : null;
}

/** The row by which this key came into force. Null: none that it has a code for. */
async function keyedAt(db: D1Database, { thumbprint, mac }: AuditKey): Promise<number | null> {
  const { results } = await db
    .prepare("SELECT * FROM audit WHERE code = ? AND subject = ? ORDER BY seq")
    .bind(KEYED.code, thumbprint)
    .all<LinkedRow>();
  return results.find((row) => row.mac === mac(rowHash(row)))?.seq ?? null;
}

function known(
  kept: Start & Partial<KeptStart>,
  { own, keys, isKept }: { own: AuditKey | null; keys: AuditKey[]; isKept: boolean },
): Known {
  const { mac: _, ...start } = kept;
  const until = new Map(start.replaced.map((one) => [one.key, one.until]));
  for (const key of [start.key, own?.thumbprint]) if (key && !until.has(key)) until.set(key, Infinity);
  const originOf = (row: LinkedRow): Origin => {
    const { seq } = row;
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
