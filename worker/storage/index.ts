/** The kinds of store of recordings. To add one: its file, a row here, and its name in `storeKind` (shared/recordings/api.ts). */
import type { StoreKind } from "../../shared/recordings/api.ts";
import type { Env } from "../env.ts";
import { providerStores } from "../providers/stores.ts";
import { storeAt } from "./places.ts";
import type { Store } from "./store.ts";

const stores: Record<StoreKind, (env: Env) => Store | null> = {
  r2: (env) => storeAt(env, "recordings", "r2"),
  s3: (env) => storeAt(env, "recordings", "s3"),
  ...providerStores,
};

/** The store of this kind, or null where it is not configured. */
export const storeOf = (env: Env, kind: StoreKind): Store | null => stores[kind](env);

/** ISO 3166's user-assigned code for "unknown": the configuration does not tell where the audio is. Policy must not allow it. */
export const UNKNOWN_REGION = "ZZ";
