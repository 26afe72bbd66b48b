/** The calling policy: reading it, saving a new version over the one that was read (If-Match), and its history. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import {
  policyAnswer,
  type PolicyAnswer,
  policySave,
  policyVersions,
  policyVersionsQuery,
} from "../../shared/policy/api.ts";
import { changesBetween } from "../../shared/policy/clauses.ts";
import { loosened } from "../../shared/policy/loosened.ts";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { sayChange, sayNeedsAdmin } from "../../shared/texts/policy/clauses.en.ts";
import { policyFaults } from "../../shared/texts/policy/faults.en.ts";
import { changed, commit } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { faultsOf } from "./checks.ts";
import { currentPolicy, policyFor, type PolicyRow, readDoc, readPolicy } from "./current.ts";
import { body, json, room, route } from "../core/route.ts";
import { recheckPolicy } from "../watching/recheck.ts";

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
    summary: "The policy in force; agents get it without the sign-in rules. The ETag is its version",
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
      "Saves a whole policy as a new version; If-Match is the version that was read. Only an admin may change the sign-in rules, retention, the region of numbers without a country code and the region of the telephones, weaken what a listing or an unknown number does, or add a storage region",
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
    // Of two concurrent saves, the key on policies.version refuses the second.
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
        ...recheckPolicy(changes, at),
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
    summary: "The versions, newest first: who saved each, when, why, and its changes",
    request: { query: policyVersionsQuery },
    responses: { 200: json(policyVersions) },
  }),
  async (c) => {
    const { before, limit } = c.req.valid("query");
    // One more than asked for: the changes of a page's oldest version are against the version before.
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
    summary: "One whole version of the policy",
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
