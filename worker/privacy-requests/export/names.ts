/** Looks for names of other people in what a copy would have, before they are taken out of it. */
import { type NameFound, saysWhy } from "../../../shared/privacy-requests/api-names.ts";
import type { Env } from "../../env.ts";
import { wantRead } from "./read-archives.ts";
import type { Moment, Row } from "../rows.ts";
import { notedOf } from "./requests.ts";
import { refsOf } from "./data.ts";
import type { Track } from "./recordings.ts";
import { requesterOf } from "./whose.ts";
import { sectionsOf } from "./zip.ts";
import { idIn } from "../../core/sql.ts";

/** Whether a name is made of the words of one of theirs. */
const isOwn = (name: string, own: readonly string[]): boolean => {
  const words = (text: string) =>
    text
      .toLowerCase()
      .split(/[\s,.]+/)
      .filter(Boolean);
  return own.some((one) => words(name).every((word) => words(one).includes(word)));
};

/**
 * The requester's own names: this request's, and those of the requests that an officer said are theirs. What anybody types
 * into another request is no name of theirs, though the same address confirmed both.
 */
async function ownNames(db: D1Database, row: Row, same: readonly string[]): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT name FROM requests WHERE id IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(same))
    .all<{ name: string }>();
  return [row.name, ...results.map(({ name }) => name)];
}

/** What staff wrote of the recordings that a copy would have. */
async function whysOf(db: D1Database, request: string): Promise<Pick<Track, "data">[]> {
  const { results } = await db
    .prepare(`SELECT why FROM recordings WHERE ${idIn("id", "?1")}`)
    .bind(JSON.stringify(await refsOf(db, request, "recording")))
    .all<{ why: string }>();
  return results.map((data) => ({ data: { ...data } }));
}

/**
 * Of each name in how many places it stands, and why it cannot be taken out, if so. Reads all that a copy would have but what
 * is heard in recordings. Throws `copy-reads` while the archived trail is being read for it.
 * `same`: ids of the requests that are the requester's, too; by default those of the newest note. `anyway`: an officer says that
 * somebody else has the requester's name, too, which is no reason then; every other one is.
 */
export async function namesFound(
  env: Env,
  row: Row,
  moment: Moment,
  names: readonly string[],
  { same, anyway = false }: { same?: readonly string[] | undefined; anyway?: boolean | undefined } = {},
): Promise<NameFound[]> {
  const requester = await requesterOf(env.DB, row);
  const read = await wantRead(env, row.id, requester.about);
  const asked = { ...requester, others: [...names] };
  const { sections, taken } = await sectionsOf(env, row, moment, {
    tracks: await whysOf(env.DB, row.id),
    requester: asked,
    read,
  });
  for (const pages of Object.values(sections))
    for await (const _ of pages) {
      // Reading is what finds them.
    }
  const own = await ownNames(env.DB, row, same ?? (await notedOf(env.DB, row.id)).same);
  const { company, tradingNames } = moment.policy.identity;
  const ours = [company, ...tradingNames].map((name) => name.toLowerCase());
  return names.map((name) => {
    const { places, empties } = taken.get(name) ?? { places: 0, empties: false };
    const refused = saysWhy({
      own: !anyway && isOwn(name, own),
      company: ours.includes(name.toLowerCase()),
      ...{ empties, places },
    });
    return { name, places, refused };
  });
}
