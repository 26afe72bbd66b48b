/**
 * The requester's copy: a zip with their recordings, all facts for people and for machines, what each field means, and what
 * UK GDPR article 15(1) wants said. It streams from the recordings' stores into the store of our own; nothing is whole in
 * memory but the facts. Other people's data is left out: names of staff, and what an officer silenced.
 */
import { makeZip, predictLength } from "client-zip";
import type { Recording } from "../../shared/recordings/api.ts";
import { type RequestItem, requestStep } from "../../shared/privacy-requests/api.ts";
import { requestIdParam as idParam } from "../../shared/privacy-requests/api-steps.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { daysLater } from "../../shared/privacy-requests/deadlines.ts";
import { exportEn as t } from "../../shared/texts/privacy-requests/copy.en.ts";
import { english, fill, plural, sayDate } from "../../shared/texts/language.ts";
import { policyEn } from "../../shared/texts/policy/clauses.en.ts";
import { requestsEn } from "../../shared/texts/privacy-requests/steps.en.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { mp3Edits } from "../recordings/mp3.ts";
import { type Edit, edited } from "../recordings/mute.ts";
import { copyPage } from "./copy-page.tsx";
import { type Row as RecordingRow, selectRecordings, toRecording } from "../recordings/rows.ts";
import { factsOf } from "./export-facts.ts";
import { endCopies, fileCame, fileComes, type NewFile, storeProblem, wantFileStore } from "./files.ts";
import { itemsOf, type Moment, type Row } from "./rows.ts";
import { step } from "./step.ts";
import { json, room, route } from "../core/route.ts";
import { storeOf } from "../storage/index.ts";
import type { Store } from "../storage/store.ts";
import { WAV_HEAD, wavEdits, wavOf } from "../recordings/wav.ts";

/** The link to a copy ends after so many days, and the copy with it. */
const COPY_DAYS = 30;

/** A recording as it goes into the zip. */
interface Track {
  name: string;
  size: number;
  store: Store;
  object: string;
  /** What silences parts of it. */
  edits: Edit[];
  mute: RequestItem["mute"];
  facts: Record<string, unknown>;
}

export const requestExport = room();

requestExport.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/export",
    roles: ["compliance", "admin"],
    summary:
      "Makes the requester's copy, for 30 days; their page offers it. A recording of which a part is silenced must be a WAV or an MP3",
    request: { params: idParam },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    let undo = (): Promise<unknown> => Promise.resolve();
    return step(c, c.req.valid("param").id, "export", async (row, moment) => {
      const { kind, store } = wantFileStore(c.env, moment.policy);
      const id = crypto.randomUUID();
      const object = `requests/${row.id}/${id}`;
      const { stream, size } = await zipOf(c.env, row, moment);
      const type = "application/zip";
      const copy: NewFile = {
        ...{ id, request: row.id, purpose: "export", store: kind, object, name: "", type, bytes: size },
        ...{ erase_after: daysLater(moment.today, COPY_DAYS), by: c.get("actor")!.id, at: moment.at },
      };
      await fileComes(c.env, copy, moment.today);
      undo = () => store.erase(object);
      await storeProblem(store.put(object, stream, { size, type, sha256: null }));
      return {
        statements: [endCopies(row.id, moment.today), fileCame(copy)],
        detail: { bytes: size },
      };
    }).catch(async (error: unknown) => {
      await undo().catch(() => null);
      throw error;
    });
  },
);

async function zipOf(
  env: Env,
  row: Row,
  moment: Moment,
): Promise<{ stream: ReadableStream<Uint8Array>; size: number }> {
  const items = (await itemsOf(env.DB, row.id)).filter(
    (item) => item.verdict === "confirmed" && item.decision === "comply",
  );
  const tracks = await tracksOf(env, items, moment);
  const facts = await factsOf(env, row, items);
  const data = { recordings: tracks.map((track) => track.facts), ...facts };
  const { identity } = moment.policy;
  const about = aboutOf(moment, [...new Set(facts["lookups"]!.map(({ askedOf }) => String(askedOf)))]);
  const copy = {
    reference: row.ref,
    company: identity.company || requestsEn.nameless,
    number: row.number === null ? "" : e164Of(row.number),
    madeOn: sayDate(english, moment.today),
    muted: tracks.some(({ mute }) => mute.length > 0),
    about,
    data,
  };
  const bytes = (text: string) => new TextEncoder().encode(text);
  const lastModified = new Date(moment.now);
  const written = [
    { name: "index.html", input: bytes(await copyPage(copy)), lastModified },
    {
      name: "data.json",
      input: bytes(JSON.stringify({ ...copy, fields: t.fields }, null, 2)),
      lastModified,
    },
  ];
  const size = Number(
    predictLength([
      ...written.map(({ name, input }) => ({ name, size: input.byteLength })),
      ...tracks.map(({ name, size: length }) => ({ name, size: length })),
    ]),
  );
  async function* files() {
    yield* written;
    for (const { name, size: length, store, object, edits } of tracks) {
      // Of nothing no store gives a range.
      const audio = length === 0 ? new Blob().stream() : await store.read(object, { offset: 0, length });
      yield { name, lastModified, input: edits.length > 0 ? audio.pipeThrough(edited(edits)) : audio };
    }
  }
  return { stream: makeZip(files()).pipeThrough(new FixedLengthStream(size)), size };
}

