/** What `cleardial sync` reports when nobody watches it: the administrators get a mail, once a day for each register. */
import { syncAnswer, syncReport } from "../../shared/registers/api.ts";
import { commit } from "../core/commit.ts";
import { idParam, registerHead } from "./routes.ts";
import { officers } from "../mail/officers.ts";
import { mail, sendSoon } from "../mail/outbox.ts";
import { body, json, room, route } from "../core/route.ts";
import { DAY } from "../../shared/time.ts";

/** Later it is of no use: what still stands is said again, and an old copy is told of by its age. */
const USEFUL = 7 * DAY;

export const listSync = room();

listSync.openapi(
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
