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
