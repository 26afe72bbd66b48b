/** Which recordings an officer asked to erase, or a request's decision, as the trail says. */
import type { Env } from "../../env.ts";
import { saidOf } from "../../trail/agreed.ts";

const ASKED = ["recording.erase-asked"];
const DECIDED = ["request.comply", "request.partial"];

export async function askedFor(env: Env, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { results } = await env.DB.prepare(
    `SELECT j.value AS id, i.request FROM json_each(?) j CROSS JOIN request_items i
     ON i.ref = j.value AND i.kind = 'recording' AND i.decision = 'comply'`,
  )
    .bind(JSON.stringify(ids))
    .all<{ id: string; request: string }>();
  const requests = [...new Set(results.map(({ request }) => request))];
  const [asked, decided] = [await saidOf(env, ids, ASKED), await saidOf(env, requests, DECIDED)];
  return new Set([
    ...ids.filter((id) => asked.has(id)),
    ...results.flatMap(({ id, request }) => (decided.has(request) ? [id] : [])),
  ]);
}
