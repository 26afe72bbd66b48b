/** What some reasons ask to be read before the call. */
import type { Policy } from "../policy/policy.ts";
import type { Facts, Reason } from "./api.ts";

/** The ground that policy declares for calling a register's numbers, or the products that consents are for; else "". */
export function toRead(
  { code, list }: Pick<Reason, "code" | "list">,
  policy: Pick<Policy, "grounds"> | null,
  facts: Pick<Facts, "consents"> | null,
): string {
  if (code === "ground") return policy?.grounds[list ?? ""] ?? "";
  if (code !== "product") return "";
  return (facts?.consents ?? []).flatMap(({ product }) => product ?? []).join("; ");
}
