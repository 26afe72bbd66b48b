/** How a room declares its routes: path, roles, schemas and middleware in one place. */
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type * as z from "zod";
import { problemSchema } from "../../shared/api.ts";
import { type Role } from "../../shared/people/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { apiDocsEn } from "../../shared/texts/pages/api-docs.en.ts";
import { admit, limitTries } from "./auth.ts";
import type { App } from "../env.ts";
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

const everyone: readonly Role[] = ["agent", "manager", "compliance", "admin"];

/**
 * Declares a route. `roles` go into the OpenAPI document's description and, as `x-roles`, to the tests that walk it. All
 * writes accept an Idempotency-Key; public writes are rate-limited.
 */
export const route = <const R extends Omit<RouteConfig, "security" | "middleware">>(
  config: R & {
    roles: readonly Role[] | "everyone" | "public";
    /** Admit only tokens of this kind. */
    only?: "integration";
    /** A public write without a rate limit, as its requests are signed. */
    door?: "open";
  },
) => {
  const { roles, only, door, ...rest } = config;
  const admitted = roles === "everyone" ? everyone : roles;
  const writes = config.method !== "get";
  return createRoute({
    ...(rest as unknown as R),
    "x-roles": admitted,
    ...(only && { "x-kind": only }),
    description:
      admitted === "public"
        ? apiDocsEn.open
        : (only ? `${apiDocsEn.integrations} ` : "") + fill(apiDocsEn.roles, { roles: admitted.join(", ") }),
    security: admitted === "public" ? [] : [{ bearer: [] }],
    middleware: [
      admit(admitted, only),
      ...(writes && admitted === "public" && door !== "open" ? [limitTries] : []),
      ...(writes ? [idempotent] : []),
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
