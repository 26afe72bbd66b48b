/**
 * Letters: drafted from templates, edited by an officer, and kept as they went out. A mail holds only a link to the
 * requester's page, and goes only to a verified address.
 */
import { letterKind, requestStep } from "../../../shared/privacy-requests/api.ts";
import {
  draftAnswer,
  draftQuery,
  requestIdParam as idParam,
  sendRequest,
} from "../../../shared/privacy-requests/api-steps.ts";
import { logRead } from "../../core/commit.ts";
import { body, json, room, route } from "../../core/route.ts";
import { partsThere } from "../files/parts/rows.ts";
import { momentOf, wantRequest } from "../rows.ts";
import { systemNames } from "../systems/told.ts";
import { takeStep } from "../take-step.ts";
import { draftLetter, keptOf, refusalsOf } from "./draft.ts";
import { letterOf, wantLeftOut, wantNameless, wantParts, wantRemedies, wantSentences } from "./letter.ts";
import { sets, steps } from "./steps.ts";

const officers = ["compliance", "admin"] as const;

export const requestLetters = room();

requestLetters.openapi(
  route({
    method: "get",
    path: "/v1/requests/{id}/letters/{kind}",
    roles: officers,
    summary: "The draft of a letter, for an officer to read and edit",
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
    return c.json({ kind, text: await draftLetter(c.env, row, kind, moment, c.req.valid("query")) }, 200);
  },
);

requestLetters.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/letters",
    roles: officers,
    summary:
      "Sends a letter, or records that it was sent: by mail as a link to the requester's page, by post as printed. The " +
      "notice to the authority is sent by hand and recorded here; it must not identify the requester",
    request: { params: idParam, body: body(sendRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { kind, ...letter } = c.req.valid("json");
    return takeStep(c, c.req.valid("param").id, steps[kind], async (row, moment) => {
      const refusals = kind === "decision" ? await refusalsOf(c.env.DB, row) : [];
      if (refusals.length > 0)
        wantRemedies(
          letter.text,
          refusals.map(({ reasons }) => reasons),
        );
      if (kind === "decision") {
        wantLeftOut(letter.text, row);
        wantSentences(letter.text, await systemNames(c.env.DB, row));
        wantSentences(letter.text, await keptOf(c.env.DB, row));
        wantParts(letter.text, await partsThere(c.env.DB, row.id), moment);
      }
      if (kind === "authority") wantNameless(letter.text, row);
      const id = crypto.randomUUID();
      // The notice to the authority is never mailed from here.
      const mailed = letter.how === "mail" && kind !== "authority";
      const on = letter.sentOn ?? moment.today;
      return {
        ...(mailed ? { mailed: id } : { set: sets[kind]?.({ at: moment.at, on }, row) ?? {} }),
        on,
        statements: [letterOf(c, row, moment, kind, letter, id)],
        detail: { kind, how: letter.how },
      };
    });
  },
);
