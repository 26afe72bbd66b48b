/** Webhooks: the addresses that get status changes, and how they answered. send.ts sends them. */
import * as z from "zod";
import {
  type Delivery,
  deliverySchema,
  type Webhook,
  webhookMade,
  webhookRequest,
  webhookSchema,
  webhooksAnswer,
} from "../../shared/watching/api.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { query, runBatch } from "../core/batch.ts";
import { commit, record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { disclosed } from "../policy/disclosed.ts";
import { Problem } from "../core/errors.ts";
import { isPublic } from "../core/outbound.ts";
import { body, json, room, route } from "../core/route.ts";
import { wantReachable } from "../policy/egress.ts";
import { saidOf, saidRemoved } from "./added.ts";
import { plainRefused, sealSecret } from "./secret.ts";
import { flushHooks, type Hook, post, sentTo } from "./send.ts";

/** Addresses are served one after the other, and a company has no more systems than this. */
const MOST = 20;

/** The address as a URL writes it. Throws `invalid` unless it is https and a public name. */
export function wantPublic(written: string): string {
  const url = new URL(written);
  if (!isPublic(url))
    throw new Problem("invalid", undefined, [{ path: "url", message: details.hookAddress }]);
  return url.href;
}

interface Row extends Omit<Webhook, "state" | "deliveries"> {
  offAt: string | null;
}
const selectHooks = `SELECT w.id, w.url, COALESCE(p.name, w.by) AS by, w.at, w.failing_since AS failingSince,
  w.off_at AS offAt, w.off_why AS offWhy, (SELECT COUNT(*) FROM turned WHERE num > w.told) AS waiting
  FROM webhooks w LEFT JOIN people p ON p.id = w.by WHERE w.deleted_at IS NULL`;
const deliveryColumns = "id, kind, state, tries, at, tried_at AS triedAt, status, answer";

async function hooksOf(db: D1Database, only: string | null = null): Promise<Webhook[]> {
  const { hooks, deliveries } = await runBatch(db, {
    hooks: query<Row>(`${selectHooks} AND (?1 IS NULL OR w.id = ?1) ORDER BY w.at, w.id`, only),
    deliveries: query<Delivery & { webhook: string }>(
      // The ten newest of each.
      `SELECT webhook, ${deliveryColumns} FROM webhook_deliveries WHERE id IN (
         SELECT value FROM webhooks w, json_each((SELECT json_group_array(id) FROM (
           SELECT id FROM webhook_deliveries WHERE webhook = w.id ORDER BY at DESC LIMIT 10))))
       ORDER BY at DESC, id`,
    ),
  });
  return hooks.map(({ offAt, ...hook }) => ({
    ...hook,
    state: offAt === null ? (hook.failingSince === null ? "on" : "failing") : "off",
    deliveries: deliveries.filter((d) => d.webhook === hook.id).map(({ webhook: _, ...d }) => d),
  }));
}

async function wantHook(db: D1Database, id: string): Promise<Hook> {
  const hook = await db
    .prepare("SELECT id, url, secret, sealed FROM webhooks WHERE id = ? AND deleted_at IS NULL")
    .bind(id)
    .first<Hook>();
  if (!hook) throw new Problem("not-found");
  return hook;
}

const idParam = z.object({ id: z.string().max(60) });

export const webhooks = room();

webhooks.openapi(
  route({
    method: "get",
    path: "/v1/webhooks",
    roles: ["compliance", "admin"],
    summary: "The addresses that get status changes, and how they answered last",
    responses: { 200: json(webhooksAnswer) },
  }),
  async (c) => c.json({ webhooks: await hooksOf(c.env.DB) }, 200),
);

webhooks.openapi(
  route({
    method: "post",
    path: "/v1/webhooks",
    roles: ["admin"],
    summary:
      "Adds an address (https, a public name) that gets every status change from now on; its secret is shown only once",
    request: { body: body(webhookRequest) },
    responses: { 201: json(webhookMade) },
  }),
  async (c) => {
    const url = wantPublic(c.req.valid("json").url);
    const db = c.env.DB;
    const { n } = (await db
      .prepare("SELECT COUNT(*) AS n FROM webhooks WHERE deleted_at IS NULL")
      .first<{ n: number }>())!;
    if (n >= MOST) throw new Problem("webhooks-full");
    await wantReachable(c.env, "url", new URL(url).host);
    const id = crypto.randomUUID();
    const by = c.get("actor")!.id;
    const at = new Date().toISOString();
    const secret = `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
    return commit(
      c,
      { code: "webhook.added", subject: id, payload: { url } },
      [
        {
          ...sql(
            `INSERT INTO webhooks (id, url, secret, sealed, by, at, sealed_at, since, told)
             SELECT ?1, ?2, '', ?3, ?4, ?5, ?5, newest, newest FROM (SELECT COALESCE(MAX(num), 0) AS newest FROM turned)`,
            ...[id, url, await sealSecret(c.env, { id, url }, secret), by, at],
          ),
          binds: [saidOf({ id, url })],
        },
      ],
      { status: 201, body: { id, url, secret }, secret: true },
    );
  },
);

webhooks.openapi(
  route({
    method: "delete",
    path: "/v1/webhooks/{id}",
    roles: ["admin"],
    summary: "Removes an address: it gets nothing more, and its secret is erased",
    request: { params: idParam },
    responses: { 200: json(z.object({ id: z.string() })) },
  }),
  async (c) => {
    const { id, url } = await wantHook(c.env.DB, c.req.valid("param").id);
    return commit(
      c,
      { code: "webhook.removed", subject: id, payload: { url } },
      [
        {
          ...sql(
            "UPDATE webhooks SET deleted_at = ?2, secret = '', sealed = NULL WHERE id = ?1",
            ...[id, new Date().toISOString()],
          ),
          binds: [saidRemoved(id)],
        },
        sql("UPDATE webhook_deliveries SET state = 'failed' WHERE webhook = ? AND state = 'waiting'", id),
      ],
      { status: 200, body: { id } },
    );
  },
);

webhooks.openapi(
  route({
    method: "post",
    path: "/v1/webhooks/{id}/ping",
    roles: ["admin"],
    summary: "Sends an address a test at once, and returns what it answered",
    request: { params: idParam },
    responses: { 200: json(deliverySchema) },
  }),
  async (c) => {
    const hook = await wantHook(c.env.DB, c.req.valid("param").id);
    const now = Date.now();
    const at = new Date(now).toISOString();
    const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
    const ping = JSON.stringify({ type: "ping", timestamp: at, data: {} });
    const told = await post(c.env, hook, id, ping, now);
    const { ok, status, answer } = told;
    const state = ok ? ("delivered" as const) : ("failed" as const);
    return commit(
      c,
      { code: "webhook.pinged", subject: hook.id, payload: { status } },
      [
        sql(
          `INSERT INTO webhook_deliveries (id, webhook, kind, state, tries, due, at, tried_at, status, answer)
           VALUES (?1, ?2, 'ping', ?3, 1, ?4, ?4, ?4, ?5, ?6)`,
          ...[id, hook.id, state, at, status, answer],
        ),
        ...sentTo(hook, told, 0, now).map((sent) => disclosed(...sent)),
      ],
      { status: 200, body: { id, kind: "ping" as const, state, tries: 1, at, triedAt: at, status, answer } },
    );
  },
);

webhooks.openapi(
  route({
    method: "post",
    path: "/v1/webhooks/{id}/resume",
    roles: ["admin"],
    summary: "Turns on an address that was turned off after failing for days: it gets everything since",
    request: { params: idParam },
    responses: { 200: json(webhookSchema) },
  }),
  async (c) => {
    const { id, url, sealed } = await wantHook(c.env.DB, c.req.valid("param").id);
    const now = Date.now();
    if (sealed === null && (await plainRefused(c.env, now))) throw new Problem("connector-key");
    const at = new Date(now).toISOString();
    await record(c.env, {
      actor: c.get("actor")!.id,
      event: { code: "webhook.resumed", subject: id, payload: { url } },
      statements: [
        sql("UPDATE webhooks SET off_at = NULL, off_why = NULL, failing_since = NULL WHERE id = ?", id),
        sql(
          "UPDATE webhook_deliveries SET due = ?2, tries = 0 WHERE webhook = ?1 AND state = 'waiting'",
          id,
          at,
        ),
      ],
    });
    await flushHooks(c.env, Date.now);
    return c.json((await hooksOf(c.env.DB, id))[0]!, 200);
  },
);
