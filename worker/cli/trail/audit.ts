/** Verifies the audit trail in steps, exports it as a whole, and makes the key that signs its heads. */
import { generateKeyPairSync } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { calculateJwkThumbprint } from "jose";
import type { VerifyAnswer } from "../../../shared/trail/api.ts";
import type { Send } from "../../../shared/core/send.ts";
import { trailCliEn as t } from "../../../shared/texts/cli/trail.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { Refusal } from "../client.ts";
import { checkHead, type CheckedHead } from "./head.ts";

export interface Verified {
  ok: boolean;
  trail: VerifyAnswer;
  heads: CheckedHead[];
  text: string;
}

const step = (send: Send, after: number, head: string): Promise<VerifyAnswer> =>
  send<VerifyAnswer>("GET", `/v1/audit/verify?after=${after}&head=${encodeURIComponent(head)}`);

/** Verifies the whole trail, about 20,000 rows a request, and that it passes through the head in each file. */
export async function verifyTrail(
  send: Send,
  files: string[],
  onProgress: (row: number) => void,
): Promise<Verified> {
  let trail = await step(send, 0, "genesis");
  while (trail.ok && trail.next !== null) {
    onProgress(trail.length);
    trail = await step(send, trail.next, trail.head);
  }
  const heads: CheckedHead[] = [];
  for (const file of files) heads.push(await checkHead(send, file, (seq, hash) => step(send, seq, hash)));
  const said = trail.ok
    ? plural(english, t.verified, trail.length)
    : fill(t.broken, { n: trail.brokenAt, why: trail.why });
  return {
    ok: trail.ok && heads.every((h) => h.ok),
    trail,
    heads,
    text: [said, ...heads.map((h) => h.text)].join("\n"),
  };
}

/** Writes the complete answer, or no file. `open` asks the Worker. Returns the number of rows. Throws a Refusal. */
export async function exportTrail(open: () => Promise<Response>, file: string): Promise<number> {
  const answer = await open();
  const part = `${file}.part`;
  let rows = 0;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      for (const byte of chunk) if (byte === 10) rows++;
      done(null, chunk);
    },
  });
  try {
    // Readable by its owner only: it contains personal data.
    const target = createWriteStream(part, { mode: 0o600 });
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), count, target);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (/^E[A-Z]+$/.test(code) && code !== "ECONNRESET")
      throw new Refusal("no-file", fill(t.notWritten, { file }));
    throw new Refusal("broken-off", t.interrupted);
  }
  return rows;
}

/** A new Ed25519 key for AUDIT_KEY: PKCS #8 as base64, and the public key's thumbprint (RFC 7638). */
export async function newAuditKey(): Promise<{ key: string; thumbprint: string }> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    key: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    thumbprint: await calculateJwkThumbprint(publicKey.export({ format: "jwk" })),
  };
}
