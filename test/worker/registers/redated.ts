/** Versions of registers of another day, as the Worker would have bound them then. */
import { env } from "cloudflare:workers";
import { bindAsIs, unboundOf } from "../../../worker/core/bound-before.ts";
import { record } from "../../../worker/core/commit.ts";
import { versionsBound } from "../../../worker/registers/bound.ts";

/** `set` and `where` are SQL of `versions`. */
export async function redated(set: string, where: string, ...params: (string | number)[]): Promise<void> {
  await env.DB.prepare(`UPDATE versions SET ${set}, code = NULL WHERE ${where}`)
    .bind(...params)
    .run();
  const rows = await unboundOf(env.DB, versionsBound, { from: "", to: "9999", most: 100 });
  await record(env, {
    actor: "system",
    event: { code: "test.dated", subject: "", payload: null },
    statements: bindAsIs(versionsBound, rows),
  });
}
