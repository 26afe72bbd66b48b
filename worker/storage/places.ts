/**
 * The stores of each purpose. Whoever stores, reads or erases an object names the purpose: an object of another one is out of
 * reach, whatever its key.
 */
import { type OwnKind, places, type Purpose } from "../../shared/recordings/places.ts";
import type { Env } from "../env.ts";
import { r2Store } from "./r2.ts";
import { s3Store } from "./s3.ts";
import type { Store } from "./store.ts";

/** The store of this kind for a purpose; null where it is not configured, or is the bucket of another purpose. */
export function storeAt(env: Env, purpose: Purpose, kind: OwnKind): Store | null {
  if (kind === "r2") return r2Store(env, env[places[purpose].r2], env.R2_JURISDICTION);
  const bucket = env[places[purpose].s3];
  const named = Object.values(places).filter(({ s3 }) => env[s3] === bucket);
  return purpose !== "recordings" && named.length > 1 ? null : s3Store(env, bucket);
}

/**
 * Where closed months of the trail, its heads and the daily statements are: in R2 alone. The months name people by ids, and go
 * there only where policy allows the region (jobs/archive.ts); heads and statements name nobody.
 */
export const archiveRegion = (env: Env): string | null =>
  r2Store(env, env.ARCHIVE, env.ARCHIVE_JURISDICTION)!.region;
