/** The information of UK GDPR article 15(1) that goes with a copy. */
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import type { Env } from "../../env.ts";
import { undescribedOf } from "../../policy/taken-over.ts";
import type { Moment } from "../rows.ts";
import type { Fields } from "./sections.ts";

/** Title to text. `sources`: the lookup services that were given the number; `systems`: the customer systems that may have had it. */
export function aboutOf(
  { policy }: Moment,
  sources: readonly string[],
  systems: readonly string[],
): Record<string, string> {
  const list = new Intl.ListFormat("en-GB", { type: "conjunction" });
  const months = (n: number) => plural(english, policyEn.months, n);
  const values = {
    purposes: list.format(policy.recording.purposes.map((purpose) => policyEn.values[purpose] ?? purpose)),
    regions: list.format(policy.recording.regions),
    asked: sources.length === 0 ? "" : fill(t.asked, { sources: list.format(sources) }),
    answered: sources.length === 0 ? "" : fill(t.answered, { sources: list.format(sources) }),
    systems: systems.length === 0 ? t.customers : list.format(systems),
    months: months(policy.recording.retentionMonths),
    dials: months(policy.retention.dialMonths),
    // A file of a closed month goes with the last of its days (screening/closed).
    screenings: months(policy.retention.screeningMonths + 1),
    // Lookup answers are kept as long as registers' history.
    answers: months(policy.retention.listHistoryMonths),
    watched: months(policy.retention.watchedMonths),
    turned: months(policy.retention.turnedMonths),
    requests: months(policy.retention.requestMonths),
    trail: months(policy.retention.auditPayloadMonths),
  };
  return Object.fromEntries(t.article.map(([title, text]) => [title, fill(text, values)]));
}

/** Kinds of recipients that get data of the people who are called. */
const RECEIVE = new Set(["connector", "webhook", "lookup", "mail", "provider", "store", "export"]);

/** The register of recipients (art 15(1)(c)): those of the policy, and those that were there before it named any. */
export async function receiversOf(env: Env, { policy }: Moment): Promise<Fields[]> {
  const before = (await undescribedOf(env, policy.recipients)).filter(({ vendor }) => vendor === null);
  return [
    ...policy.recipients.map(({ kind, name, host, role, country, fields }) => ({
      ...{ kind, recipient: name, host, role, country, given: fields },
    })),
    ...before.map(({ kind, host }) => ({ kind, host })),
  ]
    .filter(({ kind }) => RECEIVE.has(kind))
    .map(({ kind, ...one }) => ({ receives: t.receivers[kind] ?? kind, ...one }));
}

/** The customer systems that are connected. */
export async function systemsOf(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT DISTINCT name FROM connectors ORDER BY name")
    .all<{ name: string }>();
  return results.map(({ name }) => name);
}
