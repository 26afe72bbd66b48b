/** Which clock the policy goes by. It stands alone as recordings/retention.ts brings Temporal, which no page should load. */
import type { Policy } from "./policy.ts";
import { regions } from "../law/regions.ts";

/** Where the policy's own days begin: in the first zone of its own region. */
export const zoneOfPolicy = (policy: Policy): string =>
  regions[policy.numbers.defaultRegion]?.timeZones[0] ?? "UTC";
