/** Limits of a scan of a letter or a proof of identity: bytes, and content types. */
export const MAX_SCAN = 10_000_000;
export const scanTypes: readonly string[] = ["application/pdf", "image/png", "image/jpeg"];
