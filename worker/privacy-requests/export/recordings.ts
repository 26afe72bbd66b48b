/** The recordings in a requester's copy: where each is stored, what is silenced in it, and its data. */
import type { RequestItem } from "../../../shared/privacy-requests/api.ts";
import type { Recording } from "../../../shared/recordings/api.ts";
import { Problem } from "../../core/errors.ts";
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
    .prepare("SELECT id, bytes FROM recordings WHERE id IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(items.map(({ ref }) => ref)))
    .all<{ id: string; bytes: number | null }>();
  const sizes = new Map(results.map(({ id, bytes }) => [id, bytes]));
  return items.map((item) => ({ item, bytes: sizes.get(item.ref) ?? null }));
}

/** Told which recording is being looked at; null: none. */
export type Looking = (recording: string | null) => void;

/**
 * Throws where a recording cannot be put into the copy: erased, quarantined, or not found in its store. `before`: recordings in
 * other parts of the copy, whose names come first.
 */
export async function tracksOf(
  env: Env,
  wanted: readonly RequestItem[],
  { policy }: Moment,
  before: number,
  looking: Looking,
): Promise<Track[]> {
  const { results } = await env.DB.prepare(
    `${selectRecordings} WHERE r.id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(wanted.map(({ ref }) => ref)))
    .all<RecordingRow>();
  const rows = new Map(results.map((row) => [row.id, row]));
  const found: (Pick<Track, "store" | "object"> & { item: RequestItem; recording: Recording; head: Head })[] =
    [];
  for (const item of wanted) {
    looking(item.ref);
    const row = rows.get(item.ref);
    const recording = row && toRecording(row, policy);
    if (!recording || recording.state !== "kept") throw new Problem("recording-erased");
    if (recording.quarantined) throw new Problem("recording-quarantined");
    const store = storeOf(env, recording.storage.kind);
    if (!store) throw new Problem("store-unknown");
    const object = recording.storage.key!;
    const head = await storeProblem(store.head(object));
    if (!head) throw new Problem("audio-missing");
    found.push({ store, object, item, recording, head });
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
  return tracks;
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
const trackData = (file: string, r: Recording, mute: RequestItem["mute"]) => ({
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
