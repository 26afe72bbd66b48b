/** Rows in pieces that one request or statement can take. */

/** `most` items a chunk, in order. No items, no chunk. */
export function* chunks<T>(items: readonly T[], most: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += most) yield items.slice(at, at + most);
}

/** The items as JSON arrays of at most `most` characters each, in order; a larger item gets an array to itself. */
export function jsonChunks(items: readonly unknown[], most: number): string[] {
  const all: string[] = [];
  let chunk: string[] = [];
  let size = 0;
  const flush = () => {
    if (chunk.length > 0) all.push(`[${chunk.join(",")}]`);
    chunk = [];
    size = 0;
  };
  for (const item of items) {
    const text = JSON.stringify(item);
    if (size + text.length > most) flush();
    chunk.push(text);
    size += text.length + 1;
  }
  flush();
  return all;
}
