/** When a consent ended, in whatever way, for housekeeping. */
import { dialling } from "../../shared/law/declared.ts";
import { regions } from "../../shared/law/regions.ts";
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

/** For how long consents to calls last by the law in force, by the country's code. */
const livesOn = (today: string) =>
  Object.values(regions).flatMap(({ region, rules }) =>
    rules.flatMap(({ life, from = "", until = "9" }) =>
      life && from <= today && today < until ? [{ code: dialling[region]!.callingCode, ...life }] : [],
    ),
  );
