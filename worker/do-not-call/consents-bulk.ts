/**
 * Records many consents in one change. A consent is already on record if number, kind, name, time, words, evidence and
 * end all agree, and whether it is the subscriber's: the same rows sent again add nothing, and never restore a consent that was withdrawn.
 */
import type * as z from "zod";
import { bulkAnswer, bulkRequest } from "../../shared/do-not-call/api.ts";
import { type Consent, consentRequest } from "../../shared/do-not-call/api-consents.ts";
import { kindOf } from "../../shared/do-not-call/kind.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { asks } from "../check/budget.ts";
import { query, runBatch } from "../core/batch.ts";
import { changedNumbers, commit } from "../core/commit.ts";
import { numbersIn, retryOnConflict, readRows, refused, type Result, type Row } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { unrestricted } from "./brief.ts";
import {
  againstObjection,
  consentOf,
  insertConsents,
  onceOnly,
  objectedNumbers,
  payloadOf,
  type Recorder,
} from "./new-consent.ts";
import { consentColumns, type ConsentRow, toConsent } from "./rows.ts";
import { earlierOf, holdsAgain } from "./waits.ts";

type Request = z.output<typeof consentRequest>;

/** What makes two consents the same. */
const identityOf = (c: Consent): string =>
  JSON.stringify([
    ...[c.number, kindOf(c), c.givenBy, Date.parse(c.givenAt), c.evidence, c.words, c.calls, c.until],
    c.giver === "other",
  ]);

export const consentsBulk = room();

consentsBulk.openapi(
  route({
    method: "post",
    path: "/v1/consents/bulk",
    roles: ["manager", "compliance", "admin"],
    asks: asks.rows,
    summary:
      "Records up to 500 consents; each row gets its own answer, in order, and counts as the route for one of them says",
    request: { body: body(bulkRequest) },
    responses: { 200: json(bulkAnswer) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const rows = readRows<Request>(c.req.valid("json").rows, consentRequest, policy.numbers.defaultRegion);
    const { id: by, role } = c.get("actor")!;
    return retryOnConflict(async () => {
      const found = await onRecord(c.env.DB, rows);
      const recorder = { by, role, policy, at: new Date().toISOString() };
      const { results, entries } = plan(rows, found, recorder);
      if (entries.length === 0) return c.json({ results }, 200);
      const payload = entries.map((consent) => ({ id: consent.id, ...payloadOf(consent) }));
      return commit(
        c,
        { code: "consent.imported", subject: crypto.randomUUID(), payload: { entries: payload } },
        [
          onceOnly(entries),
          insertConsents(entries),
          changedNumbers(entries.map(({ number }) => ({ e164: number }))),
        ],
        { status: 200, body: { results } },
      );
    });
  },
);

async function onRecord(db: D1Database, rows: Row<Request>[]) {
  const numbers = numbersIn(rows);
  const { known, objections, earlier } = await runBatch(db, {
    known: query<ConsentRow>(
      `SELECT ${consentColumns} FROM consents
       WHERE number IN (SELECT value FROM json_each(?)) AND ${unrestricted("consent", "consents.id")}`,
      numbers,
    ),
    earlier: earlierOf(numbers, new Date().toISOString()),
    objections: query<{ number: number }>(objectedNumbers, numbers),
  });
  return {
    known: new Map(known.map(toConsent).map((consent) => [identityOf(consent), consent])),
    objected: new Set(objections.map(({ number }) => e164Of(number))),
    earlier: new Map(earlier.map(({ number, why }) => [e164Of(number), why])),
  };
}

/**
 * Each row's answer, and the consents to write. `objected`: numbers with an objection; `earlier`: those that have had their
 * one call back.
 */
function plan(
  rows: Row<Request>[],
  { known, objected, earlier }: Awaited<ReturnType<typeof onRecord>>,
  recorder: Recorder,
): { results: Result[]; entries: Consent[] } {
  const planned = new Map<string, Consent>();
  const results = rows.map((row): Result => {
    if ("result" in row) return row.result;
    const { number, ...asked } = row.value;
    const consent = read(asked, number, recorder);
    if (consent instanceof Problem) return refused(consent, number);
    const key = identityOf(consent);
    const same = known.get(key);
    if (same?.withdrawnAt) return refused(new Problem("consent-withdrawn"), number);
    if (same || planned.has(key)) return { status: "there", number };
    const against = againstObjection(consent, recorder.role, recorder.policy);
    if (against && objected.has(number)) return refused(against, number);
    const waits = holdsAgain(consent, earlier.get(number));
    if (waits) return refused(waits, number);
    planned.set(key, consent);
    if (consent.state === "review") earlier.set(number, "waits");
    return { status: "added", number };
  });
  return { results, entries: [...planned.values()] };
}

/** The consent of a row, or why it cannot be recorded. */
function read(asked: Omit<Request, "number">, number: string, recorder: Recorder): Consent | Problem {
  try {
    return consentOf(asked, number, recorder);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
