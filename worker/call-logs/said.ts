/**
 * What logs say of a call besides the call itself. Each word is kept with who brought it: the first of each kind counts, and later ones
 * that say otherwise are a finding.
 */
import { type CallOutcome, WITHHELD } from "../../shared/call-logs/api.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { Problem } from "../core/errors.ts";
import { parseNumber } from "../core/numbers.ts";
import type { Statement } from "../core/sql.ts";
import { moreBound, saidBound } from "./bound.ts";
import { idOf } from "../core/sql.ts";

/** Null: it does not say. */
export interface Said {
  outcome: CallOutcome | null;
  /** E.164, what was written where it is no number, or WITHHELD. */
  presentation: string | null;
  campaign: string | null;
}
/** The same, and who brought it when; null: whoever brings it now. */
export interface Word extends Said {
  by: string | null;
  at: string | null;
}
const kinds = ["outcome", "presentation", "campaign"] as const;

/** Words of one call at most: more that say otherwise tell nothing new. */
const MOST = 20;

/** Undefined where a log says nothing. */
export const anySaid = (said: Said): Said | undefined =>
  kinds.some((kind) => said[kind] !== null) ? said : undefined;

/** What a further word adds to those of a call, in their order: what none of them says. Undefined: nothing. */
export function addedBy(next: Said, words: readonly Said[]): Said | undefined {
  const ifNew = <Kind extends keyof Said>(kind: Kind): Said[Kind] | null =>
    words.some((word) => word[kind] === next[kind]) ? null : next[kind];
  if (words.length >= MOST) return undefined;
  return anySaid({
    outcome: ifNew("outcome"),
    presentation: ifNew("presentation"),
    campaign: ifNew("campaign"),
  });
}

/** Words in their order, each with what it adds alone. */
export function eachOnce(all: readonly Word[]): Word[] {
  const words: Word[] = [];
  for (const { by, at, ...said } of all) {
    const added = addedBy(said, words);
    if (added) words.push({ ...added, by, at });
  }
  return words;
}

/** Whether a call's word at a place, from 0, contradicts one before it. */
const saysOtherwise = (words: readonly Said[], place: number): boolean =>
  kinds.some(
    (kind) => words[place]![kind] !== null && words.slice(0, place).some((before) => before[kind] !== null),
  );
/** Whether logs say otherwise of one call. */
export const isContradicted = (words: readonly Said[]): boolean =>
  words.some((_, place) => saysOtherwise(words, place));

/** In E.164 where it is a number of some numbering plan. What is none is a finding of its own, so no row is refused for it. */
export function shownAs(written: string, region: string): string {
  if (written.toLowerCase() === WITHHELD) return WITHHELD;
  try {
    return parseNumber(written, region);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return written;
  }
}

/** The statements that keep the words of calls from a place on, of which each has all its words. */
export function insertWords(
  calls: readonly { call: string; words: readonly Word[]; from: number }[],
  by: string,
  at: string,
): Statement[] {
  const [first, more]: [NewRow[], NewRow[]] = [[], []];
  for (const { call, words, from } of calls)
    for (const [place, word] of words.entries()) {
      const row = { call, ...word, by: word.by ?? by, at: word.at ?? at };
      const otherwise = Number(saysOtherwise(words, place));
      if (place < from) continue;
      if (place === 0) first.push(row);
      else more.push({ ...row, place: String(place).padStart(3, "0"), otherwise });
    }
  return [
    ...(first.length > 0 ? [insertBound(saidBound, first)] : []),
    ...(more.length > 0 ? [insertBound(moreBound, more)] : []),
  ];
}

/** SQL: the word of a kind that counts of a call (SQL of its id), of which `s` is the row of `call_said`. */
export const saidIn = (kind: keyof Said, call = "c.id"): string =>
  `COALESCE(s.${kind}, (SELECT m.${kind} FROM call_said_more m WHERE m.call = ${call} AND m.${kind} IS NOT NULL ORDER BY m.place LIMIT 1))`;

/** SQL: logs say otherwise of a row `c` of `calls`. Those are few, and have an index. */
export const CONTRADICTED = idOf(
  "c.id",
  "(SELECT m.call AS value FROM call_said_more m WHERE m.otherwise = 1)",
);

/** SQL: all words of a call (SQL of its id) in their order, as JSON of Word. */
export function wordsIn(call: string): string {
  const columns = [...kinds, "by", "at"];
  return `(SELECT json_group_array(json_object(${columns.map((name) => `'${name}', w.${name}`).join(", ")})) FROM (
      SELECT ${columns.join(", ")}, '' AS place FROM call_said WHERE call = ${call}
      UNION ALL SELECT ${columns.join(", ")}, place FROM call_said_more WHERE call = ${call} ORDER BY place) w)`;
}
