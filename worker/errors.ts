/** Typed errors, formatted once at the edge as RFC 9457 problem documents. Codes are stable; wording may change. */
import type { ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type * as z from "zod";
import type { Problem as ProblemDocument } from "../shared/api.ts";
import type { App } from "./env.ts";

/** code: [status, title] */
const problems = {
  "malformed-json": [400, "The body is not valid JSON."],
  "bad-request": [400, "The request cannot be read."],
  "not-signed-in": [401, "A valid token is needed."],
  "wrong-setup-code": [403, "The set-up code is wrong."],
  "role-not-allowed": [403, "Your role may not do this."],
  "not-found": [404, "There is nothing here."],
  "invite-unknown": [404, "There is no such invite."],
  "not-listed": [404, "The number has no live entry."],
  "setup-done": [409, "This deployment is set up already."],
  "setup-closed": [403, "No set-up code is configured."],
  "invite-used": [409, "The invite was used already."],
  "last-admin": [409, "The last admin cannot be removed."],
  "integration-admin": [409, "An integration cannot be an administrator."],
  "token-fixed": [409, "An integration's token is not replaced: it has a last day instead."],
  "not-replayable": [409, "This answer held a secret and is not repeated."],
  "idempotency-mismatch": [409, "The Idempotency-Key was used for another request."],
  "list-head-moved": [409, "The list has a newer version than the one compared with."],
  "list-mismatch": [409, "What arrived is not the list that was announced. Nothing was changed."],
  "list-shrinks": [409, "The list would lose more numbers than policy allows in one push."],
  "list-version-closed": [409, "That version is no longer open."],
  "list-parts-missing": [409, "Not all parts of the upload have arrived."],
  "part-differs": [409, "Another part arrived under this number."],
  "block-twice": [409, "A block stands in two parts of one upload."],
  "kind-needed": [409, "The number has an objection and a house entry: say which of them, by its kind."],
  "same-file": [
    409,
    "The list is the same as under an earlier date. If the register has not changed since, attest it.",
  ],
  "override-not-allowed": [409, "The call may not be made all the same."],
  "list-history-gone": [409, "What that version held is no longer known."],
  "list-never-loaded": [409, "The list was never loaded: push its whole file first."],
  "list-not-then": [404, "No version of the list was in force on that day."],
  "list-full": [409, "There are 63 registers already."],
  "list-version-unknown": [404, "The list has no such earlier version."],
  "consent-withdrawn": [409, "This consent is on record already, and was withdrawn."],
  "mail-not-failed": [409, "Only a mail that failed can be tried again."],
  conflict: [409, "The change conflicts with another one."],
  "invite-expired": [410, "The invite has expired."],
  "policy-same": [409, "Nothing of the policy was changed."],
  "policy-moved": [412, "The policy was changed by somebody else."],
  "body-too-large": [413, "The body is too large."],
  "not-json": [415, "The body must be JSON."],
  invalid: [422, "The request has invalid fields."],
  "not-a-number": [422, "That is not a telephone number."],
  "country-unclear": [422, "The number's country cannot be told: write it with its country code."],
  "block-broken": [422, "A block does not hold what it says."],
  "as-of-future": [422, "A register's date cannot lie in the future."],
  "as-of-older": [409, "The list in force is newer than that date."],
  "too-many-numbers": [429, "You have asked about as many numbers as policy allows in an hour."],
  "too-many-tries": [429, "Too many tries from your network. Wait a minute."],
  "version-needed": [428, "Send the version you read in If-Match."],
  "sso-off": [404, "No sign-in provider is configured."],
  "sso-refused": [403, "The sign-in provider did not confirm this sign-in."],
  "sso-no-account": [403, "Nobody may sign in here with that account."],
  "sso-replayed": [409, "This sign-in was used already."],
  "sso-provider": [502, "The sign-in provider cannot be reached, or does not answer as it should."],
  "archive-broken": [500, "An archived part of the audit trail is missing or was altered. Verify the trail."],
  internal: [500, "Something went wrong here."],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as ProblemCode[];

/** Throw it anywhere; the edge formats it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: ProblemDocument["errors"];
  constructor(code: ProblemCode, detail?: string, errors?: ProblemDocument["errors"]) {
    super(problems[code][1]);
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }
}

/** What zod found, as one problem. */
export const invalid = (error: z.ZodError): Problem =>
  new Problem(
    "invalid",
    undefined,
    error.issues.map((i) => ({ path: i.path.map(String).join("."), message: i.message })),
  );

/** Words in a database error, from a constraint or a trigger, and the problem they mean. */
const fromDatabase: readonly [string, ProblemCode][] = [
  ["list_head_moved", "list-head-moved"],
  ["list_mismatch", "list-mismatch"],
  ["list_version_closed", "list-version-closed"],
  ["last_admin", "last-admin"],
  ["marks.value", "last-admin"],
  ["marks.name", "setup-done"],
  ["invite_used", "invite-used"],
  ["sso_nonces.nonce", "sso-replayed"],
  ["policies.version", "policy-moved"],
  ["staged.id", "block-twice"],
  ["versions.list, versions.ver", "list-head-moved"],
  ["UNIQUE constraint failed", "conflict"],
];

export const problemOf = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  const words = error instanceof Error ? error.message : "";
  const code = fromDatabase.find(([word]) => words.includes(word))?.[1];
  return code && new Problem(code);
};

export function documentOf({ code, detail, errors }: Problem): ProblemDocument {
  const [status, title] = problems[code];
  const document: ProblemDocument = { type: "about:blank", title, status, code };
  if (detail !== undefined) document.detail = detail;
  if (errors !== undefined) document.errors = errors;
  return document;
}

export function respond(problem: Problem): Response {
  const body = documentOf(problem);
  const { status } = body;
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  if (status === 429) headers.set("retry-after", "60");
  return new Response(JSON.stringify(body), { status, headers });
}

export const onError: ErrorHandler<App> = (error) => {
  const known = problemOf(error);
  if (known) return respond(known);
  if (error instanceof HTTPException) {
    const code = { 400: "malformed-json", 413: "body-too-large", 415: "not-json" } as const;
    return respond(new Problem(code[error.status as keyof typeof code] ?? "bad-request"));
  }
  // The one place where the unexpected is written down. The message of a database error names no values.
  console.error(error);
  return respond(new Problem("internal"));
};

export const onNotFound: NotFoundHandler<App> = () => respond(new Problem("not-found"));
