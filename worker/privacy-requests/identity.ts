/**
 * Before the decision: proof of identity asked for, received and verified, or identity clear already; which data an access
 * request means; an oral request for erasure confirmed in writing; and an extension. Nothing is shared before identity is verified.
 */
import type { Context } from "hono";
import { requestStep } from "../../shared/privacy-requests/api.ts";
import {
  extendRequest,
  clarifyRequest,
  identityRequest,
  requestIdParam as idParam,
  writingRequest,
} from "../../shared/privacy-requests/api-steps.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { around } from "../../shared/core/calendar.ts";
import type { CountingLetter } from "../../shared/privacy-requests/steps.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { Problem } from "../core/errors.ts";
import { clarified, clocks, endProof, proofCame } from "./clocks.ts";
import { eraseProofs } from "./files/store.ts";
import { type Letter, letterOf } from "./letters/letter.ts";
import { sets } from "./letters/steps.ts";
import type { Moment, Row } from "./rows.ts";
import { type Plan, takeStep } from "./take-step.ts";
import type { App } from "../env.ts";
import { body, json, room, route } from "../core/route.ts";

export const requestIdentity = room();
const officers = ["compliance", "admin"] as const;

/** A letter by mail counts once its mail was sent (letters/mailed.ts); any other counts at once. */
function counting(c: Context<App>, row: Row, moment: Moment, kind: CountingLetter, letter: Letter): Plan {
  const id = crypto.randomUUID();
  // Proof or an answer is awaited from the day on which it is recorded that they were asked.
  const on = (kind === "extension" ? letter.sentOn : undefined) ?? moment.today;
  return {
    ...(letter.how === "mail" ? { mailed: id } : { set: sets[kind]?.({ at: moment.at, on }, row) ?? {} }),
    statements: [letterOf(c, row, moment, kind, letter, id)],
  };
}

requestIdentity.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/identity",
    roles: officers,
    summary:
      "Proof of identity: ask (the clocks pause where the policy says so), received, verified; or clear, where there is no reasonable doubt",
    request: { params: idParam, body: body(identityRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const { id } = c.req.valid("param");
    if (asked.step === "ask")
      return takeStep(c, id, "ask-identity", (row, moment) => ({
        ...counting(c, row, moment, "identity", asked.letter),
        detail: { how: asked.letter.how },
      }));
    if (asked.step === "received") {
      const { receivedOn } = asked;
      return takeStep(c, id, "receive-proof", (row, { today }) => {
        const day = receivedOn ?? today;
        const early = row.asked_on !== null && day < row.asked_on;
        if (day > today || early)
          throw new Problem("invalid", undefined, [
            { path: "receivedOn", message: early ? details.proofEarlier : details.receivedLater },
          ]);
        return { set: proofCame(row, day), detail: { on: day }, on: day };
      });
    }
    const action = asked.step === "verified" ? "verify" : "clear-identity";
    return takeStep(c, id, action, (row, { at, today, policy }) => ({
      set: {
        identity: asked.how,
        verified_at: at,
        ...endProof(row, today),
      },
      statements: [eraseProofs(row.id, today, policy)],
      detail: { how: asked.how },
    }));
  },
);

requestIdentity.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/clarify",
    roles: officers,
    summary:
      "Access: asks which data or processing is meant (UK GDPR art 12A), or records the answer. Pauses the clocks where the " +
      "policy says so",
    request: { params: idParam, body: body(clarifyRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const { id } = c.req.valid("param");
    if (asked.step === "ask")
      return takeStep(c, id, "ask-clarification", (row, moment) => ({
        ...counting(c, row, moment, "clarification", asked.letter),
        detail: { how: asked.letter.how },
      }));
    const { receivedOn, said } = asked;
    return takeStep(c, id, "clarified", (row, { today }) => {
      const day = receivedOn ?? today;
      const early = row.clarify_on !== null && day < row.clarify_on;
      if (day > today || early)
        throw new Problem("invalid", undefined, [
          { path: "receivedOn", message: early ? details.proofEarlier : details.receivedLater },
        ]);
      return { set: clarified(row, day), detail: { on: day, said }, on: day };
    });
  },
);

requestIdentity.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/writing",
    roles: officers,
    summary: "An oral request for erasure: a signed letter came, or the request is accepted as it was made",
    request: { params: idParam, body: body(writingRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { how, reason } = c.req.valid("json");
    return takeStep(c, c.req.valid("param").id, how === "signed" ? "confirm-writing" : "accept-oral", () => ({
      set: { writing: `${how}: ${reason}` },
      detail: { how, reason },
    }));
  },
);

requestIdentity.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/extend",
    roles: officers,
    summary:
      "Extends a request by two months, once, within the first month, with the letter that says so and why",
    request: { params: idParam, body: body(extendRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { reason, letter } = c.req.valid("json");
    return takeStep(c, c.req.valid("param").id, "extend", (row, moment) => {
      const { firstMonthBy } = clocks(row, moment.today);
      return {
        ...counting(c, row, moment, "extension", letter),
        // Who is told later is not extended: then the mail is not sent either (UK GDPR art 12(3)).
        until: around(firstMonthBy, undefined, 0, zoneOfPolicy(moment.policy))[1],
        detail: { reason, how: letter.how },
      };
    });
  },
);
