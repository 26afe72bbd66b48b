/** Who could be a second person, and what becomes of a proposal where nobody could. */
import type { Role } from "../people/api.ts";

export interface Second {
  /** The roles that may approve something, and that somebody else holds, or has lost within a week. */
  others: Role[];
  /** The company was set up within a day: there is nobody else yet. */
  setUpDay: boolean;
}

/** `person`: somebody else approves it. `day`: it counts after 24 hours. `none`: it counts at once. */
export type Wait = "person" | "day" | "none";

/** `roles`: who may approve it. `role`: of the person whose change it is. */
export function waitOf(roles: readonly Role[], role: Role, { others, setUpDay }: Second): Wait {
  if (roles.some((one) => others.includes(one))) return "person";
  return setUpDay && role === "admin" ? "none" : "day";
}
