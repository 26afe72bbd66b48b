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
import { endpointHosts } from "../people/oidc.ts";
import { FURTHER_MARKS, MARK, markOf, namesOf, NoRecipient, OWN_MARK } from "../policy/egress.ts";
import { RESOLVER } from "../policy/resolver.ts";
import { AIRCALL_HOST, aircallApi } from "../providers/aircall/store.ts";
import { twilioApi } from "../providers/twilio/store.ts";

/** `vendor`: of a further host of a recipient, the one that it goes by. */
type Found = [kind: RecipientKind, host: string, vendor?: string];

const MARKS = [MARK, OWN_MARK, ...Object.values(FURTHER_MARKS)];

/**
 * Does nothing once it has been done; for a sign-in provider's endpoints it is done once its document was read. What the policy
 * describes by then counts as described.
 */
export async function adoptRecipients(env: Env): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT value AS name FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM marks m WHERE m.name = j.value)",
  )
    .bind(JSON.stringify(MARKS))
    .all<{ name: string }>();
  if (results.length === 0) return;
  const { found: used, isWhole } = await inUse(env);
  const open = results.map(({ name }) => name).filter((name) => isWhole || name !== FURTHER_MARKS["sign-in"]);
  if (open.length === 0) return;
  const at = new Date().toISOString();
  const described = new Set(namesOf((await currentPolicy(env.DB)).policy.recipients));
  const found = used.filter(
    ([kind, host, vendor]) =>
      open.includes(markOf(kind, host, vendor)) && !(vendor && described.has(`${kind} ${host}`)),
  );
  await record(env, {
    actor: "system",
    event: {
      code: "recipients.adopted",
      subject: "",
      payload: { hosts: found.map(([kind, host]) => `${kind} ${host}`) },
    },
    statements: [
      ...open.map((mark) => sql("INSERT INTO marks (name, value) VALUES (?, ?)", mark, at)),
      sql(
        `INSERT OR IGNORE INTO recipients_before (kind, host, vendor, at)
         SELECT value ->> 0, value ->> 1, value ->> 2, ?1 FROM json_each(?2)`,
        ...[at, JSON.stringify(found)],
      ),
    ],
  });
}

/** Everything that sends to another server, as it is configured and connected. Not whole where the sign-in provider cannot be asked for its endpoints. */
async function inUse(env: Env): Promise<{ found: Found[]; isWhole: boolean }> {
  const [mail, crmsAndHooks, signIn] = await Promise.all([
    mailing(env),
    connected(env.DB),
    endpointHosts(env).catch((error: unknown) => (error instanceof NoRecipient ? null : undefined)),
  ]);
  const endpoints = (signIn?.hosts ?? []).map((host): Found => ["sign-in", host, signIn!.vendor]);
  return {
    found: [...configured(env), ...mail, ...crmsAndHooks, ...endpoints],
    isWhole: signIn !== undefined,
  };
}

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
    ...[...crms.values()].flatMap(({ host, grants }): Found[] => [
      ["connector", host],
      ...(grants === null ? [] : [["connector", grants, host] satisfies Found]),
    ]),
    ...hooks.results.map(({ url }): Found => ["webhook", new URL(url).host]),
  ];
}

type Before = Omit<RecipientsAnswer["undescribed"][number], "vendor">;

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
    const [[marks, before], { policy }, { found: used }] = await Promise.all([
      db.batch([
        db
          .prepare("SELECT name, value FROM marks WHERE name IN (SELECT value FROM json_each(?))")
          .bind(JSON.stringify(MARKS)),
        db.prepare(
          "SELECT kind, host, vendor, at FROM recipients_before WHERE described_at IS NULL ORDER BY kind, host",
        ),
      ]),
      currentPolicy(db),
      inUse(c.env),
    ]);
    const marked = new Map(
      (marks!.results as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    const undescribed = (before!.results as (Before & { vendor: string | null })[]).map(
      ({ vendor, ...one }) => ({ ...one, ...(vendor !== null && { vendor }) }),
    );
    const receiving = new Set(namesOf([...policy.recipients, ...undescribed]));
    const refused = new Map(
      used
        .filter(
          ([kind, host, vendor]) =>
            // Before the take-over nothing is refused.
            marked.has(markOf(kind, host, vendor)) &&
            !receiving.has(`${kind} ${host}`) &&
            !(host !== "" && isLocalhost(new URL(`http://${host}`))),
        )
        .map(([kind, host, vendor]) => [`${kind} ${host}`, { kind, host, ...(vendor && { vendor }) }]),
    );
    return c.json({ since: marked.get(MARK) ?? null, undescribed, refused: [...refused.values()] }, 200);
  },
);
