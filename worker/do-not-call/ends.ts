/** When a consent ended, in whatever way, for housekeeping. */
import { dialling } from "../../shared/law/declared.ts";
import { regions } from "../../shared/law/regions.ts";
import { rangesOf } from "../core/numbers.ts";
import { kindIn } from "./brief.ts";

const NEVER = "'9999'";

/**
 * SQL: the day or moment at which a row of consents ended by its own words, by an officer's or by the day; '9999' where it
 * has not. `today`: the rules of law that are in force; `monthsAtMost`: the policy's end (null: none). An entry that nobody
 * reviewed was over after its days.
 */
export function consentEnd(today: string, monthsAtMost: number | null): string {
  const given = (after: string) => `date(given_at, '+${after}')`;
  const ends = [
    ...["withdrawn_at", "until", "done_at"].map((column) => `COALESCE(${column}, ${NEVER})`),
    `IIF(${kindIn("consents")} = 'solicited', COALESCE(day, ${given("7 days")}), ${NEVER})`,
    `IIF(state = 'refused', reviewed_at, IIF(state = 'review', date(at, '+7 days'), ${NEVER}))`,
    ...(monthsAtMost === null ? [] : [given(`${monthsAtMost} months`)]),
    ...livesOn(today).map(
      ({ code, months, unlessStated }) =>
        `IIF(number LIKE '${code}%' AND medium IS NOT 'message'
           ${unlessStated ? "AND lasting = 0 AND until IS NULL" : ""}, ${given(`${months} months`)}, ${NEVER})`,
    ),
  ];
  return `MIN(${ends.join(", ")})`;
}

/** D1 takes so many terms of a union. */
const TERMS = 5;

/**
 * SQL: a row of consents may have ended in such a time; `consentEnd` says which did. Each way has an index (migration 0093), and a query of
 * its own, as with so many in one SQLite would read all. `from` (null: ever) and `before`: SQL of the first day and of the moment after
 * it. Those that end by law, which are of some countries alone, are found by their numbers.
 */
export function mayHaveEnded(
  today: string,
  monthsAtMost: number | null,
  [from, before]: readonly [from: string | null, before: string],
): string {
  const between = (column: string, first: string | null, after: string) =>
    `${column} < ${after}${first === null ? "" : ` AND ${column} >= ${first}`}`;
  const within = (column: string) => between(column, from, before);
  // Months are of different lengths. `span`: SQL.
  const given = (span: string, column = "given_at") =>
    between(
      column,
      from && `date(substr(${from}, 1, 10), '-' || ${span}, '-7 days')`,
      `date(substr(${before}, 1, 10), '-' || ${span}, '+7 days')`,
    );
  const byLaw = livesOn(today).flatMap(({ code, months }) =>
    rangesOf(code).map((range) => [...range, `${months} months`]),
  );
  const ways = [
    ...["withdrawn_at", "until", "done_at", "day"].map(within),
    `kind = 'solicited' AND ${given("'7 days'")}`,
    `basis = 'solicited' AND ${given("'7 days'")}`,
    `state = 'refused' AND ${within("reviewed_at")}`,
    `state = 'review' AND ${given("'7 days'", "at")}`,
    ...(monthsAtMost === null ? [] : [given(`'${monthsAtMost} months'`)]),
  ];
  const found = [
    ...ways.map((way) => `SELECT id FROM consents WHERE ${way}`),
    `SELECT e.id FROM json_each('${JSON.stringify(byLaw)}') j
       CROSS JOIN consents e ON e.number BETWEEN j.value ->> 0 AND j.value ->> 1 WHERE ${given("(j.value ->> 2)", "+e.given_at")}`,
  ];
  const unions = Array.from({ length: Math.ceil(found.length / TERMS) }, (_, n) =>
    found.slice(n * TERMS, (n + 1) * TERMS).join(" UNION ALL "),
  );
  return `consents.id IN (${unions.map((union) => `SELECT id FROM (${union})`).join(" UNION ALL ")})`;
}

/** For how long consents to calls last by the law in force, by the country's code. */
const livesOn = (today: string) =>
  Object.values(regions).flatMap(({ region, rules }) =>
    rules.flatMap(({ life, from = "", until = "9" }) =>
      life && from <= today && today < until ? [{ code: dialling[region]!.callingCode, ...life }] : [],
    ),
  );
