/** An extension after a number: x2131, ×2131, ext. 12, #12, ;ext=12, Durchwahl 12. */
const EXTENSION =
  /[ \u00a0]{0,3}[,;(\u2013-]?[ \u00a0]{0,2}(?:ext(?:n|ension)?\b\.?|ext(?=\d)|x|×|#|durchwahl\b|dw\b\.?|poste\b)[ \u00a0]?[=:.#]?[ \u00a0]?(?:no\.? ?)?(?!0\d{2,4}[ .-]\d{3}|\d{3}[ .-]\d{3}[ .-]\d{4})(\d{1,7})(?![\p{L}\d])/iuy;

/** The extension at `offset`, the end of a number, and where it ends; null where there is none. */
export function extensionAt(text: string, offset: number): { ext: string; end: number } | null {
  const match = matchAt(EXTENSION, text, offset);
  return match ? { ext: match[1]!, end: offset + match[0].length } : null;
}

/** What a sticky pattern finds at an offset. */
export function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}
