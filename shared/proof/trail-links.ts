/** Which rows a proof links to the heads of the trail. Rows are numbers (`seq`). */

/**
 * Decides which quoted rows of the trail a proof links to a head, where each link takes all rows in between. `quoted` has
 * the most important rows first, `heads` is in order, and all links together have at most `most` rows.
 * @returns `starts`: for each linked head the first row of its link. `unlinked`: the quoted rows without a link, in order.
 */
export function planLinks(
  quoted: readonly number[],
  heads: readonly number[],
  most: number,
): { starts: Map<number, number>; unlinked: number[] } {
  const starts = new Map<number, number>();
  const unlinked: number[] = [];
  let left = most;
  for (const seq of quoted) {
    const head = heads.find((h) => h >= seq);
    const start = head === undefined ? undefined : (starts.get(head) ?? head + 1);
    const more = start === undefined ? Infinity : start - seq;
    if (head === undefined || more > left) unlinked.push(seq);
    else if (more > 0) {
      left -= more;
      starts.set(head, seq);
    }
  }
  return { starts, unlinked: unlinked.sort((a, b) => a - b) };
}
