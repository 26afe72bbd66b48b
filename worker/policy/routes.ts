/** The calling policy: read, saved as a new version against the one that was read, and its history. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import type { Role } from "../../shared/people/api.ts";
import {
  policyAnswer,
  type PolicyAnswer,
  policySave,
  policyVersions,
  policyVersionsQuery,
} from "../../shared/policy/api.ts";
import { changesBetween } from "../../shared/policy/clauses.ts";
import { loosened } from "../../shared/policy/loosened.ts";
import { defaultPolicy, type Policy, policySchema } from "../../shared/policy/policy.ts";
import { policyFaults, sayChange, sayNeedsAdmin } from "../../shared/texts/policy/clauses.en.ts";
import { changed, commit } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { faultsOf } from "./checks.ts";
import { body, json, room, route } from "../core/route.ts";
import { lookAnew } from "../watching/rejudge.ts";

export const latestPolicy = "SELECT version, doc, at, by FROM policies ORDER BY version DESC LIMIT 1";
export interface PolicyRow {
  version: number;
  doc: string;
  at: string;
  by: string;
}

/** Version 0 is the defaults. */
export const readPolicy = (row: PolicyRow | null | undefined): { version: number; policy: Policy } =>
  row ? { version: row.version, policy: readDoc(row.doc) } : { version: 0, policy: defaultPolicy };

/** A clause that came with a later release takes its default; one that a later release gave up is left out. */
function readDoc(doc: string): Policy {
  const stored = JSON.parse(doc) as Record<string, unknown>;
  const read = policySchema.safeParse(stored);
  if (read.success) return read.data;
  for (const issue of read.error.issues) {
    // A register's id that no register can have says nothing, either.
    if (issue.code === "invalid_key") drop(stored, issue.path);
    else if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) drop(stored, [...issue.path, key]);
  }
  return policySchema.parse(stored);
}

type Fields = Record<PropertyKey, unknown>;
function drop(document: Fields, path: PropertyKey[]): void {
  const at = path.slice(0, -1).reduce((value, key) => value[key] as Fields, document);
  delete at[path.at(-1)!];
}

/** Who signs in, and as what, names people and groups: nobody needs it who neither keeps the policy nor watches over it. */
export const policyFor = (role: Role, policy: Policy): Policy =>
  role === "agent" ? { ...policy, access: defaultPolicy.access } : policy;

export const currentPolicy = async (db: D1Database) =>
  readPolicy(await db.prepare(latestPolicy).first<PolicyRow>());

/** Every policy that was in force at any time since then, with when it came into force; the oldest first. */
export async function policyHistory(
  db: D1Database,
  since: string,
): Promise<{ from: string; policy: Policy }[]> {
  const { results } = await db
    .prepare(
      `SELECT version, doc, at, by FROM policies
       WHERE at >= ?1 OR version = (SELECT MAX(version) FROM policies WHERE at < ?1) ORDER BY version`,
    )
    .bind(since)
    .all<PolicyRow>();
  const saved = results.map((row) => ({ from: row.at, policy: readDoc(row.doc) }));
  // Until the first save the defaults are in force.
  return saved[0] && saved[0].from < since ? saved : [{ from: "", policy: defaultPolicy }, ...saved];
}

/** The same without the times. */
export const policiesSince = async (db: D1Database, since: string): Promise<Policy[]> =>
  (await policyHistory(db, since)).map(({ policy }) => policy);

interface VersionRow extends PolicyRow {
  why: string;
  byName: string | null;
}
const selectVersions = `SELECT v.version, v.doc, v.at, v.by, v.why, p.name AS byName
  FROM policies v LEFT JOIN people p ON p.id = v.by`;

const toAnswer = (row: VersionRow | null | undefined): PolicyAnswer => ({
  ...readPolicy(row),
  at: row?.at ?? null,
  by: row?.by ?? null,
  byName: row?.byName ?? null,
  why: row?.why ?? "",
});

export const policy = room();

