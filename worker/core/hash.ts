import { bytesToHex } from "@noble/hashes/utils.js";

export { sha256Hex } from "../../shared/core/sha256.ts";

/** SHA-256 of a large input, by WebCrypto; lower-case hex. */
export const sha256OfBytes = async (bytes: ArrayBuffer): Promise<string> =>
  bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
