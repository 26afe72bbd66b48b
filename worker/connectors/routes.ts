/** The company's CRMs: connecting one, trying it without writing, and screening all of its contacts. */
import * as z from "zod";
import {
  type ConnectorRequest,
  connectorRequest,
  connectorsAnswer,
  connectorSchema,
} from "../../shared/connectors/api.ts";
import { connectorKinds, fieldPattern, kinds, numberPattern } from "../../shared/connectors/kinds.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { commit } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { allConnectors, type ConnectorRow, oneConnector, purposeOf, rowOf, runningOf } from "./rows.ts";
import { closeStopped } from "./run.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { isHere, isPublic } from "../core/public-address.ts";
import { body, json, room, route } from "../core/route.ts";
import { canSeal, seal } from "../core/seal.ts";

export const idParam = z.object({ id: z.string() });

/** What the schema cannot say: it is the kind's own. `here` is where the Worker itself was asked. */
function wantSetup(
  { kind, setup, way, secret }: ConnectorRequest,
  stored: ConnectorRow | null,
  here: string,
): void {
  const errors: { path: string; message: string }[] = [];
  const want = (ok: boolean, path: string, message: string) => ok || errors.push({ path, message });
  const facts = kinds[kind];
  for (const { key, pattern, example, optional } of facts.settings) {
    const value = setup.settings[key];
    want(
      value === undefined ? optional === true : pattern.test(value),
      `setup.settings.${key}`,
      `${details.like} ${example}`,
    );
  }
  const host = URL.parse(setup.settings["host"] ?? "");
  if (host)
    want(
      isPublic(host) || (isHere(host) && isHere(new URL(here))),
      "setup.settings.host",
      details.hookAddress,
    );
  for (const key of Object.keys(setup.settings))
    want(
      facts.settings.some((s) => s.key === key),
      `setup.settings.${key}`,
      details.noSetting,
    );
  for (const [n, { numbers, country }] of setup.objects.entries())
    for (const field of [...numbers, ...(country === undefined ? [] : [country])])
      want(numberPattern(kind).test(field), `setup.objects.${n}`, `${details.noField} ${field}`);
  for (const [key, field] of Object.entries(setup.fields))
    want(fieldPattern(kind).test(field), `setup.fields.${key}`, `${details.noField} ${field}`);
  want(new Set(Object.values(setup.fields)).size === 3, "setup.fields", details.threeFields);
  const credentials = Object.hasOwn(facts.ways, way) ? facts.ways[way]! : null;
  want(credentials !== null, "way", Object.keys(facts.ways).join(", "));
  // Credentials stay where they are only with the host that they were given for.
  const same = stored?.kind === kind && stored.way === way && sameHost(stored, setup.settings);
  if (secret || !same)
    for (const key of credentials ?? []) want(Boolean(secret?.[key]), `secret.${key}`, details.credential);
  if (errors.length > 0) throw new Problem("invalid", undefined, errors);
}

/** Settings decide where credentials are sent to. */
const sameHost = ({ setup }: ConnectorRow, settings: Record<string, string>): boolean => {
  const before = (JSON.parse(setup) as { settings: Record<string, string> }).settings;
  return ["host", "region", "tenant"].every((key) => before[key] === settings[key]);
};

/** Only what the way wants, in the row; nothing of it is on the trail. */
const sealed = (env: Env, id: string, { kind, way, secret = {} }: ConnectorRequest): Promise<string> =>
  seal(
    env,
    purposeOf(id),
    Object.fromEntries((kinds[kind].ways[way] ?? []).map((key) => [key, secret[key] ?? ""])),
  );

export const connectors = room();

connectors.openapi(
  route({
    method: "get",
    path: "/v1/connectors",
    roles: ["admin"],
    summary: "The kinds of CRM, and those that are connected, each with its last run",
    responses: { 200: json(connectorsAnswer) },
  }),
  async (c) =>
    c.json(
      {
        ...(await allConnectors(c.env)),
        sealed: canSeal(c.env),
        kinds: connectorKinds.map((kind) => {
          const { document, verified } = kinds[kind];
          return { kind, document, verified };
        }),
      },
      200,
    ),
);

