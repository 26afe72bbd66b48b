/**
 * Any store with the S3 API: PUT, GET, HEAD and DELETE, path-style, signed with SigV4. For production we document
 * Amazon S3 in London, eu-west-2. https://docs.aws.amazon.com/AmazonS3/latest/API/
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { AwsClient } from "aws4fetch";
import { objectKey } from "../../shared/recordings/api.ts";
import { textWithin } from "../core/outbound.ts";
import type { Env } from "../env.ts";
import { disclosing } from "../policy/disclosed.ts";
import { wantRecipient } from "../policy/egress.ts";
import { ask, bytesOf, expectStatus, notYet, PUT_PATIENCE_MS, rangeHeader } from "./http.ts";
import { type NotYet, OtherVersion, type Store, StoreError } from "./store.ts";

/** Countries of Amazon's regions: https://docs.aws.amazon.com/global-infrastructure/latest/regions/ */
const countries: readonly (readonly [prefix: string, country: string])[] = [
  ["eu-west-2", "GB"],
  ["eu-west-1", "IE"],
  ["eu-west-3", "FR"],
  ["eu-central-1", "DE"],
  ["eu-central-2", "CH"],
  ["eu-north-1", "SE"],
  ["eu-south-1", "IT"],
  ["eu-south-2", "ES"],
  ["us-", "US"],
  ["ca-", "CA"],
  ["ap-south-", "IN"],
  ["ap-southeast-2", "AU"],
  ["ap-southeast-4", "AU"],
];

/** The country by an Amazon endpoint's own region; for any other server, by S3_COUNTRY. */
function countryOf(endpoint: URL, env: Env): string | null {
  const region = /(?:^|\.)s3[.-]([a-z0-9-]+)\.amazonaws\.com$/.exec(endpoint.hostname)?.[1];
  if (!endpoint.hostname.endsWith(".amazonaws.com")) return env.S3_COUNTRY ?? null;
  return countries.find(([prefix]) => region?.startsWith(prefix))?.[1] ?? null;
}

/** The key of an object in the recordings' bucket, by its URL (path-style or virtual-hosted); null for any other URL. */
export function keyIn(env: Env, address: string): string | null {
  const { S3_ENDPOINT, S3_BUCKET } = env;
  if (!S3_ENDPOINT || !S3_BUCKET) return null;
  const endpoint = new URL(S3_ENDPOINT).host;
  const { host, pathname } = new URL(address);
  const own = [`${S3_BUCKET}.${endpoint}`];
  // Amazon's bucket names are globally unique, and its legacy URLs name no region.
  if (endpoint.endsWith(".amazonaws.com")) own.push(`${S3_BUCKET}.s3.amazonaws.com`);
  const path = own.includes(host)
    ? pathname.slice(1)
    : host === endpoint && pathname.startsWith(`/${S3_BUCKET}/`)
      ? pathname.slice(S3_BUCKET.length + 2)
      : "";
  return objectKey.safeParse(path).data ?? null;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html: of an upload in parts it is of their hashes. */
function sha256In(headers: Headers): string | null {
  const digest = headers.get("x-amz-checksum-sha256") ?? "";
  const isWhole = /^[\w+/]{43}=$/.test(digest) && headers.get("x-amz-checksum-type") !== "COMPOSITE";
  return isWhole ? bytesToHex(Uint8Array.from(atob(digest), (one) => one.charCodeAt(0))) : null;
}

export function s3Store(env: Env, bucket: string | undefined): Store | null {
  const { S3_ENDPOINT, S3_REGION, S3_KEY_ID, S3_SECRET } = env;
  if (!S3_ENDPOINT || !bucket || !S3_REGION || !S3_KEY_ID || !S3_SECRET) return null;
  const endpoint = new URL(S3_ENDPOINT);
  // Only over TLS, except on this machine.
  if (endpoint.protocol !== "https:" && !/^(localhost|127\.0\.0\.1)$/.test(endpoint.hostname)) return null;
  const client = new AwsClient({
    accessKeyId: S3_KEY_ID,
    secretAccessKey: S3_SECRET,
    region: S3_REGION,
    service: "s3",
    retries: 0,
  });
  // Do not follow redirects: a bucket in another region answers with one, and recordings may not be there.
  const send = (method: string, key: string, init: RequestInit = {}) =>
    ask(
      "s3",
      wantRecipient(env, "store", endpoint.host).then(() =>
        client.fetch(
          `${endpoint.origin}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`,
          // aws4fetch is typed for browsers.
          { redirect: "manual", ...init, method },
        ),
      ),
      method === "PUT" ? PUT_PATIENCE_MS : undefined,
    );
  return {
    region: countryOf(endpoint, env),
    async put(key, body, { type, sha256 }) {
      const headers = { "content-type": type, ...(sha256 && { "x-amz-content-sha256": sha256 }) };
      const response = await send("PUT", key, { body, headers });
      await expectStatus("s3", response, [200]);
      await response.body?.cancel();
      const what = bucket === env.S3_BUCKET ? "recording" : "file";
      await disclosing(env.DB, "store", endpoint.host, what, 1, Date.now()).run();
    },
    async read(key, range, etag) {
      const headers = { range: rangeHeader(range), ...(etag && { "if-match": etag }) };
      const response = await send("GET", key, { headers });
      if (response.status === 412) {
        await response.body?.cancel();
        throw new OtherVersion("s3: another version");
      }
      await expectStatus("s3", response, [200, 206]);
      return bytesOf("s3", response, range);
    },
    async head(key, signal) {
      const headers = { "x-amz-checksum-mode": "ENABLED" };
      const response = await send("HEAD", key, { signal: signal ?? null, headers });
      await expectStatus("s3", response, [200, 404]);
      if (response.status === 404) return null;
      return {
        size: Number(response.headers.get("content-length")),
        type: response.headers.get("content-type") ?? "audio/mpeg",
        etag: response.headers.get("etag"),
        storedAt: Date.parse(response.headers.get("last-modified") ?? "") || null,
        sha256: sha256In(response.headers),
      };
    },
    async erase(key, signal, etag) {
      const remove = (headers: Record<string, string> = {}) =>
        send("DELETE", key, { signal: signal ?? null, headers });
      let response = await remove(etag ? { "if-match": etag } : {});
      if (response.status === 501) {
        // Another server than Amazon's, which does not know the condition.
        await response.body?.cancel();
        response = await remove();
      }
      if (response.status === 412) {
        await response.body?.cancel();
        throw new OtherVersion("s3: another version");
      }
      const later =
        notYet(response, Date.now()) ?? (response.status === 403 ? await locked(key, signal) : null);
      if (later) return later;
      // For a missing object S3 answers 204, others 404; but a missing bucket is a 404 as well.
      if (response.status === 404 && (await textWithin(response, 10_000))?.includes("NoSuchKey")) return null;
      await expectStatus("s3", response, [200, 204]);
      // A versioned bucket only adds a delete marker, and keeps the audio: that is not an erasure.
      if (response.headers.get("x-amz-delete-marker") === "true")
        throw new StoreError("s3: versioned bucket");
      return null;
    },
  };

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
  async function locked(key: string, signal?: AbortSignal): Promise<NotYet | null> {
    const response = await send("HEAD", key, { signal: signal ?? null });
    const until = Date.parse(response.headers.get("x-amz-object-lock-retain-until-date") ?? "");
    return Number.isNaN(until) ? null : { notBefore: new Date(until).toISOString() };
  }
}
