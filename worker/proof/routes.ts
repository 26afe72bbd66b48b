/**
 * Proof for a regulator: what is on record of one number, or of the company as a whole, in a period; which registers were in
 * force; and the rows of the trail that prove it. It is signed with the key of the trail's heads, and anybody can check it
 * without a server: `cleardial verify FILE`.
 */
import { canonical } from "../../shared/trail/canonical.ts";
import {
  type Proof,
  type ProofDocument,
  proofDocument,
  proofQuery,
  type ProofRegister,
} from "../../shared/proof/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { asks } from "../check/budget.ts";
import { logRead } from "../core/commit.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import type { Actor, Env } from "../env.ts";
import { periodOf } from "../overview/figures.ts";
import { signedWith, signer } from "../trail/signer.ts";
import { asProblem } from "../trail/rows.ts";
import { startOf } from "../trail/start.ts";
import { parseNumber } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import { disclosed } from "../policy/disclosed.ts";
import { wantExport } from "../policy/egress.ts";
import { alteredOf, isOf, isQuoted, isTold } from "./altered.ts";
import { boundOnly, claimsOf, quotesOf } from "./bound-rows.ts";
import { companyFigures } from "./company.ts";
import { eventsOfNumber } from "./number.ts";
import { registersOf } from "./registers.ts";
import { screeningsOf } from "./screenings.ts";
import { findRows, trailOf } from "./trail.ts";
import { json, room, route } from "../core/route.ts";

export interface ProofRequest {
  from: string;
  to: string;
  /** In E.164; null: the company. */
  number: string | null;
}
type By = Pick<Actor, "id" | "name" | "role">;

/** Makes and signs a proof. `now` is in milliseconds; `most` limits the rows between quoted ones and their heads. */
export async function makeProof(
  env: Env,
  by: By,
  { from, to, number }: ProofRequest,
  now: number,
  most?: number,
) {
  const { policy } = await currentPolicy(env.DB);
  const zone = zoneOfPolicy(policy);
  const { start, end } = periodOf(from, to, zone);
  const madeAt = new Date(now).toISOString();
  // First: what is written meanwhile is in no fact, and in none of the rows that lead to it.
  const newest = await env.DB.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first<{
    seq: number;
    hash: string;
  }>();
  const known = await startOf(env);
  const { later } = known;
  const until = end < madeAt ? end : madeAt;
  const { registers, claims } = await registersOf(env.DB, number, start, until, later?.at);
  const altered =
    number === null
      ? { rows: [], unread: [], claims: [], states: new Map<string, LinkedRow[]>() }
      : await alteredOf(env, known, number, { start, end, now: madeAt }).catch(asProblem);
  const screened =
    number === null
      ? { told: [], altered: [], claims: [] }
      : await screeningsOf(env, known, number, { start, end }).catch(asProblem);
  const events = (number === null ? [] : await eventsOfNumber(env, number, start, end, screened.told)).filter(
    ({ event }) => isQuoted(event, altered),
  );
  const quotes = await quotesOf(
    env.DB,
    events.map(({ event }) => event),
    registers,
  );
  // Of each fact the rows that tell of it, and those that bind what it is about.
  const wanted = events.flatMap(({ event, claim }) =>
    [claim, ...claimsOf(quotes, altered.states, event)].map((one) => ({ event, claim: one })),
  );
  const all = [...wanted.map(({ claim }) => claim), ...claims, ...altered.claims, ...screened.claims];
  const found = await findRows(env, all, quotes);
  wanted.forEach(
    ({ event }, i) => (event.rows = [...new Set([...event.rows, ...found.of[i]!])].sort((a, b) => a - b)),
  );
  versionsOf(registers).forEach((version, i) => {
    const own = found.of.slice(wanted.length + 2 * i, wanted.length + 2 * i + 2).flat();
    version.rows = own.sort((a, b) => a - b);
  });
  const first = new Set([
    ...events.flatMap(({ event }) => event.rows),
    ...[...altered.rows, ...screened.altered].flatMap(({ seq }) => (seq === null ? [] : [seq])),
  ]);
  const common = {
    format: "cleardial-proof v1" as const,
    company: policy.identity.company,
    from,
    to,
    zone,
    madeAt,
    madeBy: { id: by.id, name: by.name, role: by.role },
    registers,
    trail: {
      ...(await trailOf(env, found.rows, [...first], newest!, most)),
      ...(altered.unread.length > 0 && { unread: altered.unread }),
    },
  };
  const told = events
    .filter(({ event }) => isTold(event, altered))
    .map(({ event }) => boundOnly(event, quotes));
  return signed(
    env,
    number === null
      ? {
          ...common,
          about: "company",
          figures: await companyFigures(env.DB, { from, to, zone, start, end }, dayOf(now, zone)),
        }
      : {
          ...{ ...common, about: "number", number, events: told },
          altered: [
            ...altered.rows.map((row) => ({ ...row, told: told.some((event) => isOf(event, row)) })),
            ...screened.altered,
          ],
        },
  );
}

const versionsOf = (registers: readonly ProofRegister[]) => registers.flatMap(({ versions }) => versions);

/** Without a key, or with an unreadable one, `signature` is null. */
const signed = async (env: Env, proof: Proof): Promise<ProofDocument> => ({
  proof,
  ...(await signedWith(await signer(env).catch(() => null), canonical(proof))),
});

export const proofs = room();

proofs.openapi(
  route({
    method: "get",
    path: "/v1/proof",
    roles: ["compliance", "admin"],
    asks: asks.filter,
    summary:
      "What is on record of a number, or of the company, in a period, with the rows of the trail that prove it; signed. " +
      "Each proof that is made is on the trail",
    request: { query: proofQuery },
    responses: { 200: json(proofDocument, "In its canonical form (RFC 8785)") },
  }),
  async (c) => {
    const { from, to, number: written } = c.req.valid("query");
    const { policy } = await currentPolicy(c.env.DB);
    const number = written === undefined ? null : parseNumber(written, policy.numbers.defaultRegion);
    await wantExport(c.env);
    const now = Date.now();
    await logRead(c, "proof", { number, from, to }, "", [disclosed("export", "", "proof", 1, now)]);
    const document = await makeProof(c.env, c.get("actor")!, { from, to, number }, now);
    return c.body(canonical(document), 200, { "content-type": "application/json" }) as never;
  },
);