connectors.openapi(
  route({
    method: "post",
    path: "/v1/connectors",
    roles: ["admin"],
    summary: "Connects a CRM. Nothing is read or written before it is tried",
    request: { body: body(connectorRequest) },
    responses: { 201: json(connectorSchema) },
  }),
  async (c) => {
    const wanted = c.req.valid("json");
    if (!canSeal(c.env)) throw new Problem("connector-key");
    wantSetup(wanted, null, c.req.url);
    const { kind, name, setup, way } = wanted;
    const id = crypto.randomUUID();
    const by = c.get("actor")!.id;
    const at = new Date().toISOString();
    const { verified } = kinds[kind];
    const nothing = { active: false, triedAt: null, error: null, last: null, nextAt: null };
    return commit(
      c,
      { code: "connector.added", subject: id, payload: { kind, name, setup, way } },
      [
        sql(
          `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[id, kind, name, JSON.stringify(setup), way, await sealed(c.env, id, wanted), by, at],
        ),
      ],
      { status: 201, body: { id, kind, name, setup, way, verified, ...nothing, by, at } },
    );
  },
);

connectors.openapi(
  route({
    method: "put",
    path: "/v1/connectors/{id}",
    roles: ["admin"],
    summary:
      "Changes a connector. Another set-up wants another trial; credentials are kept where none are given and the host is the same",
    request: { params: idParam, body: body(connectorRequest) },
    responses: { 200: json(connectorSchema) },
  }),
  async (c) => {
    const wanted = c.req.valid("json");
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    if (!canSeal(c.env)) throw new Problem("connector-key");
    wantSetup(wanted, row, c.req.url);
    if (await runningOf(c.env.DB, row)) throw new Problem("connector-running");
    const { kind, name, setup, way } = wanted;
    const secret = wanted.secret ? await sealed(c.env, row.id, wanted) : row.secret;
    const text = JSON.stringify(setup);
    const at = new Date().toISOString();
    const same = row.kind === kind && row.setup === text;
    const before = await oneConnector(c.env, row.id);
    const now = same ? {} : { active: false, triedAt: null, nextAt: null };
    return commit(
      c,
      {
        code: "connector.changed",
        subject: row.id,
        payload: { kind, name, setup, way, credentials: wanted.secret !== undefined },
      },
      [
        sql(
          `UPDATE connectors SET kind = ?2, name = ?3, setup = ?4, way = ?5, secret = ?6, by = ?7, at = ?8,
             active = CASE WHEN ?9 THEN active ELSE 0 END, tried_at = CASE WHEN ?9 THEN tried_at END,
             failures = 0, error = NULL, due = NULL WHERE id = ?1`,
          ...[row.id, kind, name, text, way, secret, c.get("actor")!.id, at, same ? 1 : 0],
        ),
        // Another CRM's records, or other fields: which record holds what is found out anew.
        ...(same ? [] : [sql("DELETE FROM connector_numbers WHERE connector = ?", row.num)]),
      ],
      {
        status: 200,
        body: { ...before, ...now, kind, name, setup, way, error: null, by: c.get("actor")!.id, at },
      },
    );
  },
);

connectors.openapi(
  route({
    method: "delete",
    path: "/v1/connectors/{id}",
    roles: ["admin"],
    summary: "Removes a connector with its credentials. What stands in the CRM's fields stays there",
    request: { params: idParam },
    responses: { 200: json(z.object({ removed: z.literal(true) })) },
  }),
  async (c) => {
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    const running = await runningOf(c.env.DB, row);
    const { kind, name } = row;
    const answer = await commit(
      c,
      { code: "connector.removed", subject: row.id, payload: { kind, name } },
      [
        sql("DELETE FROM connector_numbers WHERE connector = ?", row.num),
        sql("DELETE FROM connector_runs WHERE connector = ?", row.num),
        sql("DELETE FROM connectors WHERE num = ?", row.num),
      ],
      { status: 200, body: { removed: true as const } },
    );
    if (running) await closeStopped(c.env, running);
    return answer;
  },
);
