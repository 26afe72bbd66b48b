/** Origins and Chrome's match patterns. */

/** A pattern without a port stands for every port. */
export const patternOf = (origin: string) => `${origin}/*`;

/** The origin of a pattern, or an origin as it is. */
export const originOfPattern = (pattern: string) => pattern.replace(/\/\*?$/, "");

/** The origin on the list whose pattern takes in this one. */
export function coveringOf(covered: readonly string[], origin: string): string | null {
  if (covered.includes(origin)) return origin;
  if (!URL.canParse(origin)) return null;
  const { protocol, hostname } = new URL(origin);
  const anyPort = `${protocol}//${hostname}`;
  return covered.includes(anyPort) ? anyPort : null;
}
