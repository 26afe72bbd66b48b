import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";

/**
 * The requester's copy as a browser plays it: the muted stretch is silent, and the rest can be heard.
 * test/pages/call.mp3 is four seconds of tones by LAME, 16 kHz and 24 kbit/s, whose frames begin in the bytes of
 * earlier ones.
 */
export async function heard(page: Page, path: string): Promise<void> {
  const zip = Buffer.from(await (await fetch(path)).arrayBuffer());
  // The zip's entries are stored without compression; the audio is as long as before.
  const whole = readFileSync(at("test/pages/call.mp3"));
  let head = -1;
  let name = "";
  while (!name.endsWith(".mp3")) {
    head = zip.indexOf("PK\u0003\u0004", head + 1);
    expect(head).toBeGreaterThanOrEqual(0);
    name = zip.toString("utf8", head + 30, head + 30 + zip.readUInt16LE(head + 26));
  }
  const from = head + 30 + zip.readUInt16LE(head + 26) + zip.readUInt16LE(head + 28);
  const audio = zip.subarray(from, from + whole.length);
  const loudest = await page.evaluate(
    async ([mute, all]) => {
      const read = async (base64: string) => {
        const context = new OfflineAudioContext(1, 16_000, 16_000);
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        return (await context.decodeAudioData(bytes.buffer)).getChannelData(0);
      };
      const [muted, before] = [await read(mute!), await read(all!)];
      const most = (of: Float32Array, second: number, to: number) =>
        Math.max(...of.subarray(second * 16_000, to * 16_000).map(Math.abs));
      return {
        silenced: most(muted, 1, 2.5),
        // Frames before and after the stretch are unchanged.
        kept: [
          [0, 0.8],
          [3, 3.9],
        ].map(([a, b]) =>
          most(
            muted.map((x, i) => x - before[i]!),
            a!,
            b!,
          ),
        ),
        loud: most(muted, 3, 3.9),
      };
    },
    [audio.toString("base64"), whole.toString("base64")],
  );
  expect(loudest.silenced).toBeLessThan(1e-5);
  expect(loudest.loud).toBeGreaterThan(0.2);
  expect(Math.max(...loudest.kept)).toBeLessThan(0.001);
}
