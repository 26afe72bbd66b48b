/** What the register of recipients still wants: hosts from before it that nobody has described. */
import { type RecipientsAnswer, recipientsAnswer } from "../../shared/policy/api-recipients.ts";
import { json, room, route } from "../core/route.ts";
import { MARK } from "./egress.ts";

export const recipients = room();

recipients.openapi(
  route({
    method: "get",
    path: "/v1/recipients",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Since when only recipients that the policy names are sent anything, and hosts from before that are to be described",
    responses: { 200: json(recipientsAnswer) },
  }),
  async (c) => {
    const { DB: db } = c.env;
    const [mark, before] = await db.batch([
      db.prepare("SELECT value AS since FROM marks WHERE name = ?").bind(MARK),
      db.prepare(
        "SELECT kind, host, at FROM recipients_before WHERE described_at IS NULL ORDER BY kind, host",
      ),
    ]);
    const since = (mark!.results[0] as { since: string } | undefined)?.since ?? null;
    return c.json({ since, undescribed: before!.results as RecipientsAnswer["undescribed"] }, 200);
  },
);
