/** The encodings in which spreadsheets write text. */

/** UTF-16 is always written with a byte order mark; UTF-8 only where Excel wrote it. */
export type Encoding = "utf-8" | "utf-8-bom" | "utf-16le" | "utf-16be" | "windows-1252";

/**
 * By the first bytes. Only the whole text tells UTF-8 without a mark from Windows-1252: see `encodingOfAll` (table.ts).
 */
export function encodingOf(head: Uint8Array): Encoding {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8-bom";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  // UTF-16 without a mark: in plain letters every second byte is zero.
  if (a !== 0 && b === 0) return "utf-16le";
  return a === 0 && b !== 0 ? "utf-16be" : "utf-8";
}

/** The first bytes as text; the last character may be incomplete. */
export const startOf = (head: Uint8Array, encoding: Encoding): string =>
  new TextDecoder(encoding.replace("-bom", "")).decode(head);

/** A whole file that is not the text that it seems to be; `line` is the first that is not, null where it is unknown. */
export class NotUnicode extends Error {
  readonly line: number | null;
  constructor(line: number | null) {
    super("not Unicode");
    this.line = line;
  }
}

/**
 * The text of a whole file: by its byte order mark, or UTF-8, or else Windows-1252. Throws NotUnicode for NUL, and where most of
 * what is no ASCII is UTF-8 and some of it is broken: nothing of it is replaced, or read as other letters.
 */
export function wholeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  const text = strictText(bytes, encoding);
  const nul = text.indexOf("\0");
  if (nul >= 0) throw new NotUnicode(lineAt(text, nul));
  return text;
}

function strictText(bytes: Uint8Array, encoding: Encoding): string {
  const name = encoding.replace("-bom", "");
  try {
    return new TextDecoder(name, { fatal: true }).decode(bytes);
  } catch {
    const read = new TextDecoder(name).decode(bytes);
    const count = (signs: RegExp) => read.match(signs)?.length ?? 0;
    const broken = count(/\uFFFD/g);
    if (encoding === "utf-8" && count(/[^\0-\x7F\uFFFD]/gu) <= broken)
      return new TextDecoder("windows-1252").decode(bytes);
    throw new NotUnicode(lineAt(read, read.indexOf("\uFFFD")));
  }
}
const lineAt = (text: string, at: number): number => text.slice(0, at).split(/\r\n|\n|\r/).length;

/** Decodes bytes. Throws a TypeError where they are not what they should be. */
export async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder(encoding.replace("-bom", ""), { fatal: encoding !== "windows-1252" });
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/**
 * Makes an encoder, to be called piece by piece: it puts a byte order mark before the first piece where the encoding
 * has one. Characters that Windows-1252 lacks become "?".
 */
export function encoderTo(encoding: Encoding): (text: string) => Uint8Array {
  let mark = encoding === "utf-8" || encoding === "windows-1252" ? "" : "\uFEFF";
  return (text) => {
    const marked = mark + text;
    mark = "";
    if (encoding === "windows-1252") return toWindows(marked);
    return encoding.startsWith("utf-16") ? toUtf16(marked, encoding === "utf-16le") : utf8.encode(marked);
  };
}

const utf8 = new TextEncoder();

function toUtf16(text: string, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), little);
  return new Uint8Array(view.buffer);
}

let windows: Map<string, number> | null = null;
function toWindows(text: string): Uint8Array {
  windows ??= new Map(
    [...new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 256 }, (_, i) => i))].map(
      (sign, i) => [sign, i],
    ),
  );
  return Uint8Array.from(text, (sign) => windows!.get(sign) ?? 0x3f);
}
