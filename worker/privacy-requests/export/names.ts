/** Looks for names of other people in what a copy would have, before they are taken out of it. */
import { type NameFound, saysWhy } from "../../../shared/privacy-requests/api-names.ts";
import type { Env } from "../../env.ts";
import { wantRead } from "../read-archives.ts";
import type { Moment, Row } from "../rows.ts";
import { isOwn, requesterOf } from "./whose.ts";
import { sectionsOf } from "./zip.ts";

/**
 * Of each name in how many places it stands, and why it cannot be taken out, if so. Reads all that a copy would have but the
 * recordings. Throws `copy-reads` while the archived trail is being read for it.
 */
export async function namesFound(
  env: Env,
  row: Row,
  moment: Moment,
  names: readonly string[],
): Promise<NameFound[]> {
  const requester = await requesterOf(env.DB, row);
  const read = await wantRead(env, row.id, requester.about);
  const asked = { ...requester, others: [...names] };
  const { sections, taken } = await sectionsOf(env, row, moment, { tracks: [], requester: asked, read });
  for (const pages of Object.values(sections))
    for await (const _ of pages) {
      // Reading is what finds them.
    }
  const { company, tradingNames } = moment.policy.identity;
  const ours = [company, ...tradingNames].map((name) => name.toLowerCase());
  return names.map((name) => {
    const { places, empties } = taken.get(name) ?? { places: 0, empties: false };
    const refused = saysWhy({
      own: isOwn(name, requester.own),
      company: ours.includes(name.toLowerCase()),
      ...{ empties, places },
    });
    return { name, places, refused };
  });
}
