/** Finds the bytes of some seconds of a WAV recording. */
import type { Edit, Seconds, Silence } from "./mute.ts";

/** Where the samples of a recording begin, and how time translates into bytes. */
interface Wav {
  offset: number;
  bytesPerSecond: number;
  /** Bytes of one sample of all channels. */
  frame: number;
  /** The byte of silence. */
  silence: number;
}

/** Bytes to read at the beginning of a file to find its samples. */
export const WAV_HEAD = 65_536;
const PCM = 1;
/** The byte of silence of the two codes of ITU-T G.711, by their tags: one byte a sample, which telephone systems record as it came. */
const G711 = new Map([
  // A-law, and µ-law.
  [6, 0xd5],
  [7, 0xff],
]);
const EXTENSIBLE = 0xfffe;

/** Reads a file's first bytes; null where it is not a WAV in PCM, A-law or µ-law. */
export function wavOf(head: Uint8Array): Wav | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const word = (at: number) => String.fromCharCode(...head.subarray(at, at + 4));
  if (head.byteLength < 12 || word(0) !== "RIFF" || word(8) !== "WAVE") return null;
  let format: Omit<Wav, "offset"> | null = null;
  for (let at = 12; at + 8 <= head.byteLength;) {
    const size = view.getUint32(at + 4, true);
    if (word(at) === "data") return format && { ...format, offset: at + 8 };
    if (word(at) === "fmt " && size >= 16 && at + 24 <= head.byteLength) {
      const tag = view.getUint16(at + 8, true);
      // The extensible format keeps the real tag 24 bytes further on.
      const real = tag === EXTENSIBLE && at + 34 <= head.byteLength ? view.getUint16(at + 32, true) : tag;
      const bits = view.getUint16(at + 22, true);
      const channels = view.getUint16(at + 10, true);
      const rate = view.getUint32(at + 12, true);
      const frame = view.getUint16(at + 20, true);
      // Do not trust the header's bytes per second: players go by frames.
      const sound = rate > 0 && frame > 0 && frame === channels * Math.ceil(bits / 8);
      // PCM's samples of 8 bits are unsigned.
      const silence = real === PCM ? (bits === 8 ? 128 : 0) : bits === 8 ? G711.get(real) : undefined;
      if (silence === undefined || !sound) return null;
      format = { bytesPerSecond: rate * frame, frame, silence };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

/** Silences whole frames of a file of `size` bytes; a frame that is partly within counts. */
export function wavSilence(
  { offset, bytesPerSecond, frame, silence }: Wav,
  parts: readonly Seconds[],
  size: number,
): Silence {
  const frames = bytesPerSecond / frame;
  const edits = parts
    .map(([from, to]) => ({
      from: offset + Math.floor(from * frames) * frame,
      to: Math.min(offset + Math.ceil(to * frames) * frame, size),
      fill: silence,
    }))
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => a.from - b.from);
  let silent = 0;
  let at = 0;
  for (const { from, to } of edits) {
    silent += Math.max(0, to - Math.max(from, at));
    at = Math.max(at, to);
  }
  return { edits, silent: silent / bytesPerSecond, seconds: (size - offset) / bytesPerSecond };
}

/** The bytes of a file of `size` bytes up to the end of so many seconds of it, with the edits that make its head say so. */
export function wavUntil(
  { offset, bytesPerSecond, frame }: Wav,
  seconds: number,
  size: number,
): { length: number; edits: Edit[] } {
  const length = offset + Math.floor((seconds * bytesPerSecond) / frame) * frame;
  if (length >= size) return { length: size, edits: [] };
  const says = (at: number, value: number): Edit => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return { from: at, to: at + 4, bytes };
  };
  return { length, edits: [says(4, length - 8), says(offset - 4, length - offset)] };
}
