/** How requests arrive: by the public API, or entered by staff. The public page (pages/form.tsx) plans them the same way. */
import type * as z from "zod";
import {
  type requestArrived,
  requestArrived as arrivedSchema,
  requestEntered,
  requestEntry,
  requestRequest,
} from "../../shared/privacy-requests/api.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { sendSoon } from "../mail/outbox.ts";
import { type Origin, planRequest } from "./new-request.ts";
import { momentOf } from "./rows.ts";

export const requestIntake = room();

requestIntake.openapi(
  route({
    method: "post",
    path: "/v1/requests",
    roles: "public",
    summary:
      "A data subject's request. An objection holds its number at once, unverified. The link shows how far the request is",
    request: { body: body(requestRequest) },
    responses: { 201: json(arrivedSchema) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    return retryOnConflict(async () => {
      const moment = await momentOf(c.env.DB, Date.now());
      const from: Origin = { channel: "page", receivedOn: moment.today, by: "public" };
      const { event, statements, row, link } = await planRequest(c, asked, from, moment);
      const answer = await commit<z.infer<typeof requestArrived>, 201>(c, event, statements, {
        status: 201,
        body: { reference: row.ref, decideBy: row.decide_by, link },
        secret: true,
      });
      sendSoon(c);
      return answer;
    });
  },
);

requestIntake.openapi(
  route({
    method: "post",
    path: "/v1/requests/entries",
    roles: "everyone",
    summary:
      "Enters a request that came by telephone, e-mail, post or in person, with the day on which it was received",
    request: { body: body(requestEntry) },
    responses: { 201: json(requestEntered) },
  }),
  async (c) => {
    const { channel, receivedOn, emailProved: _, narrowed: __, ...asked } = c.req.valid("json");
    return retryOnConflict(async () => {
      const moment = await momentOf(c.env.DB, Date.now());
      if (receivedOn > moment.today)
        throw new Problem("invalid", undefined, [{ path: "receivedOn", message: details.receivedLater }]);
      const from: Origin = { channel, receivedOn, by: c.get("actor")!.id };
      const { event, statements, row } = await planRequest(c, asked, from, moment);
      const answer = await commit(c, event, statements, {
        status: 201,
        body: { id: row.id, reference: row.ref, decideBy: row.decide_by },
      });
      sendSoon(c);
      return answer;
    });
  },
);
