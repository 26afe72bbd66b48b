/** How requests arrive: by the public API, or entered by staff. The public page (pages/form.tsx) plans them the same way. */
import type * as z from "zod";
import {
  type requestArrived,
  requestArrived as arrivedSchema,
  requestEntered,
  requestEntry,
} from "../../shared/privacy-requests/api.ts";
import { requestForm, requestPosted } from "../../shared/privacy-requests/api-posted.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { daysLater } from "../../shared/core/calendar.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { sendSoon } from "../mail/outbox.ts";
import { slowed } from "./pages/flood.ts";
import { type Origin, planRequest } from "./new-request.ts";
import { isInTime, SOONEST, stamp } from "./pages/form-guard.ts";
import { momentOf } from "./rows.ts";

/** How many days ago a request that staff enter may have been received; officers give a reason for an earlier one. */
const RECEIVED_DAYS = 60;
const RECEIVED_DAYS_OFFICERS = 730;

/** From this day on (UTC) a request by the API names when its form was opened; until then one that does not waits a second. */
const FORM_AT_WANTED = "2027-06-01";

const wrong = (path: string, message: string): Problem =>
  new Problem("invalid", undefined, [{ path, message }]);

export const requestIntake = room();

requestIntake.openapi(
  route({
    method: "get",
    path: "/v1/requests/form",
    roles: "public",
    summary: "The signed time at which a form of your own was opened, for POST /v1/requests",
    responses: { 200: json(requestForm) },
  }),
  async (c) => c.json({ formAt: await stamp(c.env.DB, Date.now()) }, 200),
);

requestIntake.openapi(
  route({
    method: "post",
    path: "/v1/requests",
    roles: "public",
    summary:
      "A data subject's request. An objection holds its number at once, unverified. The link shows how far the request is. In a flood it is refused with a challenge (428), and taken with its solution",
    request: { body: body(requestPosted) },
    responses: { 201: json(arrivedSchema) },
  }),
  async (c) => {
    const { formAt, website = "", solution, ...asked } = c.req.valid("json");
    if (website !== "") throw wrong("website", details.trapped);
    const now = Date.now();
    const isRight =
      formAt === undefined
        ? new Date(now).toISOString() < FORM_AT_WANTED
        : await isInTime(c.env.DB, formAt, now);
    if (!isRight) throw wrong("formAt", details.formAt);
    // No form is filled in within a second.
    const arriving = await slowed(c, now, solution, formAt === undefined ? SOONEST : 0);
    return retryOnConflict(async () => {
      const moment = await momentOf(c.env.DB, Date.now());
      const from: Origin = { channel: "page", receivedOn: moment.today, by: "public", arriving };
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
    const { channel, receivedOn, receivedWhy, emailProved: _, narrowed: __, ...asked } = c.req.valid("json");
    const { id: by, role } = c.get("actor")!;
    return retryOnConflict(async () => {
      const moment = await momentOf(c.env.DB, Date.now());
      if (receivedOn > moment.today) throw wrong("receivedOn", details.receivedLater);
      if (receivedOn < daysLater(moment.today, -RECEIVED_DAYS)) {
        const officer = role === "compliance" || role === "admin";
        if (!officer || receivedOn < daysLater(moment.today, -RECEIVED_DAYS_OFFICERS))
          throw wrong("receivedOn", details.receivedEarlier);
        if (receivedWhy === undefined) throw wrong("receivedWhy", details.receivedWhy);
      }
      const from: Origin = { channel, receivedOn, receivedWhy, by };
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
