/** The evidence of dials: what the page decided and did, and what the Worker decides when the dial arrives. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import type { Context } from "hono";
import type * as z from "zod";
import type { App } from "../env.ts";
import { dialRequest, dialsAnswer, dialSchema, dialsQuery } from "../../shared/dials/api.ts";
import { problemSchema } from "../../shared/api.ts";
import { isCanaryAlone } from "../../shared/canary/number.ts";
import { parseDialAddress } from "../../shared/dials/address.ts";
import { withheld } from "../../shared/dials/withheld.ts";
import { lineReading, lineRegionOf, textReading } from "../../shared/dials/line.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { finalReason, overrideBases } from "../../shared/check/override.ts";
import {
  type Decision,
  decide,
  decideDial,
  type LineReading,
  numbersOf,
  type Reading,
  ringsOf,
  usesOf,
  usualPurpose,
} from "../../shared/check/verdict.ts";
import { DAY } from "../../shared/core/time.ts";
import { newSalt } from "../core/change.ts";
import type { Actor } from "../env.ts";
import { commit, logRead } from "../core/commit.ts";
import { asks, chargeReadings } from "../check/budget.ts";
import { factsOf } from "../check/facts.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import {
  type Dial,
  dialByKey,
  dialWas,
  insertDial,
  type Row,
  selectDials,
  toDial,
  unusual,
  verdictWas,
} from "./rows.ts";
import { dialAfter, dialFrom, dialNow } from "./row-number.ts";
import { madeBy } from "./made.ts";
import { documentOf, Problem } from "../core/errors.ts";
import { numberFilter } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";

type DialRequest = z.infer<typeof dialRequest>;

/** Tries to find a free row number in a dial's millisecond: the first one succeeds, except for a few in 100,000. */
const TRIES = 5;

interface Read {
  /** What rings, on a line of the policy's `numbers.lineRegion`. */
  line: LineReading;
  /** The number on record: of what rings, or, where nothing would, as the default region reads it. */
  e164: string | null;
  /** The page's number, where it is another, and the dialled string can be read so in that number's country. */
  page: string | null;
  /** How the string is read on its page, as far as it is believed, or by itself. */
  texts: Reading[];
  /** The numbers, or null, that the page may say it read, and have read what we did. */
  known: (string | null)[];
}

/**
 * Reads a dialled string by itself. The page's reading is judged beside ours and never replaces it, or a number on a
 * register could pass as another country's: it settles only which number was meant, where it is known what rings.
 */
function readDialled(written: string, claimed: string | null, policy: Policy): Read {
  const lineRegion = lineRegionOf(policy);
  const line = lineReading(written, lineRegion);
  const own = textReading(written, policy.numbers.defaultRegion, lineRegion);
  const rings = numbersOf(line).length > 0;
  const e164 = rings ? line.e164 : own.e164;
  const country = claimed === null ? null : regionOf(claimed);
  const believed = country !== null && textReading(written, country, lineRegion).e164 === claimed;
  const pages: Reading[] = believed ? [{ e164: claimed }] : [];
  return {
    ...{ line, e164, page: believed && claimed !== e164 ? claimed : null },
    texts: believed ? pages : [own],
    known: [own.e164 === null ? null : e164, e164, believed ? claimed : e164],
  };
}

/** The Worker's own decision on a dial, by its own clock and current facts, with the state that it read. */
async function decideDialled(c: Context<App>, dial: DialRequest) {
  const db = c.env.DB;
  const current = (await currentPolicy(db)).policy;
  const hidden = withheld(dial.number, lineRegionOf(current));
  const { line, texts, known, e164, page } = readDialled(hidden?.rest ?? dial.number, dial.e164, current);
  const numbers = [...new Set([...ringsOf(line), ...texts.flatMap(numbersOf)])];
  // Nobody has it: there is no call to keep evidence of. Beside another number it counts as any does.
  if (isCanaryAlone(dial.number, numbers)) throw new Problem("canary");
  // The route has counted one: a string that may be several numbers tells of each.
  await chargeReadings(c, numbers.length - 1);
  const { stamp, policy, facts } = await factsOf(db, numbers);
  const { purpose = usualPurpose(policy) } = dial;
  const medium = mediumOf(dial.via, policy);
  const context = { policy, lists: stamp.lists, now: Date.now(), purpose, medium };
  const found = decideDial(line, texts, (n) => decide(facts(n), context));
  const barring = found.reasons.filter(({ code }) => code !== "not-listed");
  const decision: Decision = hidden
    ? { verdict: "blocked", reasons: [{ code: "withheld-caller-id" }, ...barring] }
    : found;
  // The same verdict on another number is no agreement.
  const agrees = dial.verdict === decision.verdict && known.includes(dial.e164);
  const used = e164 === null ? [] : usesOf(decide(facts(e164), context), facts(e164), context);
  return { e164, page, stamp, policy, purpose, medium, decision, agrees, used };
}

