/** Entries, consents and parties in brief, for the facts of a number: as they are, or as they were at a past moment. */
import type { Facts } from "../../shared/check/api.ts";
import type {
  ConsentBasis,
  ConsentKind,
  ObjectionScope,
  PartyKind,
  PartySource,
  Suppression,
} from "../../shared/do-not-call/api.ts";
import { ATTEMPTS, kindOf, lastDayOf, sevenDaysAfter } from "../../shared/do-not-call/kind.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { query } from "../core/batch.ts";
import { ofWords, said } from "./refusals.ts";

/**
 * `at` is when an entry was made on this number, `saidAt` when it was said: an objection spreads later. `words`: when it was said
 * again (JSON: Word).
 */
export interface BriefEntry {
  id: string;
  number: number;
  kind: Suppression["kind"];
  reason: string;
  at: string;
  saidAt: string;
  words: string;
  until: string | null;
  endedAt: string | null;
  scope: ObjectionScope;
  keepsLine: number;
}
/** When it was entered, and when it was said. */
type Word = [at: string, said: string];
/** `at` is when a consent was entered, `givenAt` when it was given. */
export interface BriefConsent {
  id: string;
  number: number;
  basis: ConsentBasis;
  kind: ConsentKind | null;
  givenAt: string;
  until: string | null;
  /** JSON */
  calls: string;
  medium: "call" | "message" | null;
  day: string | null;
  caller: string;
  product: string;
  lasting: number;
  evidenced: number;
  proven: number;
  state: "review" | "good" | "refused";
  reviewedAt: string | null;
  doneAt: string | null;
  /** A CRM's record claims it, and no person entered it. */
  claimed: number;
  at: string;
  withdrawnAt: string | null;
  /** JSON: the uses of all of the number's consents (Use). */
  uses: string;
}
/** A use of one of a number's consents, or that somebody said that its conversation happened. */
export interface Use {
  consent: string;
  ref: string;
  at: string;
  what: "attempt" | "talked" | "done";
  /** When that consent was given. */
  givenAt: string;
}

/** Somebody's word on whose line a number is. */
export interface BriefParty {
  id: string;
  number: number;
  party: PartyKind;
  source: PartySource;
  at: string;
  endedAt: string | null;
}

/**
 * The stored basis of a consent that has a kind, and its basis as a fact. Readers that know no kinds, an extension that
 * was not updated or a Worker that was put back, take every other basis for consent to any call: what is weaker reaches them
 * as no consent at all.
 */
export const BASIS = "service";

/** SQL: what a row of consents is, as `kindOf` says it. */
export const kindIn = (of: string): string =>
  `COALESCE(${of}.kind, CASE WHEN ${of}.soft_opt_in = 1 THEN 'soft-opt-in'
     WHEN ${of}.basis = 'consent' THEN 'notification' ELSE ${of}.basis END)`;
export const kindColumn = kindIn("c");
/** SQL: its kind where it has one. A Worker of 0019 marks a soft opt-in. */
export const storedKind = (of: string): string =>
  `COALESCE(${of}.kind, IIF(${of}.soft_opt_in = 1, 'soft-opt-in', NULL))`;

/** SQL: a CRM's record claims it (`connector`, the connector's id and the record), and no person entered it: true or false. */
export const claimedIn = (of: string): string =>
  `${of}.evidence GLOB 'connector ????????-????-????-????-???????????? *'`;

/** A condition on rows of a kind of item: no erasure left them as a proof alone, which counts for nothing else. */
export const unrestricted = (kind: "dial" | "call" | "consent", ref: string): string =>
  `NOT EXISTS (SELECT 1 FROM restricted x WHERE x.kind = '${kind}' AND x.ref = ${ref})`;

const entries = `SELECT s.id, s.number, s.kind, s.reason, s.at, ${said} AS saidAt,
    IIF(s.kind = 'objection', ${ofWords("json_group_array(json_array(w.at, COALESCE(w.heard_at, w.at)))", "COALESCE(o.number, s.number)")}, '[]') AS words, s.until, s.ended_at AS endedAt,
    IIF(s.origin IS NOT NULL AND s.keeps_line = 1, 'unsaid', s.scope) AS scope, s.keeps_line AS keepsLine
  FROM suppressions s LEFT JOIN suppressions o ON o.id = s.origin
  WHERE s.number IN (SELECT value FROM json_each(?))`;
