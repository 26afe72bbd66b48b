/**
 * Takes over, once, everybody to whom data goes before the policy has a register of recipients, so that nothing stops; and says
 * who of those is still to be described, and what is sent nothing.
 */
import { type RecipientsAnswer, recipientsAnswer } from "../../shared/policy/api-recipients.ts";
import type { RecipientKind } from "../../shared/policy/recipients.ts";
import { crmHosts } from "../connectors/hosts.ts";
import { record } from "../core/commit.ts";
import { isLocalhost } from "../core/outbound.ts";
import { json, room, route } from "../core/route.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { sourceNames, sourceOf } from "../lookups/sources/index.ts";
import { currentPolicy } from "../policy/current.ts";
import { serviceOf } from "../mail/settings.ts";
import { hostOf } from "../mail/service.ts";
import { MARK, markOf, OWN_MARK } from "../policy/egress.ts";
import { RESOLVER } from "../policy/resolver.ts";
import { AIRCALL_HOST, aircallApi } from "../providers/aircall/store.ts";
import { twilioApi } from "../providers/twilio/store.ts";

type Found = [kind: RecipientKind, host: string];

const MARKS = [MARK, OWN_MARK];

/** Does nothing once it has been done. What the policy describes by then counts as described. */
export async function adoptRecipients(env: Env): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT value AS name FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM marks m WHERE m.name = j.value)",
  )
    .bind(JSON.stringify(MARKS))
    .all<{ name: string }>();
  if (results.length === 0) return;
  const open = results.map(({ name }) => name);
  const at = new Date().toISOString();
  const found = (await inUse(env)).filter(([, host]) => open.includes(markOf(host)));
  await record(env, {
    actor: "system",
    event: { code: "recipients.adopted", subject: "", payload: { hosts: found.map((one) => one.join(" ")) } },
    statements: [
      ...open.map((mark) => sql("INSERT INTO marks (name, value) VALUES (?, ?)", mark, at)),
      sql(
        `INSERT OR IGNORE INTO recipients_before (kind, host, at)
         SELECT value ->> 0, value ->> 1, ?1 FROM json_each(?2)`,
        ...[at, JSON.stringify(found)],
      ),
    ],
  });
}

/** Everything that sends to another server, as it is configured and connected. */
const inUse = async (env: Env): Promise<Found[]> => [
  ...configured(env),
  ...(await mailing(env)),
  ...(await connected(env.DB)),
];

/** What the deployment's variables name. */
function configured(env: Env): Found[] {
  const named: [RecipientKind, string | undefined][] = [
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
    ["resolver", RESOLVER],
    ...sourceNames.flatMap((name): Found[] => {
      const source = sourceOf(env, name);
      return source ? [["lookup", source.host]] : [];
    }),
  ];
}

/** The mail service, whoever set it. One that the variables name in part counts, too: it may be completed at any time. */
async function mailing(env: Env): Promise<Found[]> {
  const service = await serviceOf(env);
  if (service) return [["mail", hostOf(service)]];
  const host = URL.parse(env.MAIL_URL ?? "")?.host;
  return host ? [["mail", host]] : [];
}

/** What administrators connected: CRMs and webhooks. */
async function connected(db: D1Database): Promise<Found[]> {
  const [crms, hooks] = await Promise.all([
    crmHosts(db),
    db.prepare("SELECT url FROM webhooks WHERE deleted_at IS NULL").all<{ url: string }>(),
  ]);
  return [
    ...[...crms.values()].map((host): Found => ["connector", host]),
    ...hooks.results.map(({ url }): Found => ["webhook", new URL(url).host]),
  ];
}

export const recipients = room();

recipients.openapi(
  route({
    method: "get",
    path: "/v1/recipients",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Since when only recipients that the policy names are sent anything; hosts from before that are to be described; and " +
      "what is connected or configured and sent nothing",
    responses: { 200: json(recipientsAnswer) },
  }),
  async (c) => {
    const { DB: db } = c.env;
    const [[marks, before], { policy }, used] = await Promise.all([
      db.batch([
        db
          .prepare("SELECT name, value FROM marks WHERE name IN (SELECT value FROM json_each(?))")
          .bind(JSON.stringify(MARKS)),
        db.prepare(
          "SELECT kind, host, at FROM recipients_before WHERE described_at IS NULL ORDER BY kind, host",
        ),
      ]),
      currentPolicy(db),
      inUse(c.env),
    ]);
    const marked = new Map(
      (marks!.results as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    const undescribed = before!.results as RecipientsAnswer["undescribed"];
    const receiving = new Set(
      [...policy.recipients, ...undescribed].map(({ kind, host }) => `${kind} ${host}`),
    );
    const refused = new Map(
      used
        .filter(
          ([kind, host]) =>
            // Before the take-over nothing is refused.
            marked.has(markOf(host)) &&
            !receiving.has(`${kind} ${host}`) &&
            !(host !== "" && isLocalhost(new URL(`http://${host}`))),
        )
        .map(([kind, host]) => [`${kind} ${host}`, { kind, host }]),
    );
    return c.json({ since: marked.get(MARK) ?? null, undescribed, refused: [...refused.values()] }, 200);
  },
);
