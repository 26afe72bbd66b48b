/** `cleardial verify` and `cleardial audit …`: the trail checked in steps, exported whole, and the key of its heads. */
import { generateKeyPairSync } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { calculateJwkThumbprint } from "jose";
import type { VerifyAnswer } from "../../../shared/trail/api.ts";
import type { Send } from "../../../shared/send.ts";
import { cliEn } from "../../../shared/texts/cli/cli.en.ts";
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

/** Walks the whole trail, some 20,000 rows a request, and checks that it passes through each head given by file. */
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
    ? plural(english, cliEn.verified, trail.length)
    : fill(cliEn.broken, { n: trail.brokenAt, why: trail.why });
  return {
    ok: trail.ok && heads.every((h) => h.ok),
    trail,
    heads,
    text: [said, ...heads.map((h) => h.text)].join("\n"),
  };
}

/** Writes the whole answer or no file. `open` asks the Worker. Returns the number of rows. */
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
    // It holds personal data: for its owner's eyes.
    const target = createWriteStream(part, { mode: 0o600 });
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), count, target);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (/^E[A-Z]+$/.test(code) && code !== "ECONNRESET")
      throw new Refusal("no-file", fill(cliEn.notWritten, { file }));
    throw new Refusal("broken-off", cliEn.brokenOff);
  }
  return rows;
}

/** A new key for AUDIT_KEY: PKCS #8 as base64, with its public half's thumbprint (RFC 7638). */
export async function newAuditKey(): Promise<{ key: string; thumbprint: string }> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    key: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    thumbprint: await calculateJwkThumbprint(publicKey.export({ format: "jwk" })),
  };
}
