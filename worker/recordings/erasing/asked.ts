/** Which recordings an officer asked to erase, or a request's decision, as the trail says. */
import type { Env } from "../../env.ts";
import { lastSaid } from "../../trail/archived/last-said.ts";
import { archivesBehind, ASKED, DECIDED } from "../../trail/events.ts";

/** An archive's last row, and its moment in milliseconds. */
interface Ended {
  lastSeq: number;
  to: number;
}

/** The database keeps what asks for an erasure when it leaves for the archive, so that no archive is read here. */
export async function askedFor(
  env: Env,
  ids: readonly string[],
): Promise<{
  asked: ReadonlySet<string>;
  /** Archives from which it was not kept yet, and those that cannot be read: they may say it of others that came before their ends. */
  left: readonly Ended[];
  unread: readonly Ended[];
}> {
  if (ids.length === 0) return { asked: new Set(), left: [], unread: [] };
  const { results } = await env.DB.prepare(
    `SELECT j.value AS id, i.request FROM json_each(?) j CROSS JOIN request_items i
     ON i.ref = j.value AND i.kind = 'recording' AND i.verdict = 'confirmed' AND i.decision = 'comply'`,
  )
    .bind(JSON.stringify(ids))
    .all<{ id: string; request: string }>();
  const requests = [...new Set(results.map(({ request }) => request))];
  const [byHand, decided] = [await lastSaid(env, ids, ASKED, 0), await lastSaid(env, requests, DECIDED, 0)];
  const { left, unread } = await archivesBehind(env, "asked");
  return {
    asked: new Set([
      ...ids.filter((id) => byHand.said.has(id)),
      ...results.flatMap(({ id, request }) => (decided.said.has(request) ? [id] : [])),
    ]),
    ...{ left, unread },
  };
}
