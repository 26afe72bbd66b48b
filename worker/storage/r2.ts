/** Cloudflare R2, for development and for R2's jurisdictions. The United Kingdom is not among them. */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Env } from "../env.ts";
import { OtherVersion, type Store, StoreError } from "./store.ts";

/** https://developers.cloudflare.com/r2/reference/data-location/#jurisdictional-restrictions */
const jurisdictions: Readonly<Record<string, string>> = { eu: "EU", fedramp: "US" };

/** Throws a StoreError where the bucket fails. */
async function ask<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StoreError(`r2: ${error instanceof Error ? error.message : "no answer"}`);
  }
}

export function r2Store(
  env: Env,
  bucket: R2Bucket | undefined,
  jurisdiction: string | undefined,
): Store | null {
  if (!bucket) return null;
  return {
    region: env.LOCAL_REGION ?? jurisdictions[jurisdiction ?? ""] ?? null,
    async put(key, body, { type, sha256 }) {
      const options = { httpMetadata: { contentType: type }, ...(sha256 && { sha256 }) };
      await ask(() => bucket.put(key, body, options));
    },
    async read(key, range, etag) {
      const object = await bucket.get(key, {
        range,
        ...(etag && { onlyIf: { etagMatches: etag } }),
      });
      if (!object) throw new StoreError("r2: gone");
      // An object without a body: the condition did not hold.
      if (!("body" in object)) throw new OtherVersion("r2: another version");
      return object.body;
    },
    async head(key) {
      const object = await ask(() => bucket.head(key));
      if (!object) return null;
      return {
        size: object.size,
        type: object.httpMetadata?.contentType ?? "audio/mpeg",
        etag: object.etag,
        storedAt: object.uploaded.getTime(),
        sha256: object.checksums?.sha256 ? bytesToHex(new Uint8Array(object.checksums.sha256)) : null,
      };
    },
    async erase(key) {
      await ask(() => bucket.delete(key));
      return null;
    },
  };
}
