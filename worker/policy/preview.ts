/** What a change of the policy would have done to the dials of the last 30 days, before it is saved. */
import * as z from "zod";
import type { Reason } from "../../shared/check/api.ts";
import { blocks } from "../../shared/check/verdict.ts";
import { DAY } from "../../shared/core/time.ts";
import { policyPreview } from "../../shared/policy/api.ts";
import { changesBetween } from "../../shared/policy/clauses.ts";
import { withUnsent } from "../../shared/policy/loosened.ts";
import { type Policy, policySchema } from "../../shared/policy/policy.ts";
import { body, json, room, route } from "../core/route.ts";
import { dialFrom } from "../dials/row-number.ts";
import { currentPolicy } from "./current.ts";

export const previews = room();

const DAYS = 30;

/**
 * Reasons that hold no dial but where they block it (`blocks`): they are read before it, or only said. Any other code is of
 * something unknown, which is held.
 */
const noted: ReadonlySet<string> = new Set([
  ...[
    "out-of-hours",
    "holiday",
    "person-objected",
    "scope-unsaid",
    "presentation",
    "sector",
    "unconfirmed",
    "outage",
    "ground",
    "call-back",
  ],
  ...[
    "product",
    "agreed",
    "consent",
    "soft-opt-in",
    "grace",
    "emergency",
    "internal",
    "not-listed",
    "open-by-law",
  ],
]);

const holdsFor = (reason: Reason, policy: Policy): boolean =>
  blocks(reason, policy) || (reason.code !== reason.list && !noted.has(reason.code));

/** Whether a changed clause is one of those by which stored reasons are read again. Others change the reasons themselves. */
const looksAt = (path: string): boolean => path === "outOfHours" || path.startsWith("registers.");

/** Dials of a kind since a moment, by the reasons that the Worker had for its verdict. */
async function dialsBy(db: D1Database, which: string, since: string): Promise<[Reason[], number][]> {
  const { results } = await db
    .prepare(
      `SELECT (SELECT text FROM dial_texts t WHERE t.num = g.why) AS reasons, g.n
       FROM (SELECT worker_reasons AS why, COUNT(*) AS n FROM dials WHERE ${which} AND num >= ? GROUP BY 1) g`,
    )
    .bind(dialFrom(since))
    .all<{ reasons: string; n: number }>();
  return results.map(({ reasons, n }) => [JSON.parse(reasons) as Reason[], n]);
}

previews.openapi(
  route({
    method: "post",
    path: "/v1/policy/preview",
    roles: ["manager", "admin"],
    summary:
      "What a policy would have done to the dials of the last 30 days: of those that were held, how many would not have " +
      "been, and of those that went out with a warning, how many would have been held. It looks at what registers and calls " +
      "out of hours do alone (`registers`, `outOfHours`): with any other change `looked` is false. Nothing is saved",
    request: { body: body(z.object({ policy: policySchema })) },
    responses: { 200: json(policyPreview) },
  }),
  async (c) => {
    const db = c.env.DB;
    const { policy: current } = await currentPolicy(db);
    const { policy: sent } = await c.req.json<{ policy: Record<string, unknown> }>();
    const next = policySchema.parse(withUnsent(sent, current));
    const since = new Date(Date.now() - DAYS * DAY).toISOString();
    // Each names its index.
    const stopped = await dialsBy(db, "action = 1 AND action <> 0", since);
    const warned = await dialsBy(db, "worker_verdict = 1 AND worker_verdict <> 0 AND action = 0", since);
    const sum = (dials: [Reason[], number][], which: (reasons: Reason[]) => boolean) =>
      dials.reduce((all, [reasons, n]) => all + (which(reasons) ? n : 0), 0);
    const heldBy = (policy: Policy) => (reasons: Reason[]) =>
      reasons.some((reason) => holdsFor(reason, policy));
    const [before, after] = [heldBy(current), heldBy(next)];
    return c.json(
      {
        days: DAYS,
        looked: changesBetween(current, next).every(({ path }) => looksAt(path)),
        held: sum(stopped, before),
        freed: sum(stopped, (reasons) => before(reasons) && !after(reasons)),
        warned: sum(warned, () => true),
        stopped: sum(warned, (reasons) => !before(reasons) && after(reasons)),
      },
      200,
    );
  },
);
