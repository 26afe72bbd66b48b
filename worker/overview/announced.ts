/**
 * Whether recordings that count as announced were: an officer hears the first seconds of a random few. What is drawn is on record
 * before anybody hears it, each recording once, so nobody draws until it suits.
 */
import * as z from "zod";
import {
  announcedAudioQuery,
  type Drawn,
  drawRequest,
  drawsAnswer,
  HEARD_SECONDS,
  heardRequest,
} from "../../shared/overview/api-announced.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { query, runBatch } from "../core/batch.ts";
import { insertBound } from "../core/bound.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { currentPolicy } from "../policy/current.ts";
import { headersOf, openAudio } from "../recordings/audio.ts";
import { mp3Until } from "../recordings/mp3.ts";
import { type Edit, edited } from "../recordings/mute.ts";
import { recallKept, wantHere } from "../recordings/closed/read.ts";
import { keptKind } from "../recordings/closed/lines.ts";
import { announcedIn, idsAt, someBelow } from "../recordings/closed/sample.ts";
import { allowedRegions, began } from "../recordings/rows.ts";
import { WAV_HEAD, wavOf, wavUntil } from "../recordings/wav.ts";
import { undisturbed } from "../storage/closed/read.ts";
import { storeProblem } from "../storage/problem.ts";
import type { Head, Store } from "../storage/store.ts";
import { keptEvents } from "../trail/events.ts";
import { drawsBound, heardBound } from "./bound.ts";
import { periodOf } from "./figures.ts";
import { idIs } from "../core/sql.ts";

/** How many are shown: the newest. */
const SHOWN = 200;
const officers = ["compliance", "admin"] as const;
const idParam = z.object({ id: z.string().max(60) });

/** Draws, newest first; `where` is of a row `d`. */
export const drawsOf = async (
  db: D1Database,
  where: string,
  params: readonly (string | number)[],
  limit: number,
): Promise<Drawn[]> => {
  const { results } = await db
    .prepare(
      `SELECT d.id, d.recording, d.began, d.from_day AS "from", d.to_day AS "to", d.among, d.at,
         COALESCE((SELECT name FROM people WHERE id = d.by), d.by) AS by, COALESCE(r.state = 'kept', 0) AS kept,
         h.heard, COALESCE((SELECT name FROM people WHERE id = h.by), h.by) AS heardBy, h.at AS heardAt
       FROM announced_draws d LEFT JOIN announced_heard h ON h.id = d.id LEFT JOIN recordings r ON ${idIs("r.id", "d.recording")}
       WHERE ${where} ORDER BY d.at DESC, d.id LIMIT ${limit}`,
    )
    .bind(...params)
    .all<Omit<Drawn, "kept"> & { kept: number }>();
  return results.map((row) => ({ ...row, kept: row.kept === 1 }));
};

export const announced = room();

announced.openapi(
  route({
    method: "post",
    path: "/v1/announced/draws",
    roles: officers,
    summary:
      "Draws some recordings of a period at random, of those that are kept and said to be announced; each is drawn once. Fewer where there are no more",
    request: { body: body(drawRequest) },
    responses: { 201: json(drawsAnswer) },
  }),
  async (c) => {
    const { from, to, count } = c.req.valid("json");
    const db = c.env.DB;
    const { policy } = await currentPolicy(db);
    const zone = zoneOfPolicy(policy);
    const { start, end } = periodOf(from, to, zone);
    const at = new Date().toISOString();
    const regions = allowedRegions(policy);
    const eligible = `r.state <> 'erased' AND r.state = 'kept' AND r.announced = 1 AND ${began} BETWEEN unixepoch(?1) AND unixepoch(?2)
           AND r.started_at >= ?1 AND r.started_at < ?2
           AND r.erase_after > ?3 AND r.region IN (SELECT value FROM json_each(?4))
           AND NOT EXISTS (SELECT 1 FROM announced_draws d WHERE d.recording = r.id)`;
    const found = <T>(text: string, more: string | number) =>
      query<T>(text, start, end, dayOf(at, zone), regions, more);
    const span = { lower: keptKind.numAt(Date.parse(start)), upper: keptKind.numAt(Date.parse(end)) };
    // Each as likely, wherever its row lies, and once.
    const { results, among } = await undisturbed(db, keptKind, span, async () => {
      // Of one moment: one that comes back is in one of the two.
      const { quarters, here } = await runBatch(db, {
        quarters: announcedIn({ start, end, regions }),
        here: found<{ recording: string; among: number }>(
          `SELECT r.id AS recording, COUNT(*) OVER () AS among FROM recordings r WHERE ${eligible} ORDER BY random() LIMIT ?5`,
          count,
        ),
      });
      const closed = quarters.reduce((sum, { n }) => sum + n, 0);
      const all = closed + (here[0]?.among ?? 0);
      const places = someBelow(all, count);
      const closedOnes = await idsAt(
        c.env,
        quarters,
        places.filter((place) => place < closed),
      );
      await recallKept(c.env, { ids: closedOnes });
      const ids = [
        ...closedOnes,
        ...here.slice(0, places.length - closedOnes.length).map(({ recording }) => recording),
      ];
      const { drawn } = await runBatch(db, {
        drawn: found<{ recording: string; startedAt: string }>(
          `SELECT r.id AS recording, r.started_at AS startedAt FROM json_each(?5) j CROSS JOIN recordings r ON ${idIs("r.id", "j.value")} WHERE ${eligible}`,
          JSON.stringify(ids),
        ),
      });
      return { results: drawn, among: all };
    });
    if (results.length === 0) return c.json({ drawn: [] }, 201);
    const draw = crypto.randomUUID();
    const actor = c.get("actor")!;
    const rows = results.map(({ recording, startedAt }) => ({
      ...{ id: crypto.randomUUID(), draw, recording, began: dayOf(startedAt, zone) },
      ...{ from_day: from, to_day: to, among, by: actor.id, at },
    }));
    const drawn = rows.map(({ from_day: _, to_day: __, draw: ___, ...row }): Drawn => ({
      ...{ ...row, from, to, by: actor.name, kept: true, heard: null, heardBy: null, heardAt: null },
    }));
    return commit(
      c,
      {
        code: "recording.announced-drawn",
        subject: draw,
        payload: { from, to, among, drawn: rows.length },
      },
      [wantHere(rows.map(({ recording }) => recording)), insertBound(drawsBound, rows)],
      { status: 201, body: { drawn } },
    );
  },
);

