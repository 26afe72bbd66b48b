/** The part of the API (api.ts) that is about people and signing in, by the same rules. */
import * as z from "zod";
import { date, text, time } from "../api.ts";

/** agent < manager < admin; compliance beside manager. */
export const roleSchema = z.enum(["agent", "manager", "compliance", "admin"]);
export const personKind = z.enum(["person", "integration"]);
export const personSchema = z.object({
  id: z.string(),
  kind: personKind.meta({ description: "an integration is a system or a managed install with one token" }),
  name: z.string(),
  email: z.string().nullable().meta({ description: "null for an integration" }),
  role: roleSchema,
  active: z.boolean(),
  createdAt: time,
  lastSeenAt: time.nullable(),
});
export const setupRequest = z.object({
  code: z.string().max(200),
  name: text(200),
  email: z.email().max(320),
});
export const tokenAnswer = z.object({ token: z.string(), person: personSchema });
export const inviteRequest = z.object({ name: text(200), email: z.email().max(320), role: roleSchema });
export const inviteAnswer = z.object({
  code: z.string(),
  link: z.string(),
  expiresAt: time,
  mailed: z.boolean().meta({ description: "true where the link was put into the outbox for the person" }),
});
/** An invite that nobody has joined with: its code is no more than its hash. */
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
  rotate: z.boolean().meta({ description: "the token is older than policy likes: POST /v1/tokens/rotate" }),
});
export const peopleAnswer = z.object({ people: z.array(personSchema) });
/** A device is a token in somebody's hands. */
export const deviceSchema = z.object({
  id: z.string(),
  device: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable(),
  expiresAt: time.meta({ description: "when it dies if nobody uses it, or at its end date" }),
  current: z.boolean(),
});
export const tokensAnswer = z.object({ tokens: z.array(deviceSchema) });
export const personAnswer = z.object({
  person: personSchema,
  devices: z.array(deviceSchema),
  /** How the person got the role: by an admin's invite or change, or by a rule of policy at sign-in. */
  roleBy: z.enum(["admin", "rule"]),
  signsIn: z.boolean().meta({ description: "bound to an account of the company's sign-in provider" }),
  invite: z.object({ expiresAt: time }).nullable().meta({ description: "an invite that is still out" }),
});
export const integrationRequest = z.object({
  name: text(200),
  role: roleSchema.exclude(["admin"]),
  until: date.meta({ description: "its last day" }),
});
/** `token` is shown once. The one it replaces dies at the new one's first use. */
export const rotateAnswer = z.object({ token: z.string() });

export const personPatch = z
  .object({ role: roleSchema.optional(), active: z.boolean().optional(), name: text(200).optional() })
  .refine((p) => Object.keys(p).length > 0, "name at least one thing to change");

// --- Single sign-on ------------------------------------------------------------------------------------------------

/** What a client needs to send a person to the company's provider; null where none is configured. */
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
/** The client makes `verifier` and `nonce` itself (PKCE S256); the Worker exchanges the code and checks the ID token. */
export const ssoRequest = z.object({
  code: z.string().min(1).max(4000),
  verifier: z.string().min(43).max(128),
  nonce: z.string().min(20).max(200),
  redirectUri: z.url().max(500),
  device: z.string().max(200).optional(),
});

export type Role = z.infer<typeof roleSchema>;
export type Person = z.infer<typeof personSchema>;
export type MeAnswer = z.infer<typeof meAnswer>;
export type TokenAnswer = z.infer<typeof tokenAnswer>;
export type Device = z.infer<typeof deviceSchema>;
export type PersonAnswer = z.infer<typeof personAnswer>;
export type PeopleAnswer = z.infer<typeof peopleAnswer>;
export type InviteAnswer = z.infer<typeof inviteAnswer>;
export type InvitesAnswer = z.infer<typeof invitesAnswer>;
export type SsoAnswer = z.infer<typeof ssoAnswer>;
