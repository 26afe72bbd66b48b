/** Which recordings an officer asked to erase, or a request's decision, as the trail says. */
import type { Env } from "../../env.ts";
import { lastSaid } from "../../trail/agreed.ts";

const ASKED = ["recording.erase-asked"];
const DECIDED = ["request.comply", "request.partial"];

export async function askedFor(
  env: Env,
  ids: readonly string[],
): Promise<{
  asked: ReadonlySet<string>;
  /** An archive that was not read may say it of others that came before it ended (`lastSaid`). */
  unreadTo: number;
}> {
  if (ids.length === 0) return { asked: new Set(), unreadTo: -Infinity };
  const { results } = await env.DB.prepare(
    `SELECT j.value AS id, i.request FROM json_each(?) j CROSS JOIN request_items i
     ON i.ref = j.value AND i.kind = 'recording' AND i.verdict = 'confirmed' AND i.decision = 'comply'`,
  )
    .bind(JSON.stringify(ids))
    .all<{ id: string; request: string }>();
  const requests = [...new Set(results.map(({ request }) => request))];
  const [byHand, decided] = [await lastSaid(env, ids, ASKED), await lastSaid(env, requests, DECIDED)];
  return {
    asked: new Set([
      ...ids.filter((id) => byHand.said.has(id)),
      ...results.flatMap(({ id, request }) => (decided.said.has(request) ? [id] : [])),
    ]),
    unreadTo: Math.max(byHand.unreadTo, decided.unreadTo),
  };
}
