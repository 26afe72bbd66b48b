/** What failed, and why, in plain words, from the words of a store, a mail service, an address or a CRM. */
import type { Failed, WorkKind } from "../../../shared/jobs/api.ts";
import { isOtherObject } from "../../../shared/recordings/limits.ts";
import { deskWorkEn } from "../../../shared/texts/jobs/desk-work.en.ts";
import { problemDetails, problemTitles } from "../../../shared/texts/core/problems.en.ts";
import { mailDeskEn } from "../../../shared/texts/mail/desk.en.ts";
import { deskRequestEn } from "../../../shared/texts/privacy-requests/desk-request.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { fill, sayDate, texts } from "../parts/texts.ts";

const words = deskWorkEn.why;

/** The first that fits counts. What ClearDial writes itself comes before what others may have said. */
const known: readonly [pattern: RegExp, says: string][] = [
  [/^internal$/, words.internal],
  [/: not configured$/, words.unset],
  [/: still there$/, words.stays],
  [/: a request's file$/, words.file],
  [/: no place of such a file$/, words.place],
  [/: puts it off again$/, words.later],
  [/: versioned bucket$/, words.versions],
  [/: sealed under another key$/, words.sealed],
  [/: no token\b/, words.signIn],
  [/: what was written is not in its field$/, words.kept],
  [/^too-many-numbers$/, words.budget],
  [
    /: (?:unexpected answer|another answer than documented|no list|no id|the same page)|too long$|no JSON$/,
    words.unread,
  ],
  [
    /: no answer\b|no answer in time$|time-?d? ?out|timeout|aborted|network connection lost|fetch failed/i,
    words.slow,
  ],
];

/** Of what others say, only a status tells something certain. */
const byStatus = (status: number): string =>
  status === 401 || status === 403
    ? words.refused
    : status === 404 || status === 410
      ? words.missing
      : status === 429
        ? words.often
        : // Above these are the codes of mail servers, which refuse by them.
          status >= 500 && status <= 511
          ? words.broken
          : words.rejected;

export function sayWhy(kind: WorkKind, { error }: Pick<Failed, "error">): string {
  if (error === null || error === "") return words.unsaid;
  if (kind === "copies") return (problemTitles as Record<string, string>)[error] ?? words.internal;
  // ClearDial's own words: why the address was turned off.
  if (kind === "webhooks") return `${error.charAt(0).toUpperCase()}${error.slice(1)}.`;
  const host = /([^\s:]+(?::\d+)?): not a recipient \(/.exec(error)?.[1];
  if (host !== undefined) return fill(words.recipient, { host });
  // As the Worker says it of a host that it sends nothing to (worker/policy/hosts.ts).
  const { private: inside, none, unlooked, neverLooked } = problemDetails;
  const refused = [inside, none, unlooked, neverLooked].find((said) => error.endsWith(`: ${said}`));
  if (refused !== undefined) {
    const at = error.slice(0, -refused.length - 2).replace(/^[\w-]+: /, "");
    return fill(words.nowhere, { host: at, why: refused });
  }
  const until = /: put off until (\d{4}-\d\d-\d\d)$/.exec(error)?.[1];
  if (until !== undefined) return fill(words.putOff, { until: sayDate(texts, until) });
  if (isOtherObject(error)) return words.replaced;
  const says = known.find(([pattern]) => pattern.test(error))?.[1];
  if (says !== undefined) return says;
  // `r2: 500`, `zoho: 429 LIMIT`, `550 no such mailbox`.
  const status = /^(?:[\w-]+: )?([45]\d\d)\b/.exec(error)?.[1];
  return status === undefined ? fill(words.words, { error }) : fill(byStatus(Number(status)), { status });
}

export function sayWhat(kind: WorkKind, { what }: Pick<Failed, "what">): string {
  if (kind === "mail") return (mailDeskEn.templates as Record<string, string>)[what] ?? what;
  if (kind === "files") {
    const [reference, purpose = ""] = what.split(" ");
    return fill(deskWorkEn.failed.file, {
      reference: reference!,
      purpose: (deskRequestEn.one.purposes as Record<string, string>)[purpose] ?? purpose,
    });
  }
  if (kind !== "erasure") return what;
  return fill(deskWorkEn.failed.recording, {
    store: (recordingsEn.stores as unknown as Record<string, string>)[what] ?? what,
  });
}
