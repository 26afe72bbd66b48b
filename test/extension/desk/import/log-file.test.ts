/** Sending a file's lines to the Worker: in order, in chunks, and what has been reported when it ends early. */
import { afterEach, expect, it, vi } from "vitest";
import { sendLines } from "../../../../extension/desk/import/log-file.ts";
import { chunkOf } from "../../../../extension/desk/recordings/import-file.ts";
import { ApiError } from "../../../../extension/ui/api.ts";

interface Sent {
  path: string;
  key?: string;
  body: { dryRun: boolean; rows: number[] };
}
const rows = Array.from({ length: 1200 }, (_, n) => n);

/** A background that answers each line with itself for `times` requests, and then is offline. */
function background(times: number): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal("chrome", {
    runtime: {
      sendMessage(message: Sent) {
        sent.push(message);
        return Promise.resolve(
          sent.length > times
            ? { ok: false, trouble: "offline", problem: null }
            : { ok: true, data: { results: message.body.rows } },
        );
      },
    },
  });
  return sent;
}
afterEach(() => vi.unstubAllGlobals());

it("lines go in their order; what is imported bears a key, what is tried none", async () => {
  const sent = background(9);
  const heard: number[] = [];
  const hear = (some: number[]) => void heard.push(...some);
  const { signal } = new AbortController();
  await sendLines("/v1/calls/import", rows, true, signal, hear);
  expect(heard).toEqual(rows);
  expect(sent.map(({ key, body }) => [key, body.dryRun, body.rows.length])).toEqual([
    [undefined, true, 500],
    [undefined, true, 500],
    [undefined, true, 200],
  ]);
  await sendLines("/v1/calls/import", rows, false, signal, hear);
  expect(new Set(sent.slice(3).map(({ key }) => key)).size).toBe(3);
});

it("lines of a provider's own store go by fewer, as the provider is asked about each", async () => {
  const sent = background(24);
  const { signal } = new AbortController();
  await sendLines("/v1/recordings/import", rows, true, signal, () => undefined, chunkOf("aircall"));
  expect(sent.map(({ body }) => body.rows.length)).toEqual(Array<number>(24).fill(50));
});

it("where it is stopped, or the server is away, what was heard by then stays heard", async () => {
  const control = new AbortController();
  const heard: number[] = [];
  background(9);
  await sendLines<number>("/v1/calls/import", rows, false, control.signal, (some) => {
    heard.push(...some);
    control.abort();
  });
  expect(heard).toHaveLength(500);
  background(1);
  const { signal } = new AbortController();
  await expect(
    sendLines<number>("/v1/calls/import", rows, false, signal, (some) => void heard.push(...some)),
  ).rejects.toThrow(ApiError);
  expect(heard).toHaveLength(1000);
});