policy.openapi(
  route({
    method: "get",
    path: "/v1/policy",
    roles: "everyone",
    summary: "The policy in force, for agents without who may sign in; its version stands in the ETag too",
    responses: { 200: json(policyAnswer) },
  }),
  async (c) => {
    const row = await c.env.DB.prepare(
      `${selectVersions} ORDER BY v.version DESC LIMIT 1`,
    ).first<VersionRow>();
    const answer = toAnswer(row);
    c.header("ETag", `"${answer.version}"`);
    return c.json({ ...answer, policy: policyFor(c.get("actor")!.role, answer.policy) }, 200);
  },
);

policy.openapi(
  route({
    method: "put",
    path: "/v1/policy",
    roles: ["manager", "admin"],
    summary:
      "Saves a whole policy as a new version; If-Match bears the version that was read. Only an admin changes who may sign in, what is kept how long and the region of numbers without a code, weakens what a listing or an unknown number does, or adds a storage region",
    request: { body: body(policySave) },
    responses: { 200: json(policyAnswer) },
  }),
  async (c) => {
    const match = /^(?:W\/)?"(\d{1,9})"$/.exec(c.req.header("if-match") ?? "");
    if (!match) throw new Problem("version-needed");
    const { policy: next, why } = c.req.valid("json");
    const current = await currentPolicy(c.env.DB);
    if (Number(match[1]) !== current.version)
      throw new Problem("policy-moved", fill(details.policyAt, { version: current.version }));
    const { id: by, name: byName, role } = c.get("actor")!;
    const forbidden = role === "admin" ? [] : loosened(current.policy, next);
    if (forbidden.length > 0)
      throw new Problem(
        "role-not-allowed",
        sayNeedsAdmin(forbidden),
        forbidden.map((path) => ({ path: `policy.${path}`, message: policyFaults.adminOnly })),
      );
    const faults = faultsOf(current.policy, next, Date.now());
    if (faults.length > 0)
      throw new Problem(
        "invalid",
        faults[0]!.message,
        faults.map((fault) => ({ ...fault, path: `policy.${fault.path}` })),
      );
    const version = current.version + 1;
    const at = new Date().toISOString();
    const changes = changesBetween(current.policy, next);
    if (changes.length === 0) throw new Problem("policy-same");
    c.header("ETag", `"${version}"`);
    // Two saves of the same version at once: the key on policies.version refuses the second.
    return commit(
      c,
      { code: "policy.saved", subject: String(version), payload: { why, changes } },
      [
        sql(
          "INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, ?, ?, ?)",
          version,
          JSON.stringify(next),
          at,
          by,
          why,
        ),
        changed("policy", String(version)),
        ...lookAnew(changes, at),
      ],
      { status: 200, body: { version, at, by, byName, why, policy: next } },
    );
  },
);

policy.openapi(
  route({
    method: "get",
    path: "/v1/policy/versions",
    roles: ["manager", "compliance", "admin"],
    summary: "Who saved which version, when, why, and what it changed, newest first",
    request: { query: policyVersionsQuery },
    responses: { 200: json(policyVersions) },
  }),
  async (c) => {
    const { before, limit } = c.req.valid("query");
    // One more than asked for: the oldest of a page is told by what stood before it.
    const { results } = await c.env.DB.prepare(
      `${selectVersions} WHERE v.version < ? ORDER BY v.version DESC LIMIT ?`,
    )
      .bind(before ?? 1e9, limit + 1)
      .all<VersionRow>();
    const policies = results.map((row) => readDoc(row.doc));
    const versions = results.slice(0, limit).map(({ doc: _, ...row }, i) => ({
      ...row,
      changes: changesBetween(policies[i + 1] ?? defaultPolicy, policies[i]!).map((change) => ({
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
    summary: "One version of the policy, whole",
    request: { params: z.object({ version: z.coerce.number().int().min(0) }) },
    responses: { 200: json(policyAnswer) },
  }),
  async (c) => {
    const { version } = c.req.valid("param");
    const row = await c.env.DB.prepare(`${selectVersions} WHERE v.version = ?`)
      .bind(version)
      .first<VersionRow>();
    if (!row && version !== 0) throw new Problem("not-found");
    return c.json(toAnswer(row), 200);
  },
);
