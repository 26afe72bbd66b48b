/** A copy went to somebody once its last bytes are on their way, and not by a download that broke off. */
import { expect, it, vi } from "vitest";
import { untilArrived } from "../../../../worker/privacy-requests/files/arrived.ts";

const CHUNK = 64 * 1024;
const of = (chunks: number) =>
  new ReadableStream<Uint8Array>({
    pull(to) {
      if (chunks-- > 0) to.enqueue(new Uint8Array(CHUNK));
      else to.close();
    },
  });

it("does not count where it broke off, and counts before its end", async () => {
  const arrived = vi.fn(async () => {});
  const broken = untilArrived(of(20), 20 * CHUNK, arrived).getReader();
  await broken.read();
  await broken.cancel();
  expect(arrived).not.toHaveBeenCalled();

  const whole = untilArrived(of(20), 20 * CHUNK, arrived).getReader();
  let left = 20 * CHUNK;
  while (left > 0) left -= (await whole.read()).value!.byteLength;
  // Before it is said to be over: who has all of its bytes asks for no more.
  expect(arrived).toHaveBeenCalledOnce();
});

it("goes on to its end where that cannot be kept", async () => {
  const noted = vi.spyOn(console, "error").mockReturnValue();
  const whole = untilArrived(of(2), 2 * CHUNK, () => Promise.reject(new Error("away")));
  expect((await new Response(whole).arrayBuffer()).byteLength).toBe(2 * CHUNK);
  expect(noted).toHaveBeenCalledOnce();
  noted.mockRestore();
});
