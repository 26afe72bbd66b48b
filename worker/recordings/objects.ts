/** Objects in stores: whose a key is, what lies there before a row of it exists, and whether it is still the same later. */
import {
  isOwnStore,
  type RecordingReport,
  type RecordingsState,
  type StoreKind,
} from "../../shared/recordings/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { DAY } from "../../shared/core/time.ts";
import { Problem } from "../core/errors.ts";
import { idIs, prepare } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { hookOf } from "../providers/hooks.ts";
import { storeOf } from "../storage/index.ts";
import { storeProblem } from "../storage/problem.ts";
import type { Head, Told } from "../storage/store.ts";
import { alarmRefused } from "./alarms.ts";
import { closedRefs } from "./certificates/read.ts";
import { namedLines } from "./closed/read.ts";
import { bentProblem, foldersOf, isBent } from "./erasing/folders.ts";
import { refIs } from "./erasing/by-index.ts";
import { refOf } from "./rows.ts";

/** Older calls are imported, which is tried first: a date that somebody makes up could have evidence erased. */
const RECENT = DAY;
/** Keys of requests' files (worker/privacy-requests/files), which were in the recordings' buckets before: nobody names one. */
export const FILES = "requests/";
type Refused = NonNullable<RecordingsState["refused"]>[number];

export const isRecent = (startedAt: string, now: number): boolean => Date.parse(startedAt) >= now - RECENT;

/** The problem of a call of too long ago, whichever system reports it, which is counted; null for a recent one. */
export async function oldProblem(
  env: Env,
  owner: string,
  report: Named,
  now: number,
): Promise<Problem | null> {
  if (isRecent(report.startedAt, now)) return null;
  await refused(env, owner, report, "old", now);
  return new Problem("recording-old");
}

type Named = Pick<RecordingReport, "provider" | "providerId" | "startedAt" | "storage">;

/**
 * Whether an officer has imported it, outside the folders of all systems: whoever brought it may try it for ever. An erased row does not
 * say where its audio was: what lies under a key that is named is none of it.
 */
async function isImported(
  env: Env,
  { provider, providerId, startedAt, storage: { kind, key } }: Named,
): Promise<boolean> {
  const ref = refOf(provider, providerId);
  const found = await env.DB.prepare(
    `SELECT r.state = 'erased' AS erased FROM recordings r CROSS JOIN people p ON p.id = r.by AND p.kind = 'person'
     WHERE ${refIs("r.ref", "?1")} AND (r.state = 'erased' OR (r.store = ?2 AND r.object = ?3) OR (?3 IS NULL AND r.started_at = ?4))`,
  )
    .bind(ref, kind, key ?? null, new Date(startedAt).toISOString())
    .first<{ erased: number }>();
  if (!found && (await isKept(env, ref, { startedAt, storage: { kind, key } }))) return true;
  const isErased = found ? found.erased === 1 : (await closedRefs(env, [ref])).length > 0;
  if (!isErased || key === undefined) return isErased || found !== null;
  // One that cannot say may have something there.
  const lies = await storeOf(env, kind)
    ?.head(key)
    .catch(() => undefined);
  return lies === null;
}

/** The same of one that is closed, which stays where it is. */
async function isKept(
  env: Env,
  ref: string,
  { startedAt, storage: { kind, key } }: Pick<Named, "startedAt" | "storage">,
): Promise<boolean> {
  const { lines } = await namedLines(env, { refs: [ref] });
  const at = new Date(startedAt).toISOString();
  const its = lines.find(
    (line) =>
      line.ref === ref &&
      (key === undefined ? line.startedAt === at : line.store === kind && line.object === key),
  );
  const person = "SELECT 1 FROM people WHERE id = ? AND kind = 'person'";
  return its !== undefined && (await env.DB.prepare(person).bind(its.by).first()) !== null;
}

/**
 * Counts one try of who had stored what is not registered now, and would have no day of erasure unless somebody imports it; nothing where
 * that is done.
 */
