/** What to do about a connector's failure, by the words of its error (worker/connectors). No zod here: the desk imports it. */

/** Read from above: the first that fits counts. */
const signs = [
  ["unread", /no record was read of/],
  ["fewer", /fewer records were read/],
  [
    "fields",
    /has no field|no record of .* has a field|what was written is not in|PROPERTY_DOESNT_EXIST|INVALID_FIELD|INVALID_QUERY/,
  ],
  ["longer", /maxLength|maximum_length|characters|STRING_TOO_LONG|too long|0x80044331/i],
  ["options", /\btype: valid\b|INVALID_OPTION|RESTRICTED_PICKLIST/],
  ["again", /nobody has signed in|the sign-in is over/],
  ["sealed", /sealed under another key/],
  ["signIn", /\b401\b|no token|invalid_grant|INVALID_TOKEN|INVALID_SESSION/],
  [
    "rights",
    /\b403\b|may not read all|needs the scope|INSUFFICIENT|insufficient_scope|OAUTH_SCOPE_MISMATCH|NO_PERMISSION|ENTITY_IS_LOCKED|0x80040220/,
  ],
  ["later", /\b429\b|REQUEST_LIMIT_EXCEEDED|\b50[0234]\b|no answer/],
  ["address", /another host|\b30[12378]\b|\b404\b|no JSON|another answer than documented/],
] as const;

export type ConnectorAdvice = (typeof signs)[number][0];

/** Null where the words do not tell. */
export const adviceFor = (error: string): ConnectorAdvice | null =>
  signs.find(([, sign]) => sign.test(error))?.[0] ?? null;
