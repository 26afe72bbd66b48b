import { describe, expect, it } from "vitest";
import { edited } from "../../../worker/recordings/mute.ts";
import { wavOf, wavSilence } from "../../../worker/recordings/wav.ts";

/** A WAV of 10 frames a second from its chunks: names with bytes. */
function riff(...chunks: [string, number[]][]): Uint8Array {
  const text = (word: string) => [...new TextEncoder().encode(word)];
  const size = (n: number) => [n & 255, (n >> 8) & 255, 0, 0];
  const body = chunks.flatMap(([name, bytes]) => [
    ...text(name),
    ...size(bytes.length),
    ...bytes,
    ...(bytes.length % 2 ? [0] : []),
  ]);
  return new Uint8Array([...text("RIFF"), ...size(body.length + 4), ...text("WAVE"), ...body]);
}
const format = (tag: number, bits: number, more: number[] = []): [string, number[]] => {
  const frame = bits / 8;
  return ["fmt ", [tag & 255, tag >> 8, 1, 0, 10, 0, 0, 0, 10 * frame, 0, 0, 0, frame, 0, bits, 0, ...more]];
};
const samples = (n: number): [string, number[]] => ["data", Array.from({ length: n }, () => 7)];

describe("a WAV's samples", () => {
  it("are found behind other chunks, of odd length too, and in the extensible format", () => {
    const plain = wavOf(riff(["LIST", [1, 2, 3]], format(1, 16), samples(40)));
    expect(plain).toEqual({ offset: 56, bytesPerSecond: 20, frame: 2, silence: 0 });
    const more = [22, 0, 16, 0, 4, 0, 0, 0, 1, 0, ...Array.from({ length: 14 }, () => 0)];
    expect(wavOf(riff(format(0xfffe, 16, more), samples(40)))).toMatchObject({ frame: 2 });
    expect(wavOf(riff(format(1, 8), samples(10)))).toMatchObject({ frame: 1, silence: 128 });
    // ITU-T G.711: nothing is 0xd5 in A-law and 0xff in µ-law.
    for (const [tag, silence] of [
      [6, 0xd5],
      [7, 0xff],
    ] as const)
      expect(wavOf(riff(format(tag, 8), samples(10)))).toMatchObject({ frame: 1, silence });
  });
  it("are timed as players time them, whatever the header says of bytes a second; not where it contradicts itself", () => {
    const changed = (at: number, byte: number) => {
      const [name, bytes] = format(1, 16);
      return riff([name, bytes.with(at, byte)], samples(40));
    };
    for (const wrong of [0, 10, 200]) expect(wavOf(changed(8, wrong))).toMatchObject({ bytesPerSecond: 20 });
    // No rate, and frames that do not hold one sample of each channel.
    for (const [at, byte] of [
      [4, 0],
      [12, 4],
      [2, 2],
      [14, 0],
    ] as const)
      expect(wavOf(changed(at, byte))).toBeNull();
  });
  it("are not guessed: compressed, cut off, or no WAV at all", () => {
    const more = [22, 0, 16, 0, 4, 0, 0, 0, 2, 0];
    for (const file of [
      riff(format(2, 8), samples(10)),
      riff(format(6, 16), samples(10)),
      riff(format(0xfffe, 16, more), samples(10)),
      riff(samples(10)),
      riff(format(1, 16)),
      riff(format(1, 16), samples(40)).subarray(0, 30),
      new Uint8Array([0xff, 0xfb, 0x90, 0]),
      new Uint8Array(),
    ])
      expect(wavOf(file)).toBeNull();
  });
});

it("is silenced by whole frames, however the stream is cut, and is as long as before", async () => {
  const file = riff(format(1, 16), samples(60));
  const wav = wavOf(file)!;
  for (const size of [1, 3, 7, 100]) {
    const chunks = Array.from({ length: Math.ceil(file.length / size) }, (_, n) =>
      file.subarray(n * size, (n + 1) * size),
    );
    const stream = new ReadableStream<Uint8Array>({
      start: (to) => {
        for (const chunk of chunks) to.enqueue(chunk);
        to.close();
      },
    });
    // From the middle of a frame to the middle of another, and to beyond the end.
    const ranges = [
      [0.55, 1.05],
      [2.8, 99],
    ] as const;
    const silenced = wavSilence(wav, ranges, file.length);
    expect([silenced.silent, silenced.seconds]).toEqual([0.8, 3]);
    const out = new Uint8Array(await new Response(stream.pipeThrough(edited(silenced.edits))).arrayBuffer());
    expect(out).toHaveLength(file.length);
    expect([...out.subarray(0, wav.offset)]).toEqual([...file.subarray(0, wav.offset)]);
    const silent = [...out.subarray(wav.offset)].map((byte, at) => (byte === 0 ? Math.floor(at / 2) : -1));
    expect([...new Set(silent.filter((at) => at >= 0))]).toEqual([5, 6, 7, 8, 9, 10, 28, 29]);
  }
});
