/** Bytes as base64 and back, as Chrome's messages are JSON and hold no bytes. */

/** Bytes for one call: a function takes a limited number of arguments. */
const ARGUMENTS = 32_768;

export function toBase64(parts: Uint8Array[]): string {
  const text: string[] = [];
  for (const part of parts)
    for (let at = 0; at < part.length; at += ARGUMENTS)
      text.push(String.fromCharCode(...part.subarray(at, at + ARGUMENTS)));
  return btoa(text.join(""));
}

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
