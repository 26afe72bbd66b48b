/**
 * Detects which columns of a table hold telephone numbers and which say the country, by headings and the first rows.
 */
import { namesPlace } from "../country/places.ts";
import { findPhones, toE164 } from "../phone/phone.ts";

/** How many rows are looked at. */
export const SAMPLE = 200;

export interface Columns {
  /** False where the first row is data. */
  headed: boolean;
  names: string[];
  /** Indexes of the columns with numbers. */
  phones: number[];
  /** Indexes of the columns that say the country or place. */
  places: number[];
}

/** A heading for comparison: `Phone number`, `phone_number` and `phoneNumber` are the same; accents are dropped. */
export const nameOf = (heading: string): string =>
  heading
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

/** Names of columns with numbers: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Nordic. */
const PHONE =
  /phone|mobile|mobiel|^tel\d*$|^tel(?=work|home|mobile|business|no)|^cell|cellphone|celular|cellulare|handy|telefon|telefoon|telefone|movil|mobil|portable|rufnummer|fernsprech|msisdn|e164|whatsapp|gsm|komork|puhelin|matkapuh|puh(elin)?n|^contactn(umbe|)r|^dial|landline|ddi|directline|^number$|^numbers$|^numero$|电话|電話|телефон/;
/** Names that look like it, but of numbers that nobody calls (fax), or of columns about numbers. */
const OTHER =
  /fax|type|typ$|preference|consent|status|verdict|reason|extension|^ext|provider|carrier|country|region|time|date|note|(?:phone|tel|mobile)(?:id|valid|optin|optout)$/;
/** Names of columns whose long numbers are something else. */
const NUMBERED =
  /(^|\W)(id|ref|uid|guid|key|order|invoice|account|customer|vat|tax|iban|bic|sort|card|price|amount|total|revenue|zip|post|date|created|updated|time|age|lat|lon|e164)|screened|asof/;
/** A number in a spreadsheet's scientific notation (1.61496E+09): its digits are lost. */
export const MANGLED = /^'?\d(?:[.,]\d+)?E\+?\d+$/i;

/**
 * `rows` are the first ones, with the heading; `region` is the one in which numbers without a country code are read.
 */
export function findColumns(rows: readonly (readonly string[])[], region: string): Columns {
  const first = rows.find((row) => row.some((cell) => cell.trim() !== "")) ?? [];
  const headed = !first.some((cell) => isNumber(cell, region) || MANGLED.test(cell.trim()));
  const body = rows.slice(headed ? rows.indexOf(first) + 1 : 0);
  const width = Math.max(0, ...rows.map((row) => row.length));
  const names = Array.from({ length: width }, (_, i) => (headed ? (first[i] ?? "").trim() : ""));
  const phones = names.flatMap((name, i) => (holdsNumbers(name, body, i, region) ? [i] : []));
  const places = names.flatMap((name, i) => (headed && !phones.includes(i) && namesPlace(name) ? [i] : []));
  return { headed, names, phones, places };
}

function holdsNumbers(
  name: string,
  rows: readonly (readonly string[])[],
  at: number,
  region: string,
): boolean {
  const filled = rows.flatMap((row) => {
    const cell = row[at]?.trim() ?? "";
    return cell === "" ? [] : [cell];
  });
  const plain = nameOf(name);
  const share = (holds: (cell: string) => boolean) =>
    filled.filter(holds).length / Math.max(1, filled.length);
  if (PHONE.test(plain) && !OTHER.test(plain))
    // By its name; a third of its cells must be numbers, as others may be remarks.
    return filled.length === 0 || share((cell) => MANGLED.test(cell) || holdsNumber(cell, region)) > 1 / 3;
  if (OTHER.test(plain) || NUMBERED.test(` ${name.toLowerCase()} ${plain}`)) return false;
  return filled.length > 0 && share((cell) => findPhones(cell, region).length > 0) >= 0.8;
}

const isNumber = (cell: string, region: string): boolean => {
  const { e164, readings = [] } = toE164(cell, region);
  return e164 !== null || readings.length > 0;
};
const holdsNumber = (cell: string, region: string): boolean =>
  isNumber(cell, region) || findPhones(cell, region).length > 0;
