import type { In } from "../language.ts";
import { rolesEn } from "./roles.en.ts";
import { rolesPl } from "./roles.pl.ts";

export const roleTexts: In<typeof rolesEn> = { en: rolesEn, pl: rolesPl };
