/** Import of calls from a log file: a dry run first answers what would happen with each row. */
import type * as z from "zod";
import { callReport, callsImport, callsImported, type CallsImported } from "../../shared/call-logs/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { lineRegionOf } from "../../shared/dials/line.ts";
import { DAY } from "../../shared/core/time.ts";
import { asks } from "../check/budget.ts";
import { commit, logRead } from "../core/commit.ts";
import { readRow, retryOnConflict, wordsOf } from "../core/bulk.ts";
import { planCalls } from "./plan.ts";
import { findingsOfNew, insertCalls, type LoggedCall, type NewCall, oldest, wantStored } from "./rows.ts";
import { enterHeard, heardIn } from "./heard.ts";
import { addedBy, anySaid, insertWords, isContradicted, shownAs, type Word } from "./said.ts";
import { Problem } from "../core/errors.ts";
import { parseNumber } from "../core/numbers.ts";
import type { Actor, Env } from "../env.ts";
import { callLists } from "../providers/call-lists.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";

/** The log's clock may be ahead of ours by so much; a later start is a mistake. */
const AHEAD = DAY;

type Result = CallsImported["results"][number];

export const callImport = room();

callImport.openapi(
  route({
    method: "post",
    path: "/v1/calls/import",
    roles: ["manager", "compliance", "admin"],
    scopes: ["calls:write"],
    asks: asks.rows,
    summary:
      "Takes up to 500 calls of a log, and judges each by what was known at its moment. Answers each row, in order; " +
      "changes nothing unless dryRun is false",
    request: { body: body(callsImport) },
    responses: { 200: json(callsImported) },
  }),
  async (c) => {
    const { rows, dryRun } = c.req.valid("json");
    const { policy } = await currentPolicy(c.env.DB);
    return retryOnConflict(async () => {
      const now = Date.now();
      const actor = c.get("actor")!;
      const read = rows.map((row) => ownRow(c.env, actor, readCall(row, policy, now)));
      const calls = read.filter((r): r is LoggedCall => !(r instanceof Problem));
      const { rows: planned, there, guard } = await planCalls(c.env, calls, policy);
      const added: NewCall[] = [];
      const learnt = new Map<string, { call: string; words: Word[]; from: number }>();
      const results = read.map((r): Result => {
        if (r instanceof Problem) return { status: "refused", ...nothing, code: r.code, why: wordsOf(r) };
        const row = planned.shift() ?? null;
        const objection = r.heard === "do-not-call";
        if (row === null) {
          const of = there.get(r);
          const news = of && r.said && addedBy(r.said, of.words);
          // An integration says nothing of another's call.
          const mayLearn = actor.kind !== "integration" || of?.by === null || of?.by === actor.id;
          if (!news || !mayLearn) return { status: "there", ...nothing, objection };
          // Those of a call of an earlier line are written with it.
          if (of.by !== null && !learnt.has(of.id))
            learnt.set(of.id, { call: of.id, words: of.words, from: of.words.length });
          of.words.push({ ...news, by: null, at: null });
          return {
            ...{ ...nothing, status: "there", learnt: true, objection },
            findings: isContradicted(of.words) ? ["contradicted"] : [],
          };
        }
        added.push(row);
        return { ...nothing, status: "added", objection, verdict: row.verdict, findings: findingsOfNew(row) };
      });
      // A trial tells of each number what an import does.
      if (dryRun) await logRead(c, "calls-trial", { rows: rows.length });
      // Before the calls: what was answered once is not asked again.
      else await enterHeard(c.env, heardIn(calls), actor.id);
      if (dryRun || added.length + learnt.size === 0) return c.json({ results }, 200);
      return commit(
        c,
        {
          code: "call.imported",
          subject: crypto.randomUUID(),
          payload: {
            calls: added.length,
            blocked: added.filter((a) => findingsOfNew(a).includes("blocked")).length,
            ids: added.map(({ id }) => id),
            ...(learnt.size > 0 && { learnt: [...learnt.keys()] }),
          },
        },
        [
          ...(added.length > 0
            ? [guard, ...(await insertCalls(c.env.DB, added, actor.id, new Date(now).toISOString()))]
            : []),
          wantStored([...learnt.keys()]),
          ...insertWords([...learnt.values()], actor.id, new Date(now).toISOString()),
        ],
        { status: 200, body: { results } },
      );
    });
  },
);

const nothing = { verdict: null, findings: [], learnt: false, objection: false };

/**
 * Ids of a provider whose list is fetched are that list's: an integration names none, and a person's log is known by its own,
 * or either could hide a call of the list. An integration's other ids are its own, too.
 */
function ownRow(env: Env, { id, kind }: Actor, call: LoggedCall | Problem): LoggedCall | Problem {
  if (call instanceof Problem) return call;
  const isFetched = callLists[call.provider]?.(env) != null;
  if (kind === "integration" && isFetched)
    return new Problem("invalid", undefined, [{ path: "provider", message: details.byCallList }]);
  return kind === "integration" || isFetched ? { ...call, owner: id } : call;
}

/** A row with its number in E.164, or what is wrong with it. */
function readCall(row: unknown, policy: Policy, now: number): LoggedCall | Problem {
  const read = readRow(row, callReport);
  if (read instanceof Problem) return read;
  const { number, startedAt, ...call } = read;
  const problem = (message: string) => new Problem("invalid", undefined, [{ path: "startedAt", message }]);
  if (Date.parse(startedAt) > now + AHEAD) return problem(details.recordingLater);
  const began = new Date(Math.min(Date.parse(startedAt), now)).toISOString();
  if (began < oldest(policy, now)) return problem(details.callTooOld);
  try {
    return {
      ...{ via: "import", provider: call.provider, providerId: call.providerId ?? null },
      number: parseNumber(number, policy.numbers.defaultRegion),
      ...{ agent: call.agent ?? null, direction: call.direction },
      ...{ startedAt: began, seconds: call.seconds ?? null, campaign: call.campaign },
      ...spoken(call, policy),
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error;
  }
}

type CallRow = z.output<typeof callReport>;

/** What a row says besides the call; undefined where that is nothing. Who refused spoke with an agent. */
function spoken(
  { outcome, presentation, campaignName }: Pick<CallRow, "outcome" | "presentation" | "campaignName">,
  policy: Policy,
): Pick<LoggedCall, "said" | "heard"> {
  const [heard, ended] =
    outcome === "refused" || outcome === "do-not-call"
      ? ([outcome, "answered"] as const)
      : [undefined, outcome ?? null];
  return {
    heard,
    said: anySaid({
      outcome: ended,
      presentation: presentation === undefined ? null : shownAs(presentation, lineRegionOf(policy)),
      campaign: campaignName ?? null,
    }),
  };
}
