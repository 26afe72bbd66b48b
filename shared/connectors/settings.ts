/** A setting of a CRM, and the one that says when its secret ends. No zod here: the extension's pages import it. */

/** So many days before a secret ends it is told of, by a mail each; from the first on the overview says so. */
export const SECRET_ENDS = [30, 7] as const;

/** A setting that is not secret. */
export interface Setting {
  key: string;
  /** Matches the whole value. */
  pattern: RegExp;
  example: string;
  options?: readonly string[];
  optional?: true;
  /** Optional, and the overview asks for it where it is left out. */
  asked?: true;
}

const SCOPE = String.raw`crm\.objects\.\w+\.(?:highly_)?sensitive\.(?:read|write)`;
/** Scopes of sensitive properties of HubSpot's, for which a sign-in asks, too. */
export const sensitiveScopes: Setting = {
  key: "sensitive",
  pattern: new RegExp(`^${SCOPE}(?: ${SCOPE})*$`),
  example: "crm.objects.contacts.sensitive.read",
  optional: true,
};

/** The last day of a secret of which its CRM's API does not tell when it ends: one that the calendar has. */
export const secretEnds: Setting = {
  key: "secretEnds",
  pattern:
    /^20(?:\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|(?:[02468][048]|[13579][26])-02-29)$/,
  example: "2028-06-30",
  optional: true,
};
/** That day; undefined where nobody entered it. */
export const secretEndsOn = (settings: Readonly<Record<string, string>>): string | undefined =>
  settings[secretEnds.key];
