import { bytesToHex } from "@noble/hashes/utils.js";

export { sha256Hex } from "../../shared/sha256.ts";

/** The same for what is large: by WebCrypto. */
export const sha256OfBytes = async (bytes: ArrayBuffer): Promise<string> =>
  bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
