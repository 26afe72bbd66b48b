/** Which other requests a note says to be the same requester's. */
import type { RequestSummary } from "../../../../shared/privacy-requests/api.ts";

/**
 * What a note says of it; nothing where that changes nothing. `before`: what the newest note said; `ticked`: what is ticked now. Those
 * that a note named on other numbers are not `listed`, and stay, by their ids, for as long as the newest note names them.
 */
export function sameNow(
  listed: readonly Pick<RequestSummary, "id" | "reference">[],
  before: readonly string[],
  ticked: readonly string[],
): { same?: string[] } {
  const referenceOf = new Map(listed.map(({ id, reference }) => [id, reference]));
  const theirs = ticked.filter((id) => referenceOf.has(id) || before.includes(id));
  if (before.toSorted().join() === theirs.toSorted().join()) return {};
  return { same: theirs.map((id) => referenceOf.get(id) ?? id) };
}
