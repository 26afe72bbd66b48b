/** One number in all places where it is on record, however it is written: whole, its beginning, or its last digits. */
import {
  type FoundNumber,
  findAnswer,
  type FindAnswer,
  findQuery,
  MOST_FOUND,
} from "../../shared/check/api-find.ts";
import { decide } from "../../shared/check/verdict.ts";
import { digitsOf } from "../../shared/phone/digit-runs.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { sayReason, textsFor } from "../../shared/texts/check/verdicts.ts";
import { isCurrent } from "../call-logs/rows.ts";
import { logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { ENDS, LENGTHS, rangesOf, readPart } from "../core/numbers.ts";
import { json, room, route } from "../core/route.ts";
import { listedOf, packedEnding, packedFrom } from "../dials/closed/packed/entries.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import { lookUp } from "../lookups/ask.ts";
import { currentPolicy } from "../policy/current.ts";
import { numberHits, numbersEnding, numbersFrom } from "../recordings/closed/names/numbers.ts";
import { sayLost } from "../screening/closed/read.ts";
import { pastScreenings } from "../screening/past.ts";
import { asks, chargeReadings } from "./budget.ts";
import { factsOf } from "./facts.ts";

export const find = room();

find.openapi(
  route({
    method: "get",
    path: "/v1/find",
    roles: ["manager", "compliance", "admin"],
    asks: asks.one,
    summary:
      "A number wherever it is on record, with its verdict now: found whole, by its beginning, or by at least five of its last " +
      "digits. Each number of the answer counts against the asker's hour, and each query is on the trail",
    request: { query: findQuery },
    responses: { 200: json(findAnswer) },
  }),
  async (c) => {
    const { number: written } = c.req.valid("query");
    const db = c.env.DB;
    const isOfficer = c.get("actor")!.role !== "manager";
    const places = [...Object.values(isOfficer ? { ...held, requests } : held).flat(), listed];
    const { defaultRegion } = (await currentPolicy(db)).policy.numbers;
    const { e164, readings = [] } = toE164(written, defaultRegion);
    const found =
      e164 !== null
        ? await wholly(db, places, e164)
        : readings.length > 0
          ? readings
          : await partly(db, places, written, defaultRegion);
    const numbers = found.slice(0, MOST_FOUND);
    // The first was counted before.
    await chargeReadings(c, numbers.length - 1);
    await logRead(c, "find", { number: written, numbers });
    const first = await factsOf(c.env, numbers);
    const lookedUp = await lookUp(c, first.wanted(), first.policy);
    const { stamp, policy, facts } = lookedUp ? await factsOf(c.env, numbers) : first;
    const context = { policy, lists: stamp.lists, now: Date.now() };
    const texts = textsFor(c.req.header("accept-language"));
    const lost = new Set<string>();
    const [counts, screenings] = await Promise.all([
      countsOf(db, numbers),
      Promise.all(numbers.map((number) => pastScreenings(c.env, number, lost))),
    ]);
    sayLost(lost);
    const answer: FindAnswer = {
      numbers: numbers.map((number, i) => {
        const { verdict, reasons } = decide(facts(number), context);
        const { requests, ...its } = counts[i]!;
        return {
          ...{ number, verdict, ...its, requests: isOfficer ? requests : null },
          reasons: reasons.map((reason) => ({ ...reason, text: sayReason(texts, reason, stamp.lists) })),
          screenings: screenings[i]!.length,
        };
      }),
      more: found.length > MOST_FOUND,
    };
    return c.json(answer, 200);
  },
);

/** Where numbers are: a table, its column, and which of its rows (`c`) count. What an erasure left as proof alone does not. */
interface Place {
  table: string;
  column: "number" | "record_number";
  where: string;
}
const place = (table: string, where = "TRUE", column: Place["column"] = "number"): Place => ({
  table,
  column,
  where,
});
const held = {
  suppressions: [place("suppressions")],
  consents: [place("consents", unrestricted("consent", "c.id"))],
  dials: [
    place("dials", unrestricted("dial", "CAST(c.num AS TEXT)")),
    place(
      "dials",
      `c.record_number IS NOT NULL AND ${unrestricted("dial", "CAST(c.num AS TEXT)")}`,
      "record_number",
    ),
  ],
  calls: [place("calls", `${unrestricted("call", "c.id")} AND ${isCurrent}`)],
  recordings: [place("recordings", "c.state <> 'erased'"), place("closed_kept_numbers")],
};
const requests = [place("requests")];
/** Of closed dials and calls: those of months that are over are packed (dials/closed). */
const listed = place("closed_numbers");

type Counts = Omit<FoundNumber, "number" | "verdict" | "reasons" | "screenings" | "requests"> & {
  requests: number;
};

/** How many rows of each place are about each number, in their order. */
async function countsOf(db: D1Database, numbers: readonly string[]): Promise<Counts[]> {
  const all = { ...held, requests };
  const columns = Object.entries(all).map(([name, of]) => {
    const tables = [...Map.groupBy(of, ({ table }) => table)].map(([table, its]) => {
      const select = (what: string) =>
        its.map(
          ({ column, where }) => `SELECT ${what} FROM ${table} c WHERE c.${column} = j.value AND ${where}`,
        );
      return its.length === 1
        ? `(${select("COUNT(*)").join("")})`
        : `(SELECT COUNT(*) FROM ${table} WHERE rowid IN (${select("c.rowid").join(" UNION ")}))`;
    });
    return `${tables.join(" + ")} AS ${name}`;
  });
  const { results } = await db
    .prepare(`SELECT ${columns.join(", ")} FROM json_each(?) j ORDER BY j.key`)
    .bind(JSON.stringify(numbers.map(numberOf)))
    .all<Counts>();
  const closed = Map.groupBy(await listedOf(db, numbers.map(numberOf)), ({ number }) => number);
  const recordings = Map.groupBy(await numberHits(db, numbers.map(numberOf)), ({ name }) => Number(name));
  return results.map((its, i) => {
    const number = numberOf(numbers[i]!);
    const also = closed.get(number) ?? [];
    return {
      ...its,
      dials: its.dials + also.length,
      calls: its.calls + also.filter(({ calls }) => calls === 1).length,
      recordings: its.recordings + (recordings.get(number)?.length ?? 0),
    };
  });
}

/** A whole number; where it is not on record, also those that begin with it, as half of one may be a short number of its plan. */
async function wholly(db: D1Database, places: readonly Place[], e164: string): Promise<string[]> {
  const digits = e164.slice(1);
  const longer = await beginningWith(db, places, [digits]);
  return longer.includes(Number(digits)) ? [e164] : [e164, ...longer.map(e164Of)];
}

/** The numbers on record that begin or end as somebody wrote; one more than an answer has, where there are. */
async function partly(
  db: D1Database,
  places: readonly Place[],
  written: string,
  region: string,
): Promise<string[]> {
  const all = /\p{L}/u.test(written) ? "" : digitsOf(written);
  if (all.length < ENDS || all.length > 15) throw new Problem("not-a-number");
  const { ends, begins } = readPart(written, all, region);
  const [ending, beginning] = await Promise.all([
    ends === null ? [] : endingIn(db, places, ends),
    beginningWith(db, places, begins),
  ]);
  return [...new Set([...ending, ...beginning])].map(e164Of);
}

const LIMIT = MOST_FOUND + 1;

async function endingIn(db: D1Database, places: readonly Place[], digits: string): Promise<number[]> {
  const found = await db.batch<{ number: number }>(
    places.map(({ table, column, where }) =>
      db
        .prepare(
          `SELECT DISTINCT c.${column} AS number FROM ${table} c
           WHERE c.${column} % 1${"0".repeat(ENDS)} = ?1 AND c.${column} % ?2 = ?3 AND ${where} ORDER BY 1 LIMIT ${LIMIT}`,
        )
        .bind(Number(digits.slice(-ENDS)), 10 ** digits.length, Number(digits)),
    ),
  );
  const numbers = new Set(found.flatMap(({ results }) => results.map(({ number }) => number)));
  for (const number of await packedEnding(db, digits, LIMIT)) numbers.add(number);
  for (const number of await numbersEnding(db, digits, LIMIT)) numbers.add(number);
  return [...numbers].sort((a, b) => a - b).slice(0, LIMIT);
}

/** More than any number. */
const NONE = 10 ** LENGTHS[1];

/** By steps from each number to the next, so that a number with thousands of rows is one step. */
async function beginningWith(
  db: D1Database,
  places: readonly Place[],
  begins: readonly string[],
): Promise<number[]> {
  const ranges = begins.flatMap(rangesOf);
  // D1 takes five terms of a union at most.
  const next = (least: string, most: string) => {
    const firsts = places.map(
      ({ table, column, where }) =>
        `COALESCE((SELECT c.${column} FROM ${table} c WHERE c.${column} >= ${least} AND c.${column} <= ${most} AND ${where}
           ORDER BY c.${column} LIMIT 1), ${NONE})`,
    );
    return `NULLIF(MIN(${firsts.join(", ")}), ${NONE})`;
  };
  const { results } = await db
    .prepare(
      `WITH RECURSIVE r (least, most) AS (SELECT value ->> 0, value ->> 1 FROM json_each(?)),
       n (number, most) AS (
         SELECT ${next("r.least", "r.most")}, r.most FROM r
         UNION ALL SELECT ${next("n.number + 1", "n.most")}, n.most FROM n WHERE n.number IS NOT NULL
         LIMIT ${LIMIT + LENGTHS[1]})
       SELECT DISTINCT number FROM n WHERE number IS NOT NULL ORDER BY number LIMIT ${LIMIT}`,
    )
    .bind(JSON.stringify(ranges))
    .all<{ number: number }>();
  const numbers = new Set(results.map(({ number }) => number));
  const packed = await Promise.all(ranges.map((range) => packedFrom(db, range, LIMIT)));
  for (const number of packed.flat()) numbers.add(number);
  for (const range of ranges) for (const number of await numbersFrom(db, range, LIMIT)) numbers.add(number);
  return [...numbers].sort((a, b) => a - b).slice(0, LIMIT);
}
