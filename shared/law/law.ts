/**
 * The law of a call: which rules apply, what they make of a consent, and what no policy may be looser than. What runs
 * in every page loads this, so where the rules are written is in sources.ts.
 */
import { monthsLater } from "../core/months.ts";
import type { ConsentKind } from "../do-not-call/api.ts";
import { knownRegisters, regions } from "./regions.ts";
import type { Day, Kind, Rule } from "./rules.ts";

/** What applies to one kind of call on one day. */
export interface Setting {
  /** None: the law of the region is not known, or names no such call. */
  rules: readonly Rule[];
  /** The registers that they name. */
  registers: readonly string[];
  /**
   * The consents that the call needs: one of each list of kinds. `rule` is absent where no rule wants it. `unsolicited`: only
   * where nobody asked for the call, if policy has it so.
   */
  wants: readonly { kinds: readonly ConsentKind[]; rule?: string; unsolicited?: true | undefined }[];
  /** The first rule that opens the call. */
  open: Rule | undefined;
  /** A refusal, or a listing, ends the consents that were given before it. */
  refusalRevokes: boolean;
  listingRevokes: boolean;
}

/** A call as far as it is known: a line or party that is not known may be any. */
export type Known = Omit<Kind, "line" | "party"> & {
  line?: Kind["line"] | undefined;
  party?: Kind["party"] | undefined;
};

const lines: readonly Kind["line"][] = ["fixed", "mobile"];
const parties: readonly Kind["party"][] = ["consumer", "sole-trader", "partnership", "company"];

/** By region, what is known, and the days; pages ask for the same few all day. */
const remembered = new Map<string, readonly Setting[]>();
const MOST_REMEMBERED = 500;

/**
 * The different settings that a call may be in: one for each line, party and day that are possible. `days` are the
 * local dates in all zones of the number. One setting without rules where the region's law is not known.
 */
export function settingsOf(region: string | null, known: Known, days: readonly Day[]): readonly Setting[] {
  const rules = regions[region ?? ""]?.rules ?? [];
  const key = `${region} ${known.line} ${known.party} ${known.kind} ${known.medium} ${days.length === 1 ? days[0] : days.join()}`;
  let settings = remembered.get(key);
  if (!settings) {
    const different = new Map<string, Setting>();
    for (const line of known.line ? [known.line] : lines)
      for (const party of known.party ? [known.party] : parties)
        for (const day of days) {
          const its = rules.filter((rule) => applies(rule, { ...known, line, party }, day));
          different.set(its.map(({ id }) => id).join(), settingOf(its, known));
        }
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, (settings = [...different.values()]));
  }
  return settings;
}

const settingOf = (rules: readonly Rule[], known: Known): Setting => ({
  rules,
  registers: rules.flatMap(({ registers = [] }) => registers),
  wants: wantsOf(rules, known),
  open: rules.find(({ open }) => open),
  refusalRevokes: rules.some(({ refusalRevokes }) => refusalRevokes),
  listingRevokes: rules.some(({ listingRevokes }) => listingRevokes),
});

/**
 * Which consents a call needs. Where the law of the region does not name such a call, the strict reading: prior consent
 * for every call that is not a general one, and for every message.
 */
function wantsOf(rules: readonly Rule[], { kind, medium }: Known): Setting["wants"] {
  const wants = rules.flatMap(({ id, consent, unsolicited }) =>
    consent ? [{ kinds: consent, rule: id, unsolicited }] : [],
  );
  const named = rules.some(({ when }) =>
    medium === "message" ? when?.medium?.includes("message") : when?.kind?.includes(kind),
  );
  if (named || wants.length > 0) return wants;
  if (medium === "message") return [{ kinds: ["prior", "solicited"] }];
  return kind === "general" ? [] : [{ kinds: ["prior"] }];
}

function applies({ from = "", until = "9", when = {} }: Rule, kind: Kind, day: Day): boolean {
  if (day < from || day >= until) return false;
  const among = (values: readonly string[] | undefined, value: string) => !values || values.includes(value);
  return (
    among(when.line, kind.line) &&
    among(when.party, kind.party) &&
    among(when.kind, kind.kind) &&
    among(when.medium, kind.medium)
  );
}

/** Whether a register is one that a law names: policy may not treat it as less than that. */
export const isLawRegister = (id: string): boolean => Object.hasOwn(knownRegisters, id);

/** What no policy may be looser than, beside the days of law's registers (`knownRegisters`). */
export const floor = {
  /** For how long recordings of claims calls are kept: FCA CMCOB 2.3. */
  claimsRecordingMonths: 12,
};

/**
 * The last day of a consent that was given on a day: law's, policy's, or its own, the earliest. Null: none. `stated`: it
 * says for how long it is given.
 */
export function endOf(
  { day, until, stated }: { day: () => Day; until: Day | null; stated: boolean },
  rules: readonly Rule[],
  monthsAtMost: number | null,
): Day | null {
  const months = rules.flatMap(({ life }) => (life && !(life.unlessStated && stated) ? [life.months] : []));
  if (monthsAtMost !== null) months.push(monthsAtMost);
  // A year from 1 September ends with 31 August; a month that has no such day ends earlier.
  const ends = months.map((n) => dayBefore(monthsLater(day(), n)));
  return [...ends, ...(until === null ? [] : [until])].sort()[0] ?? null;
}

const dayBefore = (day: Day): Day => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

/**
 * The last day on which the proof of a consent must be there, counted from its day and from each use (ISO times or
 * dates); null where no law names one.
 */
export function proofUntil(
  { givenAt }: { givenAt: string },
  uses: readonly string[],
  region: string | null,
): Day | null {
  const rules = region === null ? [] : (regions[region]?.rules ?? []);
  const months = Math.max(0, ...rules.map(({ proofMonths = 0 }) => proofMonths));
  const last = [givenAt, ...uses].map((time) => time.slice(0, 10)).sort();
  return months === 0 ? null : monthsLater(last.at(-1)!, months);
}
