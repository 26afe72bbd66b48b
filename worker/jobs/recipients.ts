/**
 * Takes over, once, everybody to whom data goes before the policy has a register of recipients, so that nothing stops; and says
 * who of those is still to be described, and what is sent nothing.
 */
import { recipientsAnswer } from "../../shared/policy/api-recipients.ts";
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
import { namesOf, NoRecipient } from "../policy/egress.ts";
import { RESOLVER } from "../policy/resolver.ts";
import {
  compareTakenOver,
  FURTHER_MARKS,
  MARK,
  markOf,
  marksOf,
  rowOf,
  rowOfMark,
  saysDescribed,
  saysMarked,
  saysTakenOver,
  type TakenOver,
  undescribedOf,
} from "../policy/taken-over.ts";
import { archivesBehind } from "../trail/events.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { AIRCALL_HOST, aircallApi } from "../providers/aircall/store.ts";
import { twilioApi } from "../providers/twilio/store.ts";

/** `vendor`: of a further host of a recipient, the one that it goes by. */
type Found = [kind: RecipientKind, host: string, vendor?: string];

/**
 * Does nothing once it has been done; for a sign-in provider's endpoints it is done once its document was read. What the policy
 * describes by then counts as described.
 */
export async function adoptRecipients(env: Env): Promise<void> {
  const now = Date.now();
  const before = await marksOf(env);
  // While the bucket does not say whether all were bound, nothing is lost, bound or taken over: the next run asks again.
  if (before.known.isAway) return;
  // Once all are bound, nothing is adopted or bound any more, whatever is missing.
  const isOver = before.known.recipients !== null;
  if (!isOver) await bindThoseOfBefore(env);
  const { known, marks } = await marksOf(env);
  if (known.isAway) return;
  // They count by the trail all the same, and nothing is taken over once more.
  const lost = marks.flatMap(({ name, since, isSaid }) =>
    since === null && (isSaid || isOver) ? [name] : [],
  );
  const { unlike } = await compareTakenOver(env);
  // What an earlier Worker archived, after a roll-back, is here within minutes.
  const { left } = await archivesBehind(env, "recipients_before");
  if (left.length === 0) await tellUnlike(env, [...new Set([...unlike, ...lost.map(rowOfMark)])], now);
  if (lost.length > 0)
    await record(env, {
      actor: "system",
      event: { code: "recipients.bound", subject: "", payload: { marks: lost } },
      statements: lost.map((mark) =>
        sql("INSERT OR IGNORE INTO marks (name, value) VALUES (?, ?)", mark, new Date(now).toISOString()),
      ),
    });
  const results = marks.filter(({ since, isSaid }) => since === null && !isSaid);
  if (isOver || results.length === 0) return;
  const { found: used, isWhole } = await inUse(env);
  const open = results.map(({ name }) => name).filter((name) => isWhole || name !== FURTHER_MARKS["sign-in"]);
  if (open.length === 0) return;
  const at = new Date(now).toISOString();
  const described = new Set(namesOf((await currentPolicy(env.DB)).policy.recipients));
  const found = used.filter(
    ([kind, host, vendor]) => open.includes(markOf(kind, host, vendor)) && !described.has(`${kind} ${host}`),
  );
  const there = new Set((await takenOver(env.DB)).map(rowOf));
  const fresh = new Map(
    found
      .map(([kind, host, vendor = null]) => ({ kind, host, vendor, at }))
      .filter((row) => !there.has(rowOf(row)))
      .map((row) => [rowOf(row), row]),
  );
  await record(env, {
    actor: "system",
    event: {
      code: "recipients.adopted",
      subject: "",
      payload: { hosts: found.map(([kind, host]) => `${kind} ${host}`) },
    },
    statements: [
      ...open.map((mark) => ({
        ...sql("INSERT INTO marks (name, value) VALUES (?, ?)", mark, at),
        binds: [saysMarked(mark)],
      })),
      {
        ...sql(
          `INSERT OR IGNORE INTO recipients_before (kind, host, vendor, at)
           SELECT value ->> 'kind', value ->> 'host', value ->> 'vendor', value ->> 'at' FROM json_each(?)`,
          JSON.stringify([...fresh.values()]),
        ),
        binds: [...fresh.values()].map(saysTakenOver),
      },
    ],
  });
}

const takenOver = async (db: D1Database): Promise<(TakenOver & { describedAt: string | null })[]> =>
  (
    await db
      .prepare("SELECT kind, host, vendor, at, described_at AS describedAt FROM recipients_before")
      .all<TakenOver & { describedAt: string | null }>()
  ).results;

/** Once after an upgrade: what an earlier release took over is bound as it is. */
async function bindThoseOfBefore(env: Env): Promise<void> {
  const { marks } = await marksOf(env);
  const unsaid = marks.flatMap(({ name, since, isSaid }) => (since !== null && !isSaid ? [name] : []));
  if (unsaid.length === 0) return;
  const rows = (await takenOver(env.DB)).filter(({ kind, host, vendor }) =>
    unsaid.includes(markOf(kind, host, vendor ?? host)),
  );
  await record(env, {
    actor: "system",
    event: {
      code: "recipients.bound",
      subject: "",
      payload: { hosts: rows.map(({ kind, host }) => `${kind} ${host}`) },
    },
    statements: [
      {
        ...sql("SELECT 1"),
        binds: [
          ...rows.map((row) =>
            row.describedAt === null ? saysTakenOver(row) : saysDescribed(`${row.kind} ${row.host}`),
          ),
          ...unsaid.map(saysMarked),
        ],
      },
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
    found: [["export", ""], ...configured(env), ...mail, ...crmsAndHooks, ...endpoints],
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
    const { policy } = await currentPolicy(db);
    const [{ known, marks }, before, { found: used }] = await Promise.all([
      marksOf(c.env),
      undescribedOf(c.env, policy.recipients),
      inUse(c.env),
    ]);
    const inForce = new Map(
      marks.flatMap(({ name, since, isSaid }) =>
        since === null && !isSaid && known.recipients === null ? [] : [[name, since] as const],
      ),
    );
    const undescribed = before.map(({ vendor, ...one }) => ({ ...one, ...(vendor !== null && { vendor }) }));
    const receiving = new Set(namesOf([...policy.recipients, ...undescribed]));
    const refused = new Map(
      used
        .filter(
          ([kind, host, vendor]) =>
            // Before the take-over nothing is refused.
            inForce.has(markOf(kind, host, vendor)) &&
            !receiving.has(`${kind} ${host}`) &&
            !(host !== "" && isLocalhost(new URL(`http://${host}`))),
        )
        .map(([kind, host, vendor]) => [`${kind} ${host}`, { kind, host, ...(vendor && { vendor }) }]),
    );
    return c.json({ since: inForce.get(MARK) ?? null, undescribed, refused: [...refused.values()] }, 200);
  },
);
