/** The API's schemas for people and signing in; conventions in shared/api.ts. */
import * as z from "zod";
import { date, region, text, time } from "../api.ts";

/** agent < manager < admin; compliance is on a level with manager. */
export const roleSchema = z.enum(["agent", "manager", "compliance", "admin"]);
export const personKind = z.enum(["person", "integration"]);
/**
 * What an integration may do. `check`: ask about numbers, keep dials, and put objections on the list, as a browser does.
 * `gate`: ask before each call that a telephone system sets up (docs/gate.md). `callable`: read the lists of callable numbers.
 */
export const scopeSchema = z.enum(["recordings:write", "calls:write", "check", "screen", "gate", "callable"]);
export const personSchema = z.object({
  id: z.string(),
  kind: personKind.meta({ description: "an integration is a system or a managed install with one token" }),
  name: z.string(),
  email: z.string().nullable().meta({ description: "null for an integration" }),
  role: roleSchema.meta({ description: "of a person; an integration's opens nothing" }),
  scopes: z.array(scopeSchema).nullable().meta({ description: "of an integration; null for a person" }),
  active: z.boolean(),
  createdAt: time,
  lastSeenAt: time.nullable(),
});
/** A role above agent waits for a second person (worker/people/grants.ts): the proposal of it. */
export const grantProposed = z.object({ id: z.string(), role: roleSchema, countsAt: time.nullable() });
const proposed = grantProposed
  .nullable()
  .meta({ description: "until a second person approves this role, the person has another" });
export const personChanged = personSchema.extend({ proposed });
export const setupRequest = z.object({
  code: z.string().max(200),
  name: text(200),
  email: z.email().max(320),
});
export const tokenAnswer = z.object({ token: z.string(), person: personSchema });
const prefix = z.string().nullable().meta({
  description:
    "of an integration's keys; null where it is from before there were prefixes, or registers no recordings",
});
const lineRegion = region.nullable().meta({
  description: "of an integration: where its telephone system's line is; null: where the policy says",
});
export const integrationAnswer = tokenAnswer.extend({ proposed, prefix, lineRegion });
export const inviteRequest = z.object({ name: text(200), email: z.email().max(320), role: roleSchema });
export const inviteAnswer = z.object({
  code: z.string().nullable().meta({
    description: "null where the link goes by mail to the person alone, as they have joined before",
  }),
  link: z.string().nullable(),
  expiresAt: time,
  mailed: z.boolean().meta({ description: "true if the link is in the outbox, for the person" }),
  waits: z.boolean().meta({
    description:
      "the code works for 24 hours from the approval of `proposed`: another browser of somebody else",
  }),
  proposed,
});
/** An unused invite. Only its code's hash is stored. */
export const openInviteSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  by: z.string(),
  byName: z.string().nullable(),
  at: time,
  expiresAt: time,
});
export const invitesAnswer = z.object({ invites: z.array(openInviteSchema) });
export const joinRequest = z.object({
  code: z.string().min(1).max(200),
  device: z.string().max(200).optional(),
});
export const meAnswer = z.object({
  person: personSchema,
  company: z.string(),
  rotate: z
    .boolean()
    .meta({ description: "the token is older than policy's rotateTokenDays: POST /v1/tokens/rotate" }),
});
export const peopleAnswer = z.object({ people: z.array(personSchema) });
/** A person's token, as a device. */
export const deviceSchema = z.object({
  id: z.string(),
  device: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable(),
  expiresAt: time.meta({ description: "when it expires without further use, or after its last day" }),
  current: z.boolean(),
});
export const tokensAnswer = z.object({ tokens: z.array(deviceSchema) });
export const personAnswer = z.object({
  person: personSchema,
  devices: z.array(deviceSchema),
  /** Where the role comes from: an admin's invite or change, or a policy rule at sign-in. */
  roleBy: z.enum(["admin", "rule"]),
  prefix,
  lineRegion,
  prefixGuessed: z.boolean().meta({
    description:
      "an upgrade gave this prefix without knowing its keys, and none is below it: an administrator may give another, once",
  }),
  signsIn: z.boolean().meta({ description: "bound to an account of the company's sign-in provider" }),
  invite: z.object({ expiresAt: time }).nullable().meta({ description: "an unused, unexpired invite" }),
});
/** Of keys: those below it are their owner's. */
export const keyPrefix = z
  .string()
  .regex(/^(?!(?:requests|recordings)\/)(?:[A-Za-z0-9][\w.-]*\/)+$/, "such as dialler/")
  .max(100);
export const hookPrefix = z.object({ prefix: keyPrefix });
/** Strict: an older client that sends a role must not believe that it was given. */
export const integrationRequest = z.strictObject({
  name: text(200),
  scopes: z.array(scopeSchema).min(1),
  prefix: keyPrefix.optional().meta({
    description:
      "of the keys of its recordings, with recordings:write; one of our own unless given. It never changes",
  }),
  lineRegion: region.optional().meta({
    description:
      "with gate: where its telephone system's line is, which decides what dialled digits ring; by default where the " +
      "policy says. It never changes",
  }),
  until: date.meta({ description: "its last day, a year from now at most" }),
});
/** `token` is shown once. The token that it replaces ends at the new one's first use. */
export const rotateAnswer = z.object({ token: z.string() });

export const personPatch = z
  .object({
    role: roleSchema.optional(),
    scopes: z
      .array(scopeSchema)
      .optional()
      .meta({ description: "of an integration: some of those that it has" }),
    prefix: keyPrefix
      .optional()
      .meta({ description: "of an integration's keys: once, where it has none, or a guessed one" }),
    active: z.boolean().optional(),
    name: text(200).optional(),
  })
  .refine((p) => Object.keys(p).length > 0, "name at least one thing to change");

// --- Single sign-on ------------------------------------------------------------------------------------------------

/** What a client needs to send a person to the company's provider; null where no provider is configured. */
export const ssoAnswer = z.object({
  provider: z
    .object({
      name: z.string().meta({ description: "what the button says, such as Microsoft" }),
      issuer: z.string(),
      clientId: z.string(),
      authorizationEndpoint: z.string(),
      scope: z.string(),
    })
    .nullable(),
});
/** The client makes `verifier` (PKCE, S256) and `nonce`; the Worker exchanges the code and checks the ID token. */
export const ssoRequest = z.object({
  code: z.string().min(1).max(4000),
  verifier: z.string().min(43).max(128),
  nonce: z.string().min(20).max(200),
  redirectUri: z.url().max(500),
  device: z.string().max(200).optional(),
});

export type Role = z.infer<typeof roleSchema>;
export type Scope = z.infer<typeof scopeSchema>;
export type Person = z.infer<typeof personSchema>;
export type MeAnswer = z.infer<typeof meAnswer>;
export type PersonChanged = z.infer<typeof personChanged>;
export type GrantProposed = z.infer<typeof grantProposed>;
export type IntegrationAnswer = z.infer<typeof integrationAnswer>;
export type TokenAnswer = z.infer<typeof tokenAnswer>;
export type Device = z.infer<typeof deviceSchema>;
export type PersonAnswer = z.infer<typeof personAnswer>;
export type PeopleAnswer = z.infer<typeof peopleAnswer>;
export type InviteAnswer = z.infer<typeof inviteAnswer>;
export type InvitesAnswer = z.infer<typeof invitesAnswer>;
export type SsoAnswer = z.infer<typeof ssoAnswer>;
