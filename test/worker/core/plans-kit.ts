/**
 * For plans.long.test.ts: what a case is, and what cases share; and what waits for the jobs, and what of it failed, so that they
 * ask all that they ask then.
 */
import { env } from "cloudflare:workers";
import type { Role, Scope } from "../../../shared/people/api.ts";
import type { Env } from "../../../worker/env.ts";
import { today } from "../helpers.ts";

/** A request; by nobody where there is no token. `vars`: what the Worker has besides. */
export interface Sent {
  path: string;
  token?: string;
  body?: object;
  raw?: BodyInit;
  headers?: Record<string, string>;
  vars?: Partial<Env>;
}
export interface World {
  tokens: Record<Role, string>;
  /** An integration's, by scope. */
  systems: Record<Scope, string>;
  /** What the (last) request of a route answered. */
  made: <T>(route: string) => T;
}
/** In an order in which the later ones use what the earlier ones made. */
export type Cases = Record<string, Case | Case[]>;
export type Case = (world: World) => Sent | Promise<Sent>;

export const json = (path: string, body: object = {}, as: Role = "admin"): Case => {
  return ({ tokens }) => ({ path, body, token: tokens[as] });
};
export const sql = (text: string, ...values: (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run();
export const idOf = (world: World, route: string): string => world.made<{ id: string }>(route).id;

export const number = "+442079460001";
let n = 0;
/** A number that has no history. */
export const fresh = (): string => `+44113496${String(++n).padStart(4, "0")}`;
export const now = () => new Date().toISOString();
export const failedMail = (id: string) =>
  sql(
    `INSERT INTO outbox (id, key, template, recipient, vals, state, at, due)
     VALUES (?1, ?1, 'head', 'a@example.com', '{"day":"2026-11-01","seq":1,"document":""}', 'failed', ?2, ?2)`,
    ...[id, now()],
  );

const DAY_AGO = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day')";

/** What failed of a kind is sent again. */
const again = (kind: string, id: string, failed: () => Promise<unknown>): Case => {
  return async ({ tokens }) => {
    await failed();
    return { path: `/v1/work/${kind}/again`, token: tokens.admin, body: { ids: [id] } };
  };
};
/** An address that was turned off. */
const offHook = (id: string) =>
  sql(
    `INSERT INTO webhooks (id, url, secret, by, at, since, told, off_at)
     SELECT ?1, 'https://example.com', '', by, at, since, (SELECT MAX(num) FROM turned), at FROM webhooks WHERE id = 'hook'`,
    id,
  );
/** A CRM that is on, whose marks and whose reading of changes failed, and whose last run did. */
async function failedCrm(): Promise<void> {
  await sql(
    `INSERT OR IGNORE INTO connectors (num, id, kind, name, setup, way, secret, by, at, tried_at, active, failures)
     SELECT 7, 'c7', kind, 'CRM 7', setup, way, secret, by, at, at, 1, 3 FROM connectors WHERE id = 'c8'`,
  );
  await sql("INSERT OR IGNORE INTO connector_changes (connector, upto, failures) VALUES (7, ?, 3)", now());
}

export const workCases: Cases = {
  "POST /v1/work/{kind}/again": [
    again("mail", "again", () => failedMail("again")),
    again("erasure", "f7", () => sql("UPDATE recordings SET failures = 3 WHERE id = 'f7'")),
    again("files", "f7", () =>
      sql(
        "INSERT INTO file_erasures (file, store, since, due, failures) VALUES ('f7', 'r2', ?1, ?1, 3)",
        now(),
      ),
    ),
    again("webhooks", "off", () => offHook("off")),
    again("marks", "c7", failedCrm),
    again("runs", "c7", failedCrm),
  ],
  "POST /v1/work/{kind}/leave": [
    async ({ tokens }) => {
      await failedMail("left");
      return { path: "/v1/work/mail/leave", token: tokens.admin, body: { ids: ["left"], reason: "nobody" } };
    },
    ({ tokens }) => ({
      path: "/v1/work/webhooks/leave",
      token: tokens.admin,
      body: { ids: ["hook"], reason: "moved" },
    }),
  ],
};

/** A file of closed recordings whose day has come, so that it comes back. `members`: as `ClosedFile` has them. */
async function fileDue(first: number, members: string): Promise<void> {
  await sql(
    "INSERT INTO closed_kept_files (first, last, key, rows, bytes, sha256, members, at) VALUES (?, ?, ?, 1, 1, '', ?, '')",
    ...[first, first + 1, `recordings/2099-01/${first}.ndjson.gz`, members],
  );
  await sql(
    `INSERT INTO closed_kept_days (first, by, provider, store, region, claims, started_on, was, day, n)
     SELECT ?1, by, provider, store, region, claims, started_on, was, ?2, 1 FROM closed_kept_days LIMIT 1`,
    ...[first, today()],
  );
}

/** Before the jobs run. */
export async function giveWork(): Promise<void> {
  await sql("DELETE FROM connectors WHERE id = 'c7'");
  // A file of no lines, which comes back, and one that is lost: later than all that is in the indexes.
  await fileDue(9e15, "[]");
  await fileDue(9e15 + 10, JSON.stringify([[9e15 + 10, 9e15 + 11, 0, 1, ""]]));
  // The watch: another day, a pass over all numbers, one that is due, and the registers from their start.
  await sql("UPDATE watching SET rev = rev + 1, day = date('now', '-1 day'), pass = 0 WHERE id = 1");
  await sql("UPDATE watch_lists SET done = 0, seen = 0, upto = NULL, block = -1, began = NULL");
  await sql(
    "INSERT INTO watch_again (day, number) SELECT date('now'), number FROM watched ORDER BY number LIMIT 1",
  );
  // Letters that were listed since, and consents that were withdrawn.
  await sql(
    `INSERT OR REPLACE INTO marks (name, value) VALUES ('letters-listed', json_array(${DAY_AGO}, '')), ('withdrawals-read', json_array(${DAY_AGO}, ''))`,
  );
  await sql(
    `UPDATE consents SET withdrawn_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour') WHERE withdrawn_at IS NULL AND id IN ('f1400', 'f1401')`,
  );
  // What did not count, of each kind that is judged in another way.
  await sql(
    `INSERT INTO kept_back (row, at) SELECT value, ?2 FROM json_each(?1) WHERE TRUE ON CONFLICT DO NOTHING`,
    JSON.stringify([
      "policies/1",
      "audit_payload/1",
      "consents/f9",
      "recordings/f9",
      "restricted/dials/09",
      "turned/9",
    ]),
    now(),
  );
}
