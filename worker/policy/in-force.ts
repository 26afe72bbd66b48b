/** Which versions of the policy are as the trail has them, before a verdict or an erasure goes by one. */
import { auditSecrets } from "../core/audit-key.ts";
import type { Env } from "../env.ts";
import { agreedOf } from "../trail/agreed.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { startOf } from "../trail/start.ts";
import { policiesBound } from "./bound.ts";
import { LEGACY, NEWEST, type PolicyRow } from "./current.ts";

type Version = Pick<PolicyRow, "version" | "at">;

/** Those of these versions that are not as the trail has them; officers are told once. `now` in milliseconds. */
export async function unlikeOf(env: Env, rows: readonly Version[], now: number): Promise<Set<number>> {
  const saved = rows.flatMap(({ version, at }) => (version && at !== null ? [{ version, at }] : []));
  if (saved.length === 0 || auditSecrets(env).length === 0) return new Set();
  const keys = saved.map(({ version }) => String(version));
  const { not, unbound } = await agreedOf(env, policiesBound, keys);
  const { rows: adopted, returned } = await startOf(env);
  // The adoption bound each version of before: one that says that nothing binds it is younger, but for an older Worker's.
  const young = (version: string) => {
    const { at } = saved.find((row) => String(row.version) === version)!;
    return (
      adopted !== null &&
      !returned.some(
        ({ from, to, bound }) => from <= at && at <= to && Number(version) <= (bound?.policy ?? Infinity),
      )
    );
  };
  const unlike = [...not, ...unbound.filter(young)];
  const names = unlike.map((key) => `${policiesBound.name}/${key}`);
  await tellUnlike(env, names, now).catch((error: unknown) => console.error(error));
  return new Set(unlike.map(Number));
}

/** Of this isolate: what the trail bound of a version, it binds for good. */
const agreed = new Map<number, string>();
/** Versions that are looked at. */
const MOST = 50;

/** The newest policy, or the last one before it that is as the trail has it; a row of nulls where none is. */
export async function inForce(env: Env, newest: PolicyRow, now: number): Promise<PolicyRow> {
  const { version } = newest;
  const said = JSON.stringify(newest);
  if (version === null || agreed.get(version) === said) return newest;
  const { results } = await env.DB.prepare(
    `SELECT version, doc, at, by, ${LEGACY}, ${NEWEST} FROM policies WHERE version <= ? ORDER BY version DESC LIMIT ${MOST}`,
  )
    .bind(version)
    .all<PolicyRow>();
  const unlike = await unlikeOf(env, results, now);
  if (!unlike.has(version)) {
    agreed.set(version, said);
    return newest;
  }
  const none = { version: null, doc: null, at: null, by: null, legacy: newest.legacy };
  return results.find((row) => !unlike.has(row.version!)) ?? none;
}
