/** The calling policy: reading it, saving a new version over the one that was read (If-Match), and its history. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import {
  policyAnswer,
  type PolicyAnswer,
  policySave,
  policySaved,
  policyVersions,
  policyVersionsQuery,
} from "../../shared/policy/api.ts";
import { changesBetween } from "../../shared/policy/clauses.ts";
import { belowFloor } from "../../shared/policy/floor.ts";
import { approvers, split, withUnsent } from "../../shared/policy/loosened.ts";
import { type Policy, policySchema } from "../../shared/policy/policy.ts";
import { hostsOf } from "../../shared/policy/recipients.ts";
import { waitOf } from "../../shared/policy/second.ts";
import type { Role } from "../../shared/people/api.ts";
import { sayChange } from "../../shared/texts/policy/clauses.en.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { sendSoon } from "../mail/outbox.ts";
import type { Env } from "../env.ts";
import { faultsOf, refuseFaults } from "./checks.ts";
import {
  LEGACY,
  NEWEST,
  policyFor,
  type PolicyRow,
  readDoc,
  readStored,
  VERSIONS_BEFORE,
  withLeftOut,
} from "./current.ts";
import { wantReachable } from "./egress.ts";
import { effectOf } from "./effect.ts";
import { toProposal } from "./proposal-rows.ts";
import { propose, secondOf, tellSetUpDay } from "./propose.ts";
import { newVersion } from "./settle.ts";
import { body, json, room, route } from "../core/route.ts";

interface VersionRow extends PolicyRow {
  version: number;
  at: string;
  by: string;
  why: string;
  byName: string | null;
}
const selectVersions = `SELECT v.version, v.doc, v.at, v.by, v.why, p.name AS byName, ${LEGACY}
  FROM policies v LEFT JOIN people p ON p.id = v.by`;

const isLegacy = async (db: D1Database): Promise<boolean> =>
  (await db.prepare(`SELECT ${LEGACY}`).first<{ legacy: number }>())?.legacy === 1;

async function answerOf(db: D1Database, row: VersionRow | null): Promise<PolicyAnswer> {
  const legacy = row ? row.legacy === 1 : await isLegacy(db);
  const { policy, raised } = readStored(row?.doc ?? null, legacy, row?.newest);
  return {
    version: row?.version ?? 0,
    policy,
    raised: raised.map((change) => ({ ...change, text: sayChange(change) })),
    at: row?.at ?? null,
    by: row?.by ?? null,
    byName: row?.byName ?? null,
    why: row?.why ?? "",
  };
}

const newest = (db: D1Database) =>
  db
    .prepare(`SELECT v.*, ${NEWEST} FROM (${selectVersions}) v ORDER BY v.version DESC LIMIT 1`)
    .first<VersionRow>();

/** The roles that change the policy. */
const mayChange: Role[] = ["manager", "admin"];

export const policy = room();

/** Throws invalid where a recipient's host is another than before, and not on the public internet. */
async function wantHosts(env: Env, before: Policy, after: Policy): Promise<void> {
  const known = new Set(before.recipients.flatMap(hostsOf));
  const entered = after.recipients.flatMap(({ host, also = [] }, n) => [
    { path: `${n}.host`, host },
    ...also.map((further, i) => ({ path: `${n}.also.${i}`, host: further })),
  ]);
  await Promise.all(
    entered.map(async ({ path, host }) => {
      if (!known.has(host)) await wantReachable(env, `policy.recipients.${path}`, host);
    }),
  );
}

policy.openapi(
  route({
    method: "get",
    path: "/v1/policy",
    roles: "everyone",
    scopes: ["check", "screen"],
    summary: "The policy in force; agents get it without the sign-in rules. The ETag is its version",
    responses: { 200: json(policyAnswer) },
  }),
  async (c) => {
    const answer = await answerOf(c.env.DB, await newest(c.env.DB));
    c.header("ETag", `"${answer.version}"`);
    const { id, role } = c.get("actor")!;
    const policy = policyFor(role, answer.policy);
    if (!mayChange.includes(role)) return c.json({ ...answer, policy }, 200);
    return c.json({ ...answer, policy, second: await secondOf(c.env.DB, id, Date.now()) }, 200);
  },
);

