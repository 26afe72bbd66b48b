/** The steps that several kinds of request have: assign, note, withdraw, investigate, close, and a link to hand out. */
import { requestStep } from "../../shared/privacy-requests/api.ts";
import { namesAnswer, namesRequest } from "../../shared/privacy-requests/api-names.ts";
import {
  assignRequest,
  closeRequest,
  linkAnswer,
  noteRequest,
  requestIdParam as idParam,
  withdrawRequest,
} from "../../shared/privacy-requests/api-steps.ts";
import { asks } from "../check/budget.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { namesEn } from "../../shared/texts/privacy-requests/names.en.ts";
import { confirmedBy, notedOf } from "./export/requests.ts";
import { namesFound } from "./export/names.ts";
import { endCopies } from "./files/store.ts";
import { askAddress, newLink, wantFewAsked } from "./links.ts";
import { itemsOf } from "./items.ts";
import { momentOf, type Row, wantRequest } from "./rows.ts";
import { takeStep, wantStep } from "./take-step.ts";

export const requestSteps = room();
const officers = ["compliance", "admin"] as const;

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/assign",
    roles: officers,
    summary: "Assigns a request to an officer; null: to no one",
    request: { params: idParam, body: body(assignRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { to } = c.req.valid("json");
    return takeStep(c, c.req.valid("param").id, "assign", async () => {
      const person = "SELECT 1 FROM people WHERE id = ? AND active = 1 AND role IN ('compliance', 'admin')";
      if (to !== null && !(await c.env.DB.prepare(person).bind(to).first())) throw new Problem("not-found");
      return { set: { assignee: to }, detail: { to } };
    });
  },
);

/**
 * The ids of requests that an officer found to be the same requester's. Throws where one has a confirmed address that this one has not
 * confirmed, and else where it is not about the number; one that the last note named, and that fits no more, is left out.
 */
async function sameOf(db: D1Database, row: Row, references: readonly string[]): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id, ref FROM requests WHERE id IN (SELECT id FROM requests WHERE ref IN (SELECT value FROM json_each(?1))
           UNION SELECT value FROM json_each(?1)) AND id <> ?2
         AND (number = ?3 AND proved_at IS NULL OR ?5 AND ${confirmedBy("?4")})`,
    )
    .bind(...[JSON.stringify(references), row.id, row.number], ...[row.email, Number(row.proved_at !== null)])
    .all<{ id: string; ref: string }>();
  const known = new Set([
    ...results.flatMap(({ id, ref }) => [id, ref]),
    ...(await notedOf(db, row.id)).same,
  ]);
  if (references.some((one) => !known.has(one)))
    throw new Problem("invalid", undefined, [{ path: "same", message: details.notTheSame }]);
  return results.map(({ id }) => id);
}

/** Throws unless each is a recording of the request that was found to be the requester's. */
async function wantRecordings(db: D1Database, id: string, without: readonly string[]): Promise<void> {
  const theirs = new Set(
    (await itemsOf(db, id, "recording"))
      .filter(({ verdict }) => verdict === "confirmed")
      .map((item) => item.id),
  );
  if (without.some((one) => !theirs.has(one)))
    throw new Problem("invalid", undefined, [{ path: "without", message: details.notTheirs }]);
}

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/note",
    roles: officers,
    summary:
      "Adds a note to the timeline, for officers only. It may say which other requests about the number are the same requester's, " +
      "and which names are other people's, and which recordings the copy lacks, as their audio cannot be had: the next copy goes by these",
    request: { params: idParam, body: body(noteRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { same: references, ...note } = c.req.valid("json");
    return takeStep(c, c.req.valid("param").id, "note", async (row, moment) => {
      const same = references && (await sameOf(c.env.DB, row, references));
      if (note.without) await wantRecordings(c.env.DB, row.id, note.without);
      const names = note.others?.length
        ? await namesFound(c.env, row, moment, note.others, { same, anyway: note.anyway })
        : [];
      const refused = names.flatMap(({ name, refused }, i) =>
        refused === null ? [] : [{ path: `others.${i}`, message: `${name}: ${namesEn.refused[refused]}` }],
      );
      if (refused.length > 0) throw new Problem("invalid", undefined, refused);
      return {
        detail: { ...note, ...(same && { same }) },
        // What is in it has changed.
        statements: same === undefined && note.others === undefined ? [] : [endCopies(row.id, moment.today)],
      };
    });
  },
);

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/names",
    roles: officers,
    summary:
      "Looks for names of other people in what the requester's copy would have: in how many places each stands, and which are " +
      "not taken out. Changes nothing; a note with `others` takes them out",
    request: { params: idParam, body: body(namesRequest) },
    responses: { 200: json(namesAnswer) },
  }),
  async (c) => {
    const moment = await momentOf(c.env.DB, Date.now());
    const row = await wantRequest(c.env.DB, c.req.valid("param").id, moment);
    wantStep(row, "note", "officer", moment);
    await logRead(c, "request", null, row.id);
    return c.json({ names: await namesFound(c.env, row, moment, c.req.valid("json").others) }, 200);
  },
);

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/withdraw",
    roles: officers,
    summary:
      "The requester has withdrawn the request; the reason says how. Their own word must be on file (`purpose=withdrawal`); " +
      "else they withdraw on their page",
    request: { params: idParam, body: body(withdrawRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => takeStep(c, c.req.valid("param").id, "withdraw", () => ({ detail: c.req.valid("json") })),
);

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/investigate",
    roles: officers,
    summary: "An acknowledged complaint is being investigated",
    request: { params: idParam },
    responses: { 200: json(requestStep) },
  }),
  async (c) => takeStep(c, c.req.valid("param").id, "investigate"),
);

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/close",
    roles: officers,
    summary:
      "Closes a decided request once everything that follows from the decision is done; or a complaint, with its outcome",
    request: { params: idParam, body: body(closeRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { outcome } = c.req.valid("json");
    const row = await wantRequest(c.env.DB, id, await momentOf(c.env.DB, Date.now()));
    const complaint = row.kind === "complaint";
    if (complaint && !outcome)
      throw new Problem("invalid", undefined, [{ path: "outcome", message: "required" }]);
    return takeStep(c, id, complaint ? "conclude" : "close", () => ({
      set: complaint ? { outcome: outcome! } : {},
      detail: { outcome },
    }));
  },
);

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/address",
    roles: officers,
    summary:
      "Mails the link that confirms the requester's e-mail address once more; at most three such mails a day to one address by staff",
    request: { params: idParam },
    responses: { 200: json(requestStep) },
  }),
  async (c) =>
    takeStep(c, c.req.valid("param").id, "ask-address", async ({ id, ref, email, by, rev }, moment) => {
      await wantFewAsked(c.env.DB, email!, moment.now);
      return { statements: askAddress(c, { id, ref, email: email!, by }, moment, rev + 1) };
    }),
);

requestSteps.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/link",
    roles: officers,
    asks: asks.request,
    summary:
      "A link to letters and the copy, to hand to a verified requester without e-mail; it withdraws nothing. Shown once",
    request: { params: idParam },
    responses: { 201: json(linkAnswer) },
  }),
  async (c) => {
    const moment = await momentOf(c.env.DB, Date.now());
    const row = await wantRequest(c.env.DB, c.req.valid("param").id, moment);
    wantStep(row, "link", "officer", moment);
    const { link, statement, until } = newLink(c, row.id, "whole", moment.now, { handed: true });
    return commit(
      c,
      { code: "request.link", subject: row.id, payload: { reference: row.ref } },
      [statement],
      {
        status: 201,
        body: { link, until },
        secret: true,
      },
    );
  },
);