/** Without control characters, which the trail's hash and the database would write differently. */
const stored = (text: string): string => text.replace(/\p{Cc}/gu, " ");

/** A message is judged as one only where the address that it goes by sends messages; everything else is a call. */
const mediumOf = (via: string | undefined, { dials }: Policy): Dial["medium"] =>
  parseDialAddress(via ?? "", dials.schemes)?.medium ?? "call";

const refusals: Readonly<Record<string, string>> = {
  canary: details.overrideCanary,
  objection: details.overrideObjected,
  "two-numbers": details.overrideTwo,
};

/** Why an override is not allowed, as the detail of the problem; null where it is. */
function refusalOf(
  dial: DialRequest,
  decision: Decision,
  policy: Policy,
  { kind }: Pick<Actor, "kind">,
): string | null {
  // Its evidence would name no person.
  if (kind === "integration") return details.overridePerson;
  const final = finalReason([...decision.reasons, ...dial.reasons]);
  if (final) return refusals[final.code] ?? details.overrideHidden;
  const bases: readonly string[] = overrideBases[policy.overrides];
  return bases.includes(dial.basis!) ? null : details.overrideReason;
}

export const dials = room();

dials.openapi(
  route({
    method: "post",
    path: "/v1/dials",
    roles: "everyone",
    scopes: ["check"],
    asks: asks.one,
    summary:
      "Stores a dial with the page's verdict and the Worker's own. An override is requested before the dial is made: " +
      "where it is not allowed, the answer is a refusal, and the dial is stored as refused",
    request: { body: body(dialRequest) },
    responses: { 201: json(dialSchema), 409: json(problemSchema, "The override is not allowed") },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const now = Date.now();
    if (Date.parse(asked.at) > now + DAY)
      throw new Problem("invalid", undefined, [{ path: "at", message: details.dialLater }]);
    const missing = (["basis", "reason"] as const).filter((name) => !asked[name]);
    if (asked.action === "overridden" && missing.length > 0)
      throw new Problem(
        "invalid",
        undefined,
        missing.map((path) => ({ path, message: details.overrideWants })),
      );
    const actor = c.get("actor")!;
    const key = c.get("idempotency")?.key ?? null;
    const known = key === null ? null : await arrivedBefore(c.env.DB, actor.id, key, asked.at, now);
    if (known?.refused) throw new Problem("override-not-allowed");
    if (known) return c.json(known, 201);
    const { e164, page, stamp, policy, purpose, medium, decision, agrees, used } = await decideDialled(
      c,
      asked,
    );
    const { action } = asked;
    const refusal = action === "overridden" ? refusalOf(asked, decision, policy, actor) : null;
    const seed = newSalt();
    for (let tries = 1; ; tries++) {
      const moment = Date.now();
      const dial: Dial = {
        id: String(dialNow(moment)),
        number: e164,
        written: stored(asked.number),
        recordNumber: page,
        layer: asked.layer ?? "page",
        sighting: null,
        medium,
        via: asked.via === undefined ? null : stored(asked.via),
        action,
        verdict: asked.verdict,
        reasons: asked.reasons,
        seen: asked.seen,
        workerVerdict: decision.verdict,
        workerReasons: decision.reasons,
        agrees,
        refused: refusal !== null,
        policy: stamp.policy,
        lists: stamp.lists.map(({ id, version, asOf }) => ({ id, version, asOf })),
        basis: asked.basis ?? null,
        reason: asked.reason ?? null,
        purpose,
        host: asked.host,
        by: actor.id,
        byName: actor.name,
        deviceAt: new Date(asked.at).toISOString(),
        at: new Date(moment).toISOString(),
      };
      const { statements: rows, root } = insertDial(dial, seed, key);
      const event = { subject: dial.id, payload: null, binds: [root] };
      const statements = [...rows, ...madeBy(dial, used)];
      try {
        if (refusal === null)
          return await commit(c, { code: `dial.${action}`, ...event }, statements, {
            status: 201,
            body: dial,
          });
        // A refused override is evidence too, and the page may have dialled before the answer: store it.
        return await commit(c, { code: "dial.refused", ...event }, statements, {
          status: 409,
          body: documentOf(new Problem("override-not-allowed", refusal)),
        });
      } catch (error) {
        // Another dial of the same millisecond has this row number: try again.
        if (tries === TRIES || !(error instanceof Problem) || error.code !== "conflict") throw error;
      }
    }
  },
);

/**
 * A dial that arrived before under the same idempotency key; null if none. Stored answers cover the last two days, so
 * only a dial that the device made a day or more ago is searched for. A device's clock may be up to a day ahead.
 */
async function arrivedBefore(db: D1Database, by: string, key: string, deviceAt: string, now: number) {
  const made = Date.parse(deviceAt);
  if (now - made < DAY) return null;
  return dialByKey(db, by, key, new Date(made - DAY).toISOString());
}

dials.openapi(
  route({
    method: "get",
    path: "/v1/dials",
    roles: "everyone",
    summary: "Dials, newest first; agents see their own. The read is logged on the trail",
    request: { query: dialsQuery },
    responses: { 200: json(dialsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const actor = c.get("actor")!;
    const filters = { ...query, by: actor.role === "agent" ? actor.id : query.by };
    const { rows, next } = await pageOfDials(c.env.DB, filters);
    await logRead(c, "dials", filters);
    return c.json({ dials: rows.map(toDial), next }, 200);
  },
);

/** Dials whose number, what rang or what was meant, is this one or ends so: each has an index of its own. */
function byNumber(written: string, region: string): Condition {
  const [rang, ...params] = numberFilter(written, region, "number");
  const [meant] = numberFilter(written, region, "record_number");
  return [
    `d.num IN (SELECT num FROM dials WHERE ${rang}
       UNION SELECT num FROM dials WHERE record_number IS NOT NULL AND ${meant})`,
    ...params,
    ...params,
  ];
}
type Condition = readonly [condition: string, ...params: (string | number)[]];

/**
 * One page of dials, found among the rows themselves: in `dials_in_words` a filter has no index. The statement has only the
 * filters of the query, so that each can use its own.
 */
async function pageOfDials(db: D1Database, query: z.infer<typeof dialsQuery>) {
  const { defaultRegion } = (await currentPolicy(db)).policy.numbers;
  const wanted: Condition[] = [
    [unrestricted("dial", "CAST(d.num AS TEXT)")],
    ...(query.number === undefined ? [] : [byNumber(query.number, defaultRegion)]),
    ...(query.by ? [["d.by = (SELECT num FROM people WHERE id = ?)", query.by] as const] : []),
    ...(query.action ? [[dialWas[query.action]] as const] : []),
    ...(query.verdict ? [[verdictWas[query.verdict]] as const] : []),
    // Fewer have a number or a person than an outcome: then theirs is the index.
    ...(query.number !== undefined || query.by
      ? []
      : [
          ...(query.action && query.action !== "passed" ? [[unusual.action] as const] : []),
          ...(query.verdict && query.verdict !== "clear" ? [[unusual.verdict] as const] : []),
        ]),
    ...(query.disagreed ? [["d.agrees = 0"] as const] : []),
    ...(query.from ? [["d.num >= ?", dialFrom(query.from)] as const] : []),
    // The last day is inclusive.
    ...(query.to ? [["d.num < ?", dialAfter(query.to)] as const] : []),
    ...(query.after ? [["d.num < ?", Number(query.after)] as const] : []),
  ];
  const { results } = await db
    .prepare(
      `${selectDials} WHERE num IN (
         SELECT d.num FROM dials d WHERE ${wanted.map(([condition]) => condition).join(" AND ")}
         ORDER BY d.num DESC LIMIT ?)
       ORDER BY num DESC`,
    )
    .bind(...wanted.flatMap(([, ...params]) => params), query.limit)
    .all<Row>();
  const last = results[query.limit - 1];
  return { rows: results, next: last ? String(last.num) : null };
}
