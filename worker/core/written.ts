/**
 * What the Ledger remembers of the last row that it wrote, in its own storage, where the database's owner cannot write: so rows
 * that are taken from the end of the trail are missed, also once others were written in their place.
 */
import type { LinkedRow } from "../../shared/trail/chain.ts";
import type { AuditKey } from "./audit-key.ts";
import type { Change, Lost, Written } from "./change.ts";

/** Its events: a key is in force from here on; an end of the trail is not there any more; an officer says why it is not. */
export const KEYED = { code: "evidence.keyed" } as const;
const CUT = { code: "evidence.cut" } as const;
export const RESTORED = { code: "evidence.restored" } as const;

/** Ends that are remembered: who cuts more often is found by these. */
const MOST = 100;

/** The newest row of the trail; and the hash of the one that the Ledger wrote last, where the table has it. */
export interface Head extends Pick<LinkedRow, "seq" | "hash" | "mac"> {
  was: string | null;
}

/** The end that the trail no longer leads to. Null: it does, also where rows follow whose writing was not remembered. */
export const lostAt = ({ seq, was }: Head, written: Written | null): Lost | null =>
  !written || was === written.hash
    ? null
    : { first: Math.min(seq + 1, written.seq), last: written.seq, hash: written.hash };

export const nameOf = ({ first, last }: Pick<Lost, "first" | "last">): string => `${first}-${last}`;
/** The last rows of what an officer's event names: `41-57 60-60`. */
const lastsIn = (subject: string): number[] => subject.split(" ").map((name) => Number(name.split("-")[1]));

/** Says on the trail itself that the end is not there. */
export const cutOf = (lost: Lost): Change => ({
  actor: "system",
  event: { ...CUT, subject: nameOf(lost), payload: lost },
  statements: [],
});

/** What is remembered once these rows were written, the newest last. */
export function writtenNow(
  {
    before,
    head,
    lost,
    key,
  }: { before: Written | null; head: Head; lost: Lost | null; key: AuditKey | null },
  rows: readonly LinkedRow[],
): Written {
  const { seq, hash } = rows.at(-1)!;
  // A release that remembered nothing may have said it long ago: its newest row has its code.
  const isIn = !before && key !== null && head.mac === key.mac(head.hash);
  const keyed = { ...before?.keyed, ...(isIn && { [key.thumbprint]: head.seq }) };
  const said = rows.find(({ code, subject }) => code === KEYED.code && subject === key?.thumbprint);
  if (said) keyed[said.subject] ??= said.seq;
  const ends = [...(before?.lost ?? []), ...(lost ? [lost] : [])];
  const accounted = rows
    .filter(({ code }) => code === RESTORED.code)
    .flatMap(({ subject }) => lastsIn(subject));
  return {
    ...{ seq, hash, keyed },
    lost: ends.filter(({ last }) => !accounted.includes(last)).slice(0, MOST),
  };
}