const vouched = "(words <> '' OR evidence <> '') AND state = 'good' AND reviewed_at IS NOT NULL";
/** SQL: a consent is proven, or evidenced, as `isProven` and `isEvidenced` of shared/do-not-call/kind.ts say it. */
const provenColumn = `kind IS NOT NULL AND (${vouched} OR words <> '' AND how <> '' AND proof <> '')`;
export const evidencedIn = (of: string): string => `CASE ${kindIn(of)}
  WHEN 'solicited' THEN ${vouched} OR words <> '' AND how <> ''
  WHEN 'soft-opt-in' THEN ${vouched} OR state = 'good' AND words = '' AND evidence <> ''
    OR words <> '' AND how <> '' AND proof <> '' AND product <> ''
  ELSE ${provenColumn} END`;
const asUse = (what: string, at: string, ref: string): string =>
  `json_object('consent', k.id, 'ref', ${ref}, 'at', ${at}, 'what', ${what}, 'givenAt', k.given_at)`;
const consents = `SELECT c.id, c.number, c.basis, ${storedKind("c")} AS kind, c.given_at AS givenAt, c.until, c.calls, c.medium, c.day, c.lasting,
    c.caller, c.product, ${evidencedIn("c")} AS evidenced, ${provenColumn} AS proven, c.state,
    c.reviewed_at AS reviewedAt, c.done_at AS doneAt, ${claimedIn("c")} AS claimed, c.at, c.withdrawn_at AS withdrawnAt,
    (SELECT json_group_array(json(use)) FROM (
       SELECT ${asUse("u.what", "u.at", "u.ref")} AS use FROM consents k JOIN consent_uses u ON u.consent = k.id
         WHERE k.number = c.number
       UNION ALL SELECT ${asUse("'done'", "k.done_at", "''")} FROM consents k
         WHERE k.number = c.number AND k.done_at IS NOT NULL)) AS uses
  FROM consents c WHERE c.number IN (SELECT value FROM json_each(?)) AND ${unrestricted("consent", "c.id")}`;

/** The entries of some numbers (JSON), with those that have ended, oldest first. */
export const allEntriesOf = (numbers: string) => query<BriefEntry>(`${entries} ORDER BY s.at`, numbers);

/** The consents of some numbers (JSON), oldest first: those that are live, or with those that were withdrawn. */
export const liveConsentsOf = (numbers: string) =>
  query<BriefConsent>(`${consents} AND c.withdrawn_at IS NULL ORDER BY c.given_at`, numbers);
export const allConsentsOf = (numbers: string) =>
  query<BriefConsent>(`${consents} ORDER BY c.given_at`, numbers);

const parties = `SELECT id, number, party, source, at, ended_at AS endedAt FROM parties
  WHERE number IN (SELECT value FROM json_each(?))`;

/** Whose lines some numbers (JSON) are, oldest first: as said now, or with what has ended. */
export const livePartiesOf = (numbers: string) =>
  query<BriefParty>(`${parties} AND ended_at IS NULL ORDER BY at`, numbers);
export const allPartiesOf = (numbers: string) => query<BriefParty>(`${parties} ORDER BY at`, numbers);

/** Whose line a number is, by the sources that policy names: the newest word, if none disagrees. */
export function partyFact(said: readonly BriefParty[], policy: Policy): Pick<Facts, "party"> {
  const named = said.filter(({ source }) => policy.parties.from.includes(source));
  const last = named.at(-1);
  if (!last || named.some(({ party }) => party !== last.party)) return {};
  return { party: { party: last.party, source: last.source, at: last.at } };
}

/** As a fact of the moment `now`: it is as of when it was said last. */
export const entryFact = (entry: BriefEntry, now = Infinity): Facts["suppressions"][number] => ({
  kind: entry.kind,
  reason: entry.reason,
  at: (JSON.parse(entry.words) as Word[]).reduce(
    (last, [at, said]) => (said > last && Date.parse(at) <= now ? said : last),
    entry.saidAt,
  ),
  until: entry.until,
  ...(entry.scope === "line" ? {} : { scope: entry.scope }),
  ...(entry.keepsLine === 1 ? { keepsLine: true as const } : {}),
});

