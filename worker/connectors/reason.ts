/**
 * A CRM's own reason for a refusal, from an answer of any shape: its codes, and the names of fields. Never its sentences, which
 * may quote a record; but for a header that one vendor writes its reason into, with what looks like personal data left out.
 */

/** Under which names vendors give codes and fields, in any depth: EspoCRM, HubSpot, Salesforce, Zoho, Dynamics, Pipedrive. */
const KEYS: ReadonlySet<string> = new Set(
  (
    "errorCode statusCode code category subCategory error errorType error_code label field fields type api_name " +
    "propertyName reason policyName expected_data_type maximum_length requiredGranularScopes"
  ).split(" "),
);
/** A code or a field's name; no number that may be a telephone's. */
const isCode = (text: string): boolean =>
  /^0x[0-9a-f]{1,8}$/i.test(text) || (/^(?:[a-z][\w.-]{0,59}|\d{1,6})$/i.test(text) && !/\d{7}/.test(text));

const DEPTH = 6;
const MOST = 200;

/** The reason in one line of at most 200 characters; "" where the answer gives none. */
export function reasonIn(data: unknown, headers?: Headers): string {
  const header =
    headers && (saidIn(headers.get("x-status-reason")) || scopeIn(headers.get("www-authenticate")));
  if (header) return header;
  const said = new Set<string>();
  collect(data, said, 0);
  return [...said].join(" ").slice(0, MOST);
}

function collect(value: unknown, said: Set<string>, depth: number): void {
  if (typeof value !== "object" || value === null || depth > DEPTH) return;
  if (Array.isArray(value)) {
    // What the first few say is enough.
    for (const one of value.slice(0, 3)) collect(one, said, depth + 1);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const named = KEYS.has(key) ? (Array.isArray(inner) ? inner : [inner]) : [];
    for (const one of named.slice(0, 3) as unknown[])
      if ((typeof one === "string" || typeof one === "number") && isCode(String(one))) said.add(String(one));
    collect(inner, said, depth + 1);
  }
}

/** EspoCRM's reason: a sentence of its own, in which a quoted value, an address and long numbers are left out. */
const saidIn = (text: string | null): string =>
  (text ?? "")
    .replace(/[^\x20-\x7e]+/g, " ")
    .replace(/"[^"]*"|'[^']*'|\S+@\S+|\+?\d[\d ()./-]{5,}\d/g, "…")
    .trim()
    .slice(0, MOST);

/** RFC 6750, 3: `Bearer error="insufficient_scope"`. */
const scopeIn = (text: string | null): string => /\berror="([\w.-]{1,60})"/.exec(text ?? "")?.[1] ?? "";
