/** What is said of a role that waits for a second person. */
import type { GrantProposed } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { fill } from "../parts/texts.ts";

const words = deskPeopleEn.proposed;

export const sayProposed = (name: string, { role, countsAt }: GrantProposed): string =>
  fill(countsAt === null ? words.waits : words.alone, { name, role: rolesEn[role] });
