/** The policy's time zone. In a file of its own, as recordings/retention.ts imports Temporal, which pages should not load. */
import type { Policy } from "./policy.ts";
import { regions } from "../law/regions.ts";

/** The time zone of the policy's days: the first one of its default region; UTC without one. */
export const zoneOfPolicy = (policy: Policy): string =>
  regions[policy.numbers.defaultRegion]?.timeZones[0] ?? "UTC";
