/**
 * Registers recordings that a provider keeps already: a dry run first answers what would happen with each row. Recordings
 * outside the policy's regions are registered too, in quarantine: they exist, and must be erased.
 */
import {
  importAnswer,
  type ImportAnswer,
  importRequest,
  recordingReport,
  type RecordingReport,
} from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { erasureDue } from "../../shared/recordings/retention.ts";
import { commit } from "../core/commit.ts";
import { callsOf } from "../call-logs/recorded.ts";
import { retryOnConflict, wordsOf } from "../core/bulk.ts";
import { invalid, Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { insertRows, type NewRow, payloadOf, planRows, refOf } from "./new-rows.ts";
import { alarmOutside } from "./alarms.ts";
import { wantReport } from "./arrival.ts";
import { body, json, room, route } from "../core/route.ts";

type Result = ImportAnswer["results"][number];
type Read = { report: RecordingReport } | { problem: Problem };

const nothing = { id: null, eraseAfter: null, due: false, flag: null, quarantined: false };

export const recordingImport = room();

recordingImport.openapi(
  route({
    method: "post",
    path: "/v1/recordings/import",
    roles: ["compliance", "admin"],
    summary:
      "Registers up to 500 recordings that a provider keeps already. Answers each row, in order; changes nothing unless " +
      "dryRun is false",
    request: { body: body(importRequest) },
    responses: { 200: json(importAnswer) },
  }),
  async (c) => {
    const { rows, dryRun } = c.req.valid("json");
    const { policy } = await currentPolicy(c.env.DB);
    const zone = zoneOfPolicy(policy);
    return retryOnConflict(async () => {
      const now = Date.now();
      const read = rows.map((row): Read => {
        const parsed = recordingReport.safeParse(row);
        if (!parsed.success) return { problem: invalid(parsed.error) };
        try {
          return { report: wantReport(c.env, parsed.data, policy, now) };
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { problem: error };
        }
      });
      const reports = read.flatMap((r) => ("report" in r ? [r.report] : []));
      const there = await taken(c.env.DB, reports);
      const planned = new Map((await planRows(c.env, reports, now)).map((row, i) => [reports[i], row]));
      const added: NewRow[] = [];
      const taking: RecordingReport[] = [];
      const results = read.map((r): Result => {
        if ("problem" in r) return refused(r.problem);
        const row = planned.get(r.report)!;
        const object = `${row.store} ${row.object}`;
        const known = there.refs.get(row.ref);
        // null: it was erased, and its place with it.
        if (known === null || known === object) return { ...nothing, status: "there" };
        if (known !== undefined) return refused(new Problem("recording-elsewhere"));
        if (there.objects.has(object)) return refused(new Problem("recording-object-taken"));
        // From here on the same recording or object counts as taken.
        there.refs.set(row.ref, object);
        there.objects.add(object);
        added.push(row);
        taking.push(r.report);
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
        // Another request registered one of the objects at the same moment: plan again, and find it there.
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

/** What is registered already: the reports' recordings (`refs`, each with its object), and their objects. */
async function taken(db: D1Database, reports: readonly RecordingReport[]) {
  const refs = reports.map(({ provider, providerId }) => refOf(provider, providerId));
  const objects = reports.flatMap(({ storage }) => (storage.key ? [[storage.kind, storage.key]] : []));
  const [known, stored] = (await db.batch([
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
    objects: new Set(stored.results.map(({ object }) => object)),
  };
}
