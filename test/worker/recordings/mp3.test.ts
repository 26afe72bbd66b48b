/** MP3s silenced frame by frame. That a decoder hears silence there, and all the rest, is tested in Chromium (test/e2e/desk). */
import { expect, it } from "vitest";
import { mp3Silence } from "../../../worker/recordings/mp3.ts";
import { edited, type Seconds } from "../../../worker/recordings/mute.ts";

/** MPEG 2, 16 kHz, 24 kbit/s, mono: 108 bytes and 36 ms a frame; 4 bytes are its header and 9 its side information. */
const [SIZE, SOUND, SECONDS] = [108, 13, 0.036];
/** A frame whose sound begins `begin` bytes before its own, and whose bytes are all `fill`. */
function frame(begin: number, fill = 7, head = [0xff, 0xf3, 0x38, 0xc4]): number[] {
  const bytes = [...head, ...Array.from({ length: SIZE - 4 }, () => fill)];
  bytes[4] = begin;
  return bytes;
}
const file = (...parts: number[][]) => new Uint8Array(parts.flat());

const inPieces = (bytes: Uint8Array, size: number) =>
  new ReadableStream<Uint8Array>({
    start(to) {
      for (let at = 0; at < bytes.length; at += size) to.enqueue(bytes.subarray(at, at + size));
      to.close();
    },
  });
async function silenced(bytes: Uint8Array, seconds: Seconds[], size = 1000): Promise<Uint8Array> {
  const { edits } = (await mp3Silence(inPieces(bytes, size), seconds))!;
  return new Uint8Array(await new Response(inPieces(bytes, size).pipeThrough(edited(edits))).arrayBuffer());
}
const at = (bytes: Uint8Array, n: number) => [...bytes.subarray(n * SIZE, (n + 1) * SIZE)];
const silent = (begin: number, fill = 0) => [
  ...frame(begin, 0).slice(0, SOUND),
  ...frame(0, fill).slice(SOUND),
];

it("its frames are silent, what of them stood before is wiped, and what would begin in wiped bytes is silent too", async () => {
  // A hundred frames, each beginning 200 bytes before its own: more than two frames' worth of sound.
  const begins = Array.from({ length: 100 }, (_, n) => (n === 0 ? 0 : n === 1 ? 90 : 200));
  const bytes = file(...begins.map((begin) => frame(begin)));
  const from = 40.5 * SECONDS;
  // Some more frames on either side: decoders delay the sound, and frames overlap.
  const [first, last] = [37, 46];
  for (const size of [1, 50, 1000]) {
    const out = await silenced(bytes, [[from, from + SECONDS]], size);
    expect(out).toHaveLength(bytes.length);
    for (let n = 0; n < first - 3; n++) expect(at(out, n), `frame ${n}`).toEqual(frame(begins[n]!));
    // 200 bytes before the first one: ten bytes of this frame, and all of the two that follow.
    expect(at(out, first - 3)).toEqual([...frame(200).slice(0, SIZE - 10), ...frame(0, 0).slice(SIZE - 10)]);
    for (const n of [first - 2, first - 1])
      expect(at(out, n)).toEqual([...frame(200).slice(0, SOUND), ...frame(0, 0).slice(SOUND)]);
    for (let n = first; n <= last; n++) expect(at(out, n), `frame ${n}`).toEqual(silent(0));
    // Silent, with their bytes kept for later frames.
    for (const [i, clean] of [0, 95, 190].entries()) expect(at(out, last + 1 + i)).toEqual(silent(clean, 7));
    for (let n = last + 4; n < 100; n++) expect(at(out, n), `frame ${n}`).toEqual(frame(200));
  }
});

it("neither tags nor the encoder's own first frame are counted as sound", async () => {
  const info = frame(0, 0);
  info.splice(SOUND, 4, ...new TextEncoder().encode("Info"));
  const id3 = [
    ...new TextEncoder().encode("ID3"),
    4,
    0,
    0,
    0,
    0,
    1,
    2,
    ...Array.from({ length: 130 }, () => 0xff),
  ];
  const tail = [...new TextEncoder().encode("TAG"), ...Array.from({ length: 125 }, () => 1)];
  const frames = Array.from({ length: 30 }, () => frame(0));
  const plain = await silenced(file(...frames), [[0.5, 0.6]]);
  const out = await silenced(file(id3, info, ...frames, tail), [[0.5, 0.6]]);
  expect([...out]).toEqual([...id3, ...info, ...plain, ...tail]);
});

it("where a frame bears a check, the silent one bears its own", async () => {
  const head = [0xff, 0xf2, 0x38, 0xc4];
  const out = await silenced(file(...Array.from({ length: 9 }, () => frame(0, 7, head))), [[0, 1]]);
  const [a, b, c, d, high, low, ...rest] = at(out, 3);
  expect([a, b, c, d]).toEqual(head);
  expect(new Set(rest)).toEqual(new Set([0]));
  // The polynomial's remainder over the header's last two bytes and nine zero bytes, by hand.
  let left =
    BigInt(
      `0x${head
        .slice(2)
        .map((x) => x.toString(16))
        .join("")}`,
    ) << 72n;
  left = (left ^ (0xffffn << 72n)) << 16n;
  for (let bit = 103n; bit >= 16n; bit--) if ((left >> bit) & 1n) left ^= 0x18005n << (bit - 16n);
  expect((high! << 8) | low!).toBe(Number(left));
});

it("what cannot be followed to its end is left to people", async () => {
  const some = [frame(0), frame(0), frame(0)];
  for (const bytes of [
    file(),
    file([1, 2, 3]),
    file(frame(0, 7, [0xff, 0xf5, 0x38, 0xc4])), // layer II
    file(frame(0, 7, [0xff, 0xf3, 0x08, 0xc4])), // a rate of its own
    file(...some, [0, 0, 0, 0, 0], ...some),
    file(...some, frame(0, 7, [0xff, 0xf3, 0x30, 0xc4])), // 22,050 Hz from here on
  ])
    expect(await mp3Silence(inPieces(bytes, 64), [[0, 1]])).toBeNull();
  // The last frame may be truncated.
  const { edits, silent, seconds } = (await mp3Silence(inPieces(file(...some).subarray(0, -50), 64), [
    [0, 1],
  ]))!;
  expect([edits.length, silent, seconds]).toEqual([6, 0.108, 0.108]);
});