announced.openapi(
  route({
    method: "get",
    path: "/v1/announced",
    roles: officers,
    summary: `What was drawn, newest first, at most ${SHOWN}, and what was heard of each`,
    responses: { 200: json(drawsAnswer) },
  }),
  async (c) => c.json({ drawn: await drawsOf(c.env.DB, "TRUE", [], SHOWN) }, 200),
);

async function wantDrawn(db: D1Database, id: string): Promise<Drawn> {
  const [one] = await drawsOf(db, "d.id = ?", [id], 1);
  if (!one) throw new Problem("not-found");
  return one;
}

announced.openapi(
  route({
    method: "get",
    path: "/v1/announced/{id}/audio",
    // Policy says who of them may listen: recording.openedBy.
    roles: officers,
    summary: `The first ${HEARD_SECONDS} seconds of a recording that was drawn, for a purpose; each opening is on the trail`,
    request: { params: idParam, query: announcedAudioQuery },
    responses: { 200: { description: "The audio", content: { "audio/*": { schema: z.string() } } } },
  }),
  async (c) => {
    const { purpose } = c.req.valid("query");
    const { recording } = await wantDrawn(c.env.DB, c.req.valid("param").id);
    const { store, key, head, country } = await openAudio(c, recording, purpose);
    const { length, edits } = await beginningOf(store, key, head);
    await logRead(c, "recording-audio", { purpose, country, seconds: HEARD_SECONDS }, recording);
    const stream = await storeProblem(store.read(key, { offset: 0, length }, head.etag));
    const headers = { ...headersOf(head), "content-length": String(length) };
    return new Response(stream.pipeThrough(edited(edits)).pipeThrough(new FixedLengthStream(length)), {
      headers,
    });
  },
);

/** The bytes of the first seconds. Throws `audio-uncut` where only a decoder could tell. */
async function beginningOf(
  store: Store,
  key: string,
  { size, etag }: Head,
): Promise<{ length: number; edits: Edit[] }> {
  const read = (length: number) => storeProblem(store.read(key, { offset: 0, length }, etag));
  if (size === 0) throw new Problem("audio-uncut");
  const wav = wavOf(new Uint8Array(await new Response(await read(Math.min(size, WAV_HEAD))).arrayBuffer()));
  if (wav && size > wav.offset) return wavUntil(wav, HEARD_SECONDS, size);
  const length = await mp3Until(await read(size), HEARD_SECONDS);
  if (length === null) throw new Problem("audio-uncut");
  return { length: Math.min(length, size), edits: [] };
}

announced.openapi(
  route({
    method: "post",
    path: "/v1/announced/{id}/heard",
    roles: officers,
    summary: "Says, once, whether the beginning of a recording that was drawn says that the call is recorded",
    request: { params: idParam, body: body(heardRequest) },
    responses: { 200: json(z.object({ heard: heardRequest.shape.heard })) },
  }),
  async (c) => {
    const { heard } = c.req.valid("json");
    const { id, recording, at: drawnAt, heard: said } = await wantDrawn(c.env.DB, c.req.valid("param").id);
    if (said !== null) throw new Problem("conflict");
    const code = "opened.recording-audio";
    const openings = await keptEvents(c.env, { code, subject: recording, from: drawnAt });
    const opened = openings.some(({ actor }) => actor === c.get("actor")!.id);
    // Of what cannot be heard that is said as well. Policy's recording.openedBy was asked as they opened it.
    if (!opened && heard !== "unclear") throw new Problem("audio-unheard");
    const row = { id, heard, by: c.get("actor")!.id, at: new Date().toISOString() };
    return commit(
      c,
      { code: "recording.announced-heard", subject: recording, payload: { draw: id, heard } },
      [insertBound(heardBound, [row])],
      { status: 200, body: { heard } },
    );
  },
);
