/**
 * JSON in one form only (RFC 8785), so that it can be signed and compared by its bytes: names in order, no blanks. Strings
 * and numbers are as JSON.stringify writes them, which is what the RFC takes from ECMAScript.
 */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? // A name that is a small integer would come first whatever is sorted: the schemas have none.
        Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
