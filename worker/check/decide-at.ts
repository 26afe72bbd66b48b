/** The verdict on past calls: the same `decide` as today's, by what was on record at each call's moment (facts-at.ts). */
import type { Reason } from "../../shared/check/api.ts";
import {
  blocks,
  type Decision,
  decide,
  stricter,
  kindsOf,
  makes,
  usesOf,
} from "../../shared/check/verdict.ts";
import type { Campaign, Policy } from "../../shared/policy/policy.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { query, runBatch } from "../core/batch.ts";
import { withNear } from "../dials/closed/read.ts";
import { dialOf, dialsNear, type Logged, NEAR, type NearDial } from "../dials/near.ts";
import { dialWas } from "../dials/rows.ts";
import { restedOn } from "../do-not-call/brief.ts";
import type { Env } from "../env.ts";
import { recordOf, thenOf } from "./facts-at.ts";

/** An outbound call. */
export interface Call extends Logged {
  /** Its kind, as whoever tells of it says. */
  campaign?: Campaign | undefined;
  /** Its kind, as another says whose word can only make it stricter. */
  heard?: Campaign | undefined;
}

/** The decision on a past call. */
export interface Judged extends Decision {
  /** The kind of call that decided. */
  judgedAs: Campaign;
  /** An override of about that time is on record. */
  overridden: boolean;
  /** Of a blocked call, the reasons that blocked it; `reasons` also has others, such as an old list. */
  bars: Reason[];
  /** The dial by which it was made. */
  dial: NearDial | null;
  /** The ids of the consents that it rests on; a blocked call rests on none. */
  rests: string[];
}

/**
 * Decides each call by what was known at its moment, as the kind of call that its dial and whoever tells of it say: where they
 * differ as the stricter, as a dial may have a kind that nobody chose; where neither says any, or one that the company
 * does not make, as the strictest that it makes. `heard` counts where it is stricter than these.
 */
export async function decideAt(env: Env, calls: readonly Call[]): Promise<Judged[]> {
  if (calls.length === 0) return [];
  const db = env.DB;
  const moments = calls.map(({ at }) => Date.parse(at));
  const numbers = calls.map(({ number }) => number);
  const [record, { near, overrides }] = await withNear(env, calls, 0, () =>
    Promise.all([
      recordOf(
        db,
        numbers,
        moments.reduce((a, b) => Math.min(a, b)),
      ),
      runBatch(db, {
        near: dialsNear(calls),
        overrides: query<{ number: number; at: number }>(
          `SELECT number, device_at AS at FROM dials d
           WHERE ${dialWas.overridden} AND refused = 0 AND number IN (SELECT value FROM json_each(?))`,
          JSON.stringify([...new Set(numbers)].map(numberOf)),
        ),
      }),
    ]),
  );
  const its = dialOf(near);
  return calls.map(({ number, campaign, heard }, i) => {
    const n = numberOf(number);
    const then = thenOf(record, moments[i]!);
    const { policy, now } = then.context;
    const facts = then.facts(number);
    const dial = its(i);
    const said = [dial?.purpose, campaign].flatMap((kind) => kind ?? []);
    const usual = said.length > 0 ? said : [...kindsOf(policy), ...policy.campaigns.runs];
    const kinds = [...new Set([...usual, ...(heard ? [heard] : [])])];
    const { context, ...decision } = kinds
      .map((purpose) => {
        const context = { ...then.context, purpose };
        return { ...decide(facts, context), context };
      })
      .reduce((worst, next) => (stricter(worst.verdict, next.verdict) === worst.verdict ? worst : next));
    const rests = decision.verdict === "blocked" ? [] : usesOf(decision, facts, context);
    return {
      ...decision,
      judgedAs: judgedAs(context, decision, (purpose) => decide(facts, { ...context, purpose })),
      overridden: overrides.some((o) => o.number === n && Math.abs(o.at - now) <= NEAR),
      bars: decision.verdict === "blocked" ? decision.reasons.filter((reason) => blocks(reason, policy)) : [],
      dial,
      rests: rests.map((fact) => restedOn(fact).id),
    };
  });
}

/** The kind that decided: of one that the company does not make, the first of those it makes that is as strict, or itself. */
const judgedAs = (
  { policy, purpose }: { policy: Policy; purpose: Campaign },
  { verdict }: Pick<Decision, "verdict">,
  decideAs: (kind: Campaign) => Decision,
): Campaign =>
  (makes(policy, purpose)
    ? undefined
    : policy.campaigns.runs.find((kind) => decideAs(kind).verdict === verdict)) ?? purpose;

/**
 * For each call why its number was blocked at that moment; null where it was not, or where an override is on record.
 */
export const blockedAt = async (env: Env, calls: readonly Call[]): Promise<(Reason[] | null)[]> =>
  (await decideAt(env, calls)).map(({ verdict, overridden, bars }) =>
    verdict === "blocked" && !overridden ? bars : null,
  );
