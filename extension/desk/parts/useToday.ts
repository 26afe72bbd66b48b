/** Today's date in the policy's time zone: the Worker erases recordings and counts deadlines by that clock. */
import { useMemo } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { useApi } from "./api.ts";

/** YYYY-MM-DD. By this device's zone until the policy has loaded. */
export function useToday(): string {
  const policy = useApi<PolicyAnswer>("/v1/policy").data?.policy;
  const zone = policy && zoneOfPolicy(policy);
  // Swedish dates are written as in ISO 8601.
  return useMemo(() => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }), [zone]).format(Date.now());
}
