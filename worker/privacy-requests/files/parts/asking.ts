/** Asks for a copy in parts. */
import type { Context } from "hono";
import { commit } from "../../../core/commit.ts";
import type { App } from "../../../env.ts";
import { requesterOf } from "../../export/whose.ts";
import { wantRead } from "../../export/read-archives.ts";
import type { Moment, Row } from "../../rows.ts";
import { wantFileStore } from "../store.ts";
import { partsAgain, partsAsked, sendParts } from "./making.ts";
import type { Planned } from "./plan.ts";
import { partsOf } from "./rows.ts";

/** Where one is being made, those that failed are made again. Throws `copy-reads` while the archived trail is being read for it. */
export async function askParts(c: Context<App>, row: Row, moment: Moment, parts: readonly Planned[][]) {
  const { id, ref: reference, state, rev } = row;
  wantFileStore(c.env, moment.policy, "export");
  await wantRead(c.env, id, (await requesterOf(c.env.DB, row)).about);
  const coming = (await partsOf(c.env.DB, id)).filter(({ came_at }) => came_at === null);
  const asked = { by: c.get("actor")!.id, origin: new URL(c.req.url).origin, at: moment.at };
  const statement =
    coming.length > 0
      ? partsAgain(JSON.stringify(coming.map((part) => part.id)), moment.at)
      : partsAsked(id, parts, asked);
  const count = coming.length || parts.length;
  const answer = await commit(
    c,
    { code: "request.copy-asked", subject: id, payload: { reference, parts: count } },
    [statement],
    { status: 202, body: { id, reference, state, rev, parts: count } },
  );
  if (c.env.COPYING)
    c.executionCtx.waitUntil(sendParts(c.env, moment.now).catch((error: unknown) => console.error(error)));
  return answer;
}
