/** An integration's scopes, as people read them. */
import type { Person } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { scopesEn } from "../../../shared/texts/people/scopes.en.ts";

export const sayScopes = ({ scopes }: Pick<Person, "scopes">): string =>
  scopes?.map((scope) => scopesEn[scope].name).join(", ") || deskPeopleEn.person.noScopes;
