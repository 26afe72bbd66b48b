/** Typed errors, formatted in one place as RFC 9457 problem documents. Codes are stable; wording may change. */
import type { ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type * as z from "zod";
import type { Challenge, Problem as ProblemDocument } from "../../shared/api.ts";
import { speakPlainly } from "../../shared/core/plain.ts";
import { problemTitles } from "../../shared/texts/core/problems.en.ts";
import type { App } from "../env.ts";

speakPlainly();

/** The HTTP status of each code. */
const statuses = {
  "malformed-json": 400,
  "bad-request": 400,
  "not-signed-in": 401,
  "wrong-setup-code": 403,
  "hook-refused": 403,
  "purpose-not-allowed": 403,
  "country-not-allowed": 403,
  "recording-quarantined": 403,
  "role-not-allowed": 403,
  "scope-missing": 403,
  "not-found": 404,
  "invite-unknown": 404,
  "not-listed": 404,
  "audio-missing": 404,
  "setup-done": 409,
  "setup-closed": 403,
  "invite-used": 409,
  "last-admin": 409,
  "integration-admin": 409,
  "token-fixed": 409,
  "not-replayable": 409,
  "idempotency-mismatch": 409,
  "list-head-moved": 409,
  "list-mismatch": 409,
  "list-shrinks": 409,
  "list-version-closed": 409,
  "list-parts-missing": 409,
  "part-differs": 409,
  "block-twice": 409,
  "kind-needed": 409,
  "same-file": 409,
  "override-not-allowed": 409,
  canary: 409,
  "canary-day": 409,
  "list-history-gone": 409,
  "list-never-loaded": 409,
  "list-not-then": 404,
  "list-full": 409,
  "webhooks-full": 409,
  "list-by-lookup": 409,
  "list-version-unknown": 404,
  "list-unlike": 409,
  "consent-withdrawn": 409,
  "connector-key": 409,
  "connector-recipient": 409,
  "mail-recipient": 409,
  "export-recipient": 409,
  "mail-deployed": 409,
  "connector-unlike": 409,
  "connector-code": 409,
  "signing-key": 409,
  "connector-running": 409,
  "connector-idle": 409,
  "connector-not-tried": 409,
  "mail-not-failed": 409,
  "mail-tried": 409,
  "work-stays": 409,
  "recording-held": 409,
  "proof-wanted": 409,
  "recording-not-held": 409,
  "recording-object-taken": 409,
  "recording-elsewhere": 409,
  "audio-there": 409,
  "request-not-now": 409,
  "request-wants": 409,
  "request-moved": 409,
  "request-put-back": 409,
  "request-unlike": 409,
  "template-moved": 409,
  "address-unproved": 409,
  "address-asked": 409,
  "screening-over": 409,
  "mute-format": 409,
  "audio-uncut": 409,
  "audio-unheard": 409,
  "report-long": 422,
  "kind-not-made": 422,
  "mute-all": 409,
  "copy-reads": 409,
  conflict: 409,
  "call-answered": 409,
  "call-over": 409,
  "invite-expired": 410,
  "recording-erased": 410,
  "length-needed": 411,
  "policy-same": 409,
  "policy-moved": 412,
  "body-too-large": 413,
  "not-json": 415,
  "not-audio": 415,
  "not-a-scan": 415,
  invalid: 422,
  "storage-region": 422,
  "key-not-yours": 422,
  "object-missing": 422,
  "recording-old": 422,
  "recording-unlike": 409,
  "object-changed": 409,
  "object-same": 409,
  "trial-needed": 409,
  "prefix-taken": 409,
  "store-unknown": 422,
  "audio-differs": 422,
  "letter-lacks": 422,
  "letter-names": 422,
  "not-a-number": 422,
  "country-unclear": 422,
  "block-broken": 422,
  "as-of-future": 422,
  "as-of-older": 409,
  "too-many-numbers": 429,
  "too-many-tries": 429,
  "too-many-requests": 429,
  "version-needed": 428,
  "challenge-unsolved": 428,
  "sso-off": 404,
  "sso-refused": 403,
  "sso-no-account": 403,
  "sso-replayed": 409,
  "sso-provider": 502,
  "store-failed": 502,
  "store-later": 503,
  "archive-broken": 500,
  "below-floor": 422,
  "proposal-moved": 409,
  "proposal-settled": 409,
  "own-proposal": 403,
  "proposal-held": 403,
  "own-entry": 403,
  "entry-held": 403,
  "consent-waits": 409,
  "consent-reviewed": 409,
  "consent-unlike": 409,
  "consent-over": 409,
  "scope-said": 409,
  "undo-over": 409,
  "party-ended": 409,
  "request-unmet": 409,
  "withdrawal-unproved": 409,
  "narrowing-unproved": 409,
  internal: 500,
} as const;

export type ProblemCode = keyof typeof statuses;
export const problemCodes = Object.keys(statuses) as ProblemCode[];
export const statusOf = (code: ProblemCode): number => statuses[code];
/** Typed so that a code without a title does not compile. */
const titles: Record<ProblemCode, string> = problemTitles;

/** An error with a code. Throw it anywhere: `onError` formats it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: ProblemDocument["errors"];
  readonly challenge: Challenge | undefined;
  constructor(code: ProblemCode, detail?: string, errors?: ProblemDocument["errors"], challenge?: Challenge) {
    super(titles[code]);
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.challenge = challenge;
  }
}

/** A failed validation as one problem. */
export const invalid = (error: z.ZodError): Problem =>
  new Problem(
    "invalid",
    undefined,
    error.issues.map((i) => ({ path: i.path.map(String).join("."), message: i.message })),
  );

/** Text in the message of a failed constraint or trigger, and the problem that it means. The first match counts. */
const fromDatabase: readonly [string, ProblemCode][] = [
  ["list_head_moved", "list-head-moved"],
  ["list_mismatch", "list-mismatch"],
  ["list_version_closed", "list-version-closed"],
  ["list_by_lookup", "list-by-lookup"],
  ["last_admin", "last-admin"],
  ["marks.value", "last-admin"],
  ["marks.name", "setup-done"],
  ["invite_used", "invite-used"],
  ["invites.code_hash", "invite-expired"],
  ["sso_nonces.nonce", "sso-replayed"],
  ["policies.version", "policy-moved"],
  ["staged.id", "block-twice"],
  ["versions.list, versions.ver", "list-head-moved"],
  ["recording_rows.folder, recording_rows.leaf", "recording-object-taken"],
  ["outbox.key", "mail-tried"],
  ["object_taken", "recording-object-taken"],
  ["owner_prefix", "prefix-taken"],
  ["owners.prefix", "prefix-taken"],
  ["recording_holds.recording", "recording-held"],
  ["recording_held", "recording-held"],
  ["recording_erasing", "recording-erased"],
  ["recording_erased", "recording-erased"],
  ["screening_over", "screening-over"],
  ["NOT NULL constraint failed: connector_runs.connector", "connector-not-tried"],
  ["connector_runs.connector", "connector-running"],
  ["NOT NULL constraint failed: connectors.kind", "conflict"],
  ["connector_run_moved", "connector-idle"],
  ["request_moved", "request-moved"],
  ["letter_templates.kind, letter_templates.version", "template-moved"],
  ["suppression_records.suppression", "conflict"],
  ["consent_waits", "conflict"],
  ["request_unmet", "request-unmet"],
  ["duty_fixed", "request-moved"],
  ["request_unreasoned", "request-wants"],
  ["request_unverified", "request-wants"],
  ["consent_reviewed", "consent-reviewed"],
  ["consent_reviewer", "role-not-allowed"],
  ["own_entry", "own-entry"],
  ["suppression_moved", "conflict"],
  ["suppression_fixed", "conflict"],
  ["proposal_fixed", "proposal-settled"],
  ["proposal_second", "own-proposal"],
  ["proposal_held", "proposal-held"],
  ["proposal_person", "role-not-allowed"],
  ["proposal_alone", "own-proposal"],
  ["NOT NULL constraint failed: people.rev", "conflict"],
  ["NOT NULL constraint failed: tokens.rev", "conflict"],
  ["NOT NULL constraint failed: suppressions.rev", "conflict"],
  ["NOT NULL constraint failed: consents.rev", "conflict"],
  ["NOT NULL constraint failed: calls.rev", "conflict"],
  ["NOT NULL constraint failed: lists.rev", "conflict"],
  ["NOT NULL constraint failed: parties.rev", "conflict"],
  ["NOT NULL constraint failed: consent_uses.rev", "conflict"],
  ["NOT NULL constraint failed: duties.rev", "conflict"],
  ["NOT NULL constraint failed: request_items.rev", "conflict"],
  ["NOT NULL constraint failed: request_recipients.rev", "conflict"],
  ["NOT NULL constraint failed: request_systems.rev", "conflict"],
  ["NOT NULL constraint failed: system_tasks.rev", "conflict"],
  ["NOT NULL constraint failed: recording_holds.rev", "conflict"],
  ["NOT NULL constraint failed: proposals.rev", "conflict"],
  ["NOT NULL constraint failed: people_held.rev", "conflict"],
  ["NOT NULL constraint failed: owners.rev", "conflict"],
  ["people_held.person", "conflict"],
  ["NOT NULL constraint failed: recordings.audio_rev", "conflict"],
  ["NOT NULL constraint failed: request_files.name_rev", "conflict"],
  ["NOT NULL constraint failed: words_due.rev", "conflict"],
  ["NOT NULL constraint failed: request_named.rev", "conflict"],
  ["NOT NULL constraint failed: invites.by", "conflict"],
  // Another layer's sighting of the call came meanwhile (dials/sightings.ts).
  ["NOT NULL constraint failed: dials.by", "conflict"],
  ["UNIQUE constraint failed", "conflict"],
];

export const problemOf = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  const words = error instanceof Error ? error.message : "";
  const code = fromDatabase.find(([word]) => words.includes(word))?.[1];
  return code && new Problem(code);
};

export function documentOf({ code, detail, errors, challenge }: Problem): ProblemDocument {
  const document: ProblemDocument = {
    type: "about:blank",
    title: titles[code],
    status: statuses[code],
    code,
  };
  if (detail !== undefined) document.detail = detail;
  if (errors !== undefined) document.errors = errors;
  if (challenge !== undefined) document.challenge = challenge;
  return document;
}

export function respond(problem: Problem): Response {
  const body = documentOf(problem);
  const { status } = body;
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  if (status === 429) headers.set("retry-after", "60");
  // Without a solution, once what came in the flood no longer counts.
  if (body.challenge) headers.set("retry-after", "600");
  return new Response(JSON.stringify(body), { status, headers });
}

export const onError: ErrorHandler<App> = (error) => {
  const known = problemOf(error);
  if (known) return respond(known);
  if (error instanceof HTTPException) {
    const code = { 400: "malformed-json", 413: "body-too-large", 415: "not-json" } as const;
    return respond(new Problem(code[error.status as keyof typeof code] ?? "bad-request"));
  }
  // The one place that logs unexpected errors. D1's messages contain no values.
  console.error(error);
  return respond(new Problem("internal"));
};
