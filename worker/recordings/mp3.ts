/**
 * Silences parts of an MP3 without decoding it: each of their frames is replaced by a silent one of the same length. A
 * frame's sound may begin in the bytes of earlier frames (the bit reservoir, ISO/IEC 11172-3, 2.4.1.7). So those bytes are
 * wiped too, and later frames whose sound begins in wiped bytes become silent; their own bytes stay, as still later frames
 * may begin in them.
 */
import { type Edit, readAhead, type Seconds, type Silence } from "./mute.ts";

/** Samples added on both sides: decoders delay the sound, players may or may not make up for it, and granules overlap. */
const BEFORE = 1728;
const AFTER = 2880;

/** Kilobits per second of layer III, by the header's four bits; 0 is a free format, which cannot be followed. */
const rates = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const hertz = [44_100, 48_000, 32_000];
/** By the header's two bits (MPEG 2.5, reserved, 2, 1): the divisor of MPEG 1's sampling rate. */
const divisors = [4, 0, 2, 1];

interface Header {
  size: number;
  /** Where the side information begins (after the header and its checksum), and where the sound does. */
  side: number;
  sound: number;
  hertz: number;
  samples: number;
  checked: boolean;
  /** MPEG 1: the pointer into the reservoir has nine bits; otherwise eight. */
  first: boolean;
}

/** A frame's header; null without one, or with an unknown one. */
function headerOf(b: Uint8Array): Header | null {
  if (b.byteLength < 4 || b[0] !== 0xff || (b[1]! & 0xe6) !== 0xe2) return null;
  const divisor = divisors[(b[1]! >> 3) & 3]!;
  const first = divisor === 1;
  const rate = rates[first ? 1 : 2][b[2]! >> 4];
  const base = hertz[(b[2]! >> 2) & 3];
  if (!divisor || !rate || !base) return null;
  const samples = first ? 1152 : 576;
  const size = Math.floor((samples / 8) * ((rate * 1000 * divisor) / base)) + ((b[2]! >> 1) & 1);
  const checked = (b[1]! & 1) === 0;
  const mono = b[3]! >> 6 === 3;
  const side = checked ? 6 : 4;
  const sound = side + (first ? (mono ? 17 : 32) : mono ? 9 : 17);
  return sound > size ? null : { size, side, sound, hertz: base / divisor, samples, checked, first };
}