async function refused(
  env: Env,
  owner: string,
  report: Named,
  why: Refused["why"],
  now: number,
): Promise<void> {
  if (await isImported(env, report)) return;
  const db = env.DB;
  const counted = db
    .prepare(
      `INSERT INTO keys_refused (owner, why, first_at, last_at, n) VALUES (?1, ?2, ?3, ?3, 1)
       ON CONFLICT DO UPDATE SET last_at = MAX(last_at, excluded.last_at), n = n + 1`,
    )
    .bind(owner, why, new Date(now).toISOString());
  await db.batch([...(await alarmRefused(db, owner, why, now)).map((m) => prepare(db, m)), counted]);
}

/** The day (YYYY-MM-DD, UTC) from which on who has no prefix registers no keys. */
export const freeKeysEnd = async (db: D1Database): Promise<string> =>
  (await db.prepare("SELECT value FROM marks WHERE name = 'free-keys-end'").first<string>("value")) ?? "";

/**
 * Throws `key-not-yours` where a key is not below the owner's prefix; without one, where it is below another's, and from the last day on;
 * and where the trail has such a folder as somebody else's.
 */
export async function wantOwnKey(env: Env, owner: string, report: Named, now: number): Promise<void> {
  const key = report.storage.key!;
  const folders = await foldersOf(env);
  if (isBent(folders, owner, key)) throw await bentProblem(env, folders);
  const own = folders.prefixes.get(owner);
  if (own === undefined && (await freeKeysEnd(env.DB)) <= new Date(now).toISOString().slice(0, 10)) {
    await refused(env, owner, report, "no-prefix", now);
    throw new Problem("key-not-yours", details.noPrefix);
  }
  const isTheirs = [...folders.prefixes].some(([id, prefix]) => id !== owner && key.startsWith(prefix));
  if (key.startsWith(own ?? "") && !isTheirs && !key.startsWith(FILES)) return;
  await refused(env, owner, report, "other-prefix", now);
  throw new Problem(
    "key-not-yours",
    own === undefined ? undefined : fill(details.ownPrefix, { prefix: own }),
  );
}

/** Who was refused and not answered for, the last first: a row for each system and reason, so as few as there are of these. */
export async function refusedKeys(db: D1Database): Promise<Refused[]> {
  const { results } = await db
    .prepare(
      `SELECT r.owner AS id, COALESCE(p.name, replace(r.owner, 'hook:', 'webhook ')) AS name, r.why, r.first_at AS first, r.last_at AS last, r.n
       FROM keys_refused r LEFT JOIN people p ON p.id = r.owner ORDER BY r.last_at DESC, r.owner, r.why LIMIT 100`,
    )
    .all<Refused>();
  return results;
}

/**
 * How many integrations register recordings, and how many webhooks name keys of the company's own stores, and have no prefix: each may
 * take what another of them is about to name. Twilio's has none until an administrator gives it one, and names keys in S3 alone.
 */
export async function withoutPrefix(env: Env): Promise<number> {
  const hooks = ["generic", ...(storeOf(env, "s3") ? ["twilio"] : [])].filter((name) => hookOf(env, name));
  const found = await env.DB.prepare(
    `SELECT (SELECT COUNT(*) FROM people p WHERE p.kind = 'integration' AND p.active = 1
         AND EXISTS (SELECT 1 FROM json_each(p.scopes) WHERE value = 'recordings:write')
         AND NOT EXISTS (SELECT 1 FROM owners o WHERE o.id = p.id))
       + (SELECT COUNT(*) FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM owners o WHERE o.id = 'hook:' || value)) AS n`,
  )
    .bind(JSON.stringify(hooks))
    .first<{ n: number }>();
  return found!.n;
}

/** Throws `key-not-yours` where an owner may still register this object itself: nobody imports it before. */
export function wantLeft({ storedAt }: Seen, now: number): void {
  if (storedAt === null || storedAt > now - RECENT) throw new Problem("key-not-yours", details.ownerFirst);
}

