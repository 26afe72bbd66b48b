/** Values that a page hands to a native: each is converted once, as an object may answer differently the second time. */
import { FRAMES } from "../main-world-events.ts";
import { answerTo, asks } from "./ask-guard.ts";
import { apply, contentTypeOf, documentOf, exec, type Native } from "./natives.ts";

/** The types of Trusted Types; absent in other browsers. */
const { TrustedHTML, TrustedScriptURL, trustedTypes } = window as unknown as {
  TrustedHTML?: { prototype: { toString: Native } };
  TrustedScriptURL?: { prototype: { toString: Native } };
  trustedTypes?: { emptyHTML: object };
};
const says = [TrustedHTML?.prototype.toString, TrustedScriptURL?.prototype.toString] as const;
/** In place of a trusted object that dials: a string would be refused there. */
export const nothing = trustedTypes?.emptyHTML ?? "";

function textBy(say: Native | undefined, value: unknown): unknown {
  try {
    return apply(say!, value, []);
  } catch {
    return undefined;
  }
}
/** The text of what a policy of the page's made, by no function that the page may have put there; undefined for all else. */
const trustedText = (value: unknown) => textBy(says[0], value) ?? textBy(says[1], value);

/** True for what a policy of the page's made: it cannot change, and must be passed on as the same object. */
export const isTrusted = (value: unknown): boolean => trustedText(value) !== undefined;

/** The value as a native may have it: a string, or the same trusted object. */
export const once = (value: unknown): unknown =>
  typeof value === "string" || isTrusted(value) ? value : `${value as string}`;
/** The text of such a value. */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : (trustedText(value) as string);

/**
 * A start tag that may load something by itself, or says where others lead. A tag's name can neither be encoded nor be
 * split, so that markup without a match has none; all other markup is parsed (guard/markup.ts). In XML it may have a prefix.
 */
const FRAME = /<(?:i?frame|embed|object|base)/i;
const PREFIXED = /[<:](?:i?frame|embed|object|base)/i;
export const namesFrame = (text: string, mayBeXml = false): boolean =>
  exec(mayBeXml ? PREFIXED : FRAME, text) !== null;

/** Markup for a node is read as XML in documents of all other types, such as those that a page makes. */
const isXml = (node: unknown): boolean => contentTypeOf(documentOf(node) ?? node) !== "text/html";

/**
 * Markup for a node, without the addresses of frames that dial. `null` stays: some natives write nothing for it. `unsure`:
 * it may be for another node.
 */
export function safeMarkup(value: unknown, node: unknown, unsure = false): unknown {
  if (value === null) return value;
  const given = once(value);
  const text = textOf(given);
  // Most markup has neither, and needs no answer to what it is read as.
  if (!namesFrame(text, true)) return given;
  const isInXml = isXml(node);
  if (!namesFrame(text, isInXml || unsure)) return given;
  const answer = answerTo(text, node);
  if (!answer) return given;
  if (isTrusted(given)) return nothing;
  // With a tag that is cut it would be no XML, and throw.
  return isInXml ? "" : answer[0] + answer[1];
}

/** The address of a script or an embed, which may be of a frame as well; an empty one in place of a dial. */
export const safeAddress = (value: unknown): unknown => {
  if (value === null || value === undefined) return value;
  const given = once(value);
  return asks(FRAMES, textOf(given)) ? "" : given;
};
