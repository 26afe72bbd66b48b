/** The people by id, for rows that name who did something. */
import type { PeopleAnswer, Person } from "../../../shared/people/api.ts";
import { useApi } from "./api.ts";

/** `nameOf` gives the id itself until the names have loaded. People who have left are included. */
export function usePeople(): { people: Person[]; nameOf: (id: string) => string } {
  const people = useApi<PeopleAnswer>("/v1/people").data?.people ?? [];
  const names = new Map(people.map((person) => [person.id, person.name]));
  return { people, nameOf: (id) => names.get(id) ?? id };
}