/** What was found before a row exists. `startedAt` and `seconds`: a provider's own word. */
export interface Seen {
  bytes: number | null;
  etag: string | null;
  storedAt: number | null;
  /** By the store's own count: what a sender says of an object that is there already, nobody has counted. */
  sha256: string | null;
  told?: Told;
}

/** Objects at once: a store answers so many together. */
const TOGETHER = 10;

/** What lies where these reports say, or what is wrong with it. */
export async function lookAtAll<R extends Placed>(
  env: Env,
  reports: readonly R[],
): Promise<Map<R, Seen | Problem>> {
  const found = new Map<R, Seen | Problem>();
  for (let i = 0; i < reports.length; i += TOGETHER)
    await Promise.all(
      reports.slice(i, i + TOGETHER).map(async (report) => {
        const seen = await lookAt(env, report).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error;
          return error;
        });
        found.set(report, seen);
      }),
    );
  return found;
}

/**
 * Looks at the object of a report; of what a provider keeps, asks the provider. Throws `object-missing`, `not-audio` or
 * `audio-differs`.
 */
export async function lookAt(env: Env, { storage, bytes, sha256 }: Placed): Promise<Seen> {
  const store = storeOf(env, storage.kind)!;
  const key = storage.key!;
  if (store.tells) {
    const told = await storeProblem(store.tells(key));
    if (!told) throw new Problem("object-missing", details.providerHasNone);
    return { bytes: null, etag: null, storedAt: null, sha256: null, told };
  }
  if (key.startsWith(FILES)) throw new Problem("key-not-yours");
  const head = await storeProblem(store.head(key));
  if (!head) throw new Problem("object-missing");
  if (!mayBeAudio(head)) throw new Problem("not-audio");
  const isOf = (said: unknown, is: unknown) => said === undefined || is === null || said === is;
  if (!isOf(bytes, head.size) || !isOf(sha256, head.sha256)) throw new Problem("audio-differs");
  return { bytes: head.size, etag: head.etag, storedAt: head.storedAt, sha256: head.sha256 };
}
type Placed = Pick<RecordingReport, "storage" | "bytes" | "sha256">;

/** Dialers often store audio without saying what it is. */
const mayBeAudio = ({ type }: Head): boolean =>
  /^(audio|video)\/|^application\/(ogg|x-wav)\b|^(application|binary)\/octet-stream\b|^$/.test(type);

interface Place {
  store: StoreKind;
  object: string;
}

/**
 * True where an object of a store is a request's file: no recording, whatever an older row says. It is neither opened nor
 * erased as one.
 */
export async function isFile(db: D1Database, { store, object }: Place): Promise<boolean> {
  if (!isOwnStore(store)) return false;
  if (object.startsWith(FILES)) return true;
  const file = await db
    .prepare("SELECT 1 FROM request_files WHERE store = ? AND object = ? AND erased_at IS NULL")
    .bind(store, object)
    .first();
  return file !== null;
}

/**
 * Throws `object-changed` where the store has another object under the key than was looked at, and `key-not-yours` where that
 * is a request's file. By the recordings' ids.
 */
export async function wantSame(db: D1Database, heads: ReadonlyMap<string, Head>): Promise<void> {
  const { results } = await db
    .prepare(
      `SELECT r.id, r.etag, r.store, r.object, EXISTS (
         SELECT 1 FROM request_files f WHERE f.store = r.store AND f.object = r.object AND f.erased_at IS NULL) AS file
       FROM json_each(?) j JOIN recordings r ON ${idIs("r.id", "j.value")} WHERE r.state <> 'erased'`,
    )
    .bind(JSON.stringify([...heads.keys()]))
    .all<Place & { id: string; etag: string | null; file: number }>();
  if (results.length < heads.size) throw new Problem("recording-erased");
  for (const { id, etag, store, object, file } of results) {
    if (isOwnStore(store) && (object.startsWith(FILES) || file === 1))
      throw new Problem("key-not-yours", details.requestsFile);
    if (isOther(etag, heads.get(id)!.etag)) throw new Problem("object-changed");
  }
}
export const isOther = (before: string | null, now: string | null): boolean =>
  before !== null && before !== now;
