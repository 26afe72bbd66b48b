/** The recordings in a requester's copy: where each is stored, what is silenced in it, and its data. */
import type { RequestItem } from "../../../shared/privacy-requests/api.ts";
import type { Recording } from "../../../shared/recordings/api.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { problemDetails as details, problemTitles } from "../../../shared/texts/core/problems.en.ts";
import { english, fill, sayDate } from "../../../shared/texts/language.ts";
import { Problem, type ProblemCode } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { mp3Silence } from "../../recordings/mp3.ts";
import type { Silence } from "../../recordings/mute.ts";
import { type Row as RecordingRow, selectRecordings, toRecording } from "../../recordings/rows.ts";
import { WAV_HEAD, wavOf, wavSilence } from "../../recordings/wav.ts";
import { storeOf } from "../../storage/index.ts";
import { wantSame } from "../../recordings/objects.ts";
import { storeProblem } from "../../storage/problem.ts";
import type { Head, Store } from "../../storage/store.ts";
import { itemsOf } from "../items.ts";
import type { Moment } from "../rows.ts";
import type { Planned } from "../files/parts/plan.ts";
import type { Fields } from "./sections.ts";
import { idIn } from "../../core/sql.ts";

/** A recording as it goes into the zip. */
export interface Track {
  name: string;
  size: number;
  store: Store;
  object: string;
  /** The version that was looked at. */
  etag: string | null;
  /** Null where nothing is silenced. */
  silence: Silence | null;
  /** What its row says; `why` as staff wrote it, in which others may be named. */
  data: Fields & { why: string };
}

const endings: Record<string, string> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/wave": "wav",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
  "audio/mp4": "m4a",
};

/** The recordings that a request's copy has, oldest first. */
export const grantedOf = async (db: D1Database, request: string): Promise<RequestItem[]> =>
  (await itemsOf(db, request, "recording")).filter(
    ({ verdict, decision }) => verdict === "confirmed" && decision === "comply",
  );

/** The same with their sizes. */
export async function plannedOf(db: D1Database, items: readonly RequestItem[]): Promise<Planned[]> {
  const { results } = await db
    .prepare(`SELECT id, bytes FROM recordings WHERE ${idIn("id", "?1")}`)
    .bind(JSON.stringify(items.map(({ ref }) => ref)))
    .all<{ id: string; bytes: number | null }>();
  const sizes = new Map(results.map(({ id, bytes }) => [id, bytes]));
  return items.map((item) => ({ item, bytes: sizes.get(item.ref) ?? null }));
}

/** A recording whose audio is not in the copy: the day of its call, and why an officer left it out. */
export interface Lost {
  on: string;
  why: string;
}

/** Told which recording is being looked at; null: none. */
export type Looking = (recording: string | null) => void;

type Found = Pick<Track, "store" | "object"> & { recording: Recording; head: Head };

/** Where the audio of a recording is; or why it cannot be had: erased, quarantined, or not found in its store. */
async function audioOf(env: Env, recording: Recording | undefined): Promise<Found | ProblemCode> {
  if (recording?.state !== "kept") return "recording-erased";
  if (recording.quarantined) return "recording-quarantined";
  const store = storeOf(env, recording.storage.kind);
  if (!store) throw new Problem("store-unknown");
  const object = recording.storage.key!;
  const head = await storeProblem(store.head(object));
  return head ? { store, object, recording, head } : "audio-missing";
}

/** What the copy says of a recording without audio. */
interface Left {
  lost: Lost;
  data: Track["data"];
}

/**
 * The recordings that go into the copy, and those that an officer leaves out (`without`: why, by the item's id), as their audio cannot be
 * had. Throws where it cannot be had and nobody said so, and names each of these. `before`: recordings in other parts of the copy,
 * whose names come first.
 */
