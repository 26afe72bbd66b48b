/** Both ends of a recording's way into a page, over a port and a link as Chrome and the Worker would be. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AudioPort, serveAudio } from "../../../extension/background/audio.ts";
import { openWorkerClient } from "../../../extension/background/worker-client.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import type { ApiError } from "../../../extension/ui/api.ts";
import { fetchAudio } from "../../../extension/ui/audio.ts";
import { World } from "../double.ts";

type Hear = (message: unknown) => void;
/** Two ends; messages are JSON on their way, as in Chrome. */
function ports() {
  const end = () => ({ heard: [] as Hear[], gone: [] as (() => void)[] });
  const [here, there] = [end(), end()];
  let open = true;
  const port = (mine: typeof here, other: typeof there) => ({
    onMessage: { addListener: (hear: Hear) => mine.heard.push(hear) },
    onDisconnect: { addListener: (gone: () => void) => mine.gone.push(gone) },
    postMessage(message: unknown) {
      if (!open) throw new Error("Attempting to use a disconnected port object");
      const sent = JSON.stringify(message);
      queueMicrotask(() => open && other.heard.forEach((hear) => hear(JSON.parse(sent))));
    },
    disconnect() {
      if (!open) return;
      open = false;
      other.gone.forEach((gone) => gone());
    },
  });
  return [port(here, there), port(there, here)] as const;
}

type Answer = (
  signal: AbortSignal,
  request: { path: string; headers: Headers },
) => Promise<Response> | Response;
function fetching(answer: Answer, signal = new AbortController().signal) {
  const world = new World();
  const worker = openWorkerClient({
    account: () => Promise.resolve(world.account),
    fetch: (url, init) =>
      Promise.resolve(
        answer(init!.signal!, { path: (url as string).slice(18), headers: new Headers(init!.headers) }),
      ),
    now: () => world.time,
    random: () => 1,
    storage: openCachedStorage(world.area),
    changed: () => undefined,
  });
  const [page, background] = ports();
  serveAudio(background as unknown as AudioPort, worker);
  vi.stubGlobal("chrome", { runtime: { connect: () => page } });
  const parts: (number | null)[] = [];
  const audio = fetchAudio({ id: "r 1", purpose: "quality", signal, progress: (part) => parts.push(part) });
  return { audio, parts, worker, account: world.account! };
}
afterEach(() => vi.unstubAllGlobals());

const refusal = (audio: Promise<Blob>) =>
  audio.then(
    () => expect.unreachable(),
    (error: unknown) => error as ApiError,
  );

describe("audio", () => {
  it("comes whole, in pieces, by the account's token and for the purpose", async () => {
    const bytes = Uint8Array.from({ length: 1_300_000 }, (_, i) => (i * 7) % 256);
    const { audio, parts } = fetching((_, { path, headers }) => {
      expect(path).toBe("/v1/recordings/r%201/audio?purpose=quality");
      expect(headers.get("authorization")).toBe("Bearer cdt_1");
      // It streams in small chunks, as a network does.
      let at = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(stream) {
          stream.enqueue(bytes.subarray(at, (at += 65_000)));
          if (at >= bytes.length) stream.close();
        },
      });
      return new Response(body, {
        headers: { "content-type": "audio/mpeg", "content-length": "1300000" },
      });
    });
    const blob = await audio;
    expect(blob.type).toBe("audio/mpeg");
    expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.at(-1)).toBe(1);
  });

  it("called off is no trouble, whether it has begun or not", async () => {
    for (const begun of [false, true]) {
      const over = new AbortController();
      const { audio, worker } = fetching((signal) => {
        const broken = new Promise<never>((_, failed) =>
          signal.addEventListener("abort", () => failed(signal.reason as Error)),
        );
        const pull = () => {
          over.abort();
          return broken;
        };
        return begun ? new Response(new ReadableStream({ pull }, { highWaterMark: 0 })) : pull();
      }, over.signal);
      expect((await refusal(audio)).name).toBe("AbortError");
      await new Promise((done) => setTimeout(done));
      expect(worker.trouble()).toBeNull();
    }
  });

  it("a store that did not do its part is said so; the Worker is not taken for gone", async () => {
    const problem = { code: "store-failed", title: "The store reported an error." };
    const { audio, worker } = fetching(() => Response.json(problem, { status: 502 }));
    expect(await refusal(audio)).toMatchObject({ trouble: "refused", problem });
    expect(worker.trouble()).toBeNull();
  });

  it("a file of the archive that is lost is said so, too; a record that waits to be sent is kept for later", async () => {
    const problem = {
      code: "archive-broken",
      title: "A file is missing.",
      detail: "dials/2025-09/1-x.ndjson.gz",
    };
    const { audio, worker, account } = fetching(() => Response.json(problem, { status: 500 }));
    expect(await refusal(audio)).toMatchObject({ trouble: "refused", problem });
    expect(worker.trouble()).toBeNull();
    const as = { url: account.url, person: account.person.id };
    await expect(worker.call("POST", "/v1/dials", { body: {}, as })).rejects.toMatchObject({
      trouble: "offline",
    });
    expect(worker.trouble()).toBe("offline");
  });

  it("that breaks off in the middle is no audio, and trouble", async () => {
    const { audio, worker } = fetching(
      () =>
        new Response(
          new ReadableStream({
            start: (stream) => stream.enqueue(new Uint8Array(600_000)),
            pull: () => Promise.reject(new TypeError("reset")),
          }),
        ),
    );
    expect(await refusal(audio)).toMatchObject({ trouble: "offline", problem: null });
    expect(worker.trouble()).toBe("offline");
  });
});
