/** Which items of a request are refused when a decision in part begins, and why. */
import type { RequestItem } from "../../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../../shared/texts/privacy-requests/desk.en.ts";

export interface Why {
  ground: string;
  other: string;
  reasons: string;
  /** Kept as proof until this day; empty: not for that. */
  keepUntil: string;
}
export const unsaid: Why = { ground: "", other: "", reasons: "", keepUntil: "" };
export const isProof = ({ ground }: Why, { kind }: RequestItem): boolean =>
  (ground === "protection" || ground === "legal-obligation") &&
  (kind === "dial" || kind === "call" || kind === "consent");

/** Law wants the proof of a consent: kept until its day, it is used for nothing else. */
const lawful = (keepUntil: string): Why => ({
  ...{ ground: "legal-obligation", other: "", reasons: deskRequestsEn.deny.lawReasons },
  keepUntil,
});

const isOpen = ({ verdict, doneAt }: RequestItem): boolean => verdict === "confirmed" && doneAt === null;

/** The consents that an erasure may not delete yet, as law wants their proof. */
export const wantedProofs = (items: readonly RequestItem[], today: string): RequestItem[] =>
  items.filter((item) => isOpen(item) && (item.proofUntil ?? "") >= today);

/**
 * By the items' ids: those that were refused before, by a refusal of all of it with that one's reasons, and those that law wants kept.
 * `today`: of an erasure; null of an access.
 */
export function refusedOf(
  items: readonly RequestItem[],
  today: string | null,
  all: Pick<RequestItem, "ground" | "other" | "reasons">,
): Record<string, Why> {
  const proofs = today === null ? [] : wantedProofs(items, today);
  const before = items.filter((item) => isOpen(item) && item.decision === "deny");
  return Object.fromEntries([
    ...proofs.map(({ id, proofUntil }): [string, Why] => [id, lawful(proofUntil!)]),
    ...before.map((item): [string, Why] => {
      const { ground, other, reasons } = item.ground === null ? all : item;
      const keepUntil = item.keptUntil ?? "";
      return [item.id, { ground: ground ?? "", other: other ?? "", reasons: reasons ?? "", keepUntil }];
    }),
  ]);
}
