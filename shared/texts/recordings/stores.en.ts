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
  /** Buckets for what is no recording. */
  places: {
    allowed: "In {region}: the policy allows it here.",
    outside: "In {region}: the policy keeps recordings in {regions}. Nothing is stored here.",
    none: "No bucket of its own is set up in a region of the policy ({regions}): it is refused. Set {s3} for S3, or R2_JURISDICTION and the binding {r2} for R2.",
    archive: {
      allowed:
        "In {region}: the policy allows recordings here. It has ids of people, and no numbers that were recorded.",
      outside:
        "In {region}, outside the policy's regions. Closed months of the trail, which have ids of people, stay in the database; heads and daily statements, which name nobody, are kept here.",
      unknown:
        "R2 does not say where it is. Closed months of the trail, which have ids of people, stay in the database; heads and daily statements, which name nobody, are kept here. Set ARCHIVE_JURISDICTION for a bucket that has a jurisdiction.",
    },
  },
};
