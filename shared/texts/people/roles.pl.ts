/** The names of the roles, in Polish. */
import type { rolesEn } from "./roles.en.ts";

export const rolesPl: typeof rolesEn = {
  agent: "agent",
  manager: "menedżer",
  compliance: "specjalista ds. zgodności",
  admin: "administrator",
};
