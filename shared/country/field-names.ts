/** What the name of a field in a record says: that it is a line, a place, a person's own, or may be somebody else's. */
import { labelBefore, labelOfName } from "../phone/labels.ts";
import { namesElse, namesPlace } from "./places.ts";

/** Names of telephone lines. */
const LINES =
  /\b(?:tele(?:phone|fon\w*)|phone|tel|mobile?|cell(?:phone|ulare)?|work|home|office|direct|main|fax|ext|numbers?|n[uú]m[eé]ro|(?:ruf)?nummer|handy|durchwahl|zentrale|portable|m[oó]vil|kom[oó]rka|tlf)\b\.?/giu;
/** Which of several lines. */
const WHICH = /\b(?:business|private?|personal|primary|secondary|other|alternat\w+)\b/gi;
const LETTERS = /\p{L}{2}/u;
/** Words of fields that name no other person or firm than the record's. */
const OWN =
  /^(?:(?:e-?mail|mail|web ?site|url|title|position|role|job|company|org(?:ani[sz]ation)?|ein|firma|department|industry|birth(?:day|date)?|age|gender|language|time ?zone|note|comment|remark|description|status|stage|type|category|lead|source|account|owner|date|created|updated|last|login|id|no|number|address|name|of|on)s?(?:\W+|$))+$/i;
const NAME = /^(?:(?:full|first|last|contact) )?name\W*$/i;
/** The end of a letter, before who wrote it. */
const SIGNED = /\b(?:thanks,|regards|sincerely|gr[uü](?:ß|ss)en?\b|cordialement|saludos)/i;

export const withoutLines = (text: string): string => text.replace(LINES, "");
/** True for more than names of lines. */
export const hasWords = (text = ""): boolean => LETTERS.test(withoutLines(text));
/** True for more than names of lines, and which of several they are. */
const hasOtherWords = (text: string): boolean => hasWords(text.replace(WHICH, ""));
/** True for the name of a line, and nothing else. */
const namesLine = (text: string): boolean => withoutLines(text) !== text && !hasOtherWords(text);
export const namesPhone = (text: string): boolean => labelOfName(text) === "phone";
/** True for the name of a person's own name. */
export const namesName = (text: string): boolean => NAME.test(beginOf(text));

/** What a line begins with, before its value. */
const beginOf = (text: string): string => /^[^:\d]*/.exec(text)![0];
/** True for the name of a field that is known to be of the record's own person or firm. */
export const namesOwn = (name: string): boolean =>
  !namesElse(name) && (namesLine(name) || NAME.test(name) || namesPlace(name) || OWN.test(name));
/** True for what may be the name of a person, or of a field of somebody else. */
export function isStrange(text: string): boolean {
  const name = beginOf(text);
  return hasWords(name) && !namesOwn(name) && labelBefore(name, name.length, 0) !== "never";
}
/** True where one pays, and the other is sent to. */
export const areTwoParties = (one: string, other: string): boolean => sideOf(one) * sideOf(other) < 0;
const sideOf = (text: string): number =>
  Number(/\bbill(?:ing| to)|invoic/i.test(text)) - Number(/\bship|deliver/i.test(text));
export const isSigned = (text: string): boolean => SIGNED.test(text);
