/**
 * Parts of an MP3 silenced without decoding it: each frame of them is put in the place of a silent one of the same length.
 * A frame's sound may begin in the bytes of the frames before it (the bit reservoir, ISO/IEC 11172-3, 2.4.1.7), so that what
 * belongs to silenced frames is wiped there too, and frames after them that would begin in wiped bytes are silent as well;
 * their own bytes stay, as later ones may begin in those.
 */
import { type Edit, readAhead, type Seconds } from "./mute.ts";

/** Decoders run some samples late, and players skip as many or not; a granule's sound reaches into the next one. */
const BEFORE = 1728;
const AFTER = 2880;

/** Kilobits a second of layer III, by the header's four bits; 0 is a rate of its own, which nobody can tell. */
const rates = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const hertz = [44_100, 48_000, 32_000];
/** MPEG 2.5, nothing, 2 and 1, by the header's two bits: what the sampling rate of MPEG 1 is divided by. */
const divisors = [4, 0, 2, 1];

interface Header {
  size: number;
  /** Header with its check, and side information; what follows is sound. */
  side: number;
  sound: number;
  hertz: number;
  samples: number;
  checked: boolean;
  /** MPEG 1: its pointer into the reservoir has nine bits, else eight. */
  first: boolean;
}

/** A frame's header; null where there is none, or one that is not understood. */
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

/** A side information that says: no sound, and `begin` bytes of the reservoir stay as they are. */
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
/** A first frame of an encoder's that says how long it is, and sounds of nothing. */
const isInfo = (frame: Uint8Array, { sound }: Header): boolean =>
  tag(frame, sound, "Xing") || tag(frame, sound, "Info") || tag(frame, 36, "VBRI");

/** How long what an ID3v2 tag takes at the beginning is, with its head; 0 without one. */
const tagLength = (b: Uint8Array): number =>
  tag(b, 0, "ID3")
    ? 10 + (b[5]! & 0x10 ? 10 : 0) + ((b[6]! << 21) | (b[7]! << 14) | (b[8]! << 7) | b[9]!)
    : 0;
/** What may stand behind the last frame. */
const tails = ["TAG", "APETAGEX", "LYRICSBEGIN"];

/**
 * What is to be changed in an MP3 so that these seconds are silent. Null where it is no MP3 in layer III, or cannot be
 * followed from frame to frame to its end.
 */
export async function mp3Edits(
  stream: ReadableStream<Uint8Array>,
  seconds: readonly Seconds[],
): Promise<Edit[] | null> {
  const input = readAhead(stream);
  try {
    return await edits(input, seconds);
  } finally {
    await input.cancel();
  }
}

async function edits(
  input: ReturnType<typeof readAhead>,
  seconds: readonly Seconds[],
): Promise<Edit[] | null> {
  const found: Edit[] = [];
  await input.skip(tagLength(await input.peek(10)));
  /** Where the sound of the last frames lies, the newest last: as much as a pointer can reach. */
  const before: { at: number; size: number }[] = [];
  /** Bytes of the reservoir that nothing was wiped from. */
  let clean = Infinity;
  let like: Header | null = null;
  for (let n = 0; ;) {
    const head = await input.peek(4);
    if (head.byteLength === 0) break;
    const header = headerOf(head);
    if (!header) return n > 0 && tails.some((word) => tag(head, 0, word.slice(0, 4))) ? found : null;
    like ??= header;
    if (header.hertz !== like.hertz || header.first !== like.first) return null;
    const frame = await input.peek(header.size);
    // The last one may be cut off.
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
      // What of it stands in the frames before.
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
    } else {
      if (begin > clean)
        found.push({
          from: at,
          to: at + sound,
          bytes: silent(frame, header, Math.min(clean, first ? 511 : 255)),
        });
      clean += size - sound;
    }
    before.push({ at: at + sound, size: size - sound });
    if (before.length > 64) before.shift();
  }
  return like === null ? null : found;
}
