/** Drafts a letter: fills its template (templates.ts) with what is known of the request and was decided. */
import type * as z from "zod";
import type { LetterKind, RequestItem } from "../../../shared/privacy-requests/api.ts";
import type { draftQuery } from "../../../shared/privacy-requests/api-steps.ts";
import { promiseOf } from "../../../shared/privacy-requests/duties.ts";
import type { LetterPlaceholder } from "../../../shared/privacy-requests/letter-placeholders.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { letterWords as words } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { requestsEn as t } from "../../../shared/texts/privacy-requests/steps.en.ts";
import type { Env } from "../../env.ts";
import { clocks } from "../clocks.ts";
import { dutiesOf } from "../duties.ts";
import { partsThere, sayCopy } from "../files/parts/rows.ts";
import { itemsOf } from "../items.ts";
import type { Moment, Row } from "../rows.ts";
import { saySystems } from "../systems/told.ts";
import { leftOut, nameless } from "./letter.ts";
import { sayNamed } from "./named.ts";
import { templateOf } from "./templates.ts";

/** What was refused, with ground and reasons: the whole (`parts` empty), or items grouped by the same ground and reasons. */
export async function refusalsOf(db: D1Database, row: Row) {
  const ground = (g: Row["ground"], other: string | null) =>
    g === null ? "" : g === "other" && other ? other : t.grounds[g];
  if (row.decision === "deny")
    return [{ parts: "", ground: ground(row.ground, row.other), reasons: row.reasons ?? "" }];
  if (row.decision !== "partial") return [];
  const groups = new Map<
    string,
    { ground: string; reasons: string; kinds: Map<RequestItem["kind"], number> }
  >();
  for (const item of await itemsOf(db, row.id)) {
    if (item.decision !== "deny" || item.verdict !== "confirmed") continue;
    const said = { ground: ground(item.ground, item.other), reasons: item.reasons ?? "" };
    const key = JSON.stringify(said);
    const group = groups.get(key) ?? { ...said, kinds: new Map<RequestItem["kind"], number>() };
    group.kinds.set(item.kind, (group.kinds.get(item.kind) ?? 0) + 1);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ kinds, ...said }) => ({ ...said, parts: sayParts(kinds) }));
}

/** What stays of an erasure as proof, by the day until which it does: the answer's sentences. */
export async function keptOf(db: D1Database, row: Row): Promise<string[]> {
  const kept = (await itemsOf(db, row.id)).filter(
    ({ keptUntil, verdict }) => keptUntil !== null && verdict === "confirmed",
  );
  const groups = Map.groupBy(kept, ({ keptUntil, ground }) => `${keptUntil} ${ground}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, items]) => {
      const kinds = Map.groupBy(items, ({ kind }) => kind);
      return fill(words.kept[items[0]!.ground!] ?? "", {
        parts: sayParts(new Map([...kinds].map(([kind, { length }]) => [kind, length]))),
        date: sayDate(english, items[0]!.keptUntil!),
      });
    });
}

const sayParts = (kinds: ReadonlyMap<RequestItem["kind"], number>): string =>
  new Intl.ListFormat("en-GB", { type: "conjunction" }).format(
    [...kinds].map(([kind, n]) => plural(english, words.kinds[kind], n)),
  );

/** Recordings that are not erased yet, but those that their store puts off, which have a sentence of their own (letter.ts). */
function sayErasing({ pending, locked }: Row): string[] {
  const n = pending - (JSON.parse(locked ?? "[]") as unknown[]).length;
  return n > 0 ? [plural(english, words.erasing, n)] : [];
}

/** The day that a letter promises: of the decision, as it would be once extended, or of a complaint's outcome. */
function untilOf(row: Row, kind: LetterKind, moment: Moment): string {
  const outcome = dutiesOf(row, moment).duties.find((duty) => duty.kind === "outcome");
  if (outcome?.due) return outcome.due;
  const { today } = moment;
  return clocks(kind === "extension" ? { ...row, extended_on: today } : row, today).decideBy;
}

/** The text of a letter, to be edited by an officer. */
export async function draftLetter(
  env: Env,
  row: Row,
  kind: LetterKind,
  moment: Moment,
  { recipient, why, how = row.proved_at === null ? "post" : "mail" }: z.infer<typeof draftQuery>,
): Promise<string> {
  const { DB: db } = env;
  const { policy } = moment;
  const refusals = await refusalsOf(db, row);
  const refused = refusals.map(({ parts, ground, reasons }) =>
    [fill(parts ? words.partial : words.denied, { parts, ground }), reasons].join("\n"),
  );
  // An objection is never refused.
  const complied = row.kind === "objection" || row.decision === "comply" || row.decision === "partial";
  const months = (n: number) => plural(english, policyEn.months, n);
  const { auditPayloadMonths, listHistoryMonths, requestMonths, screeningMonths } = policy.retention;
  const extent = {
    copy: words.copy[how],
    erased:
      words.erased[row.decision === "comply" && row.narrowed !== null ? "narrowed" : (row.decision ?? "")] ??
      "",
    // Lookup answers are kept as long as registers' history.
    // A file of a closed month goes with the last of its days (screening/closed).
    screened: months(Math.max(screeningMonths + 1, listHistoryMonths)),
    file: months(requestMonths),
    trail: months(auditPayloadMonths),
  };
  const until = sayDate(english, untilOf(row, kind, moment));
  const promise = promiseOf(policy.requests);
  const { company, address, freephone } = policy.identity;
  const values: Record<LetterPlaceholder, string> = {
    name: row.name,
    company: company || t.nameless,
    contact: [address, freephone].filter(Boolean).join("\n"),
    reference: row.ref,
    received: sayDate(english, row.received_on),
    what: words.what[row.kind],
    proof: plural(english, policyEn.days, policy.requests.proofKeptDays),
    why,
    until,
    waits: fill(words.waits[row.pauses], { until }),
    promise: fill(words.promise, {
      progress: plural(english, policyEn.days, promise.progress),
      outcome: plural(english, policyEn.days, promise.outcome),
    }),
    decided: [
      ...(complied ? [fill(words.complied[row.kind] ?? "", extent)] : []),
      ...(complied ? [sayCopy(await partsThere(db, row.id), moment)].filter(Boolean) : []),
      ...(complied ? sayErasing(row) : []),
      ...(complied && row.kind === "erasure" ? [await sayNamed(env, row, moment)] : []),
      ...[await saySystems(db, row, moment)].filter(Boolean),
      ...leftOut(row).map(({ sentence, ask }) => `${sentence} ${ask}`),
      ...refused,
      ...(await keptOf(db, row)),
    ].join("\n\n"),
    decidedOn: row.decided_on === null ? "" : sayDate(english, row.decided_on),
    part: words.part[row.decision ?? ""] ?? "",
    refused: refusals
      .map(({ parts, ground, reasons }) => [parts, ground, reasons].filter(Boolean).join("\n"))
      .join("\n\n"),
    recipient,
  };
  const text = fill(await templateOf(env, kind), values);
  return kind === "authority" ? nameless(text, row) : text;
}
