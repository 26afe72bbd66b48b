/** Closed rows back into the database, before an older Worker is deployed. */
import { type ReopenedAnswer, reopenedAnswer, reopenQuery } from "../../shared/dials/api.ts";
import { prepare } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import type { Env } from "../env.ts";
import { packAgain } from "../dials/closed/packed/packing.ts";
import { dialsBack } from "../dials/closed/rewrite.ts";
import { unpackSome } from "../dials/closed/packed/unpacking.ts";
import { certificatesBack } from "../recordings/certificates/close.ts";
import { keptBack } from "../recordings/closed/close.ts";
import { type Back, newestOf, putAllBack } from "../storage/closed/back.ts";
import { reopening } from "../storage/closed/close.ts";
import { lostFile } from "../storage/closed/files.ts";
import type { Line } from "../storage/closed/kind.ts";
import { eraseLeft } from "../storage/closed/left.ts";
import { screenedBack } from "../screening/closed/back.ts";
import { putApartBack } from "../recordings/certificates/apart.ts";

export const closedBack = room();

closedBack.openapi(
  route({
    method: "post",
    path: "/v1/dials/reopened",
    roles: ["admin"],
    summary:
      "Puts the dials, the recordings' entries, the certificates of erasure, or the numbers of screenings, of the newest file of closed " +
      "months back into the database, and says how many files are left of all. An older Worker looks for them in the database alone. Before, what is packed " +
      "of their index comes back into its tables, some of a month each time: with `index`, nothing else does",
    request: { query: reopenQuery },
    responses: { 200: json(reopenedAnswer) },
  }),
  async (c) => {
    const { index } = c.req.valid("query");
    return c.json(await reopen(c.env, c.get("actor")!.id, Date.now(), index === "true"), 200);
  },
);

/**
 * Makes a step by which packed entries come back into their tables; where none are left, puts the rows of the newest file that is not
 * lost back, of one kind after the other, and says how many files are left of all, and which are lost: these stay; then what is kept
 * apart of the trail. Throws the Problem `archive-broken` where the store does not answer.
 */
export async function reopen(env: Env, actor: string, now: number, isIndex = false): Promise<ReopenedAnswer> {
  // First, so that no run names another file, or packs another entry, once those that are left are counted.
  await env.DB.batch([reopening(now), packAgain()].map((statement) => prepare(env.DB, statement)));
  const answer: ReopenedAnswer = { files: 0, dials: 0, recordings: 0, certificates: 0 };
  const months = await unpackSome(env);
  if (isIndex || months > 0) return { ...answer, files: months };
  const lost: string[] = [];
  const back = async <L extends Line>(kind: Back<L>): Promise<void> => {
    const newest = await newestOf(env.DB, kind, lost);
    if (newest === null) return;
    const { file, files } = newest;
    if (answer.files === 0)
      try {
        answer[kind.name] = await putAllBack(env, kind, file, actor);
      } catch (error) {
        if (!(error instanceof Problem && (await lostFile(env, kind, file.key)))) throw error;
        lost.push(file.key);
        return back(kind);
      }
    answer.files += files;
  };
  await back(dialsBack);
  await back(keptBack);
  await back(certificatesBack);
  const screened = await screenedBack(env, actor, lost, answer.files > 0);
  if (screened.rows > 0) answer.screened = screened.rows;
  answer.files += screened.files;
  if (answer.files > 0) answer.files--;
  // Last: of thousands of objects it may take an hour.
  if (answer.files === 0) {
    const { rows, objects, lost: unread } = await putApartBack(env, now);
    lost.push(...unread);
    if (rows > 0) answer.apart = rows;
    answer.files = objects;
  }
  // With the last, what a run is writing goes, too: an earlier Worker would not erase it. Before, nothing waits for that.
  const erased = eraseLeft(env, now, answer.files === 0);
  await (answer.files === 0 ? erased : erased.catch(() => undefined));
  return lost.length > 0 ? { ...answer, lost } : answer;
}
