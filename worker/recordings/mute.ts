/** Silences parts of a recording while it streams. The number of bytes stays the same. */

/** Seconds from the beginning of the recording. */
export type Seconds = readonly [from: number, to: number];

/** The same parts in order, those that overlap or meet as one. */
export function merged(parts: readonly Seconds[]): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (const [from, to] of parts.toSorted(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
const lengthOf = (parts: readonly Seconds[]): number =>
  merged(parts).reduce((sum, [from, to]) => sum + to - from, 0);
/** How many seconds these parts silence that `before` did not. */
export const moreThan = (before: readonly Seconds[], parts: readonly Seconds[]): number =>
  Math.round(1000 * (lengthOf([...before, ...parts]) - lengthOf(before))) / 1000;

/** Bytes `from` up to `to` (exclusive) become `bytes`, or all become `fill` (default 0). */
export interface Edit {
  from: number;
  to: number;
  fill?: number;
  bytes?: Uint8Array;
}

/** The edits that silence parts of a recording, and in seconds how much of it is silent then, and how long it is. */
export interface Silence {
  edits: Edit[];
  silent: number;
  seconds: number;
}

/** Applies edits to a stream, however it is chunked. */
export function edited(edits: readonly Edit[]): TransformStream<Uint8Array, Uint8Array> {
  const sorted = edits.toSorted((a, b) => a.from - b.from);
  let at = 0;
  let next = 0;
  let open: Edit[] = [];
  return new TransformStream({
    transform(chunk, controller) {
      const copy = chunk.slice();
      const end = at + chunk.byteLength;
      while (next < sorted.length && sorted[next]!.from < end) open.push(sorted[next++]!);
      for (const { from, to, fill = 0, bytes } of open) {
        const [first, last] = [Math.max(from, at), Math.min(to, end)];
        if (bytes) copy.set(bytes.subarray(first - from, last - from), first - at);
        else copy.fill(fill, first - at, last - at);
      }
      open = open.filter(({ to }) => to > end);
      at = end;
      controller.enqueue(copy);
    },
  });
}

/** Reads a stream and lets the caller look ahead. `at` is the number of bytes read. */
export function readAhead(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  let held = new Uint8Array();
  let at = 0;
  let over = false;
  const more = async () => {
    const { value, done } = await reader.read();
    if (done) over = true;
    else if (held.byteLength === 0) held = value.slice();
    else {
      const both = new Uint8Array(held.byteLength + value.byteLength);
      both.set(held);
      both.set(value, held.byteLength);
      held = both;
    }
  };
  return {
    get at() {
      return at;
    },
    /** The next `length` bytes, or what is left, without reading on. */
    async peek(length: number): Promise<Uint8Array> {
      while (held.byteLength < length && !over) await more();
      return held.subarray(0, length);
    },
    async skip(length: number): Promise<void> {
      let left = length;
      while (left > 0) {
        if (held.byteLength === 0) await more();
        if (over && held.byteLength === 0) return;
        const part = Math.min(left, held.byteLength);
        held = held.subarray(part);
        at += part;
        left -= part;
      }
    },
    cancel: () => reader.cancel().catch(() => undefined),
  };
}