policy.openapi(
  route({
    method: "put",
    path: "/v1/policy",
    roles: mayChange,
    summary:
      "Saves a policy over the version that was read (If-Match). A clause that it leaves out stays as it is: each default is " +
      "a value to be sent. What tightens is a new version at once; what loosens is a proposal, which a second person approves. Nothing goes below the law's floor",
    request: { body: body(policySave) },
    responses: { 200: json(policySaved) },
  }),
  async (c) => {
    const match = /^(?:W\/)?"(\d{1,9})"$/.exec(c.req.header("if-match") ?? "");
    if (!match) throw new Problem("version-needed");
    const { why } = c.req.valid("json");
    const { policy: sent } = await c.req.json<{ policy: Record<string, unknown> }>();
    const db = c.env.DB;
    const current = await answerOf(db, await newest(db));
    const next = policySchema.parse(withUnsent(sent, current.policy));
    if (Number(match[1]) !== current.version)
      throw new Problem("policy-moved", fill(details.policyAt, { version: current.version }));
    if (changesBetween(current.policy, next).length === 0) throw new Problem("policy-same");
    const actor = c.get("actor")!;
    const ms = Date.now();
    refuseFaults(current.policy, next, ms);
    await wantHosts(c.env, current.policy, next);
    const second = await secondOf(db, actor.id, ms);
    const faults = (some: Policy) => [...belowFloor(some), ...faultsOf(current.policy, some, ms)];
    const parts = split(current.policy, next, actor.role, (some) => faults(some).map(({ path }) => path));
    const roles = approvers(parts.proposed.map(({ path }) => path));
    // On the day of set-up the first administrator has nobody to wait for.
    const alone =
      parts.proposed.length > 0 && actor.kind === "person" && waitOf(roles, actor.role, second) === "none";
    const { now, proposed } = alone ? { now: next, proposed: [] } : parts;
    const at = new Date(ms).toISOString();
    const changes = changesBetween(current.policy, now);
    const version = current.version + Number(changes.length > 0);
    const made = {
      kind: "policy",
      base: version,
      changes: proposed,
      effect: await effectOf(db, current.policy, proposed, ms),
      why,
      roles,
      what: proposed.map(sayChange).join("; "),
    } as const;
    const proposal = proposed.length > 0 ? await propose(c, actor, made, ms) : null;
    const said = {
      why,
      changes,
      ...(alone && { setUpDay: true }),
      ...(proposal && { proposed: { id: proposal.row.id, changes: proposed } }),
    };
    const { id: by, name: byName } = actor;
    const told = alone
      ? await tellSetUpDay(
          db,
          { key: `policy:${version}`, what: parts.proposed.map(sayChange).join("; "), why, by: byName },
          ms,
        )
      : [];
    const saved = changes.length > 0 ? { version, at, by, byName, why, policy: now } : current;
    c.header("ETag", `"${version}"`);
    const answer = await commit(
      c,
      changes.length > 0
        ? { code: "policy.saved", subject: String(version), payload: said }
        : { code: "proposal.made", subject: proposal!.row.id, payload: said },
      [
        ...(changes.length > 0 ? newVersion(version, now, { at, by, why }, changes) : []),
        ...(proposal?.statements ?? []),
        ...told,
      ],
      {
        status: 200,
        body: { ...saved, raised: [], second, proposed: proposal && toProposal(proposal.row, new Map()) },
      },
    );
    if (proposal || alone) sendSoon(c);
    return answer;
  },
);

policy.openapi(
  route({
    method: "get",
    path: "/v1/policy/versions",
    roles: ["manager", "compliance", "admin"],
    summary: "The versions, newest first: who saved each, when, why, and its changes",
    request: { query: policyVersionsQuery },
    responses: { 200: json(policyVersions) },
  }),
  async (c) => {
    const { before, limit } = c.req.valid("query");
    // More than asked for: the changes of a page's oldest version are against the version before.
    const { results } = await c.env.DB.prepare(
      `SELECT v.*, r.state AS second, s.name AS secondName FROM (${selectVersions}) v
       LEFT JOIN proposals r ON r.version = v.version LEFT JOIN people s ON s.id = r.settled_by
       WHERE v.version < ? ORDER BY v.version DESC LIMIT ?`,
    )
      .bind(before ?? 1e9, limit + 1 + VERSIONS_BEFORE)
      .all<VersionRow & { second: "approved" | "counted" | null; secondName: string | null }>();
    const policies = withLeftOut(results).map(
      ({ doc, legacy, newest: left }) => readStored(doc, legacy === 1, left).policy,
    );
    const first = readDoc(null, results[0]?.legacy === 1);
    const versions = results.slice(0, limit).map(({ doc: _, legacy: __, second, secondName, ...row }, i) => ({
      ...row,
      second: second && { state: second, byName: secondName },
      changes: changesBetween(policies[i + 1] ?? first, policies[i]!).map((change) => ({
        ...change,
        text: sayChange(change),
      })),
    }));
    return c.json({ versions, next: results.length > limit ? versions.at(-1)!.version : null }, 200);
  },
);

policy.openapi(
  route({
    method: "get",
    path: "/v1/policy/versions/{version}",
    roles: ["manager", "compliance", "admin"],
    summary: "One whole version of the policy",
    request: { params: z.object({ version: z.coerce.number().int().min(0) }) },
    responses: { 200: json(policyAnswer) },
  }),
  async (c) => {
    const { version } = c.req.valid("param");
    const { results } = await c.env.DB.prepare(
      `${selectVersions} WHERE v.version <= ? ORDER BY v.version DESC LIMIT ${1 + VERSIONS_BEFORE}`,
    )
      .bind(version)
      .all<VersionRow>();
    const row = withLeftOut(results)[0] ?? null;
    if ((row?.version ?? 0) !== version) throw new Problem("not-found");
    return c.json(await answerOf(c.env.DB, row), 200);
  },
);
