/** Pages of closed rows that go by moment and id. */
import type { Kind, Line } from "./kind.ts";
import type { Page, Span } from "./read.ts";

/**
 * What `read` reads, at least `limit` where there are; with the rest of the millisecond that it ends within. For pages that go by moment and
 * id: what left later has a later number, whatever its id is.
 */
export async function wholeMoments<L extends Line>(
  { numAt, timeAt }: Pick<Kind, "numAt" | "timeAt">,
  span: Span<L>,
  limit: number,
  read: (span: Span<L>, limit: number) => Promise<Page<L>>,
): Promise<Page<L>> {
  let page = await read(span, limit);
  for (;;) {
    const moment = timeAt(page.reached);
    const lower = Math.max(span.lower, numAt(moment));
    if (page.reached <= lower || !page.lines.some(({ num }) => timeAt(num) === moment)) return page;
    const rest = await read({ ...span, lower, upper: page.reached }, numAt(1));
    page = { lines: [...page.lines, ...rest.lines], reached: rest.reached };
  }
}
