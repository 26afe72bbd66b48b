/** Drafts a letter: fills its template (templates.ts) with what is known of the request and was decided. */
import type * as z from "zod";
import type { LetterKind, RequestItem } from "../../../shared/privacy-requests/api.ts";
import type { draftQuery } from "../../../shared/privacy-requests/api-steps.ts";
import type { LetterPlaceholder } from "../../../shared/privacy-requests/letter-placeholders.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { letterWords as words } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { requestsEn as t } from "../../../shared/texts/privacy-requests/steps.en.ts";
import { clocks } from "../clocks.ts";
import { itemsOf } from "../items.ts";
import type { Moment, Row } from "../rows.ts";
import { nameless } from "./letter.ts";
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
  const list = new Intl.ListFormat("en-GB", { type: "conjunction" });
  return [...groups.values()].map(({ kinds, ...said }) => ({
    ...said,
    parts: list.format([...kinds].map(([kind, n]) => plural(english, words.kinds[kind], n))),
  }));
}

/** The text of a letter, to be edited by an officer. */
export async function draftLetter(
  db: D1Database,
  row: Row,
  kind: LetterKind,
  { policy, today }: Moment,
  { recipient, why, how = row.proved_at === null ? "post" : "mail" }: z.infer<typeof draftQuery>,
): Promise<string> {
  const refusals = await refusalsOf(db, row);
  const refused = refusals.map(({ parts, ground, reasons }) =>
    [fill(parts ? words.partial : words.denied, { parts, ground }), reasons].join("\n"),
  );
  const complied = row.decision === "comply" || row.decision === "partial";
  const months = (n: number) => plural(english, policyEn.months, n);
  const { auditPayloadMonths, listHistoryMonths, requestMonths, screeningMonths } = policy.retention;
  const extent = {
    copy: words.copy[how],
    erased: words.erased[row.decision ?? ""] ?? "",
    // Lookup answers are kept as long as registers' history.
    screened: months(Math.max(screeningMonths, listHistoryMonths)),
    file: months(requestMonths),
    trail: months(auditPayloadMonths),
  };
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
    until: sayDate(english, clocks({ ...row, extended_on: today }, today).decideBy),
    decided: [...(complied ? [fill(words.complied[row.kind] ?? "", extent)] : []), ...refused].join("\n\n"),
    decidedOn: row.decided_on === null ? "" : sayDate(english, row.decided_on),
    part: words.part[row.decision ?? ""] ?? "",
    refused: refusals
      .map(({ parts, ground, reasons }) => [parts, ground, reasons].filter(Boolean).join("\n"))
      .join("\n\n"),
    recipient,
  };
  const text = fill(await templateOf(db, kind), values);
  return kind === "authority" ? nameless(text, row) : text;
}
