/** The names of the roles, in English (United Kingdom). */
import type { Role } from "../../people/api.ts";

export const rolesEn: Record<Role, string> = {
  agent: "agent",
  manager: "manager",
  compliance: "compliance officer",
  admin: "administrator",
};