/** A consent as facts of it name it, for a call that uses it: its id, and the calls that used it before. */
export interface Rested {
  id: string;
  refs: readonly string[];
}
/** Of each fact, the row that it is of: no answer has it. */
const rowOf = new WeakMap<Facts["consents"][number], BriefConsent>();
/** Of a fact that `consentFact` made. */
export function restedOn(fact: Facts["consents"][number]): Rested {
  const { id, uses } = rowOf.get(fact)!;
  return { id, refs: (JSON.parse(uses) as Use[]).flatMap((use) => (use.consent === id ? [use.ref] : [])) };
}

/** The uses of a number's consents by calls of logs alone since a moment: a dial has a number, a logged call another id. */
export const loggedSince = ({ uses }: BriefConsent, since: number): string[] =>
  (JSON.parse(uses) as Use[]).flatMap(({ ref, at }) =>
    !/^\d*$/.test(ref) && Date.parse(at) > since ? [ref] : [],
  );

/** Whether uses of a consent end it. */
export const usesLimit = (c: BriefConsent): boolean => c.state === "review" || kindOf(c) === "solicited";

/**
 * A consent as a fact of the moment `now`; none where it was over. Uses after `used` do not count yet, nor those by the dials
 * `except`: a call that is judged later, or by another layer, must not be held against itself.
 *
 * A request is used by every call since it was given, whatever row that rested on: to enter it once more brings no calls.
 */
export function consentFact(
  c: BriefConsent,
  now: number,
  used = now,
  except: ReadonlySet<string> | null = null,
): Facts["consents"] {
  const reviewed = isBy(c.reviewedAt, now);
  // An entry of somebody who may not record consents holds for one general call back, if it is for one, until its review; a CRM's
  // claim for none.
  const provisional = c.state === "review" || (c.reviewedAt !== null && !reviewed);
  if (c.state === "refused" && reviewed) return [];
  const asked = kindOf(c) === "solicited";
  const given = Date.parse(c.givenAt);
  const its = (JSON.parse(c.uses) as Use[])
    .filter(({ at, ref }) => isBy(at, used) && !except?.has(ref))
    .filter(
      (use) =>
        use.consent === c.id || (asked && Date.parse(use.what === "done" ? use.givenAt : use.at) >= given),
    );
  const calls = new Set(its.flatMap(({ what, ref }) => (what === "done" ? [] : [ref])));
  const left = (provisional ? 1 - c.claimed : ATTEMPTS) - calls.size;
  const happened = its.some(({ what }) => what !== "attempt");
  if ((provisional || asked) && (left <= 0 || happened)) return [];
  const week = sevenDaysAfter(c.givenAt);
  // Its named day is a fact of its own, as that ends where the called person is.
  const last = provisional ? week : c.until;
  // A Worker that was put back to the version of 0018 wrote this basis as it is.
  const stored = c.kind ?? (c.basis === "soft-opt-in" ? c.basis : null);
  const kind = provisional && stored === "prior" ? "notification" : stored;
  const fact: Facts["consents"][number] = {
    ...{ basis: kind === null ? c.basis : BASIS, givenAt: c.givenAt },
    until: last !== null && c.until !== null && c.until < last ? c.until : last,
    ...(kind === null ? {} : { kind, calls: JSON.parse(c.calls) as Calls }),
    ...(c.medium === null ? {} : { medium: c.medium }),
    ...(asked ? { day: lastDayOf(c) } : {}),
    ...(c.until === null ? {} : { ends: c.until }),
    ...(c.caller === "" ? {} : { caller: c.caller }),
    ...(c.product === "" ? {} : { product: c.product }),
    ...(c.lasting === 1 ? { lasting: true as const } : {}),
    ...(provisional || asked ? { left } : {}),
    ...(kind === null ? {} : { evidenced: c.evidenced === 1 }),
    ...(asked && kind !== null && c.evidenced === 1 && c.proven === 0 ? { unproven: true as const } : {}),
    ...(provisional ? { provisional: true as const } : {}),
  };
  rowOf.set(fact, c);
  return [fact];
}
type Calls = NonNullable<Facts["consents"][number]["calls"]>;

const isBy = (at: string | null, moment: number): boolean => at !== null && Date.parse(at) <= moment;

/** Whether something existed at a moment, from when it was entered and when it ended. */
export const existed = (
  { at, endedAt, withdrawnAt }: { at: string; endedAt?: string | null; withdrawnAt?: string | null },
  now: number,
): boolean => Date.parse(at) <= now && !(Date.parse(endedAt ?? withdrawnAt ?? "") <= now);
