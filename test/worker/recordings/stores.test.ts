/** The stores: R2, and a real S3-compatible server that refuses a wrong signature. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../../worker/env.ts";
import { storeAt } from "../../../worker/storage/places.ts";
import { OtherVersion, type Store } from "../../../worker/storage/store.ts";
import { standIn, withS3 } from "./kit.ts";

afterEach(() => vi.unstubAllGlobals());

const r2Store = (own: Env) => storeAt(own, "recordings", "r2");
const s3Store = (own: Env) => storeAt(own, "recordings", "s3");
const audio = new TextEncoder().encode("0123456789".repeat(1000));
const put = (store: Store, key: string) =>
  store.put!(key, new Response(audio).body as ReadableStream<Uint8Array>, {
    size: audio.length,
    type: "audio/wav",
    sha256: null,
  });
const text = (stream: ReadableStream) => new Response(stream).text();

const stores: [string, () => Store][] = [
  ["r2", () => r2Store(env)!],
  ["s3", () => s3Store(withS3())!],
];
describe.each(stores)("%s", (_, of) => {
  it("keeps what is put, says its size, reads ranges, and has nothing left once it is erased", async () => {
    const store = of();
    const key = "recordings/2026-11/a_b-1.wav";
    expect(await store.head(key)).toBeNull();
    await put(store, key);
    expect(await store.head(key)).toMatchObject({ size: 10_000, type: "audio/wav" });
    expect(await text(await store.read(key, { offset: 3, length: 5 }))).toBe("34567");
    expect(await text(await store.read(key, { offset: 0, length: 10_000 }))).toHaveLength(10_000);
    expect(await store.erase(key)).toBeNull();
    expect(await store.head(key)).toBeNull();
    await expect(store.read(key, { offset: 0, length: 1 })).rejects.toThrow(/404|gone/);
    // Erasing twice does no harm.
    expect(await store.erase(key)).toBeNull();
  });
});

it("a wrong secret, key or region is refused by the server, and nothing is written, read or erased", async () => {
  const right = s3Store(withS3())!;
  await put(right, "kept.wav");
  for (const wrong of [{ S3_SECRET: "wrong" }, { S3_KEY_ID: "AKIDOTHER" }, { S3_REGION: "eu-west-1" }]) {
    const store = s3Store({ ...withS3(), ...wrong })!;
    await expect(put(store, "new.wav")).rejects.toThrow("s3: 403");
    await expect(store.read("kept.wav", { offset: 0, length: 1 })).rejects.toThrow("s3: 403");
    await expect(store.head("kept.wav")).rejects.toThrow("s3: 403");
    await expect(store.erase("kept.wav")).rejects.toThrow("s3: 403");
  }
  expect(await right.head("new.wav")).toBeNull();
  expect(await right.head("kept.wav")).toMatchObject({ size: 10_000 });
  // The report of what went to whom counts what was stored: here, and in the test before. Nothing else was sent there.
  const { results } = await env.DB.prepare("SELECT kind, what, times FROM disclosures").all();
  expect(results).toEqual([{ kind: "store", what: "recording", times: 2 }]);
});

it("a server that takes each request and never answers is given up, whatever it was asked", async () => {
  vi.stubGlobal("fetch", () => new Promise<Response>(() => {}));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const store = s3Store(withS3())!;
  const asked: [seconds: number, () => Promise<unknown>][] = [
    [20, () => store.head("hangs.wav")],
    [20, () => store.read("hangs.wav", { offset: 0, length: 1 })],
    [20, () => store.erase("hangs.wav")],
    // The answer comes once the whole recording has arrived.
    [600, () => put(store, "hangs.wav")],
  ];
  for (const [seconds, ask] of asked) {
    let said = "";
    const asking = ask().catch((error: Error) => (said = error.message));
    await vi.advanceTimersByTimeAsync((seconds - 1) * 1000);
    expect(said).toBe("");
    await vi.advanceTimersByTimeAsync(1000);
    await asking;
    expect(said).toBe("s3: no answer");
  }
  vi.useRealTimers();
});

it("where there is no such bucket, nobody says that something in it is gone", async () => {
  const { S3_BUCKET: bucket = "" } = withS3();
  const store = s3Store({ ...withS3(), S3_BUCKET: `${bucket}-mistyped` })!;
  await expect(store.erase("kept.wav")).rejects.toThrow("s3: 404");
  const says = (code: string) =>
    standIn(() => new Response(`<Error><Code>${code}</Code></Error>`, { status: 404 }));
  says("NoSuchKey");
  expect(await store.erase("gone.wav")).toBeNull();
  says("NoSuchBucket");
  await expect(store.erase("kept.wav")).rejects.toThrow("s3: 404");
});

it("with an ETag S3 erases that version alone; a server that does not know the condition erases", async () => {
  const sent: (string | null)[] = [];
  const says = (...statuses: number[]) =>
    standIn(({ headers }) => {
      sent.push(headers.get("if-match"));
      return new Response(null, { status: statuses.shift()! });
    });
  const store = s3Store(withS3())!;
  says(204);
  expect(await store.erase("a.wav", undefined, '"one"')).toBeNull();
  says(412);
  await expect(store.erase("a.wav", undefined, '"one"')).rejects.toThrow(OtherVersion);
  says(501, 204);
  expect(await store.erase("a.wav", undefined, '"one"')).toBeNull();
  says(204);
  expect(await store.erase("a.wav")).toBeNull();
  expect(sent).toEqual(['"one"', '"one"', '"one"', null, null]);
});

it("S3's word on the SHA-256 of a whole object counts, not the one of an upload in parts", async () => {
  const says = (headers: Record<string, string>) =>
    standIn((request) => {
      expect(request.headers.get("x-amz-checksum-mode")).toBe("ENABLED");
      return new Response(null, { headers });
    });
  const store = s3Store(withS3())!;
  const digest = `${"A".repeat(42)}E=`;
  const hash = `${"0".repeat(63)}1`;
  says({ "x-amz-checksum-sha256": digest });
  expect(await store.head("a.wav")).toMatchObject({ sha256: hash });
  const others: Record<string, string>[] = [
    { "x-amz-checksum-sha256": `${digest}-3` },
    { "x-amz-checksum-sha256": digest, "x-amz-checksum-type": "COMPOSITE" },
    {},
  ];
  for (const of of others) {
    says(of);
    expect(await store.head("a.wav")).toMatchObject({ sha256: null });
  }
});

it("the country is Amazon's word for its own endpoints, and never a setting's", () => {
  const { S3_COUNTRY: _, ...elsewhere } = withS3();
  const country = (S3_ENDPOINT: string, S3_COUNTRY?: string) =>
    s3Store({ ...elsewhere, S3_ENDPOINT, ...(S3_COUNTRY && { S3_COUNTRY }) })!.region;
  expect(country("https://s3.eu-west-2.amazonaws.com")).toBe("GB");
  expect(country("https://s3.us-east-1.amazonaws.com", "GB")).toBe("US");
  expect(country("https://s3.amazonaws.com", "GB")).toBeNull();
  expect(country("https://eu-west-2.amazonaws.com.example", "FR")).toBe("FR");
  expect(country("https://minio.example")).toBeNull();
  expect(s3Store({ ...withS3(), S3_ENDPOINT: "http://minio.example" })).toBeNull();
});

it("R2 has a region by its jurisdiction alone, and none is the United Kingdom", () => {
  const { LOCAL_REGION: _, ...production } = env;
  expect(r2Store(production)!.region).toBeNull();
  expect(r2Store({ ...production, R2_JURISDICTION: "eu" })!.region).toBe("EU");
  expect(r2Store({ ...production, R2_JURISDICTION: "gb" })!.region).toBeNull();
});

describe("what S3 says instead of erasing", () => {
  const instead = (response: () => Response) => {
    standIn((request) => (request.method === "DELETE" ? response() : null));
    return s3Store(withS3())!.erase("any.wav");
  };
  it("a bucket with versions only marks it: that is no erasure", async () => {
    await expect(
      instead(() => new Response(null, { status: 204, headers: { "x-amz-delete-marker": "true" } })),
    ).rejects.toThrow("versioned");
  });
  it("a date to come is its word, a failure without one is not", async () => {
    const date = new Date(Date.now() + 86_400_000).toUTCString();
    expect(
      await instead(() => new Response(null, { status: 503, headers: { "retry-after": date } })),
    ).toEqual({
      notBefore: new Date(date).toISOString(),
    });
    await expect(instead(() => new Response(null, { status: 503 }))).rejects.toThrow("s3: 503");
  });
  it("one that is busy, or down, is asked again within a day, whatever it says; a lock may last longer", async () => {
    const answers = (status: number) =>
      instead(() => new Response(null, { status, headers: { "retry-after": "9".repeat(12) } }));
    for (const status of [429, 503]) {
      const { notBefore } = (await answers(status))!;
      expect(Date.parse(notBefore), String(status)).toBeLessThanOrEqual(Date.now() + 86_400_000);
    }
    expect(await answers(423)).toEqual({ notBefore: "9999-12-31T00:00:00.000Z" });
  });
  it("an object under a lock names the day on which that ends", async () => {
    standIn((request) =>
      request.method === "DELETE"
        ? new Response(null, { status: 403 })
        : new Response(null, {
            headers: { "x-amz-object-lock-retain-until-date": "2027-01-31T00:00:00Z" },
          }),
    );
    expect(await s3Store(withS3())!.erase("locked.wav")).toEqual({ notBefore: "2027-01-31T00:00:00.000Z" });
  });
});
