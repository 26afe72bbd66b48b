/**
 * A timestamp service on this machine (`openssl ts`) that can also misbehave, and `openssl`'s own check of a response.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** How the service answers: correctly; about another text or nonce; with a refusal; with nonsense; not at all. */
export type Manner = "honest" | "other-text" | "other-nonce" | "refusal" | "nonsense" | "away";

export async function startTsa(dir: string) {
  mkdirSync(dir, { recursive: true });
  const at = (name: string) => join(dir, name);
  const openssl = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: dir, encoding: "utf8" });
    return { ok: status === 0, words: stdout + stderr };
  };
  const must = (...args: string[]) => {
    const { ok, words } = openssl(...args);
    if (!ok) throw new Error(`openssl ${args.join(" ")}: ${words}`);
  };
  must(
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=Test TSA"],
    ...["-addext", "extendedKeyUsage=critical,timeStamping", "-keyout", "key.pem", "-out", "cert.pem"],
  );
  writeFileSync(at("serial"), "01\n");
  writeFileSync(
    at("tsa.cnf"),
    `[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = cert.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
`,
  );
  const reply = (query: string): Buffer => {
    must("ts", "-reply", "-config", "tsa.cnf", "-queryfile", query, "-out", "reply.tsr");
    return readFileSync(at("reply.tsr"));
  };
  let manner: Manner = "honest";
  let last = "";
  const other = (...args: string[]) => {
    must("ts", "-query", ...args, "-cert", "-out", "other.tsq");
    return reply("other.tsq");
  };
  const answers: Record<Manner, () => Buffer | null> = {
    honest: () => reply("query.tsq"),
    "other-text": () => other("-data", "tsa.cnf", "-sha256"),
    "other-nonce": () => other("-digest", last, "-sha256"),
    refusal: () => other("-data", "tsa.cnf", "-sha512"), // not among `digests`
    nonsense: () => Buffer.from("<html>Welcome</html>"),
    away: () => null,
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (d: Buffer) => chunks.push(d));
    request.on("end", () => {
      const query = Buffer.concat(chunks);
      writeFileSync(at("query.tsq"), query);
      // The SHA-256 digest follows its identifier's NULL and the header of an OCTET STRING of 32 bytes.
      const from = query.indexOf(Buffer.from([0x05, 0x00, 0x04, 0x20]));
      const bare = query.indexOf(Buffer.from([0x02, 0x01, 0x04, 0x20]));
      last = query
        .subarray(from >= 0 ? from + 4 : bare + 4)
        .subarray(0, 32)
        .toString("hex");
      const answer = answers[manner]();
      response.writeHead(answer ? 200 : 503, { "content-type": "application/timestamp-reply" });
      response.end(answer ?? "");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answer: (how: Manner) => {
      manner = how;
    },
    /** The result of `openssl ts -verify` for a response (base64) about a text. */
    verify: (text: string, timestamp: string): { ok: boolean; words: string } => {
      writeFileSync(at("text"), text);
      writeFileSync(at("stored.tsr"), Buffer.from(timestamp, "base64"));
      return openssl("ts", "-verify", "-data", "text", "-in", "stored.tsr", "-CAfile", "cert.pem");
    },
    stop: () => server.close(),
  };
}
