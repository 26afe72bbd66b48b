/**
 * Registers recordings that a provider keeps already: a dry run first answers what would happen with each row. Recordings
 * outside the policy's regions are registered too, in quarantine: they exist, and must be erased.
 */
import {
  importAnswer,
  type ImportAnswer,
  importRequest,
  isOwnStore,
  recordingReport,
  type RecordingReport,
} from "../../shared/recordings/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { PROVIDER_ROWS } from "../../shared/recordings/limits.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { erasureDue } from "../../shared/recordings/retention.ts";
import { DAY } from "../../shared/core/time.ts";
import { asks } from "../check/budget.ts";
import { commit, record } from "../core/commit.ts";
import { callsOf } from "../call-logs/recorded.ts";
import { readRow, retryOnConflict, wordsOf } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { sha256Hex } from "../core/hash.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { type Brought, insertRows, type NewRow, planRows, ownObjects } from "./new-rows.ts";
import { joinObject, refIn } from "./erasing/by-index.ts";
import { refOf } from "./rows.ts";
import { hookOf } from "../providers/hooks.ts";
import { closedRefs } from "./certificates/read.ts";
import { keptKind } from "./closed/lines.ts";
import { keptObjects, keptRefs, namedLines } from "./closed/read.ts";
import { valueIn } from "../storage/closed/kind.ts";
import { bentProblem, type Folders, foldersOf, isBent, ownerOf } from "./erasing/folders.ts";
import { isRecent, lookAtAll, type Seen, wantLeft, withoutPrefix } from "./objects.ts";
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
    asks: asks.rows,
    summary:
      "Registers up to 500 recordings that a provider or a store keeps already. Answers each row, in order; changes nothing " +
      "unless dryRun is false and the same person has tried these very rows within a day (trial-needed). What is due is " +
      "erased a day later",
    request: { body: body(importRequest) },
    responses: { 200: json(importAnswer) },
  }),
  async (c) => {
    const { rows, dryRun } = c.req.valid("json");
    const by = c.get("actor")!.id;
    const trial = { person: by, rows: sha256Hex(JSON.stringify(rows)) };
    if (!dryRun) await wantTrial(c.env.DB, trial, Date.now());
    const { policy } = await currentPolicy(c.env.DB);
    const zone = zoneOfPolicy(policy);
    return retryOnConflict(async () => {
      const now = Date.now();
      const read = rows.map((row): Read => {
        const parsed = readRow(row, recordingReport);
        if (parsed instanceof Problem) return { problem: parsed };
        try {
          wantOwnId(c.env, parsed, now);
          return { report: wantReport(c.env, parsed, policy, now) };
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { problem: error };
        }
      });
      const reports = read.flatMap((r) => ("report" in r ? [r.report] : []));
      const kept = reports.filter(({ storage }) => !isOwnStore(storage.kind));
      if (kept.length > PROVIDER_ROWS) throw wrong("rows", fill(details.providerRows, { n: PROVIDER_ROWS }));
      const folders = await foldersOf(c.env);
      const owned = ownedBy(folders, reports);
      const isAstray = ({ by, storage: { kind, key } }: Brought) =>
        isOwnStore(kind) && isBent(folders, by, key!);
      const astray = owned.some(isAstray) ? await bentProblem(c.env, folders) : null;
      const prefixless = (await withoutPrefix(c.env)) > 0;
      const wantOwn = await ownObjects(c.env, owned);
      const there = await taken(c.env, owned);
      const looked = await lookAtAll(
        c.env,
        owned.filter((one) => refsOf(one).every((ref) => !there.refs.has(ref))),
      );
      const seenOf = (report: RecordingReport): Seen | Problem | undefined =>
        looked.get(owned[reports.indexOf(report)]!);
      const brought = owned.map((report): Brought => {
        const seen = looked.get(report);
        if (!seen || seen instanceof Problem) return report;
        return { ...report, ...seen.told, seen };
      });
      const plans = await planRows(c.env, brought, now);
      const planned = new Map(plans.map((row, i) => [reports[i], row]));
      const added: NewRow[] = [];
      const taking: RecordingReport[] = [];
      const results = read.map((r): Result => {
        if ("problem" in r) return refused(r.problem);
        const row = planned.get(r.report)!;
        const object = `${row.store} ${row.object}`;
        const bring = brought[reports.indexOf(r.report)]!;
        const known = refsOf(bring)
          .map((ref) => there.refs.get(ref))
          .find((place) => place !== undefined);
        // null: it was erased, and its place with it.
        if (known === null || known === object) return { ...nothing, status: "there" };
        if (known !== undefined) return refused(new Problem("recording-elsewhere"));
        const name = there.objects.get(object);
        // Its integration has registered it.
        if (name === nameOf(r.report)) return { ...nothing, status: "there" };
        if (name !== undefined) return refused(new Problem("recording-object-taken"));
        const seen = isForeign(c.env, folders, bring) ? new Problem("key-not-yours") : seenOf(r.report);
        const fault = astray && isAstray(bring) ? astray : seenFault(c.env, bring, seen, { prefixless, now });
        if (fault) return refused(fault);
        // From here on the same recording or object counts as taken.
        there.refs.set(row.ref, object);
        there.objects.set(object, nameOf(r.report));
        added.push(row);
        taking.push(bring);
        const { id, eraseAfter, flag, quarantined } = row;
        const due = erasureDue(eraseAfter, zone, now);
        return { status: "added", id: dryRun ? null : id, eraseAfter, due, flag, quarantined };
      });
      if (dryRun) await keepTrial(c.env, trial, rows.length, now);
      if (dryRun || added.length === 0) return c.json({ results }, 200);
      const outside = added.find((row) => row.quarantined);
      return commit(
        c,
        {
          code: "recording.imported",
          subject: crypto.randomUUID(),
          payload: { recordings: added.map((row) => ({ id: row.id, ...payloadOf(row) })) },
        },
        [
          ...wantOwn(added),
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

/** Of each, in the one event of them all. It says nothing about the call, as the trail may outlive the recording. */
const payloadOf = ({ provider, store, region, eraseAfter, rule, months, flag, quarantined }: NewRow) => ({
  provider,
  store,
  region,
  eraseAfter,
  rule,
  months,
  flagged: flag !== null,
  quarantined,
});

const wrong = (path: string, message: string) => new Problem("invalid", undefined, [{ path, message }]);

/** The webhook of the provider whose the row is: a system of the company's own (generic) names any. */
const hookOfRow = (env: Env, { provider }: Pick<RecordingReport, "provider">) =>
  provider === "generic" ? null : hookOf(env, provider);

/**
 * Throws where a row names a provider's recording by another id than the provider's, or as stored elsewhere than it stores: an id that
 * is taken for another object is registered by nobody. What its webhook may report itself it reports.
 */
function wantOwnId(env: Env, report: RecordingReport, now: number): void {
  const {
    provider,
    providerId,
    startedAt,
    storage: { kind, key },
  } = report;
  if (!isOwnStore(kind)) {
    if (provider !== kind || providerId !== key) throw wrong("storage", details.providerOwnId);
    return;
  }
  const hook = hookOfRow(env, report);
  if (!hook) return;
  const isUpload = kind === "s3" && hook.uploaded?.(key!, providerId) === true;
  if (!isUpload || isRecent(startedAt, now)) throw wrong("provider", details.byWebhook);
}

/** True where the key is in another folder than the provider's own, if it has one. */
function isForeign(env: Env, { prefixes }: Folders, report: Brought): boolean {
  if (!isOwnStore(report.storage.kind) || !hookOfRow(env, report)) return false;
  const own = `hook:${report.provider}`;
  return report.by !== (prefixes.has(own) ? own : undefined);
}

type Owned = Brought & Required<Pick<Brought, "waits">>;

/** Each report as its owner's, where its key is below somebody's prefix. An import waits a day. */
function ownedBy(folders: Folders, reports: readonly RecordingReport[]): Owned[] {
  return reports.map((report) => {
    const { kind, key } = report.storage;
    const by = isOwnStore(kind) ? ownerOf(folders, key!) : undefined;
    // A webhook's ids are the provider's.
    const integration = by?.startsWith("hook:") ? undefined : by;
    return { ...report, by, integration, waits: DAY };
  });
}

/** Why a row may not be imported, after what was seen of its object: null where it may. */
function seenFault(
  env: Env,
  { by, provider, storage: { kind } }: Brought,
  seen: Seen | Problem | undefined,
  { prefixless, now }: { prefixless: boolean; now: number },
): Problem | null {
  if (seen instanceof Problem || seen === undefined) return seen ?? null;
  try {
    // An integration or a webhook without a prefix may be about to name anything that nobody owns.
    if (isOwnStore(kind) && (by !== undefined || prefixless)) wantLeft(seen, now);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  // Its webhook is about to report it, with the true number.
  const fresh = seen.told !== undefined && isRecent(seen.told.startedAt, now);
  return fresh && !isOwnStore(kind) && hookOf(env, provider) ? wrong("startedAt", details.byWebhook) : null;
}

/** A report's own ref, and the one that it has as an integration's from before. */
const refsOf = ({ provider, providerId, integration }: Brought): string[] => [
  refOf(provider, providerId),
  ...(integration === undefined ? [] : [refOf(provider, providerId, integration)]),
];

const refused = (problem: Problem): Result => ({
  ...nothing,
  status: "refused",
  code: problem.code,
  why: wordsOf(problem),
});

interface Trial {
  person: string;
  /** SHA-256 of the rows as JSON. */
  rows: string;
}

const keepTrial = (env: Env, { person, rows }: Trial, n: number, now: number) =>
  record(env, {
    actor: person,
    event: { code: "recording.import-tried", subject: person, payload: { rows: n, sha256: rows } },
    statements: [
      sql(
        "INSERT OR REPLACE INTO trials (person, rows, at) VALUES (?, ?, ?)",
        ...[person, rows, new Date(now).toISOString()],
      ),
    ],
  });

/** Throws `trial-needed` unless this person has tried these rows within a day. */
async function wantTrial(db: D1Database, { person, rows }: Trial, now: number): Promise<void> {
  const tried = await db
    .prepare("SELECT 1 FROM trials WHERE person = ? AND rows = ? AND at >= ?")
    .bind(person, rows, new Date(now - DAY).toISOString())
    .first();
  if (!tried) throw new Problem("trial-needed");
}

const nameOf = ({ provider, providerId }: Pick<RecordingReport, "provider" | "providerId">): string =>
  `${provider}\n${providerId}`;

/** What is registered already: the reports' recordings (`refs`, each with its object), and their objects. */
async function taken(env: Env, reports: readonly Brought[]) {
  const db = env.DB;
  const refs = reports.flatMap(refsOf);
  const objects = reports.flatMap(({ storage }): [string, string][] =>
    storage.key ? [[storage.kind, storage.key]] : [],
  );
  const [known, stored] = (await db.batch([
    db
      .prepare(
        `SELECT ref, store || ' ' || object AS object FROM recordings
         WHERE ${refIn("ref", "?1")}`,
      )
      .bind(JSON.stringify(refs)),
    db
      .prepare(
        `SELECT store || ' ' || object AS object, provider || char(10) || provider_id AS name FROM recordings WHERE rowid IN (
           SELECT x.num FROM json_each(?) j ${joinObject("j.value ->> 0", "j.value ->> 1")})`,
      )
      .bind(JSON.stringify(objects)),
  ])) as [D1Result<{ ref: string; object: string | null }>, D1Result<{ object: string; name: string }>];
  const here = new Map(known.results.map(({ ref, object }) => [ref, object]));
  // A trial changes nothing: closed ones stay where they are.
  const { lines } = await namedLines(env, { refs, objects });
  const kept = lines.map((line) => ({
    ref: line.ref,
    object: `${line.store} ${line.object}`,
    name: nameOf({
      provider: line.provider,
      providerId: String(valueIn(keptKind, line, "provider_id")),
    }),
  }));
  for (const { ref, object } of kept) if (!here.has(ref)) here.set(ref, object);
  const elsewhere = refs.filter((ref) => !here.has(ref));
  const closed = [...(await closedRefs(env, elsewhere)), ...(await keptRefs(env, elsewhere))];
  // So that each member is read once.
  const others = objects.filter((one) => kept.every(({ object }) => object !== one.join(" ")));
  return {
    // Of one that was erased, no object is left; of one in a lost file, none is known.
    refs: new Map([...here, ...closed.map((ref) => [ref, null] as const)]),
    objects: new Map([
      ...(await keptObjects(env, others)).map(([store, object]) => [`${store} ${object}`, ""] as const),
      ...kept.map(({ object, name }) => [object, name] as const),
      ...stored.results.map(({ object, name }) => [object, name] as const),
    ]),
  };
}
