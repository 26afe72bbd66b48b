/** "Not now, ring on …": the number is held until the day before, and counts as asked for on the day. */
import { callBackAnswer, callBackRequest } from "../../shared/do-not-call/api-consents.ts";
import { makes } from "../../shared/check/verdict.ts";
import { callsOf } from "../../shared/do-not-call/kind.ts";
import { daysLater, dayOf } from "../../shared/core/calendar.ts";
import { sayDate, english, fill } from "../../shared/texts/language.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { asks } from "../check/budget.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { changed, commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { parseNumber } from "../core/numbers.ts";
import { body, json, room, route } from "../core/route.ts";
import { currentPolicy } from "../policy/current.ts";
import { changeEntries, endOf, endsOf } from "./changes.ts";
import { consentOf, insertConsents, objectedNumbers, payloadOf } from "./new-consent.ts";
import { lastsUntil } from "./enter.ts";
import { REPLACED } from "./refusals.ts";
import { insertEntries, liveEntry, newEntry } from "./rows.ts";
import { waitsFor } from "./waits.ts";

export const callBacks = room();

const notTheirs = new Problem("invalid", entriesEn.notSubscriber, [
  { path: "giver", message: entriesEn.notSubscriber },
]);

callBacks.openapi(
  route({
    method: "post",
    path: "/v1/call-backs",
    roles: "everyone",
    asks: asks.one,
    summary:
      "A subscriber asked to be called on a day: until the day before the number is held, and on it the call counts as asked " +
      "for. An agent's entry holds for one call, and a number has one of them at a time: another holds the number alone, as " +
      "does one that somebody else than the subscriber asked for",
    request: { body: body(callBackRequest) },
    responses: { 201: json(callBackAnswer) },
  }),
  async (c) => {
    const { number, on, givenBy, giver, words, calls: said } = c.req.valid("json");
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(number, policy.numbers.defaultRegion);
    // The kind that the company makes, where it makes no general calls and one can ask for no other.
    const [its, ...others] = policy.campaigns.runs.filter((kind) => callsOf("solicited").includes(kind));
    const calls = said ?? (makes(policy, "general") || !its || others.length > 0 ? undefined : [its]);
    const { id: by, role } = c.get("actor")!;
    return retryOnConflict(async () => {
      const db = c.env.DB;
      const now = Date.now();
      const at = new Date(now).toISOString();
      const invalid = (message: string) => new Problem("invalid", undefined, [{ path: "on", message }]);
      const today = dayOf(now, zoneOfPolicy(policy));
      if (on < today) throw invalid(details.callBackPast);
      const consent = consentOf(
        { kind: "solicited", givenBy, giver, givenAt: at, words, how: "telephone", day: on, calls },
        e164,
        { by, role, policy, at },
      );
      const objected = await db
        .prepare(objectedNumbers)
        .bind(JSON.stringify([numberOf(e164)]))
        .first();
      if (objected) throw new Problem("role-not-allowed", details.callBackObjected);
      const live = await liveEntry(db, e164, "house");
      const until = daysLater(on, -1);
      if (live && (live.until === null || live.until >= on)) throw invalid(details.callBackHeld);
      const reason = fill(entriesEn.callBack, { day: sayDate(english, on) });
      const holds = on > today && !(live && lastsUntil(live, until));
      const entry = holds
        ? newEntry({ number: e164, kind: "house", reason, source: "call-back", until, by, at })
        : null;
      // It is their wish not to be called before, whether or not the call may count as asked for.
      const bar = giver === "other" ? notTheirs : await waitsFor(db, consent);
      if (bar && entry === null) throw bar;
      return commit(
        c,
        {
          code: "call-back.made",
          ...(bar
            ? {
                subject: entry!.id,
                payload: { number: e164, givenBy, giver, words, calls, day: on, by, entry: entry!.id },
              }
            : { subject: consent.id, payload: { ...payloadOf(consent), entry: entry?.id ?? null } }),
        },
        [
          ...(entry === null
            ? []
            : [
                ...(await changeEntries(db, await endsOf(db, endOf(at, by, REPLACED), [live?.id]), at)),
                insertEntries([entry]),
              ]),
          ...(bar ? [] : [insertConsents([consent])]),
          changed("number", e164),
        ],
        { status: 201, body: { consent: bar ? null : consent, entry, why: bar?.detail ?? null } },
      );
    });
  },
);
