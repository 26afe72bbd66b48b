/**
 * The text with its percent-encoding decoded, as the URL standard does: what is no UTF-8 becomes replacement characters,
 * and a percent sign without two hexadecimal digits stays.
 */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      const bytes = escapes.slice(1).split("%");
      return utf8.decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)));
    });
  }
}
const utf8 = new TextDecoder();
