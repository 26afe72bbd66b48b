/**
 * Whether a text is stored and hashed as it was sent: well-formed Unicode without NUL. A database ends a text at NUL or
 * replaces half a character, so that the row and its backup would differ from the trail.
 */
export const isText = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/** A text made one that is stored as it is sent. */
export const asText = (text: string): string => text.toWellFormed().replaceAll("\0", " ");

/** The path of the first text in a value that is none, keys included; null where there is none. */
export function notText(value: unknown, path: readonly string[] = []): string | null {
  if (typeof value === "string") return isText(value) ? null : path.join(".");
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = isText(key) ? notText(inner, [...path, key]) : path.join(".");
    if (found !== null) return found;
  }
  return null;
}

/**
 * The same with nothing lost: NUL and half a character as JSON writes them, so that two texts that differ stay two. For what
 * others say and we cannot refuse.
 */
export const escaped = (text: string): string =>
  text.replace(/\0|\p{Cs}/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The beginning of such a text, cut between characters. */
export const beginning = (text: string, most: number): string =>
  escaped(text)
    .slice(0, most)
    .replace(/\p{Cs}$/u, "");

/** Whether the bytes that an address or a form writes as `%e9` are text. */
export const isEscapedText = (text: string): boolean =>
  (text.match(/(?:%[0-9a-f]{2})+/gi) ?? []).every((run) => {
    try {
      return isText(decodeURIComponent(run));
    } catch {
      return false;
    }
  });
