/** Who the agents of a log are. The desk may say so (call_agents); otherwise an e-mail address or a name does. */

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
): Promise<(agent: string | null) => string | null> {
  const names = [...new Set(agents.map((agent) => agent.toLowerCase()))];
  if (names.length === 0) return () => null;
  const [said, people] = (await db.batch([
    db
      .prepare("SELECT agent, person FROM call_agents WHERE agent IN (SELECT value FROM json_each(?))")
      .bind(JSON.stringify(names)),
    db.prepare("SELECT id, lower(email) AS email, lower(name) AS name FROM people WHERE kind = 'person'"),
  ])) as [D1Result<{ agent: string; person: string }>, D1Result<{ id: string; email: string; name: string }>];
  const bySaid = new Map((how === "as said" ? said.results : []).map(({ agent, person }) => [agent, person]));
  const found = (agent: string): string | null => {
    const byEmail = people.results.find(({ email }) => email === agent);
    if (byEmail) return byEmail.id;
    const named = people.results.filter(({ name }) => name === agent);
    return named.length === 1 ? named[0]!.id : null;
  };
  return (agent) => {
    if (agent === null) return null;
    const name = agent.toLowerCase();
    return bySaid.get(name) ?? found(name) ?? found(bare(name));
  };
}
