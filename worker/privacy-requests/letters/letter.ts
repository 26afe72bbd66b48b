/** A letter that goes out: the statement that keeps it, and what its text must and must not say. */
import type { Context } from "hono";
import type * as z from "zod";
import type { LetterKind } from "../../../shared/privacy-requests/api.ts";
import { type letterRequest, oneCall } from "../../../shared/privacy-requests/api-steps.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { letterWords as words } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { Problem } from "../../core/errors.ts";
import { insertBound } from "../../core/bound.ts";
import type { Statement } from "../../core/sql.ts";
import type { App } from "../../env.ts";
import { type Part, sayPart } from "../files/parts/rows.ts";
import type { Lost, Silenced } from "../export/recordings.ts";
import { lettersBound } from "../bound.ts";
import type { Moment, Row } from "../rows.ts";

export type Letter = z.infer<typeof letterRequest>;

/** Letters about a decision. */
const answers: ReadonlySet<LetterKind> = new Set<LetterKind>(["decision", "authority"]);

/** The statement that keeps a letter as it went out. Throws where it may not be sent in that way or on that day. */
export function letterOf(
  c: Context<App>,
  row: Row,
  { at, today }: Moment,
  kind: LetterKind,
  { text, how, sentOn = today, sentTo = row.email ?? undefined }: Letter,
  id: string = crypto.randomUUID(),
): Statement {
  // Its day counts (duties.ts), so that it cannot be one on which there was nothing to tell yet.
  const early = sentOn < ((answers.has(kind) ? row.decided_on : null) ?? row.received_on);
  if (sentOn > today || early)
    throw new Problem("invalid", undefined, [
      { path: "sentOn", message: early ? details.sentEarlier : details.sentLater },
    ]);
  // Only the authority has a form. Its notice is never mailed from here: the officer sends it, and it is recorded.
  if (how === "form" && kind !== "authority")
    throw new Problem("invalid", undefined, [{ path: "how", message: "mail, own-mailbox, post, telephone" }]);
  const own = how === "own-mailbox";
  if (own && sentTo === undefined)
    throw new Problem("invalid", undefined, [{ path: "sentTo", message: details.sentWhere }]);
  if (how === "mail" && kind !== "authority" && row.proved_at === null) throw new Problem("address-unproved");
  return insertBound(lettersBound, [
    {
      ...{ id, request: row.id, kind, text, how, sent_on: sentOn, by: c.get("actor")!.id, at },
      sent_to: own ? sentTo! : null,
    },
  ]);
}

const flat = (words: string) => words.replace(/\s+/g, " ");

