/** The company's CRMs: list, connect, change and remove. Test, runs and the switch are in actions.ts. */
import * as z from "zod";
import {
  type ConnectorRequest,
  connectorRequest,
  connectorsAnswer,
  connectorSchema,
  type ConnectorSetup,
} from "../../shared/connectors/api.ts";
import { connectorKinds, kinds, SIGN_IN } from "../../shared/connectors/kinds.ts";
import { signInPageEn as t } from "../../shared/texts/connectors/sign-in.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { commit } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { wantReachable } from "../policy/egress.ts";
import { close, leftOf } from "./changes/poll.ts";
import { bindSetup, isSetupSaid } from "./checks/bound.ts";
import { wantSetup } from "./checks/setup.ts";
import { hostOf, signInOf } from "./kinds/index.ts";
import { unsaidBy } from "./parties.ts";
import { leaveConsents } from "./flags/consents-left.ts";
import { flagsOf } from "./flags/read-at.ts";
import {
  allConnectors,
  type ConnectorRow,
  oneConnector,
  purposeOf,
  rowOf,
  runningOf,
  setupOf,
} from "./rows.ts";
import { sayRemoved } from "./checks/runs-bound.ts";
import { closeStopped, stoppingAny } from "./run.ts";
import { CALLBACK } from "./sign-in/code.ts";
import { revoke } from "./sign-in/revoke.ts";
import { forgetRecords } from "./slice-rows.ts";
import { dueAtOnce, leasedUntil } from "./turned.ts";
import { body, json, room, route } from "../core/route.ts";
import { canSeal, seal, unseal } from "../core/seal.ts";

export const idParam = z.object({ id: z.string() });

/**
 * Seals the credentials that the way of signing in wants, with the account that its records are of. They are stored in the row and
 * never on the trail.
 */
const sealed = (
  env: Env,
  id: string,
  { kind, way, secret = {} }: ConnectorRequest,
  account = "",
): Promise<string> =>
  seal(env, purposeOf(id), {
    ...Object.fromEntries((kinds[kind].ways[way] ?? []).map((key) => [key, secret[key] ?? ""])),
    ...(account !== "" && { account }),
  });

/** What a set-up (JSON) says of what is screened: all but how long a sign-in or a secret lasts, and to which account it is. */
function screens(setup: string): string {
  const { settings, ...rest } = JSON.parse(setup) as ConnectorSetup;
  const { lasts: _, portal: __, secretEnds: ___, ...others } = settings;
  return JSON.stringify({ ...rest, settings: others });
}

/** Nothing says that somebody altered it in the database. */
const isAsIs = (is: Awaited<ReturnType<typeof isSetupSaid>>): boolean => is === "this" || is === "nothing";

/** Of a connector with new credentials. */
const notSignedIn = (way: string, account = "") =>
  way === SIGN_IN ? { at: null, account, endsAt: null, over: null } : null;

/**
 * The account that somebody signed in to first, as long as it is the same CRM: other credentials do not let a connector into
 * another. Throws the Problem `invalid` where the set-up names another.
 */
async function accountOf(env: Env, row: ConnectorRow, { kind, setup }: ConnectorRequest): Promise<string> {
  if (row.kind !== kind || hostOf(kind, setupOf(row)) !== hostOf(kind, setup)) return "";
  const account = (await unseal(env, purposeOf(row.id), row.secret))?.["account"] ?? "";
  if (account !== "" && signInOf(kind)?.isOurs?.(account, setup.settings) === false)
    throw new Problem("invalid", undefined, [
      { path: "setup.settings.portal", message: fill(t.otherAccount, { account }) },
    ]);
  return account;
}

/** The kinds of record of which a changed connector has the same flag, or field for consents, in the same CRM. */
function sameNamed(
  row: ConnectorRow,
  { kind, setup }: ConnectorRequest,
  field: "flag" | "consentOut",
): string[] {
  const before = setupOf(row);
  if (row.kind !== kind || hostOf(kind, before) !== hostOf(kind, setup)) return [];
  return setup.objects
    .filter(({ name, [field]: named }) =>
      before.objects.some((one) => one.name === name && named !== undefined && one[field] === named),
    )
    .map(({ name }) => name);
}

