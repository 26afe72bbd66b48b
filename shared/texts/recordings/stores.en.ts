/** The state of each store for recordings, as the Worker says it. English (UK). */
import type { StoreKind } from "../../recordings/api.ts";

export const storeTexts = {
  none: "Not configured.",
  allowed: "In {region}: the policy allows recordings here.",
  outside:
    "In {region}: the policy keeps recordings in {regions}. Uploads to this store are refused; recordings that a provider reports in it are quarantined.",
  unknown: {
    r2: "R2 does not say where it stores objects, and has no jurisdiction for the United Kingdom. Set R2_JURISDICTION for a bucket that has one, or keep recordings in an S3 store.",
    s3: "The endpoint's address does not show its country: set S3_COUNTRY.",
    twilio: "It is not known where Twilio stores its recordings.",
    aircall: "Set AIRCALL_COUNTRY to the country where Aircall stores your audio under your contract.",
  } satisfies Record<StoreKind, string>,
};
