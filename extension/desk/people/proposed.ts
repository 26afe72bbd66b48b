/** What is said of a role that waits for a second person. */
import type { GrantProposed } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";

const words = deskPeopleEn.proposed;

export const sayProposed = (name: string, { role, countsAt }: GrantProposed): string =>
  countsAt === null
    ? fill(words.waits, { name, role: rolesEn[role] })
    : fill(words.alone, { name, role: rolesEn[role], date: sayTime(countsAt) });
