/** Who is told by mail when something is wrong with recordings. */
export async function watchers(db: D1Database): Promise<{ id: string; email: string }[]> {
  const { results } = await db
    .prepare(
      "SELECT id, email FROM people WHERE active = 1 AND kind = 'person' AND role IN ('compliance', 'admin')",
    )
    .all<{ id: string; email: string }>();
  return results;
}
