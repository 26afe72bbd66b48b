/**
 * A real S3-compatible server for the Worker's tests: s3rver, which looks at no signature, behind a gate that refuses a
 * wrong one. The gate's SigV4 is written after Amazon's description and shares no code with the Worker's.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";
import type { TestProject } from "vitest/node";

export interface S3 {
  endpoint: string;
  bucket: string;
  region: string;
  keyId: string;
  secret: string;
}
declare module "vitest" {
  interface ProvidedContext {
    s3: S3;
  }
}

const [bucket, ...others] = ["recordings", "files", "copies"] as const;
const region = "eu-west-2";
const keyId = "AKIDTEST";
const secret = "a-secret-of-the-tests";

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

/** Null where the request is signed as it must be, by the one key that there is. */
function refusal(req: IncomingMessage, body: Buffer): string | null {
  const header = (name: string) => String(req.headers[name] ?? "");
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header("authorization"),
    );
  if (!parts) return "AccessDenied";
  const [, id, day = "", place = "", names = "", signature = ""] = parts;
  if (id !== keyId || place !== region) return "InvalidAccessKeyId";
  const at = header("x-amz-date");
  const moment = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!at.startsWith(day) || !(Math.abs(Date.now() - moment) < 900_000)) return "RequestTimeTooSkewed";
  const hash = header("x-amz-content-sha256");
  if (hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(body)) return "XAmzContentSHA256Mismatch";
  const signed = names.split(";");
  if (!["host", "x-amz-date", "x-amz-content-sha256"].every((name) => signed.includes(name)))
    return "AccessDenied";

  const url = new URL(req.url ?? "", "http://gate");
  const query = [...url.searchParams]
    .map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(v)}`)
    .sort()
    .join("&");
  const lines = signed.map((name) => `${name}:${header(name).trim().replace(/ +/g, " ")}\n`).join("");
  const canonical = [req.method, url.pathname, query, lines, names, hash].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const own = hmac(key, ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n"));
  return timingSafeEqual(own, Buffer.from(signature, "hex")) ? null : "SignatureDoesNotMatch";
}

/** The server cannot take two deletions at once: it tidies up the same folder twice, and fails. */
let deletions: Promise<unknown> = Promise.resolve();

async function pass(req: IncomingMessage, res: ServerResponse, port: number): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const refused = refusal(req, body);
  if (refused) {
    res.writeHead(403, { "content-type": "application/xml" });
    res.end(`<Error><Code>${refused}</Code></Error>`);
    return;
  }
  const { authorization: _, host: __, ...headers } = req.headers;
  const send = () =>
    new Promise<void>((done) => {
      const behind = request(
        { port, host: "127.0.0.1", method: req.method, path: req.url, headers },
        (answer) => {
          res.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(res);
          answer.on("close", done);
        },
      );
      behind.on("error", () => {
        res.writeHead(502).end();
        done();
      });
      behind.end(body);
    });
  if (req.method === "DELETE") await (deletions = deletions.then(send));
  else await send();
}

const listening = (server: Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );

export interface RunningS3 extends S3 {
  /** Deletions that it was asked for so far. */
  deletions: () => number;
  stop: () => Promise<void>;
}

export async function startS3(): Promise<RunningS3> {
  const directory = mkdtempSync(join(tmpdir(), "cleardial-s3-"));
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [bucket, ...others].map((name) => ({ name, configs: [] })),
  });
  const { port } = await server.run();
  let asked = 0;
  const gate = createServer((req, res) => {
    if (req.method === "DELETE") asked++;
    pass(req, res, port).catch(() => res.destroy());
  });
  return {
    ...{ endpoint: `http://127.0.0.1:${await listening(gate)}`, bucket, region, keyId, secret },
    deletions: () => asked,
    async stop() {
      gate.closeAllConnections();
      gate.close();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Vitest's global set-up of the Worker's tests. */
export default async function setup(project: TestProject) {
  const { stop, deletions: _, ...s3 } = await startS3();
  project.provide("s3", s3);
  return stop;
}
