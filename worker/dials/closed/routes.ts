/** Closed dials back into the database, before an older Worker is deployed. */
import { reopenedAnswer } from "../../../shared/dials/api.ts";
import { json, room, route } from "../../core/route.ts";
import { reopen } from "./rewrite.ts";

export const closedDialsBack = room();

closedDialsBack.openapi(
  route({
    method: "post",
    path: "/v1/dials/reopened",
    roles: ["admin"],
    summary:
      "Puts the dials of the newest file of closed months back into the database, and says how many files are left. An older " +
      "Worker looks for dials in the database alone",
    responses: { 200: json(reopenedAnswer) },
  }),
  async (c) => c.json(await reopen(c.env, c.get("actor")!.id, Date.now()), 200),
);
