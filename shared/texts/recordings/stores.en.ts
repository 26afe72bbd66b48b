/** What the Worker says about recordings, beside its problems and mails. English (United Kingdom). */
import type { StoreKind } from "../../recordings/api.ts";

export const storeTexts = {
  none: "Not configured.",
  allowed: "In {region}: recordings may be kept here.",
  outside:
    "In {region}: policy keeps recordings in {regions}. What is sent here is refused; what a provider reports is quarantined.",
  unknown: {
    r2: "R2 does not say where it keeps what, and has no jurisdiction for the United Kingdom. Set R2_JURISDICTION for a bucket that has one, or keep recordings in an S3 store.",
    s3: "The endpoint does not tell its country: set S3_COUNTRY.",
    twilio: "Not known where Twilio keeps it.",
    aircall: "Set AIRCALL_COUNTRY to where Aircall keeps your audio by your contract.",
  } satisfies Record<StoreKind, string>,
};