/** Throws `letter-lacks` unless the letter of a refusal has the reasons, and names the authority and the courts. */
export function wantRemedies(text: string, reasons: readonly string[]): void {
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

/** `about 4 seconds in 1 recording`. */
export const saySilence = ({ seconds, recordings }: Silenced): string =>
  fill(words.silence.parts, {
    seconds: plural(english, words.silence.seconds, seconds),
    recordings: plural(english, words.kinds.recording, recordings),
  });

/** `Its store lost it. (3 November 2026, 8 November 2026) Deleted by hand. (4 May 2026)`. */
export const sayLost = (lost: readonly Lost[]): string =>
  [...Map.groupBy(lost, ({ why }) => why)]
    .map(([why, some]) => `${why} (${some.map(({ on }) => sayDate(english, on)).join(", ")})`)
    .join(" ");

/** `3 November 2026, 8 November 2026 (until 5 May 2031)`. */
const sayLocked = (locked: readonly [on: string, until: string][]): string =>
  [...Map.groupBy(locked, ([, until]) => until)]
    .map(
      ([until, some]) =>
        `${some.map(([on]) => sayDate(english, on)).join(", ")} (until ${sayDate(english, until)})`,
    )
    .join("; ");

/** What the answer owes about what it leaves out: the sentence that it must have, and what its draft adds. */
export function leftOut({
  kind,
  decision,
  narrowed,
  rejected,
  silenced,
  lost,
  locked,
  unread,
  unfound,
}: Row): { sentence: string; ask: string }[] {
  if (decision === null || decision === "deny" || (kind !== "access" && kind !== "erasure")) return [];
  return [
    ...(narrowed === null
      ? []
      : [
          {
            // In the requester's words, so that they can disagree.
            sentence: oneCall.has(narrowed)
              ? words.narrowedCall[kind]
              : fill(words.narrowed[kind], { said: narrowed }),
            ask: words.narrowedAsk[kind],
          },
        ]),
    ...(rejected === 0
      ? []
      : [{ sentence: plural(english, words.others[kind], rejected), ask: words.othersAsk }]),
    ...(silenced === null
      ? []
      : [
          {
            sentence: fill(words.silence.said, { silence: saySilence(JSON.parse(silenced) as Silenced) }),
            ask: words.othersAsk,
          },
        ]),
    ...(lost === null
      ? []
      : [
          {
            sentence: fill(words.lost, { lost: sayLost(JSON.parse(lost) as Lost[]) }),
            ask: words.othersAsk,
          },
        ]),
    ...(locked === null
      ? []
      : [
          {
            sentence: fill(words.locked, { locked: sayLocked(JSON.parse(locked) as [string, string][]) }),
            ask: words.othersAsk,
          },
        ]),
    ...(unread === 0
      ? []
      : [{ sentence: plural(english, words.unread[kind], unread), ask: words.othersAsk }]),
    ...(unfound === 0 ? [] : [{ sentence: plural(english, words.unfound, unfound), ask: words.othersAsk }]),
  ];
}

/** Throws `letter-lacks` unless the answer says what it leaves out. */
export function wantLeftOut(text: string, row: Row): void {
  wantSentences(
    text,
    leftOut(row).map(({ sentence }) => sentence),
  );
}

/** Throws `letter-lacks` unless the answer has each of these. */
export function wantSentences(text: string, sentences: readonly string[]): void {
  const lacks = sentences.filter((sentence) => !flat(text).includes(flat(sentence)));
  if (lacks.length > 0)
    throw new Problem(
      "letter-lacks",
      undefined,
      lacks.map((sentence) => ({ path: "text", message: fill(details.letterSentence, { sentence }) })),
    );
}

/** Throws `letter-lacks` unless the answer names each part of a copy in several files. */
export const wantParts = (text: string, parts: readonly Part[], moment: Moment): void =>
  wantSentences(
    text,
    parts.map((part) => sayPart(part, moment)),
  );

/** The texts that identify the requester. */
const namesOf = (row: Row): string[] => [
  row.name,
  ...row.name.split(/\s+/).filter((part) => part.length > 2),
  ...(row.email === null ? [] : [row.email]),
  ...row.address.split("\n").filter((line) => line.trim().length > 5),
];
/** True where the text has the requester's number in any notation: its last nine digits. */
const numberIn = (text: string, { number }: Row): boolean =>
  number !== null && text.replace(/[^\p{L}\p{N}]/gu, "").includes(String(number).slice(-9));
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const whole = (name: string) => new RegExp(`(?<![\\p{L}\\p{N}])${escaped(name)}(?![\\p{L}\\p{N}])`, "giu");

/** Throws where a notice to the authority identifies the requester, or lacks the reference. */
export function wantNameless(text: string, row: Row): void {
  if (numberIn(text, row) || namesOf(row).some((name) => whole(name).test(text)))
    throw new Problem("letter-names");
  if (!text.includes(row.ref))
    throw new Problem("letter-lacks", undefined, [{ path: "text", message: details.letterReference }]);
}

/**
 * Takes name, e-mail address, address and number of the requester out of a text. An officer must still read it, as a person
 * can be identified by more than these.
 */
export const nameless = (text: string, row: Row): string =>
  namesOf(row)
    .sort((a, b) => b.length - a.length)
    .reduce((said, name) => said.replace(whole(name), words.requester), text)
    .split(row.number === null ? "\0" : e164Of(row.number))
    .join(words.requester);
