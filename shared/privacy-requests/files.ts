/** What a scan of a letter, or a proof of identity, may be. */
export const MAX_SCAN = 10_000_000;
export const scanTypes: readonly string[] = ["application/pdf", "image/png", "image/jpeg"];
