/** Who the agents of a log are. The desk may say so (call_agents); otherwise an e-mail address or a name does. */

import { query, runBatch } from "../core/batch.ts";

/** Strips what softphones add to a user's name: `client:ann`, `sip:ann@example.com;transport=tls`. */
const bare = (agent: string): string => agent.replace(/^(client|sips?):/, "").replace(/;.*$/, "");

/**
 * Finds the person (id) of each agent: by what the desk said, by e-mail address, or by a name that only one person has.
 * "by themselves" ignores what the desk said.
 */
export async function personsOf(
  db: D1Database,
  agents: readonly string[],
  how: "as said" | "by themselves" = "as said",
): Promise<PersonOf> {
  if (agents.length === 0) return () => null;
  const { said, people } = await runBatch(db, personQueries(agents));
  return personsIn({ said: how === "as said" ? said : [], people });
}

export type PersonOf = (agent: string | null) => string | null;
interface Found {
  said: { agent: string; person: string }[];
  people: { id: string; email: string; name: string }[];
}

/** For a batch with other reads: `personsIn` reads their rows. Through the indexes of people_names (migration 0087). */
export function personQueries(agents: readonly string[]) {
  const names = [...new Set(agents.map((agent) => agent.toLowerCase()))];
  const asked = JSON.stringify([...new Set(names.flatMap((name) => [name, bare(name)]))]);
  const among = (column: string) => `SELECT id, lower(email) AS email, lower(name) AS name FROM people
    WHERE kind = 'person' AND lower(${column}) IN (SELECT value FROM json_each(?1))`;
  return {
    said: query<Found["said"][number]>(
      "SELECT agent, person FROM call_agents WHERE agent IN (SELECT value FROM json_each(?))",
      JSON.stringify(names),
    ),
    people: query<Found["people"][number]>(`${among("email")} UNION ${among("name")}`, asked),
  };
}

export function personsIn({ said, people }: Found): PersonOf {
  const bySaid = new Map(said.map(({ agent, person }) => [agent, person]));
  const found = (agent: string): string | null => {
    const byEmail = people.find(({ email }) => email === agent);
    if (byEmail) return byEmail.id;
    const named = people.filter(({ name }) => name === agent);
    return named.length === 1 ? named[0]!.id : null;
  };
  return (agent) => {
    if (agent === null) return null;
    const name = agent.toLowerCase();
    return bySaid.get(name) ?? found(name) ?? found(bare(name));
  };
}