export const connectors = room();

connectors.openapi(
  route({
    method: "get",
    path: "/v1/connectors",
    roles: ["admin"],
    summary: "The kinds of CRM, and the connected CRMs with their last runs",
    responses: { 200: json(connectorsAnswer) },
  }),
  async (c) =>
    c.json(
      {
        ...(await allConnectors(c.env)),
        sealed: canSeal(c.env),
        callback: `${new URL(c.req.url).origin}${CALLBACK}`,
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
    summary: "Connects a CRM. Nothing is read or written until a trial run",
    request: { body: body(connectorRequest) },
    responses: { 201: json(connectorSchema) },
  }),
  async (c) => {
    const wanted = c.req.valid("json");
    if (!canSeal(c.env)) throw new Problem("connector-key");
    wantSetup(wanted, null, c.req.url);
    const { kind, name, setup, way } = wanted;
    await wantReachable(c.env, "setup.settings.host", hostOf(kind, setup));
    const id = crypto.randomUUID();
    const by = c.get("actor")!.id;
    const at = new Date().toISOString();
    const { verified } = kinds[kind];
    const nothing = { active: false, triedAt: null, error: null, last: null, nextAt: null };
    const flags = flagsOf({ setup: JSON.stringify(setup), active: 0 }, undefined);
    return commit(
      c,
      { code: "connector.added", subject: id, payload: { kind, name, setup, way } },
      [
        bindSetup(
          sql(
            `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
            ...[id, kind, name, JSON.stringify(setup), way, await sealed(c.env, id, wanted), by, at],
          ),
          { id, kind, name, setup: JSON.stringify(setup), way, by, at },
        ),
      ],
      {
        status: 201,
        body: { id, kind, name, setup, way, verified, ...nothing, flags, signIn: notSignedIn(way), by, at },
      },
    );
  },
);

connectors.openapi(
  route({
    method: "put",
    path: "/v1/connectors/{id}",
    roles: ["admin"],
    summary:
      "Changes a connector. Another set-up needs another trial run. Without `secret` the stored credentials stay, unless the host " +
      "changes; with it, the access that somebody signed in for is revoked",
    request: { params: idParam, body: body(connectorRequest) },
    responses: { 200: json(connectorSchema) },
  }),
  async (c) => {
    const wanted = c.req.valid("json");
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    if (!canSeal(c.env)) throw new Problem("connector-key");
    // Credentials were entered for the set-up that it was: one that somebody altered keeps none.
    const isOurs = isAsIs(await isSetupSaid(c.env, row));
    wantSetup(wanted, isOurs ? row : null, c.req.url);
    if ((await runningOf(c.env.DB, row))?.reads === 0) throw new Problem("connector-running");
    const { kind, name, setup, way } = wanted;
    await wantReachable(c.env, "setup.settings.host", hostOf(kind, setup));
    // Somebody may have signed in meanwhile: to the first account.
    const { secret: stored, ...since } = await rowOf(c.env.DB, row.id);
    const account = await accountOf(c.env, { ...row, secret: stored }, wanted);
    const secret = wanted.secret ? await sealed(c.env, row.id, wanted, account) : null;
    const text = JSON.stringify(setup);
    const actor = c.get("actor")!.id;
    const now = Date.now();
    // Who let ClearDial in is who connected it, whoever changes the rest.
    const { by, at } = secret === null ? since : { by: actor, at: new Date(now).toISOString() };
    // What somebody signs in to may be another account than the one that other credentials opened.
    const sameWay = (row.way === SIGN_IN) === (way === SIGN_IN);
    const same = row.kind === kind && sameWay && screens(row.setup) === screens(text);
    const before = await oneConnector(c.env, row.id);
    const flags = flagsOf({ setup: text, active: 0 }, undefined);
    const changes = {
      ...(same ? {} : { active: false, triedAt: null, nextAt: null, flags, consentsLeft: null }),
      ...(wanted.secret ? { signIn: notSignedIn(way, account) } : {}),
    };
    const answer = await commit(
      c,
      {
        code: "connector.changed",
        subject: row.id,
        payload: { kind, name, setup, way, credentials: wanted.secret !== undefined },
      },
      [
        bindSetup(
          sql(
            // Somebody may have changed it, signed in or begun a run since it was read: what is stored goes to its own host alone, and
            // is never put back.
            `UPDATE connectors SET kind = IIF(kind = ?11 AND setup = ?12 AND way = ?13
               AND by = ?15 AND at = ?16 AND (?6 IS NULL OR secret = ?17) AND NOT EXISTS (
               SELECT 1 FROM connector_runs r WHERE r.connector = connectors.num AND r.state = 'running' AND r.reads = 0), ?2, NULL),
             name = ?3, setup = ?4, way = ?5, secret = COALESCE(?6, secret), pending = IIF(?6 IS NULL, pending, NULL), by = ?7, at = ?8,
             active = CASE WHEN ?9 THEN active ELSE 0 END, tried_at = CASE WHEN ?9 THEN tried_at END,
             proved = CASE WHEN ?10 AND proved = setup THEN ?4 END, failures = 0, error = NULL, due = ${dueAtOnce("?14")} WHERE id = ?1`,
            ...[row.id, kind, name, text, way, secret, by, at, same ? 1 : 0],
            // Other credentials may have other rights.
            same && !wanted.secret ? 1 : 0,
            ...[row.kind, row.setup, row.way, leasedUntil(now), since.by, since.at, stored],
          ),
          { id: row.id, kind, name, setup: text, way, by, at },
        ),
        ...(await stoppingAny(c.env, row, now)),
        // Another set-up names other records or fields: the next run finds out again which record holds which number.
        ...(same
          ? []
          : [
              leaveConsents(row, wanted, new Date(now).toISOString()),
              ...forgetRecords(row, sameNamed(row, wanted, "flag"), sameNamed(row, wanted, "consentOut")),
            ]),
      ],
      {
        status: 200,
        body: { ...before, ...changes, kind, name, setup, way, error: null, by, at },
      },
    );
    if (secret !== null)
      await revoke(c.env, { ...row, secret: stored, pending: since.pending }, isOurs, actor);
    return answer;
  },
);

connectors.openapi(
  route({
    method: "delete",
    path: "/v1/connectors/{id}",
    roles: ["admin"],
    summary:
      "Removes a connector with its credentials, and revokes the access that somebody signed in for. The fields in the CRM keep " +
      "what was written",
    request: { params: idParam },
    responses: { 200: json(z.object({ removed: z.literal(true) })) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const actor = c.get("actor")!.id;
    for (let tries = 3; ; tries--) {
      const row = await rowOf(c.env.DB, id);
      const running = await runningOf(c.env.DB, row);
      const left = await leftOf(c.env.DB, row.num);
      const isOurs = isAsIs(await isSetupSaid(c.env, row));
      const answer = await commit(
        c,
        { code: "connector.removed", subject: row.id, payload: { kind: row.kind, name: row.name } },
        [
          // Access that is renewed at this very moment is what is to be revoked.
          sql(
            "UPDATE connectors SET kind = IIF(secret = ?2, kind, NULL) WHERE num = ?1",
            row.num,
            row.secret,
          ),
          ...(await unsaidBy(c.env, row, { by: actor, at: new Date().toISOString() })),
          ...forgetRecords(row),
          ...sayRemoved(row.num, new Date().toISOString()),
          sql("DELETE FROM connector_runs WHERE connector = ?", row.num),
          sql("DELETE FROM connectors WHERE num = ?", row.num),
        ],
        { status: 200, body: { removed: true as const } },
      ).catch((error: unknown) => {
        if (tries > 1 && error instanceof Problem && error.code === "conflict") return null;
        throw error;
      });
      if (!answer) continue;
      if (running) await closeStopped(c.env, running);
      if (left) await close(c.env, left);
      await revoke(c.env, row, isOurs, actor);
      return answer;
    }
  },
);
