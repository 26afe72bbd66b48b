/** GET /v1/health, public: whether the Worker is up, its API version, and whether it is set up. */
import { API_VERSION, healthAnswer } from "../../shared/api.ts";
import { json, room, route } from "../core/route.ts";
import pkg from "../../package.json";

export const health = room();

health.openapi(
  route({
    method: "get",
    path: "/v1/health",
    roles: "public",
    summary: "Health: the Worker's version, its API version, and whether it is set up",
    responses: { 200: json(healthAnswer) },
  }),
  async (c) => {
    const done = await c.env.DB.prepare("SELECT 1 FROM marks WHERE name = 'setup'").first();
    return c.json(
      {
        ok: true as const,
        api: API_VERSION,
        version: pkg.version,
        at: new Date().toISOString(),
        setup: done === null,
      },
      200,
    );
  },
);
