/** What waits for a person: consents for their review, objections for a word on whom they close. */
import { waitingAnswer, type WaitingAnswer } from "../../shared/do-not-call/api.ts";
import type { Role } from "../../shared/people/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { json, room, route } from "../core/route.ts";

export const doNotCallWaiting = room();

export async function waitingOf(db: D1Database): Promise<WaitingAnswer> {
  const waiting = await db
    .prepare(
      `SELECT (SELECT COUNT(*) FROM consents WHERE state = 'review' AND withdrawn_at IS NULL) AS consents,
         (SELECT COUNT(*) FROM suppressions WHERE asks = 1 AND ended_at IS NULL) AS objections`,
    )
    .first<WaitingAnswer>();
  return waiting!;
}

/** Who is to review: those who may record consents by policy, without agents. */
export const reviewersOf = ({ consents }: Policy): Role[] =>
  consents.recordedBy.filter((role) => role !== "agent");

doNotCallWaiting.openapi(
  route({
    method: "get",
    path: "/v1/do-not-call/waiting",
    roles: ["manager", "compliance", "admin"],
    summary:
      "How many consents wait for a review, and objections for a word on whom they close. Names no number, so no read is logged",
    responses: { 200: json(waitingAnswer) },
  }),
  async (c) => c.json(await waitingOf(c.env.DB), 200),
);
