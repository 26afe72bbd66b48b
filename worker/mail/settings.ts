/**
 * The mail service: the deployment's variables name one, or an administrator sets it in the desk. What is set there is sealed whole,
 * so that who owns the database reads no token and leads no mail elsewhere, and the trail binds it, so that an old one is not put back.
 */
import { sha256Hex } from "../../shared/core/sha256.ts";
import type { MailSettings } from "../../shared/mail/api.ts";
import { canSeal, seal, unseal } from "../core/seal.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { isSaid, type Said, stillSaid } from "../trail/agreed.ts";

/**
 * Where a mail goes: to an HTTP API with Resend's request format, or to Cloudflare's own service. `from`: `name@host`, or
 * `Name <name@host>`. `set`: when it was set in the desk; without it, the deployment's variables name it.
 */
export type Service = { from: string; set?: string } & (
  | { via: "http"; url: string; token: string }
  | { via: "binding" }
);

/** As an administrator set it. `url` is empty for Cloudflare's own service, which has no token either. */
export interface Settings {
  from: string;
  url: string;
  token: string;
}

interface Row {
  sealed: string;
  by: string;
  at: string;
}

const PURPOSE = "mail-service";
const ROW = "mail_service/1";
const GONE = { sealed: "", by: "", at: "" };

const saidOf = ({ sealed, by, at }: Row): Said => ({
  row: ROW,
  root: sha256Hex(`mail service v1 ${JSON.stringify([sealed, by, at])}`),
});

/** The service that mail goes by; null where there is none, or what is set in the desk is not as the trail has it. */
export async function serviceOf(env: Env): Promise<Service | null> {
  if (env.MAIL_FROM) return deployed(env);
  const set = await settingsOf(env);
  if (set === null) return null;
  const { from, url, token, at } = set;
  if (url !== "") return { via: "http", from, url, token, set: at };
  return env.EMAIL ? { via: "binding", from, set: at } : null;
}

/** What the variables name; null without MAIL_FROM, or with MAIL_URL but no MAIL_TOKEN. */
function deployed({ MAIL_FROM: from, MAIL_URL: url, MAIL_TOKEN: token, EMAIL }: Env): Service | null {
  if (!from) return null;
  if (url) return token ? { via: "http", from, url, token } : null;
  return EMAIL ? { via: "binding", from } : null;
}

/** How mail goes, if it does. */
export const mailVia = async (env: Env): Promise<Service["via"] | null> =>
  (await serviceOf(env))?.via ?? null;

/** What is set in the desk. Null where nothing is, this key does not open it, or it is not what the trail says last. */
export async function settingsOf(env: Env): Promise<(Settings & Pick<Row, "by" | "at">) | null> {
  const row = await rowOf(env.DB);
  if (!row || !canSeal(env) || (await isSaid(env, saidOf(row), null)) !== true) return null;
  const opened = (await unseal(env, PURPOSE, row.sealed)) as Settings | null;
  return opened && { ...opened, by: row.by, at: row.at };
}

const rowOf = (db: D1Database) =>
  db.prepare("SELECT sealed, by, at FROM mail_service WHERE id = 1").first<Row>();

/** What people are shown: never the token. */
export async function shownOf(env: Env): Promise<MailSettings> {
  const byDeployment = Boolean(env.MAIL_FROM);
  const service = await serviceOf(env);
  const row = byDeployment
    ? null
    : await env.DB.prepare(
        "SELECT COALESCE(p.name, m.by) AS by, m.at FROM mail_service m LEFT JOIN people p ON p.id = m.by WHERE m.id = 1",
      ).first<Pick<Row, "by" | "at">>();
  return {
    byDeployment,
    hasCloudflare: Boolean(env.EMAIL),
    from: service?.from ?? null,
    url: service?.via === "http" ? service.url : null,
    isUnlike: row !== null && (await unlikeSettings(env)).length > 0,
    set: row,
  };
}

/**
 * The row's name where it is not as the trail has it, for officers to be told. While an archive that may say it is not read, mail waits,
 * and nobody is told; who knows that it is another goes on knowing it (`orUnread`).
 */
export async function unlikeSettings(env: Env, orUnread = false): Promise<string[]> {
  const row = await rowOf(env.DB);
  const is = row && (await stillSaid(env, saidOf(row)));
  return is === "another" || is === "nothing" || (orUnread && is === "unread") ? [ROW] : [];
}

/** The statement that sets the service, and binds it. */
export async function setting(env: Env, settings: Settings, by: string, at: string): Promise<Statement> {
  const sealed = await seal(env, PURPOSE, { ...settings });
  return {
    ...sql(
      `INSERT INTO mail_service (id, sealed, by, at) VALUES (1, ?1, ?2, ?3)
       ON CONFLICT (id) DO UPDATE SET sealed = ?1, by = ?2, at = ?3`,
      ...[sealed, by, at],
    ),
    binds: [saidOf({ sealed, by, at })],
  };
}

/** The statement that takes it away; no older one counts after it. */
export const unsetting = (): Statement => ({
  ...sql("DELETE FROM mail_service WHERE id = 1"),
  binds: [saidOf(GONE)],
});
