/** The calling policy: read, and saved as a new version against the one that was read. */
import { policyAnswer, policySave, policyVersions } from "../shared/api.ts";
import { defaultPolicy, type Policy, policySchema } from "../shared/policy.ts";
import { changed, commit, sql } from "./audit.ts";
import { Problem } from "./errors.ts";
import { body, json, room, route } from "./route.ts";

export const latestPolicy = "SELECT version, doc, at, by FROM policies ORDER BY version DESC LIMIT 1";
export interface PolicyRow {
  version: number;
  doc: string;
  at: string;
  by: string;
}

/** Version 0 is the defaults. A clause that came with a later release takes its default. */
export const readPolicy = (row: PolicyRow | null | undefined): { version: number; policy: Policy } =>
  row
    ? { version: row.version, policy: policySchema.parse(JSON.parse(row.doc)) }
    : { version: 0, policy: defaultPolicy };

export const currentPolicy = async (db: D1Database) =>
  readPolicy(await db.prepare(latestPolicy).first<PolicyRow>());

export const policy = room();

policy.openapi(
  route({
    method: "get",
    path: "/v1/policy",
    roles: "everyone",
    summary: "The policy in force; its version stands in the ETag too",
    responses: { 200: json(policyAnswer) },
  }),
  async (c) => {
    const row = await c.env.DB.prepare(latestPolicy).first<PolicyRow>();
    const { version, policy } = readPolicy(row);
    c.header("ETag", `"${version}"`);
    return c.json({ version, at: row?.at ?? null, by: row?.by ?? null, policy }, 200);
  },
);

policy.openapi(
  route({
    method: "put",
    path: "/v1/policy",
    roles: ["manager", "admin"],
    summary: "Saves a whole policy as a new version; If-Match bears the version that was read",
    request: { body: body(policySave) },
    responses: { 200: json(policyAnswer) },
  }),
  async (c) => {
    const match = /^(?:W\/)?"(\d{1,9})"$/.exec(c.req.header("if-match") ?? "");
    if (!match) throw new Problem("version-needed");
    const { policy: next, why } = c.req.valid("json");
    const current = await currentPolicy(c.env.DB);
    if (Number(match[1]) !== current.version)
      throw new Problem("policy-moved", `The policy is now at version ${current.version}.`);
    const version = current.version + 1;
    const at = new Date().toISOString();
    const by = c.get("actor")!.id;
    c.header("ETag", `"${version}"`);
    // Two saves of the same version at once: the key on policies.version refuses the second.
    return commit(
      c,
      { code: "policy.saved", subject: String(version), payload: { why, policy: next } },
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
      ],
      { status: 200, body: { version, at, by, policy: next } },
    );
  },
);

policy.openapi(
  route({
    method: "get",
    path: "/v1/policy/versions",
    roles: ["manager", "compliance", "admin"],
    summary: "Who saved which version, when and why, newest first",
    responses: { 200: json(policyVersions) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(
      "SELECT version, at, by, why FROM policies ORDER BY version DESC LIMIT 500",
    ).all<{ version: number; at: string; by: string; why: string }>();
    return c.json({ versions: results }, 200);
  },
);
