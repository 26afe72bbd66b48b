/** The document of the API (OpenAPI), and its page. English (UK). */
export const apiDocsEn = {
  title: "ClearDial API",
  about: `May this number be called?

Sign in with a token: \`Authorization: Bearer cdt_…\`. People get theirs by an invite or by single sign-on, integrations from an administrator (\`POST /v1/tokens\`). Each route says which roles it admits, and which scopes: people have a role, integrations have scopes, and neither stands for the other. Whatever writes takes an \`Idempotency-Key\`: the same key with the same request gives the same answer and writes once; what hands out a secret cannot be repeated so. Times are UTC, dates \`YYYY-MM-DD\`; numbers go in as they are written and come out as E.164.

Errors are problem documents (RFC 9457). \`code\` is stable and one of those below; \`title\` and \`detail\` are for people and may change; \`errors\` names the fields that are wrong. Any route may answer \`invalid\`, \`bad-request\`, \`too-many-requests\` and \`internal\`; any that wants a sign-in \`not-signed-in\`, \`role-not-allowed\` (persons) and \`scope-missing\` (integrations). Where an answer says \`Retry-After\`, wait so many seconds.

| code | status | means |
| --- | --- | --- |
`,
  roles: "Roles: {roles}.",
  scopes: "Scopes of integrations: {scopes}.",
  open: "Without a sign-in.",
  asks: {
    "one number": "Counts as one number of those that policy allows the asker in an hour.",
    numbers: "Each number counts among those that policy allows the asker in an hour.",
    rows: "The numbers of the rows count among those that policy allows the asker in an hour.",
    "changed numbers":
      "Its numbers, up to a hundred, count among those that policy allows the asker in an hour.",
    "a request's numbers":
      "Counts the request's number, and further ones that the body names, among those that policy allows the asker in an hour.",
    "a sum": "Counts as a hundred numbers of those that policy allows the asker in an hour.",
    "screened numbers": "Each number counts among those that policy allows one asker to screen in a day.",
  },
};