/** CRC-16 over the header's last two bytes and the side information (2.4.3.1). */
function check(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const carry = ((crc >> 15) ^ (byte >> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (carry ? 0x8005 : 0);
    }
  return crc;
}

/** Header and side information of a frame without sound, which leaves `begin` bytes of the reservoir as they are. */
function silent(head: Uint8Array, { side, sound, checked, first }: Header, begin: number): Uint8Array {
  const bytes = new Uint8Array(sound);
  bytes.set(head.subarray(0, 4));
  bytes[side] = first ? begin >> 1 : begin;
  if (first) bytes[side + 1] = (begin & 1) << 7;
  if (checked) {
    const crc = check(new Uint8Array([...bytes.subarray(2, 4), ...bytes.subarray(side)]));
    bytes[4] = crc >> 8;
    bytes[5] = crc & 255;
  }
  return bytes;
}

const tag = (bytes: Uint8Array, at: number, word: string) =>
  word === String.fromCharCode(...bytes.subarray(at, at + word.length));
/** A first frame that an encoder adds to say how long the file is; it has no sound. */
const isInfo = (frame: Uint8Array, { sound }: Header): boolean =>
  tag(frame, sound, "Xing") || tag(frame, sound, "Info") || tag(frame, 36, "VBRI");

/** Bytes of an ID3v2 tag at the beginning, with its header; 0 without one. */
const tagLength = (b: Uint8Array): number =>
  tag(b, 0, "ID3")
    ? 10 + (b[5]! & 0x10 ? 10 : 0) + ((b[6]! << 21) | (b[7]! << 14) | (b[8]! << 7) | b[9]!)
    : 0;
/** How tags after the last frame may begin. */
const tails = ["TAG", "APETAGEX", "LYRICSBEGIN"];
const isTail = (head: Uint8Array): boolean => tails.some((word) => tag(head, 0, word.slice(0, 4)));

/** Silences these seconds of an MP3. Null where it is not layer III, or its frames cannot be followed to the end. */
export async function mp3Silence(
  stream: ReadableStream<Uint8Array>,
  seconds: readonly Seconds[],
): Promise<Silence | null> {
  const input = readAhead(stream);
  try {
    return await silence(input, seconds);
  } finally {
    await input.cancel();
  }
}

/**
 * The bytes of an MP3 up to the end of so many seconds of it. Null where it is not layer III, or where its frames cannot be followed
 * so far.
 */
export async function mp3Until(stream: ReadableStream<Uint8Array>, seconds: number): Promise<number | null> {
  const input = readAhead(stream);
  try {
    await input.skip(tagLength(await input.peek(10)));
    let heard = 0;
    while (heard < seconds) {
      const head = await input.peek(4);
      const header = headerOf(head);
      if (!header) {
        if (heard > 0 && (head.byteLength < 4 || isTail(head))) break;
        return null;
      }
      await input.skip(header.size);
      heard += header.samples / header.hertz;
    }
    return input.at;
  } finally {
    await input.cancel();
  }
}

async function silence(
  input: ReturnType<typeof readAhead>,
  seconds: readonly Seconds[],
): Promise<Silence | null> {
  const found: Edit[] = [];
  let quiet = 0;
  await input.skip(tagLength(await input.peek(10)));
  /** Where the sound of the latest frames is, the newest last; as many as a pointer can reach. */
  const before: { at: number; size: number }[] = [];
  /** Bytes of the reservoir since the last wiped one. */
  let clean = Infinity;
  let like: Header | null = null;
  let n = 0;
  const all = (header: Header): Silence => ({
    edits: found,
    silent: (quiet * header.samples) / header.hertz,
    seconds: (n * header.samples) / header.hertz,
  });
  for (;;) {
    const head = await input.peek(4);
    if (head.byteLength === 0) break;
    const header = headerOf(head);
    if (!header) return like && n > 0 && isTail(head) ? all(like) : null;
    like ??= header;
    if (header.hertz !== like.hertz || header.first !== like.first) return null;
    const frame = await input.peek(header.size);
    // The last frame may be truncated.
    if (frame.byteLength < header.sound) break;
    const { at } = input;
    await input.skip(header.size);
    if (n === 0 && before.length === 0 && isInfo(frame, header)) {
      before.push({ at: at + header.sound, size: header.size - header.sound });
      continue;
    }
    const { side, sound, size, first, samples } = header;
    const begin = first ? (frame[side]! << 1) | (frame[side + 1]! >> 7) : frame[side]!;
    const [start, end] = [(n * samples) / like.hertz, ((n + 1) * samples) / like.hertz];
    n++;
    const hit = seconds.some(
      ([from, to]) => end > from - BEFORE / like!.hertz && start < to + AFTER / like!.hertz,
    );
    if (hit) {
      // Wipe the part of its sound that is in earlier frames.
      for (let left = begin, i = before.length - 1; left > 0 && i >= 0; i--) {
        const { at: from, size: length } = before[i]!;
        const part = Math.min(left, length);
        found.push({ from: from + length - part, to: from + length });
        left -= part;
      }
      found.push(
        { from: at, to: at + sound, bytes: silent(frame, header, 0) },
        { from: at + sound, to: at + size },
      );
      clean = 0;
      quiet++;
    } else {
      if (begin > clean) {
        found.push({
          from: at,
          to: at + sound,
          bytes: silent(frame, header, Math.min(clean, first ? 511 : 255)),
        });
        quiet++;
      }
      clean += size - sound;
    }
    before.push({ at: at + sound, size: size - sound });
    if (before.length > 64) before.shift();
  }
  return like && all(like);
}
