/** What some reasons ask to be read before the call. */
import type { Facts, Reason } from "./api.ts";
import { type Context, usesOf } from "./verdict.ts";

/**
 * The ground that policy declares for calling a register's numbers, or the products of the consents that count for this
 * call; else "".
 */
export function toRead(reason: Reason, known: { facts: Facts | null; context: Context } | null): string {
  if (reason.code === "ground") return known?.context.policy.grounds[reason.list ?? ""] ?? "";
  if (reason.code !== "product" || !known?.facts) return "";
  const used = usesOf({ verdict: "caution", reasons: [reason] }, known.facts, known.context);
  return used.flatMap(({ product, provisional }) => (provisional ? [] : (product ?? []))).join("; ");
}
