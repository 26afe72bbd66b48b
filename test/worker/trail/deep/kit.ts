/** Reads and writes rows as the database's owner can, for the files beside it, which deep.long.test.ts runs one after another. */
import { env } from "cloudflare:workers";
import type { Role } from "../../../../shared/people/api.ts";
import type { Dial } from "../../../../shared/dials/api.ts";
import { call } from "../../helpers.ts";

export type Tokens = Record<Role, string>;
export const NUMBER = "+442079460958";
export const all = async <T>(sql: string, ...params: string[]) =>
  (
    await env.DB.prepare(sql)
      .bind(...params)
      .all<T>()
  ).results;

export const dialBy = async (tokens: Tokens, own: object = {}): Promise<Dial> => {
  const body = {
    ...{ number: NUMBER, e164: NUMBER, action: "passed", verdict: "clear", host: "crm.example.com" },
    ...{ seen: { seq: 1, policy: 1, lists: [] }, at: new Date().toISOString(), ...own },
  };
  const { data } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body,
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  return data as Dial;
};
