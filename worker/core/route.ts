/** How a room declares its routes: path, roles, schemas and middleware in one place. */
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type * as z from "zod";
import { problemSchema } from "../../shared/api.ts";
import type { Role, Scope } from "../../shared/people/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { apiDocsEn } from "../../shared/texts/pages/api-docs.en.ts";
import { admit, limitTries } from "./auth.ts";
import type { App } from "../env.ts";
import { wellFormed } from "./edge.ts";
import { invalid } from "./errors.ts";
import { idempotent } from "./idempotency.ts";

export const room = () =>
  new OpenAPIHono<App>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.error);
    },
  });

export const json = <S extends z.ZodType>(schema: S, description = "OK") => ({
  description,
  content: { "application/json": { schema } },
});
export const body = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** Of how many numbers an answer tells whether they are barred; `charge` counts them before the handler runs; without it the handler does. */
export interface Asks {
  what:
    | "one number"
    | "numbers"
    | "rows"
    | "screened numbers"
    | "changed numbers"
    | "a request's numbers"
    | "a sum";
  charge?: MiddlewareHandler<App>;
}

const everyone: readonly Role[] = ["agent", "manager", "compliance", "admin"];

const sayAdmitted = (roles: readonly Role[], scopes: readonly Scope[]): string =>
  [
    ...(roles.length > 0 ? [fill(apiDocsEn.roles, { roles: roles.join(", ") })] : []),
    ...(scopes.length > 0 ? [fill(apiDocsEn.scopes, { scopes: scopes.join(", ") })] : []),
  ].join(" ");

/**
 * Declares a route. `roles`, `scopes` and `asks` go into the OpenAPI document's description and, as `x-roles`,
 * `x-scopes` and `x-asks`, to the tests that walk it. Writes accept an Idempotency-Key; public writes are rate-limited.
 */
export const route = <const R extends Omit<RouteConfig, "security" | "middleware">>(
  config: R & {
    /** Of persons. */
    roles: readonly Role[] | "everyone" | "public";
    /** Of integrations: one of them suffices. Without any, only persons are admitted. */
    scopes?: readonly Scope[];
    /** A public write without a rate limit, as its requests are signed. */
    door?: "open";
    /** What the answer tells counts against the asker's hour or day (check/budget.ts). A repeated answer counts once. */
    asks?: Asks;
    /** The gate's own rate limit, instead of the one of all requests of a token. */
    pace?: "gate";
  },
) => {
  const { roles, scopes = [], door, asks, pace, ...rest } = config;
  const admitted = roles === "everyone" ? everyone : roles;
  const writes = config.method !== "get";
  return createRoute({
    ...(rest as unknown as R),
    "x-roles": admitted,
    "x-scopes": scopes,
    ...(asks && { "x-asks": asks.what }),
    description: [
      admitted === "public" ? apiDocsEn.open : sayAdmitted(admitted, scopes),
      ...(asks ? [apiDocsEn.asks[asks.what]] : []),
    ].join(" "),
    security: admitted === "public" ? [] : [{ bearer: [] }],
    middleware: [
      admit({ roles: admitted, scopes, pace }),
      ...(writes && admitted === "public" && door !== "open" ? [limitTries] : []),
      wellFormed,
      // A signed request is answered only after its signature was checked.
      ...(writes && door !== "open" ? [idempotent] : []),
      ...(asks?.charge ? [asks.charge] : []),
    ],
    responses: {
      ...rest.responses,
      default: {
        description: "A problem document (RFC 9457)",
        content: { "application/problem+json": { schema: problemSchema } },
      },
    },
  });
};
