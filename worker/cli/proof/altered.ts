/** Whether what a proof tells of a row that changes is its last state then, and which rows it names as altered. */
import { around } from "../../../shared/core/calendar.ts";
import { boundBy } from "../../../shared/proof/bound-row.ts";
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
 * What is wrong with the event that binds the row of a fact: there is none, or it is not the last one. A later one may have come
 * after the period, where the proof names the row.
 */
export function stateFaults(
  proof: NumberProof,
  { what, ref, rows: cited }: ProofEvent,
  rows: ReadonlyMap<number, ProofRow>,
  states: States,
): string[] {
  const { boundFrom, statesFrom } = proof.trail;
  const table = boundBy(what)!;
  const own = cited.filter((seq) => rows.get(seq)?.bound?.table === table);
  if (own.length === 0) {
    // Calls of before are bound by their next change alone.
    const from =
      what === "call" ? Math.max(...cited) >= (boundFrom ?? Infinity) : typeof statesFrom === "number";
    return from ? [fill(t.facts.unbound, { what, ref })] : [];
  }
  const end = endOf(proof);
  const isNamed = rowsNamed(proof).some((row) => row.told && row.table === table && row.ref === ref);
  const later = (states.get(`${table}/${ref}`) ?? []).find(
    ({ seq, at }) => seq > Math.max(...own) && !(isNamed && end !== null && at >= end),
  );
  return later ? [fill(t.facts.later, { seq: later.seq, ref })] : [];
}

/** What is wrong with the rows that a proof names as altered: it tells of one that it must not, or its row of the trail is another's. */
export function alteredFaults(proof: Proof, rows: ReadonlyMap<number, ProofRow>): string[] {
  const events = proof.about === "number" ? proof.events : [];
  return rowsNamed(proof).flatMap(({ table, ref, how, seq, told }) => {
    const isTold = events.some((event) => boundBy(event.what) === table && event.ref === ref);
    if (isTold && !told) return [fill(t.altered.told, { ref })];
    if (seq === null) return how === "unknown" ? [] : [fill(t.altered.unsaid, { ref })];
    const row = rows.get(seq);
    const name = row?.code === BOUND ? row.subject.split("@")[0] : null;
    return name === `${how === "erased" ? "erased/" : ""}${table}/${ref}`
      ? []
      : [fill(t.altered.unsaid, { ref })];
  });
}

/** What a reader must know of the stored rows, though the document holds. None of a proof of an older release. */
export function alteredCheck(proof: Proof): Check[] {
  if (proof.about !== "number" || proof.altered === undefined) return [];
  const { altered, trail } = proof;
  const unread = (trail.unread ?? []).map(([first, last]) => fill(t.altered.unread, { first, last }));
  const named = altered.map(({ table, ref, how, seq, at, code, told }) =>
    [
      fill(t.altered.how[how], { table, ref, seq: seq ?? "", at: at ?? "", code: code ?? "" }),
      t.altered.tells[told ? "yes" : "no"],
    ].join(" "),
  );
  if (named.length + unread.length === 0) return [{ check: "altered", ok: true, text: t.altered.none }];
  const head = altered.length > 0 ? [plural(english, t.altered.some, altered.length)] : [];
  return [{ check: "altered", ok: true, said: "note", text: [...head, ...named, ...unread].join("\n  ") }];
}
