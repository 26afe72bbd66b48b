/** Days are those of the place that the policy is of: recordings go, and requests run out, by its clock. */
import { useMemo } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { useApi } from "./api.ts";

/** YYYY-MM-DD. */
export function useToday(): string {
  const policy = useApi<PolicyAnswer>("/v1/policy").data?.policy;
  const zone = policy && zoneOfPolicy(policy);
  // The Swedes write their days as ISO 8601 does.
  return useMemo(() => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }), [zone]).format(Date.now());
}
