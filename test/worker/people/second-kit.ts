/** Shared by the tests of second persons: a mail service whose mails are a list, and invites as they are used. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { InviteAnswer, Role } from "../../../shared/people/api.ts";
import { call, under } from "../helpers.ts";

/** What was mailed. */
export const sent: { to: string; text: string }[] = [];
/** This Worker with a mail service. */
export const withMail = {
  ...env,
  MAIL_FROM: "ClearDial <c@example.com>",
  EMAIL: { send: (message: { to: string; text: string }) => Promise.resolve(void sent.push(message)) },
} as unknown as typeof env;

/** Sets the day of set-up to so many milliseconds ago. */
export const setUp = (ago: number) =>
  env.DB.prepare("UPDATE marks SET value = ? WHERE name = 'setup'")
    .bind(new Date(Date.now() - ago).toISOString())
    .run();
export const inviteBy = async (token: string, email: string, role: Role, own = env) =>
  (await under(own, "POST", "/v1/invites", { token, body: { name: email.split("@")[0], email, role } }))
    .data as InviteAnswer;
/** Comes in by a code, and answers the token. */
export async function enter(code: string | null): Promise<string> {
  const { status, data } = await call("POST", "/v1/join", { body: { code } });
  expect(status, JSON.stringify(data)).toBe(201);
  return (data as { token: string }).token;
}
/** The code in the newest mail to an address. */
export async function mailedCode(email: string): Promise<string> {
  const mails = () => sent.filter(({ to, text }) => to === email && text.includes("/join#code="));
  await expect.poll(() => mails().length).toBeGreaterThan(0);
  return /#code=(cdi_[\w-]+)/.exec(mails().at(-1)!.text)![1]!;
}
