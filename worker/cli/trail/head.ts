/** Checks a published head that someone kept as a file: its signature, and whether the trail passes through it. */
import { createPublicKey, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { calculateJwkThumbprint, type JWK } from "jose";
import type { Head, HeadsAnswer, VerifyAnswer } from "../../../shared/trail/api.ts";
import type { Send } from "../../../shared/core/send.ts";
import { trailCliEn as t } from "../../../shared/texts/cli/trail.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { Refusal } from "../client.ts";

export interface CheckedHead {
  file: string;
  day: string;
  ok: boolean;
  /** Signed with the deployment's present key, with another key, not signed, or wrongly signed. */
  signature: "own" | "other" | "none" | "wrong";
  key: string | null;
  inTrail: boolean;
  text: string;
}
type Document = Head & { publicKey?: JWK | null };

const LINE = /^cleardial-head v1 (?<name>\S+) (?<day>\d{4}-\d\d-\d\d) (?<seq>\d+) (?<hash>\S+) (?<at>\S+)$/;

/** The fields of a head's signed line; null if it is not such a line. */
export function headLine(signed: string): Pick<Head, "day" | "seq" | "hash" | "at"> | null {
  const line = LINE.exec(signed)?.groups;
  return line ? { day: line["day"]!, seq: Number(line["seq"]), hash: line["hash"]!, at: line["at"]! } : null;
}

/** `verifyFrom` asks the Worker whether row `seq` has this hash, and verifies the rows that follow. Throws a Refusal. */
export async function checkHead(
  send: Send,
  file: string,
  verifyFrom: (seq: number, hash: string) => Promise<VerifyAnswer>,
): Promise<CheckedHead> {
  const document = await readHead(file);
  const { day, seq, hash } = document;
  const { publicKey } = await send<HeadsAnswer>("GET", "/v1/audit/heads");
  const { signature, key } = await worth(document, publicKey);
  const walked = await verifyFrom(seq, hash);
  const inTrail = walked.ok || walked.brokenAt !== seq;
  const text = [
    fill(inTrail ? t.headHolds : t.headBroken, { day, seq }),
    fill(t.headSigned[signature], { key: key ?? "" }),
  ].join(" ");
  return { file, day, ok: inTrail && signature !== "wrong", signature, key, inTrail, text };
}

/** The head. Only its line is signed, so its fields must match the line. */
async function readHead(file: string): Promise<Document> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new Refusal("no-file", fill(t.notRead, { file }));
  });
  let document: Document | null = null;
  try {
    document = JSON.parse(text) as Document;
  } catch {
    // Refused below.
  }
  const line = headLine(document?.signed ?? "");
  if (
    !document ||
    !line ||
    line.day !== document.day ||
    line.seq !== document.seq ||
    line.hash !== document.hash ||
    line.at !== document.at
  )
    throw new Refusal("not-a-head", fill(t.notAHead, { file }));
  return document;
}

async function worth(
  document: Document,
  own: JWK | null,
): Promise<{ signature: CheckedHead["signature"]; key: string | null }> {
  if (document.signature === null) return { signature: "none", key: null };
  const jwk = document.publicKey ?? own;
  if (!jwk) return { signature: "wrong", key: document.key };
  try {
    const thumbprint = await calculateJwkThumbprint(jwk);
    const holds =
      thumbprint === document.key &&
      verify(
        null,
        Buffer.from(document.signed),
        createPublicKey({ key: jwk, format: "jwk" }),
        Buffer.from(document.signature, "base64"),
      );
    if (!holds) return { signature: "wrong", key: document.key };
    const isOwn = own !== null && (await calculateJwkThumbprint(own)) === thumbprint;
    return { signature: isOwn ? "own" : "other", key: thumbprint };
  } catch {
    return { signature: "wrong", key: document.key };
  }
}
