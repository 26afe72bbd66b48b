/** The first file of a requester's copy, `index.html`: the zip begins with it, not compressed (worker/privacy-requests/export/zip.ts). */

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
/** The header before a file's name. */
const HEAD = 30;

/** The text of the first file of a zip, from its beginning; null where it is another, is compressed, or ends later than `bytes` do. */
export function firstFile(bytes: Uint8Array, name: string): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD || view.getUint32(0, true) !== LOCAL || view.getUint16(8, true) !== 0) return null;
  const start = HEAD + view.getUint16(26, true);
  if (new TextDecoder().decode(bytes.subarray(HEAD, start)) !== name) return null;
  const from = start + view.getUint16(28, true);
  // Its length stands before it, or behind it in a descriptor, which has bytes that no text has.
  const told = view.getUint32(18, true);
  const end = told > 0 ? from + told : descriptorAt(view, from);
  return end === null || end > bytes.length ? null : new TextDecoder().decode(bytes.subarray(from, end));
}

function descriptorAt(view: DataView, from: number): number | null {
  for (let at = from; at + 4 <= view.byteLength; at++)
    if (view.getUint8(at) === 0x50 && view.getUint32(at, true) === DESCRIPTOR) return at;
  return null;
}
