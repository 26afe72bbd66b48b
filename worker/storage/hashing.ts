/** The hash of what a store is given, taken on its way. */
import { bytesToHex } from "@noble/hashes/utils.js";

/** Hashes a stream on its way. `hash` answers SHA-256 in hex, or null where the stream was interrupted. */
export function hashing() {
  const stream = new crypto.DigestStream("SHA-256");
  const writer = stream.getWriter();
  let whole = false;
  const through = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      await writer.write(chunk);
      controller.enqueue(chunk);
    },
    async flush() {
      await writer.close();
      whole = true;
    },
  });
  return { through, hash: async () => (whole ? bytesToHex(new Uint8Array(await stream.digest)) : null) };
}
