/**
 * Alerts from unattended runs of `cleardial sync`: administrators get one mail a day for each register and kind of
 * trouble.
 */
import { syncAnswer, syncReport } from "../../shared/registers/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { commit } from "../core/commit.ts";
import { registerHead } from "./heads.ts";
import { idParam } from "./routes.ts";
import { officers } from "../mail/officers.ts";
import { mail, sendSoon } from "../mail/outbox.ts";
import { body, json, room, route } from "../core/route.ts";

/**
 * A mail that could not be sent by then is dropped: lasting trouble is reported again, and reminders cover an old copy.
 */
const USEFUL = 7 * DAY;

export const syncAlerts = room();

syncAlerts.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/sync",
    roles: ["admin"],
    summary:
      "Reports that an unattended run failed, or that nothing new has come: mails go to the administrators",
    request: { params: idParam, body: body(syncReport) },
    responses: { 200: json(syncAnswer) },
  }),
  async (c) => {
    const { state, detail } = c.req.valid("json");
    const db = c.env.DB;
    const head = await registerHead(db, c.req.valid("param").id);
    const now = Date.now();
    const about = `sync:${head.id}:${state}:${new Date(now).toISOString().slice(0, 10)}`;
    const { results: admins } = await db
      .prepare(
        `SELECT id, email FROM people p WHERE active = 1 AND kind = 'person'
           AND role IN (SELECT value FROM json_each(?2))
           AND NOT EXISTS (SELECT 1 FROM outbox WHERE key = ?1 || ':' || p.id)`,
      )
      .bind(about, JSON.stringify(officers.sync))
      .all<{ id: string; email: string }>();
    const answer = await commit(
      c,
      { code: `list.sync-${state}`, subject: head.id, payload: { detail } },
      admins.map((admin) =>
        mail({
          template: "sync",
          to: admin.email,
          values: { stage: state, list: head.name, detail },
          key: `${about}:${admin.id}`,
          until: new Date(now + USEFUL).toISOString(),
        }),
      ),
      { status: 200, body: { mails: admins.length } },
    );
    sendSoon(c);
    return answer;
  },
);
