/** The policy of a Worker, changed for a test: what loosens it waits for a second person, who approves it here. */
import { call } from "../../../scripts/lib/seed.ts";
import type { PolicyAnswer, PolicySaved, Proposal } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";

/** Two people who are not the same: one saves, and an administrator approves. */
interface Two {
  saves: string;
  approves: string;
}

/** Answers the version that is in force then. A policy that stays as it is is no error. */
export async function changePolicy(
  url: string,
  { saves, approves }: Two,
  change: (policy: Policy) => Policy,
  why = "A test",
): Promise<number> {
  const { version, policy } = await call<PolicyAnswer>(url, saves, "GET", "/v1/policy");
  const body = { policy: change(policy), why };
  const saved = await call<PolicySaved>(url, saves, "PUT", "/v1/policy", body, {
    "if-match": `"${version}"`,
  }).catch((error: unknown) => {
    if (!String(error).includes("policy-same")) throw error;
    return null;
  });
  if (!saved?.proposed) return saved?.version ?? version;
  const path = `/v1/proposals/${saved.proposed.id}/approve`;
  return (await call<Proposal>(url, approves, "POST", path)).version!;
}
