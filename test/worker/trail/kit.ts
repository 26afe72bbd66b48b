/** Verifies a table against the trail, as `cleardial verify --deep` does. */
import { env } from "cloudflare:workers";
import type { DeepAnswer } from "../../../shared/trail/api.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";

const FEW = { most: 2, objects: 1 };
/** Every step of both passes, small ones, so that the seams are tried as well. */
export async function deep(table: string, now = Date.now()) {
  const findings: DeepAnswer["findings"] = [];
  const bound = { every: 0, some: 0, none: 0 };
  for (const pass of ["events", "rows"] as const)
    for (let after: string | null = ""; after !== null;) {
      const step: DeepAnswer = await verifyDeep(env, { table, pass, after: after || undefined }, FEW, now);
      findings.push(...step.findings);
      for (const how of ["every", "some", "none"] as const) bound[how] += step.bound?.[how] ?? 0;
      after = step.next;
    }
  return { findings, bound };
}

/** What it finds, in words. */
export const findingsIn = async (table: string): Promise<string[]> =>
  (await deep(table)).findings.map(({ what, key, columns }) => `${what} ${key} ${columns.join()}`.trim());
