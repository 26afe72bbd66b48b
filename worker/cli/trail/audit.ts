/** Verifies the audit trail in steps, exports it as a whole, and makes the key that signs its heads. */
import { generateKeyPairSync } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { calculateJwkThumbprint } from "jose";
import {
  boundTableNames,
  type DeepAnswer,
  summedTableNames,
  type VerifyAnswer,
} from "../../../shared/trail/api.ts";
import type { Send } from "../../../shared/core/send.ts";
import { trailCliEn as t } from "../../../shared/texts/cli/trail.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { Refusal } from "../client.ts";
import { checkHead, type CheckedHead } from "./head.ts";

/** What a table's rows were found to be, beside their events. */
export interface Deep {
  findings: DeepAnswer["findings"];
  bound: Required<DeepAnswer>["bound"];
  text: string;
}

const passes = ["events", "rows"] as const;
type Pass = (typeof passes)[number];
const tables = [...boundTableNames, ...summedTableNames];
/** A place in these tables has a sum of two kilobytes: to go on from its register's beginning is short enough to type. */
const isSummed = (table: string): boolean => summedTableNames.some((name) => name === table);
const shownPlace = (table: string, after: string): string => (isSummed(table) ? after.split("/")[0]! : after);

/** Where a verification goes on: `suppressions/rows/1234`. Throws a Refusal. */
export function readPlace(text: string): { table: string; pass: Pass; after: string } {
  const [table = "", pass, ...after] = text.split("/");
  if (!tables.some((name) => name === table) || !passes.some((name) => name === pass))
    throw new Refusal("bad-place", fill(t.badPlace, { place: text }));
  return { table, pass: pass as Pass, after: after.join("/") };
}

/**
 * Verifies each table against the trail in steps: from events to rows, then from rows to events. `onProgress` is told where
 * each step ends; `from` is such a place. Each request is tried again for a while (client.ts).
 */
export async function verifyTables(
  send: Send,
  onProgress: (table: string, n: number, place: string) => void,
  from?: ReturnType<typeof readPlace>,
): Promise<Deep> {
  const findings: Deep["findings"] = [];
  const bound = { every: 0, some: 0, none: 0 };
  const walks = tables.flatMap((table) => passes.map((pass) => ({ table, pass })));
  const first = from ? walks.findIndex(({ table, pass }) => table === from.table && pass === from.pass) : 0;
  const counts = new Map<string, number>();
  for (const [n, { table, pass }] of walks.entries())
    if (n >= first)
      for (let after: string | null = n === first ? (from?.after ?? "") : ""; after !== null;) {
        const query = new URLSearchParams({ table, pass, ...(after !== "" && { after }) });
        const step: DeepAnswer = await send<DeepAnswer>("GET", `/v1/audit/deep?${query.toString()}`);
        findings.push(...step.findings);
        for (const how of ["every", "some", "none"] as const) bound[how] += step.bound?.[how] ?? 0;
        const checked = (counts.get(table) ?? 0) + step.checked;
        counts.set(table, checked);
        after = step.next;
        const next = after === null ? walks[n + 1] : { table, pass };
        onProgress(
          table,
          checked,
          next ? `${next.table}/${next.pass}/${shownPlace(table, after ?? "")}` : "",
        );
      }
  const said = findings.map(({ table, key, what, columns }) =>
    fill(t.finding[what], { table, key, columns: columns.join(", ") || t.anyColumn }),
  );
  const lines = [
    findings.length === 0 ? t.deep : plural(english, t.deepFaults, findings.length),
    ...said,
    plural(english, t.boundEvery, bound.every),
    ...(bound.some > 0 ? [plural(english, t.boundSome, bound.some)] : []),
    ...(bound.none > 0 ? [plural(english, t.boundNone, bound.none)] : []),
  ];
  return { findings, bound, text: lines.join("\n") };
}

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
