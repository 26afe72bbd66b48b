/** Verifies the audit trail in steps, exports it as a whole, and makes the key that signs its heads. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { calculateJwkThumbprint } from "jose";
import type { DeepAnswer, VerifyAnswer } from "../../../shared/trail/api.ts";
import {
  type Compared,
  nothingCompared,
  type Place,
  readPlace,
  sayPlace,
  walkTables,
} from "../../../shared/trail/walk.ts";
import type { Send } from "../../../shared/core/send.ts";
import { deepEn } from "../../../shared/texts/trail/deep.en.ts";
import { trailCliEn as t } from "../../../shared/texts/cli/trail.en.ts";
import { english, fill, type Forms, plural } from "../../../shared/texts/language.ts";
import { exits } from "../exits.ts";
import { Refusal } from "../client.ts";
import { checkHead, type CheckedHead } from "./head.ts";

export interface Deep extends Pick<Compared, "findings" | "bound" | "excused"> {
  text: string;
}

/** Throws a Refusal. */
export function wantPlace(text: string): Place {
  const place = readPlace(text);
  if (!place) throw new Refusal("bad-place", fill(t.badPlace, { place: text }));
  return place;
}

/**
 * Verifies each table against the trail in steps. `onProgress` is told where each step ends; `from` is such a place. Each request
 * is tried again for a while (client.ts).
 */
export async function verifyTables(
  send: Send,
  onProgress: (table: string, n: number, place: string) => void,
  from?: Place,
): Promise<Deep> {
  const compared = nothingCompared();
  const ask = (query: string) => send<DeepAnswer>("GET", `/v1/audit/deep?${query}`);
  for await (const { table, next } of walkTables(ask, compared, from))
    onProgress(table, compared.checked.get(table) ?? 0, next ? sayPlace(next) : "");
  const { findings, found, bound, excused } = compared;
  const said = findings.map(({ table, key, seq, what, columns }) =>
    fill(deepEn.finding[what], {
      ...{ table, key, seq: seq ?? "", columns: columns.join(", ") || deepEn.anyColumn },
    }),
  );
  const lines = [
    found === 0 ? deepEn.holds : plural(english, deepEn.faults, found),
    ...said,
    plural(english, deepEn.every, bound.every),
    ...linesOf([deepEn.some, bound.some], [deepEn.none, bound.none]),
    ...linesOf(
      ...(["request", "retention", "returned"] as const).map(
        (by) => [deepEn.excused[by], excused[by]] as const,
      ),
    ),
  ];
  return { findings, bound, excused, text: lines.join("\n") };
}

/** A line for each that there are some of. */
const linesOf = (...of: (readonly [Forms, number])[]): string[] =>
  of.flatMap(([words, n]) => (n > 0 ? [plural(english, words, n)] : []));

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
  const origin = { before: 0, returned: 0, lost: 0 };
  const names = ["before", "returned", "lost"] as const;
  let trail: VerifyAnswer | null = null;
  do {
    if (trail) onProgress(trail.length);
    trail = await step(send, trail?.next ?? 0, trail?.head ?? "genesis");
    for (const from of names) origin[from] += trail.origin?.[from] ?? 0;
  } while (trail.ok && trail.next !== null);
  const heads: CheckedHead[] = [];
  for (const file of files) heads.push(await checkHead(send, file, (seq, hash) => step(send, seq, hash)));
  const said = trail.ok
    ? plural(english, t.verified, trail.length)
    : fill(t.broken, { n: trail.brokenAt, why: trail.why });
  return {
    ok: trail.ok && heads.every((h) => h.ok),
    trail: { ...trail, origin },
    heads,
    text: [
      said,
      ...linesOf(...names.map((from) => [deepEn.origin[from], origin[from]] as const)),
      ...heads.map((h) => h.text),
    ].join("\n"),
  };
}

/** Writes the complete answer, or no file. `open` asks the Worker. Returns the number of rows. Throws a Refusal. */
export async function exportTrail(open: () => Promise<Response>, file: string): Promise<number> {
  const answer = await open();
  // Of this run alone: another one for the same file, and a person's own, have other names.
  const part = `${file}.${randomUUID()}.part`;
  let rows = 0;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      for (const byte of chunk) if (byte === 10) rows++;
      done(null, chunk);
    },
  });
  try {
    // Readable by its owner only: it contains personal data.
    const target = createWriteStream(part, { flags: "wx", mode: 0o600 });
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), count, target);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (/^E[A-Z]+$/.test(code) && code !== "ECONNRESET")
      throw new Refusal("no-file", fill(t.notWritten, { file }));
    throw new Refusal("broken-off", t.interrupted, exits.away);
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
