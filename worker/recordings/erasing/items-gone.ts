/**
 * Which recordings an access request holds by an item that is there no more: no step takes an item away but the end of its request,
 * of which the sweep says that it goes.
 */
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import { BOUND } from "../../core/bound.ts";
import type { Env } from "../../env.ts";
import { itemsBound, requestsBound, statesBound } from "../../privacy-requests/bound.ts";
import { agreedOf } from "../../trail/agreed.ts";
import { erasedOf } from "../../trail/erased.ts";
import { archivesBehind } from "../../trail/events.ts";
import { linked, readObject } from "../../trail/rows.ts";
import { startOf } from "../../trail/start.ts";
import { nameIn } from "../../trail/states.ts";

/** Most archived objects that are read at once. */
const OBJECTS = 20;

/** As migration 0073 has them. */
const recordingIn = (name: string): string => `substr(${name}, instr(${name}, '/recording/') + 11)`;
const isItem = (name: string): string =>
  `${name} > 'request_items/' AND ${name} < 'request_items0' AND instr(${name}, '/recording/') > 0`;

interface Item {
  request: string;
  recording: string;
}
const itemIn = (name: string): Item | null => {
  const [, request, recording] = /^request_items\/([^/]+)\/recording\/(.+)$/.exec(name) ?? [];
  return recording === undefined ? null : { request: request!, recording };
};

/** Those of these recordings that are held so; of which it takes further runs to tell; and of which an archive may that cannot be read. */
export async function heldByGone(
  env: Env,
  recordings: readonly string[],
): Promise<{ not: string[]; later: string[]; unread: string[] }> {
  const behind = await archivesBehind(env, itemsBound.name);
  if (behind.left.length > OBJECTS) return { not: [], later: [...recordings], unread: [] };
  const json = JSON.stringify(recordings);
  const [there, said] = (await env.DB.batch([
    env.DB.prepare(
      "SELECT request, ref AS recording FROM request_items WHERE kind = 'recording' AND ref IN (SELECT value FROM json_each(?))",
    ).bind(json),
    // "A" comes after "@".
    env.DB.prepare(
      `SELECT ${linked} FROM json_each(?1) j CROSS JOIN audit a
         ON ${recordingIn("a.subject")} >= j.value || '@' AND ${recordingIn("a.subject")} < j.value || 'A'
       WHERE ${isItem("a.subject")} AND +a.code = ?2
       UNION ALL SELECT ${linked} FROM json_each(?1) j CROSS JOIN last_bound a
         ON ${recordingIn("a.row")} = j.value WHERE ${isItem("a.row")}`,
    ).bind(json, BOUND),
  ])) as [D1Result<Item>, D1Result<LinkedRow>];
  const wanted = new Set(recordings);
  const events = [...said.results];
  // Until they are kept. Behind one that cannot be read, by archived-holds.ts, all that came before its end waits.
  for (const archive of [...behind.left, ...behind.unread].slice(0, OBJECTS))
    events.push(
      ...((await readObject(env, archive))?.rows ?? []).filter(
        ({ code, subject }) => code === BOUND && wanted.has(itemIn(nameIn(subject))?.recording ?? ""),
      ),
    );
  const { originOf } = await startOf(env);
  const gone = new Map<string, Item>();
  for (const event of events)
    if (originOf(event) !== "forged") {
      const name = nameIn(event.subject);
      const item = itemIn(name);
      if (item) gone.set(name, item);
    }
  for (const { request, recording } of there.results)
    gone.delete(`request_items/${request}/recording/${recording}`);
  const items = [...gone.values()];
  const { ended, later, hidden } = await endedOf(env, [...new Set(items.map(({ request }) => request))]);
  const of = (is: (request: string) => boolean) =>
    items.flatMap((item) => (is(item.request) ? [item.recording] : []));
  return {
    not: of((request) => ![ended, later, hidden].some((some) => some.has(request))),
    later: of((request) => later.has(request)),
    unread: of((request) => hidden.has(request)),
  };
}

/** Those of these requests that hold nothing, as the trail has them: no access request, or closed, or erased. `hidden`: nobody can read it. */
async function endedOf(env: Env, requests: readonly string[]) {
  const none = new Set<string>();
  if (requests.length === 0) return { ended: none, later: none, hidden: none };
  const { results } = await env.DB.prepare(
    "SELECT id, kind = 'access' AND closed_at IS NULL AS open FROM requests WHERE id IN (SELECT value FROM json_each(?))",
  )
    .bind(JSON.stringify(requests))
    .all<{ id: string; open: number }>();
  const over = results.flatMap(({ id, open }) => (open === 1 ? [] : [id]));
  const there = new Set(results.map(({ id }) => id));
  const [asked, states] = [await agreedOf(env, requestsBound, over), await agreedOf(env, statesBound, over)];
  const idIn = (name: string) => name.slice("requests/".length);
  const left = requests.filter((id) => !there.has(id)).map((id) => `requests/${id}`);
  const { found, hidden } = await erasedOf(env, await startOf(env), left, new Date().toISOString());
  return {
    ended: new Set([
      ...over.filter((id) => asked.agreed.has(id) && states.agreed.has(id)),
      ...[...found.keys()].map(idIn),
    ]),
    later: new Set([...asked.later, ...states.later]),
    hidden: new Set([...hidden].map(idIn)),
  };
}
