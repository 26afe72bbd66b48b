/** Whether what a proof tells of a row that changes is its last state then, and which rows it names as altered. */
import { around } from "../../../shared/core/calendar.ts";
import { boundAs, isCompared, tablesOf } from "../../../shared/proof/compared.ts";
import type { AlteredRow, ProofEvent } from "../../../shared/proof/api-events.ts";
import type { ProofRow, ProofTrail } from "../../../shared/proof/api-trail.ts";
import type { NumberProof, Proof } from "../../../shared/proof/api.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { proofCheckEn as t } from "../../../shared/texts/proof/check.en.ts";
import { BOUND } from "../../../shared/trail/bound.ts";
import type { Check } from "./signed.ts";

/** By table and key, the rows of the trail that bind a state of a row, among those quoted and those that lead to a head. */
export type States = ReadonlyMap<string, readonly { seq: number; at: string }[]>;

export function statesIn({ rows, segments }: ProofTrail): States {
  const all = [
    ...rows.map(({ seq, at, code, subject }) => ({ seq, at, code, subject })),
    ...segments.flatMap(({ first, links }) =>
      links.map(([at, , code, subject], i) => ({ seq: first + i, at, code, subject })),
    ),
  ];
  return Map.groupBy(
    all.filter(({ code }) => code === BOUND),
    ({ subject }) => subject.split("@")[0]!,
  );
}

/** The end of a proof's period; null where its zone is none. */
function endOf({ to, zone }: Proof): string | null {
  try {
    return around(to, undefined, 0, zone)[1];
  } catch {
    return null;
  }
}

const rowsNamed = (proof: Proof): readonly AlteredRow[] =>
  proof.about === "number" ? (proof.altered ?? []) : [];

/**
 * What is wrong with the events that bind the rows of a fact: there is none, or it is not the last one. A later one may have come
 * after the period, where the proof names the row.
 */
export const stateFaults = (
  proof: NumberProof,
  fact: ProofEvent,
  rows: ReadonlyMap<number, ProofRow>,
  states: States,
): string[] => tablesOf(fact.what).flatMap((table) => faultsIn(table, proof, fact, rows, states));

/** Whether the trail binds the row that a fact is about, whenever it was stored: by the proof's release and what it says. */
function isBound({ what, rows: cited }: ProofEvent, rows: ReadonlyMap<number, ProofRow>, trail: ProofTrail) {
  const { boundFrom, statesFrom, factsFrom, turnedFrom } = trail;
  // Those that are not bound later, but as they are stored; or, as calls of before, by their next change alone.
  const isSince = (from: number | null | undefined) =>
    cited.some((seq) => seq >= (from ?? Infinity) && rows.get(seq)?.origin !== "returned");
  switch (what) {
    case "call":
      return isSince(boundFrom);
    // Proofs of older versions do not quote these.
    case "recording":
      return factsFrom !== undefined && isSince(boundFrom);
    case "lookup":
      return isSince(factsFrom);
    case "turned":
      return isSince(turnedFrom);
    case "request":
      return typeof factsFrom === "number";
    default:
      return typeof statesFrom === "number";
  }
}

function faultsIn(
  table: string,
  proof: NumberProof,
  fact: ProofEvent,
  rows: ReadonlyMap<number, ProofRow>,
  states: States,
): string[] {
  const { what, ref } = fact;
  const own = fact.rows.filter((seq) => rows.get(seq)?.bound?.table === table);
  if (own.length === 0) return isBound(fact, rows, proof.trail) ? [fill(t.facts.unbound, { what, ref })] : [];
  const end = endOf(proof);
  const isNamed = rowsNamed(proof).some((row) => row.told && row.table === table && row.ref === ref);
  const later = (states.get(boundAs(table, ref)) ?? []).find(
    ({ seq, at }) => seq > Math.max(...own) && !(isNamed && end !== null && at >= end),
  );
  return later ? [fill(t.facts.later, { seq: later.seq, ref })] : [];
}

/** What is wrong with the rows that a proof names as altered: it tells of one that it must not, or its row of the trail is another's. */
export function alteredFaults(proof: Proof, rows: ReadonlyMap<number, ProofRow>): string[] {
  const events = proof.about === "number" ? proof.events : [];
  return rowsNamed(proof).flatMap(({ table, ref, how, seq, told }) => {
    const isTold = events.some((event) => tablesOf(event.what).includes(table) && event.ref === ref);
    if (isTold && !told) return [fill(t.altered.told, { ref })];
    if (seq === null) return how === "unknown" ? [] : [fill(t.altered.unsaid, { ref })];
    const row = rows.get(seq);
    const name = row?.code === BOUND ? row.subject.split("@")[0] : null;
    return name === (how === "erased" ? `erased/${table}/${ref}` : boundAs(table, ref))
      ? []
      : [fill(t.altered.unsaid, { ref })];
  });
}

/** What a reader must know of the stored rows, though the document holds. None of a proof of an older release. */
export function alteredCheck(proof: Proof): Check[] {
  if (proof.about !== "number" || proof.altered === undefined) return [];
  const { altered, trail, events } = proof;
  const rows = new Map(trail.rows.map((row) => [row.seq, row]));
  const others = events.filter((event) => !isCompared(event, rows));
  const unread = (trail.unread ?? []).map(([first, last]) => fill(t.altered.unread, { first, last }));
  const named = altered.map(({ table, ref, how, seq, at, code, told }) =>
    [
      fill(t.altered.how[how], { table, ref, seq: seq ?? "", at: at ?? "", code: code ?? "" }),
      t.altered.tells[told ? "yes" : "no"],
    ].join(" "),
  );
  const parts = [
    ...(events.some(({ what }) => what === "recording" || what === "turned") ? [t.altered.part] : []),
    ...(events.some((event) => event.what === "screening" && event.compared) ? [t.altered.screened] : []),
  ];
  const bare =
    others.length > 0 ? [plural(english, t.altered.bare, others.length, { what: kindsOf(others) })] : [];
  const notes = [...named, ...unread, ...bare, ...parts];
  if (notes.length === 0) return [{ check: "altered", ok: true, text: t.altered.none }];
  const head = altered.length > 0 ? plural(english, t.altered.some, altered.length) : t.altered.rest;
  return [{ check: "altered", ok: true, said: "note", text: [head, ...notes].join("\n  ") }];
}

/** How many there are of each kind of fact: `screening 2, lookup 1`. */
const kindsOf = (events: readonly ProofEvent[]): string =>
  [...Map.groupBy(events, ({ what }) => what)].map(([what, all]) => `${what} ${all.length}`).join(", ");
