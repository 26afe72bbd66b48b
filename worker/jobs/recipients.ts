/** Takes over, once, everybody to whom data goes before the policy has a register of recipients, so that nothing stops. */
import type { RecipientKind } from "../../shared/policy/recipients.ts";
import { hostOf } from "../connectors/kinds/index.ts";
import { type ConnectorRow, setupOf } from "../connectors/rows.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { sourceNames, sourceOf } from "../lookups/sources/index.ts";
import { MARK } from "../policy/egress.ts";
import { AIRCALL_HOST, aircallApi } from "../providers/aircall/store.ts";
import { twilioApi } from "../providers/twilio/store.ts";

type Found = [kind: RecipientKind, host: string];

/** Does nothing once it has been done. What the policy describes by then counts as described. */
export async function adoptRecipients(env: Env): Promise<void> {
  if (await env.DB.prepare("SELECT 1 FROM marks WHERE name = ?").bind(MARK).first()) return;
  const at = new Date().toISOString();
  const found = [...configured(env), ...(await connected(env.DB))];
  await record(env, {
    actor: "system",
    event: { code: "recipients.adopted", subject: "", payload: { hosts: found.map((one) => one.join(" ")) } },
    statements: [
      sql("INSERT INTO marks (name, value) VALUES (?, ?)", MARK, at),
      sql(
        `INSERT OR IGNORE INTO recipients_before (kind, host, at)
         SELECT value ->> 0, value ->> 1, ?1 FROM json_each(?2)`,
        ...[at, JSON.stringify(found)],
      ),
    ],
  });
}

/** What the deployment's variables name. */
function configured(env: Env): Found[] {
  const named: [RecipientKind, string | undefined][] = [
    ["mail", env.MAIL_URL],
    ["store", env.S3_ENDPOINT],
    ["timestamp", env.TSA_URL],
    ["sign-in", env.OIDC_ISSUER],
  ];
  const twilio = twilioApi(env);
  return [
    ...named.flatMap(([kind, url]): Found[] => {
      const host = URL.parse(url ?? "")?.host;
      return host ? [[kind, host]] : [];
    }),
    ...(twilio ? [["provider", twilio.host] satisfies Found] : []),
    ...(aircallApi(env) ? [["provider", AIRCALL_HOST] satisfies Found] : []),
    ...sourceNames.flatMap((name): Found[] => {
      const source = sourceOf(env, name);
      return source ? [["lookup", source.host]] : [];
    }),
  ];
}

/** What administrators connected: CRMs and webhooks. */
async function connected(db: D1Database): Promise<Found[]> {
  const [connectors, hooks] = await db.batch([
    db.prepare("SELECT kind, setup FROM connectors"),
    db.prepare("SELECT url FROM webhooks WHERE deleted_at IS NULL"),
  ]);
  return [
    ...(connectors!.results as ConnectorRow[]).flatMap((row): Found[] => {
      try {
        return [["connector", hostOf(row.kind, setupOf(row))]];
      } catch {
        // Its CRM cannot be reached either.
        return [];
      }
    }),
    ...(hooks!.results as { url: string }[]).map(({ url }): Found => ["webhook", new URL(url).host]),
  ];
}
