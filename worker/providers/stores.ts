/** The providers' own stores of recordings. To add one: its file, a row here, and its name in `storeKind`. */
import type { Env } from "../env.ts";
import type { Store } from "../storage/store.ts";
import { aircallStore } from "./aircall/store.ts";
import { twilioStore } from "./twilio/store.ts";

/** Each is null where the account is not configured. */
export const providerStores: Readonly<Record<"twilio" | "aircall", (env: Env) => Store | null>> = {
  twilio: twilioStore,
  aircall: aircallStore,
};