const endings: Record<string, string> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/wave": "wav",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
  "audio/mp4": "m4a",
};

async function tracksOf(env: Env, items: RequestItem[], { policy }: Moment): Promise<Track[]> {
  const tracks: Track[] = [];
  const wanted = items.filter(({ kind }) => kind === "recording");
  const { results } = await env.DB.prepare(
    `${selectRecordings} WHERE r.id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(wanted.map(({ ref }) => ref)))
    .all<RecordingRow>();
  const rows = new Map(results.map((row) => [row.id, row]));
  for (const item of wanted) {
    const row = rows.get(item.ref);
    const recording = row && toRecording(row, policy);
    if (!recording || recording.state !== "kept") throw new Problem("recording-erased");
    if (recording.quarantined) throw new Problem("recording-quarantined");
    const store = storeOf(env, recording.storage.kind);
    if (!store) throw new Problem("store-unknown");
    const object = recording.storage.key!;
    const head = await storeProblem(store.head(object));
    if (!head) throw new Problem("audio-missing");
    const edits = item.mute.length === 0 ? [] : await wantEdits(store, object, head.size, item.mute);
    const name = `recordings/${String(tracks.length + 1).padStart(3, "0")}.${endings[head.type] ?? "audio"}`;
    const facts = trackFacts(name, recording, item.mute);
    tracks.push({ name, size: head.size, store, object, edits, mute: item.mute, facts });
  }
  return tracks;
}

/** What silences these seconds. An MP3 is read once for that, from frame to frame. Throws where it is neither kind. */
async function wantEdits(
  store: Store,
  object: string,
  size: number,
  mute: RequestItem["mute"],
): Promise<Edit[]> {
  const read = (length: number) => storeProblem(store.read(object, { offset: 0, length }));
  if (size === 0) throw new Problem("mute-format");
  const wav = wavOf(new Uint8Array(await new Response(await read(Math.min(size, WAV_HEAD))).arrayBuffer()));
  const edits = wav ? wavEdits(wav, mute) : await mp3Edits(await read(size), mute);
  if (!edits) throw new Problem("mute-format");
  return edits;
}

/** Without the agent: that is somebody else's name. */
const trackFacts = (file: string, r: Recording, mute: RequestItem["mute"]) => ({
  file,
  number: r.number,
  direction: r.direction,
  startedAt: r.startedAt,
  seconds: r.seconds,
  announced: r.announced,
  purpose: r.purpose,
  eraseAfter: r.eraseAfter,
  ...(mute.length > 0 ? { muted: mute } : {}),
});

/** `sources` are those that were given the number. */
function aboutOf({ policy }: Moment, sources: readonly string[]): Record<string, string> {
  const list = new Intl.ListFormat("en-GB", { type: "conjunction" });
  const months = (n: number) => plural(english, policyEn.months, n);
  const values = {
    purposes: list.format(policy.recording.purposes.map((purpose) => policyEn.values[purpose] ?? purpose)),
    regions: list.format(policy.recording.regions),
    asked: sources.length === 0 ? "" : fill(t.asked, { sources: list.format(sources) }),
    months: months(policy.recording.retentionMonths),
    dials: months(policy.retention.dialMonths),
    screenings: months(policy.retention.screeningMonths),
    // Kept as the history of a register's file is.
    answers: months(policy.retention.listHistoryMonths),
    watched: months(policy.retention.watchedMonths),
    turned: months(policy.retention.turnedMonths),
  };
  return Object.fromEntries(t.article.map(([title, text]) => [title, fill(text, values)]));
}