export async function tracksOf(
  env: Env,
  wanted: readonly RequestItem[],
  { policy }: Moment,
  { before, without }: { before: number; without: ReadonlyMap<string, string> },
  looking: Looking,
): Promise<{ tracks: Track[]; left: Left[] }> {
  const { results } = await env.DB.prepare(`${selectRecordings} WHERE ${idIn("r.id", "?1")}`)
    .bind(JSON.stringify(wanted.map(({ ref }) => ref)))
    .all<RecordingRow>();
  const rows = new Map(results.map((row) => [row.id, row]));
  const found: (Found & { item: RequestItem })[] = [];
  const left: Left[] = [];
  const lost: { item: RequestItem; code: ProblemCode; message: string }[] = [];
  for (const item of wanted) {
    looking(item.ref);
    const row = rows.get(item.ref);
    const recording = row && toRecording(row, policy);
    const audio = await audioOf(env, recording);
    if (typeof audio !== "string") {
      found.push({ ...audio, item });
      continue;
    }
    const on = dayOf(item.at!, zoneOfPolicy(policy));
    const why = without.get(item.id);
    if (why === undefined) {
      const number = recording?.number ?? "";
      const said = { date: sayDate(english, on), number, why: problemTitles[audio] };
      lost.push({ item, code: audio, message: fill(number === "" ? details.lost : details.lostOf, said) });
    } else left.push({ lost: { on, why }, data: lostData(item, recording, why) });
  }
  if (lost.length > 0) {
    const [{ item: first, code }] = lost as [(typeof lost)[0]];
    looking(first.ref);
    throw new Problem(
      code,
      undefined,
      lost.map(({ item, message }) => ({ path: item.id, message })),
    );
  }
  looking(null);
  await wantSame(env.DB, new Map(found.map(({ recording, head }) => [recording.id, head])));
  const tracks: Track[] = [];
  for (const { store, object, item, recording, head } of found) {
    looking(item.ref);
    const silence = item.mute.length === 0 ? null : await wantSilence(store, object, head, item.mute);
    const name = `recordings/${String(before + tracks.length + 1).padStart(3, "0")}.${endings[head.type] ?? "audio"}`;
    const data = trackData(name, recording, item.mute);
    tracks.push({ name, size: head.size, store, object, etag: head.etag, silence, data });
  }
  looking(null);
  return { tracks, left };
}

/** Of a recording that is silent for more than this nothing is given: it is refused, with all that a refusal owes. */
const MOST_SILENT = 0.9;

/**
 * Silences these seconds. Throws `mute-format` unless it is a WAV or an MP3, which is read once for this, and `mute-all` where
 * hardly anything would be heard.
 */
async function wantSilence(
  store: Store,
  object: string,
  { size, etag }: Head,
  mute: RequestItem["mute"],
): Promise<Silence> {
  const read = (length: number) => storeProblem(store.read(object, { offset: 0, length }, etag));
  if (size === 0) throw new Problem("mute-format");
  const wav = wavOf(new Uint8Array(await new Response(await read(Math.min(size, WAV_HEAD))).arrayBuffer()));
  const found = wav ? wavSilence(wav, mute, size) : await mp3Silence(await read(size), mute);
  if (!found) throw new Problem("mute-format");
  if (found.silent > MOST_SILENT * found.seconds) throw new Problem("mute-all");
  return found;
}

/** How much of the copy is silent: seconds, rounded up, and in how many recordings. */
export interface Silenced {
  seconds: number;
  recordings: number;
}
export function silencedIn(tracks: readonly Track[]): Silenced {
  const silent = tracks.map(({ silence }) => silence?.silent ?? 0).filter((seconds) => seconds > 0);
  return { seconds: Math.ceil(silent.reduce((sum, one) => sum + one, 0)), recordings: silent.length };
}

/** Without the agent: that is another person's name. */
const trackData = (file: string | null, r: Recording, mute: RequestItem["mute"]) => ({
  file,
  number: r.number,
  provider: r.provider,
  providerId: r.providerId,
  direction: r.direction,
  startedAt: r.startedAt,
  seconds: r.seconds,
  announced: r.announced,
  purpose: r.purpose,
  flag: r.flag,
  region: r.region,
  bytes: r.bytes,
  eraseAfter: r.eraseAfter,
  why: r.why,
  at: r.at,
  ...(mute.length > 0 ? { muted: mute } : {}),
});

/** Of one that is erased no more than that it was. */
const lostData = (item: RequestItem, recording: Recording | undefined, lost: string): Left["data"] => ({
  ...(recording && recording.number !== null
    ? trackData(null, recording, [])
    : { file: null, startedAt: item.at, why: "" }),
  lost,
});
