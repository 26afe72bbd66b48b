/** For plans.long.test.ts: what a case is, and what cases share. */
import { env } from "cloudflare:workers";
import type { Role, Scope } from "../../../shared/people/api.ts";
import type { Env } from "../../../worker/env.ts";

/** A request; by nobody where there is no token. `vars`: what the Worker has besides. */
export interface Sent {
  path: string;
  token?: string;
  body?: object;
  raw?: BodyInit;
  headers?: Record<string, string>;
  vars?: Partial<Env>;
}
export interface World {
  tokens: Record<Role, string>;
  /** An integration's, by scope. */
  systems: Record<Scope, string>;
  /** What the (last) request of a route answered. */
  made: <T>(route: string) => T;
}
/** In an order in which the later ones use what the earlier ones made. */
export type Cases = Record<string, Case | Case[]>;
export type Case = (world: World) => Sent | Promise<Sent>;

export const json = (path: string, body: object = {}, as: Role = "admin"): Case => {
  return ({ tokens }) => ({ path, body, token: tokens[as] });
};
export const sql = (text: string, ...values: (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run();
export const idOf = (world: World, route: string): string => world.made<{ id: string }>(route).id;

export const number = "+442079460001";
let n = 0;
/** A number that has no history. */
export const fresh = (): string => `+44113496${String(++n).padStart(4, "0")}`;
export const now = () => new Date().toISOString();
