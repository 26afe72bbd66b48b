/**
 * A provider's list of what it keeps already, into the register: asked about first, row by row, and then done. What lies
 * outside the policy's regions is taken all the same, into quarantine: it exists, and somebody must erase it.
 */
import {
  importAnswer,
  type ImportAnswer,
  importRequest,
  recordingReport,
} from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { erasureDue } from "../../shared/recordings/retention.ts";
import { commit } from "../core/commit.ts";
import { callsOf } from "../call-logs/recorded.ts";
import { planAndWrite, wordsOf } from "../core/bulk.ts";
import { invalid, Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { type Arrival, insertRows, type NewRow, payloadOf, planRows, refOf } from "./rows.ts";
import { alarmOutside } from "./alarms.ts";
import { wantArrival } from "./routes.ts";
import { body, json, room, route } from "../core/route.ts";

type Result = ImportAnswer["results"][number];
type Read = { arrival: Arrival } | { problem: Problem };

const nothing = { id: null, eraseAfter: null, due: false, flag: null, quarantined: false };

export const recordingImport = room();

recordingImport.openapi(
  route({
    method: "post",
    path: "/v1/recordings/import",
    roles: ["compliance", "admin"],
    summary:
      "Registers up to 500 recordings that a provider keeps already, each answered by itself, in order; changes nothing " +
      "unless dryRun is false",
    request: { body: body(importRequest) },
    responses: { 200: json(importAnswer) },
  }),
  async (c) => {
    const { rows, dryRun } = c.req.valid("json");
    const { policy } = await currentPolicy(c.env.DB);
    const zone = zoneOfPolicy(policy);
    return planAndWrite(async () => {
      const now = Date.now();
      const read = rows.map((row): Read => {
        const parsed = recordingReport.safeParse(row);
        if (!parsed.success) return { problem: invalid(parsed.error) };
        try {
          return { arrival: wantArrival(c.env, parsed.data, policy, now) };
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { problem: error };
        }
      });
      const arrivals = read.flatMap((r) => ("arrival" in r ? [r.arrival] : []));
      const there = await taken(c.env.DB, arrivals);
      const planned = new Map((await planRows(c.env, arrivals, now)).map((row, i) => [arrivals[i], row]));
      const added: NewRow[] = [];
      const taking: Arrival[] = [];
      const results = read.map((r): Result => {
        if ("problem" in r) return refused(r.problem);
        const row = planned.get(r.arrival)!;
        const object = `${row.store} ${row.object}`;
        const known = there.refs.get(row.ref);
        // Of one that was erased nobody knows where it was.
        if (known === null || known === object) return { ...nothing, status: "there" };
        if (known !== undefined) return refused(new Problem("recording-elsewhere"));
        if (there.objects.has(object)) return refused(new Problem("recording-object-taken"));
        // The same recording, or the same object, twice among the rows.
        there.refs.set(row.ref, object);
        there.objects.add(object);
        added.push(row);
        taking.push(r.arrival);
        const { id, eraseAfter, flag, quarantined } = row;
        const due = erasureDue(eraseAfter, zone, now);
        return { status: "added", id: dryRun ? null : id, eraseAfter, due, flag, quarantined };
      });
      if (dryRun || added.length === 0) return c.json({ results }, 200);
      const by = c.get("actor")!.id;
      const outside = added.find((row) => row.quarantined);
      return commit(
        c,
        {
          code: "recording.imported",
          subject: crypto.randomUUID(),
          payload: { recordings: added.map((row) => ({ id: row.id, ...payloadOf(row) })) },
        },
        [
          insertRows(added, by, new Date(now).toISOString()),
          ...(await callsOf(c.env, taking, policy, by, now)),
          ...(outside ? await alarmOutside(c.env.DB, outside, now) : []),
        ],
        { status: 200, body: { results } },
      ).catch((error: unknown) => {
        // Somebody else put one of the objects in at the same moment: planned again, it is there.
        const theirs = error instanceof Problem && error.code === "recording-object-taken";
        throw theirs ? new Problem("conflict") : error;
      });
    });
  },
);

const refused = (problem: Problem): Result => ({
  ...nothing,
  status: "refused",
  code: problem.code,
  why: wordsOf(problem),
});

/** Which of them are in the register, with their objects, and which of the objects are. */
async function taken(db: D1Database, arrivals: readonly Arrival[]) {
  const refs = arrivals.map(({ provider, providerId }) => refOf(provider, providerId));
  const objects = arrivals.flatMap(({ storage }) => (storage.key ? [[storage.kind, storage.key]] : []));
  const [known, lying] = (await db.batch([
    db
      .prepare(
        `SELECT ref, store || ' ' || object AS object FROM recordings
         WHERE ref IN (SELECT value FROM json_each(?))`,
      )
      .bind(JSON.stringify(refs)),
    db
      .prepare(
        `SELECT store || ' ' || object AS object FROM recordings WHERE state <> 'erased' AND (store, object) IN (
           SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      )
      .bind(JSON.stringify(objects)),
  ])) as [D1Result<{ ref: string; object: string | null }>, D1Result<{ object: string }>];
  return {
    refs: new Map(known.results.map(({ ref, object }) => [ref, object])),
    objects: new Set(lying.results.map(({ object }) => object)),
  };
}
