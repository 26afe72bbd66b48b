/**
 * Letters: drafted from templates (the company's own words where it has any), edited by an officer, and kept as they went
 * out. By mail only a link to the requester's page goes, and only to an address that proved itself.
 */
import type { Context } from "hono";
import type * as z from "zod";
import {
  letterKind,
  type LetterKind,
  type RequestItem,
  requestStep,
} from "../../shared/privacy-requests/api.ts";
import {
  draftAnswer,
  draftQuery,
  type letterRequest,
  requestIdParam as idParam,
  sendRequest,
} from "../../shared/privacy-requests/api-steps.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import type { LetterPlace } from "../../shared/privacy-requests/letters.ts";
import type { RequestAction } from "../../shared/privacy-requests/steps.ts";
import { english, fill, plural, sayDate } from "../../shared/texts/language.ts";
import { letterWords as words } from "../../shared/texts/privacy-requests/letters.en.ts";
import { policyEn } from "../../shared/texts/policy/clauses.en.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { logRead } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { clocks, itemsOf, type Moment, momentOf, type Row, wantRequest } from "./rows.ts";
import { step } from "./step.ts";
import { templateOf } from "./templates.ts";
import { body, json, room, route } from "../core/route.ts";

const officers = ["compliance", "admin"] as const;
type Letter = z.infer<typeof letterRequest>;

/** The statement that keeps a letter. Throws where it may not go out like that. */
export function letterOf(
  c: Context<App>,
  row: Row,
  { at, today }: Moment,
  kind: LetterKind,
  { text, how, sentOn = today }: Letter,
): Statement {
  if (sentOn > today)
    throw new Problem("invalid", undefined, [{ path: "sentOn", message: details.sentLater }]);
  // A form is the authority's; and to the authority nothing is mailed from here: that it was sent is recorded.
  if (how === "form" && kind !== "authority")
    throw new Problem("invalid", undefined, [{ path: "how", message: "mail, post, telephone" }]);
  if (how === "mail" && kind !== "authority" && row.proved_at === null) throw new Problem("address-unproved");
  return sql(
    "INSERT INTO request_letters (id, request, kind, text, how, sent_on, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ...[crypto.randomUUID(), row.id, kind, text, how, sentOn, c.get("actor")!.id, at],
  );
}

/** A refusal's letter says why, and where the requester can go with it. */
function wantWhole(text: string, reasons: readonly string[]): void {
  const flat = (words: string) => words.replace(/\s+/g, " ");
  const lacks = [
    reasons.every((reason) => flat(text).includes(flat(reason))) ? null : details.letterReasons,
    /ico\.org\.uk/i.test(text) ? null : details.letterAuthority,
    /\bcourts?\b/i.test(text) ? null : details.letterCourt,
  ].filter((detail) => detail !== null);
  if (lacks.length > 0)
    throw new Problem(
      "letter-lacks",
      undefined,
      lacks.map((message) => ({ path: "text", message })),
    );
}

/** What tells who the requester is. */
const namesOf = (row: Row): string[] => [
  row.name,
  ...row.name.split(/\s+/).filter((part) => part.length > 2),
  ...(row.email === null ? [] : [row.email]),
  ...row.address.split("\n").filter((line) => line.trim().length > 5),
];
/** A number however it is written: its digits without the country's code or a leading zero. */
const numberIn = (text: string, { number }: Row): boolean =>
  number !== null && text.replace(/[^\p{L}\p{N}]/gu, "").includes(String(number).slice(-9));
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const whole = (name: string) => new RegExp(`(?<![\\p{L}\\p{N}])${escaped(name)}(?![\\p{L}\\p{N}])`, "giu");

function wantNameless(text: string, row: Row): void {
  if (numberIn(text, row) || namesOf(row).some((name) => whole(name).test(text)))
    throw new Problem("letter-names");
  if (!text.includes(row.ref))
    throw new Problem("letter-lacks", undefined, [{ path: "text", message: details.letterReference }]);
}

/** Why what was refused was refused: of the whole, or by item. */
async function refusalsOf(db: D1Database, row: Row) {
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

async function draft(
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
    // Answers by lookup are kept as registers' history is.
    screened: months(Math.max(screeningMonths, listHistoryMonths)),
    file: months(requestMonths),
    trail: months(auditPayloadMonths),
  };
  const { company, address, freephone } = policy.identity;
  const values: Record<LetterPlace, string> = {
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

/** The officer reads it once more: a person can be told by more than a name. */
const nameless = (text: string, row: Row): string =>
  namesOf(row)
    .sort((a, b) => b.length - a.length)
    .reduce((said, name) => said.replace(whole(name), words.requester), text)
    .split(row.number === null ? "\0" : e164Of(row.number))
    .join(words.requester);

export const requestLetters = room();

requestLetters.openapi(
  route({
    method: "get",
    path: "/v1/requests/{id}/letters/{kind}",
    roles: officers,
    summary: "A letter as it would go out, to be read and edited before it does",
    request: {
      params: idParam.extend({ kind: letterKind }),
      query: draftQuery,
    },
    responses: { 200: json(draftAnswer) },
  }),
  async (c) => {
    const { id, kind } = c.req.valid("param");
    const moment = await momentOf(c.env.DB, Date.now());
    const row = await wantRequest(c.env.DB, id, moment);
    await logRead(c, "request", { letter: kind }, row.id);
    return c.json({ kind, text: await draft(c.env.DB, row, kind, moment, c.req.valid("query")) }, 200);
  },
);

const steps = {
  acknowledgement: "acknowledge",
  decision: "tell",
  authority: "notice",
  outcome: "tell-outcome",
} as const satisfies Partial<Record<LetterKind, RequestAction>>;

requestLetters.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/letters",
    roles: officers,
    summary:
      "Sends a letter, or records that it was sent: by mail as a link to the requester's page, by post as it was " +
      "printed. The authority's notice is sent by hand, and recorded; it must not name the requester",
    request: { params: idParam, body: body(sendRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { kind, ...letter } = c.req.valid("json");
    return step(c, c.req.valid("param").id, steps[kind], async (row, moment) => {
      const refusals = kind === "decision" ? await refusalsOf(c.env.DB, row) : [];
      if (refusals.length > 0)
        wantWhole(
          letter.text,
          refusals.map(({ reasons }) => reasons),
        );
      if (kind === "authority") wantNameless(letter.text, row);
      return {
        set:
          kind === "authority"
            ? { noticed_at: moment.at }
            : kind === "acknowledgement"
              ? {}
              : { told_at: moment.at },
        statements: [letterOf(c, row, moment, kind, letter)],
        detail: { kind, how: letter.how },
      };
    });
  },
);
