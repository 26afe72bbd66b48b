/**
 * Who asks: proof of identity asked for, received and checked, or identity clear already; an oral erasure in writing; and an
 * extension. Before `verified` nothing is shared.
 */
import { requestStep } from "../../shared/privacy-requests/api.ts";
import {
  extendRequest,
  identityRequest,
  requestIdParam as idParam,
  writingRequest,
} from "../../shared/privacy-requests/api-steps.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { Problem } from "../core/errors.ts";
import { eraseProofs, pauseOf, proofCame } from "./files.ts";
import { letterOf } from "./letters.ts";
import { clocks } from "./rows.ts";
import { step } from "./step.ts";
import { body, json, room, route } from "../core/route.ts";

export const requestIdentity = room();
const officers = ["compliance", "admin"] as const;

requestIdentity.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/identity",
    roles: officers,
    summary:
      "Proof of identity: ask (the clocks stand still), received, verified; or clear, where there is no reasonable doubt",
    request: { params: idParam, body: body(identityRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const { id } = c.req.valid("param");
    if (asked.step === "ask")
      return step(c, id, "ask-identity", (row, moment) => ({
        // No pause makes up for a day that has passed.
        set: clocks(row, moment.today).daysLeft < 0 ? {} : { asked_on: moment.today },
        statements: [letterOf(c, row, moment, "identity", asked.letter)],
        detail: { how: asked.letter.how },
      }));
    if (asked.step === "received") {
      const { receivedOn } = asked;
      return step(c, id, "receive-proof", (row, { today }) => {
        const day = receivedOn ?? today;
        const early = row.asked_on !== null && day < row.asked_on;
        if (day > today || early)
          throw new Problem("invalid", undefined, [
            { path: "receivedOn", message: early ? details.proofEarlier : details.receivedLater },
          ]);
        return { set: proofCame(row, day), detail: { on: day } };
      });
    }
    const action = asked.step === "verified" ? "verify" : "clear-identity";
    return step(c, id, action, (row, { at, today, policy }) => ({
      set: {
        identity: asked.how,
        verified_at: at,
        // Found to be clear after it was asked for: policy's days stood still, the law's month did not wait.
        ...(row.asked_on === null
          ? {}
          : { asked_on: null, paused_days: row.paused_days + pauseOf(row.asked_on, today) }),
      },
      statements: [eraseProofs(row.id, today, policy)],
      detail: { how: asked.how },
    }));
  },
);

requestIdentity.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/writing",
    roles: officers,
    summary:
      "An erasure that was asked for by word of mouth: a signed letter came, or it is taken as it was said",
    request: { params: idParam, body: body(writingRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { how, reason } = c.req.valid("json");
    return step(c, c.req.valid("param").id, how === "signed" ? "confirm-writing" : "accept-oral", () => ({
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
    summary: "Two further months, once, with the letter that says so and why, within the first month",
    request: { params: idParam, body: body(extendRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { reason, letter } = c.req.valid("json");
    return step(c, c.req.valid("param").id, "extend", (row, moment) => ({
      set: { extended_on: letter.sentOn ?? moment.today },
      statements: [letterOf(c, row, moment, "extension", letter)],
      detail: { reason },
    }));
  },
);
