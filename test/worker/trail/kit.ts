/** Verifies tables against the trail, as `cleardial verify --deep` does. */
import { env } from "cloudflare:workers";
import type { DeepAnswer, DeepQuery } from "../../../shared/trail/api.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";

export const run = (text: string, ...params: (string | number | null)[]) =>
  env.DB.prepare(text)
    .bind(...params)
    .run();

/** Every step of both passes, small ones, so that the seams are tried as well. */
export async function deep(name: string, now = Date.now(), most = 2) {
  const table = name as DeepQuery["table"];
  const findings: DeepAnswer["findings"] = [];
  const bound = { every: 0, some: 0, none: 0 };
  for (const pass of ["events", "rows"] as const)
    for (let after: string | null = ""; after !== null;) {
      const bounds = { most, objects: 1 };
      const step: DeepAnswer = await verifyDeep(env, { table, pass, after: after || undefined }, bounds, now);
      findings.push(...step.findings);
      for (const how of ["every", "some", "none"] as const) bound[how] += step.bound?.[how] ?? 0;
      after = step.next;
    }
  return { findings, bound };
}

/** What it finds, in words. */
export const findingsIn = async (table: string): Promise<string[]> =>
  (await deep(table)).findings.map(({ what, key, columns }) => `${what} ${key} ${columns.join()}`.trim());

/** The same of several tables, in larger steps; and how far rows are bound. */
export async function deepOf(tables: readonly string[], now = Date.now(), most = 100) {
  const found: string[] = [];
  const bound = { every: 0, none: 0 };
  for (const table of tables) {
    const of = await deep(table, now, most);
    for (const { key, what, columns } of of.findings)
      found.push(`${table} ${key}: ${what} ${columns.join()}`.trim());
    bound.every += of.bound.every;
    bound.none += of.bound.none;
  }
  return { found, bound };
}
