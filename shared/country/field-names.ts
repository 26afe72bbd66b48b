/** What the name of a field in a record says: that it is a line, a place, a person's own, or may be somebody else's. */
import { isLineWord, labelBefore, labelOfName } from "../phone/labels.ts";
import { placeKey } from "./names.ts";
import { namesElse, namesPlace } from "./places.ts";

/** Names of telephone lines. In a town's name, Main is a river. */
const LINES =
  /\b(?:t[eé]l(?:[eé](?:phone|fo+n\w*))?|telem[oó]vel|phone|mob(?:ile?|iel)|cell?(?:phone|ular\w?)?|work|home|office|dire[ck]?tt?[eo]?|(?<!\bam )main|fax|faksi?|ext|numbers?|n[uú]m[eé]ro|(?:ruf)?nummer|handy|durchwahl|zentrale|centra(?:la|lita|lino)|portable|m[oó]vil|kom(?:[oó]rka)?|tlf|v[aä]xeln?|sentralbord|omstilling|vaihde|puhelin|front desk)\b\.?/giu;
/** Which of several lines. */
const WHICH =
  /\b(?:business|private?|personal|primary|secondary|other|alternat\w+|preferred|best|registered|verified|geschäftlich|dienstlich|festnetz|büro|bureau|fixe?|casa|trabajo|domicile|lines?|de|du|di)\b/gi;
/**
 * Opening hours: what is written as nothing but a time is, with a word before it, and a week from its Monday on. Days by
 * themselves may be people's names (Di, Sam), and a word before a date, an amount or a part of a number may be anything.
 */
const HOURS =
  /(?<!\p{L})(?:(?:(?:until|to|bis|von|ab|de|à|a) )?\d\d?(?:[:h]\d\d|(?:.\d\d)? ?(?:h|uhr|[ap]\.?m)\b)|(?:mon?|lun)[-–](?:[fs][aor]|do|v[ei])\p{L}?(?=\W+\d))/giu;
const LETTERS = /\p{L}{2}/u;
/** Words of fields that name no other person or firm than the record's. */
const OWN =
  /^(?:(?:e-?mail|mail|web(?: ?site)?|url|ip|title|position|role|job|company|org(?:ani[sz]ation)?|ein|firma|department|industry|birth(?:day|date)?|age|gender|language|time ?zone|note|comment|remark|description|status|stage|type|category|lead (?:source|status)|source|account (?:no|number|id|type|status)|date|created|updated|last|login|id|no|number|address|name|of|on)s?(?:\W+|$))+$/i;
/** Words of places' names, and of headings over them, that name no other person or firm. */
const OWN_PLACE =
  /^(?:(?:country|countries|region|nation|location|addr|address|line|level|city|town|state|province|county|post|postal|code|postcode|zip|headquarters|hq|office|based|place|billing|shipping|mailing|street|land|ort|stadt|plz|anschrift|adresse|pays|ville|pais|ciudad|direccion|paese|citta|indirizzo|kraj|miasto|info|information|details?|home|work|business|main|primary|full|current|residence|residential|permanent|registered|head|your|my|our|country name|in|or|of|and|the|\d)(?:[^\p{L}\d]+|$|(?=\d)))+$/u;
/** Headings of no person's, but of part of a record. */
const PART =
  /^(?=.*(?:info|detail|general|other|about))(?:(?:info|information|details?|general|other|additional|more|about|the|and|contact (?=info|details?)|personal|company|account|customer|client|lead|person|profile)(?:[^\p{L}\d]+|$))+$/iu;
const NAME = /^(?:(?:full|first|last|contact) )?name\W*$/i;
/** The end of a letter, before who wrote it. */
const SIGNED = /\b(?:thanks,|regards|sincerely|gr[uü](?:ß|ss)en?\b|cordialement|saludos)/i;

/** `lines`: as a default, so that the bundler keeps the pattern at one place. */
export const withoutLines = (text: string, lines = LINES): string => text.replace(lines, "");
/** What is more than names of lines, and when they are open. */
export const besideLines = (text: string): string => withoutLines(withoutLines(text), HOURS);
export const hasWords = (text = ""): boolean => LETTERS.test(besideLines(text));
/** True for the name of a note, which may hold a line alone. */
const namesNote = (text: string): boolean => /^(note|comment|remark|description)s?$/i.test(text);
/** True for more than a line with its name before it (Business 020 7946 0958), or the name of a note. */
export const hasMore = (text: string): boolean =>
  !namesNote(text) && hasWords(text.replace(/^business\b/i, ""));
/** True for more than names of lines, and which of several they are. */
const hasOtherWords = (text: string): boolean => hasWords(otherWords(text));
const otherWords = (text: string): string =>
  withoutLines(text.replace(/\p{L}+/gu, (word) => (isLineWord(word) ? "" : word)))
    .replace(WHICH, "")
    .trim();
/** True for the name of a line, and nothing else. */
const namesLine = (text: string): boolean => withoutLines(text) !== text && !hasOtherWords(text);
export const namesPhone = (text: string): boolean => labelOfName(text) === "phone";
/** True for the name of a line of the record's own, and nothing else: no letter more, and no words of which one may be a name. */
export function namesOwnLine(text: string): boolean {
  if (namesNote(text)) return true;
  const name = placeKey(text).replace(/^contact (?=phone|number)|\bno$/, "");
  const rest = withoutLines(name);
  return rest !== name && !/\p{L}/u.test(rest.replace(WHICH, "")) && !/^d[eiu]\b|\bd[eiu]\W*$/.test(name);
}
/** True for the name of a person's own name. */
export const namesName = (text: string): boolean => NAME.test(beginOf(text));

/** What a line begins with, before its value. */
const beginOf = (text: string): string => /^[^:\d]*/.exec(text)![0];
/** True for the name of a field that is known to be of the record's own person or firm. */
export const namesOwn = (name: string): boolean =>
  !namesElse(name) && (namesLine(name) || NAME.test(name) || namesOwnPlace(name) || OWN.test(name));
/** True for the name of a place that is the record's own: all its words are known. */
export const namesOwnPlace = (name: string): boolean => namesPlace(name) && OWN_PLACE.test(placeKey(name));
export const namesPart = (heading: string): boolean => PART.test(heading);
/** True for what may be the name of a person, or of a field of somebody else. */
export function isStrange(text: string): boolean {
  const name = beginOf(text);
  return hasWords(name) && !namesOwn(name) && labelBefore(name, name.length, 0) !== "never";
}
/** True for the name of a line, and of whom it is: Guarantor mobile. */
export function namesOthersLine(text: string): boolean {
  const name = beginOf(text);
  return withoutLines(name) !== name && isStrange(otherWords(name));
}
/** True where one pays, and the other is sent to. */
export const areTwoParties = (one: string, other: string): boolean => sideOf(one) * sideOf(other) < 0;
const sideOf = (text: string): number =>
  Number(/\bbill(?:ing| to)|invoic/i.test(text)) - Number(/\bship|deliver/i.test(text));
export const isSigned = (text: string): boolean => SIGNED.test(text);
