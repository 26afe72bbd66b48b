/**
 * Canonical JSON (RFC 8785), so that it can be signed and compared by its bytes: sorted names, no white space. The RFC
 * takes the form of strings and numbers from ECMAScript, so JSON.stringify writes them.
 */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? // JavaScript puts names that are small integers first, whatever the order here: our schemas have no such names.
        Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
