/**
 * The words around a number. A label may say that the digits are a number to dial, or that they are something else: the
 * nearest word that says either decides.
 */

const set = (words: string) => new Set(words.split(" "));

/** These say nothing by themselves: "order number", "call me on". */
const neutral = set(
  "no nos num number nr nbr n nummer numéro numero número is are was be on at to the a an my our your " +
    "his her their its this that me us him them and or of for in uk gb eu intl international national new " +
    "old alt alternative other another primary main secondary first second day daytime evening eve night " +
    "private personal please full current latest code from via back now today free app privat kontaktowy rés ore pasti",
);

/** These say that it is a phone. */
const phone = set(
  "tel tél telephone telefon téléphone teléfono telefoon telno phone ph phn " +
    "phoneno mob mobile mobil móvil portable handy cell cellphone cellular gsm call called calling " +
    "callback ring rang ringing dial dialled dialed fax telefax contact landline direct ddi did dd " +
    "switchboard reception hotline helpline freephone tollfree whatsapp sms text texted cellulare " +
    "telefonico móviles tlf tfno komórka mobiel telefoonnummer mobiltelefon ruf festnetz " +
    "fixe fijo fisso recapito textphone minicom office home work fon voicemail extension msisdn cli tfn ☎ " +
    "✆ ℡",
);

// Signs outside the Basic Multilingual Plane are recognised by their second half: 🕿 📞 📱 📠 🖷.
for (const sign of ["🕿", "📞", "📱", "📠", "🖷"]) phone.add(sign[1]!);

/** Single letters that mean a phone, before a mark or the digits: "T: 020 …", "m07700 …". */
const phoneLetters = set("t m p f h w o c d");

/** Digits after these are never dialled, however they are grouped. */
const never = set(
  "isbn issn ean upc gtin barcode sort version ver lat lng lon latitude longitude coordinates gps grid " +
    "iban bic passport passeport pasaporte passaporto reisepass rijbewijs vat gst abn nip regon pesel krs " +
    "kbo bce siret siren rcs nir sécu ssn nino utr bsn insz svnr piva ustid pan aadhaar pnr mrn pin " +
    "passcode otp offset invoice ref policy licence license chassis vin dossier polizz ird " +
    "visa medicare permis fiscal dni nif iva codice tessera pratica kvk bankkaart steuer zähler " +
    "chip premise ocr cpr bankgiro plusgiro körkort preventivo expediente annonce " +
    "onderneming rekening npi mprn rechnung factur fattur factuur faktur fatur cvr nipc niss acn frachtbrief zgłoszeni " +
    "sku serial s/n zip postcode postal postleitzahl plz cap",
);

/** Digits in one piece after these are a reference. */
const reference = set(
  "card mwst ust tva btw nhs paye tracking awb waybill imei imsi iccid " +
    "isin auftrag bestellung bestell vorgang commande référence pedido " +
    "ordine eori duns ein mpan epoch timestamp roll index order invoices " +
    "inv refs reference po a/c ticket identifier uid pid claim booking quote quotation " +
    "batch lot receipt transaction txn trx payment transfer iv rma crn document doc folio licenses " +
    "plate voucher token key record row item product article part model asset meter " +
    "issue task opportunity campaign statement registration reg registered " +
    "charity membership cost budget total amount sum price value balance revenue " +
    "count size bytes amex swift track parcel consignment shipment " +
    "agreement kd vertrag polis póliz poliz zamówieni contrat contratto umowa " +
    "umowy anlage kto devis zleceni rachunek ärende zaak albarán beleg matricul biller req código cod réf lote lotto paczka colis artikel articol artícul artig encomend przesyłk ordre application",
);

/** Words of `reference` that may also name who is called: a reference only with "number" or "id" after them. */
const parties = set(
  "account compte cuenta conto acct acc company customer cust client kund kunde klant klient lead " +
    "member patient employee staff student user site store branch contract case file job request",
);
/** A number of these is never dialled; they themselves are also who is called: "Sinistres : 01 …". */
const matters = set("szkod sinistr siniestr police");
const numbering = set("no nos num number nr nbr nummer numéro n code");
const marks = set("# № id ids");

/** After digits: they were an amount. */
const units =
  /^[ \u00a0]?(?:%|‰|°|[€£$₹](?![ \u00a0]?\d)|(?:gbp|usd|eur|inr|aud|chf|sek|nok|dkk|kr|rs|bytes?|[kmgt]i?b|bits?|users?|records?|rows?|items?|units?|views?|visits?|hits?|pcs|people|px|km|kg|mm|cm|ms|secs?|seconds|mins?|cents?|ct|tage?|hours|hrs|days|years|kwh|mwh|votes|shares|points|tokens|words|tonnes|dollars|pounds|euros?)(?![\p{L}\d]))/iu;

/** How far back a label is searched for, in characters and in words. */
const LOOK_BACK = 48;
const MANY_DIGITS = /\d{5}/;
const MOST_WORDS = 5;

/**
 * `phone`: the label says that it is a phone. `never`: that it is not. `reference`: that it is not, if the digits are in
 * one piece. `party`: it names who is called, or whose reference it is. `other`: it
 * is the number of something that nobody here knows. `none`: it says nothing.
 */
export type Label = "phone" | "never" | "reference" | "party" | "other" | "none";

/** The label before `offset`, searched for back to `from` at most. */
export function labelBefore(text: string, offset: number, from: number): Label {
  const floor = Math.max(from, offset - LOOK_BACK);
  let numbered = false;
  let marked = false;
  let end = offset;
  for (let count = 0; count < MOST_WORDS; count++) {
    const behind = end;
    while (end > floor && !isWordChar(text.charCodeAt(end - 1))) end--;
    // Beyond other digits, a label is of these.
    if (behind - end > 4 && MANY_DIGITS.test(text.slice(end, behind))) break;
    if (end <= floor) break;
    let start = end - 1;
    if (isLetterCode(text.charCodeAt(start))) {
      while (start > floor && isLetterCode(text.charCodeAt(start - 1))) start--;
      // a/c and s/n are one word.
      if (end - start === 1 && text[start - 1] === "/" && isLetterCode(text.charCodeAt(start - 2)))
        start -= 2;
    }
    let written = text.slice(start, end);
    let word = singular(written.toLowerCase());
    const hump = isKnown(word) || marks.has(word) || COMPOUND.test(word) ? 0 : HUMP.exec(written)?.[0].length;
    if (hump) {
      start += hump;
      written = text.slice(start, end);
      word = singular(written.toLowerCase());
    }
    const stem = isKnown(word) ? undefined : COMPOUND.exec(word)?.[1];
    if (stem !== undefined) [word, numbered] = [singular(stem), true];
    if (phone.has(word)) return "phone";
    if (count === 0 && phoneLetters.has(word) && isMarkedLetter(text, start, end, offset)) return "phone";
    if (never.has(word)) return "never";
    // "Order no.", "Customer ID": in any grouping.
    if (isOther(word)) {
      if (numbered || marked) return "never";
      if (parties.has(word) && SERVED.test(text.slice(floor, start))) return "none";
      if (parties.has(word)) return text[behind - 1] === "=" ? "reference" : "party";
      // "Numéro du client" may also be whom to call.
      if (isNumbered(text, floor, start)) return "never";
      return matters.has(word) ? "none" : "reference";
    }
    // "Tel #" and "phone id" exist, so look further back.
    if (marks.has(word)) marked = true;
    else if (neutral.has(word)) {
      numbered ||= numbering.has(word);
      // "her old # 403 …" is a line.
      if (text[behind] === "#" && !numbering.has(word)) marked = false;
    } else if (PAPER.test(word)) return "never";
    // The country or province of what is registered: "P.IVA: IT", "REA MI-".
    else if (count > 0 || !/^[A-Z]{2}$/.test(written)) {
      // Objekt-Nr., Personnummer: of whom, or of what.
      if (stem !== undefined || (numbered && text[end] === "-")) return "other";
      break;
    }
    end = start;
  }
  return marked ? "reference" : "none";
}

/** Who answers, and what was asked in the line before: `Agent: ¿Su móvil?`, `Cliente: 677 30 41 92`. */
const ASKED = /([^\n:\d]{3,99})\?[ \r]*\n[^\n]{1,24}: ?(?:\p{Ll}+ )?$/u;

/** The label before a run of digits, or in the question that they answer. */
export function labelOrQuestion(text: string, offset: number, from: number): Label {
  const label = labelBefore(text, offset, from);
  const before = isVague(label) ? text.slice(Math.max(0, offset - 140), offset) : "";
  const asked = before.includes("?") && ASKED.exec(before)?.[1];
  if (!asked) return label;
  for (const { index, 0: word } of [...asked.matchAll(/\p{L}+/gu)].reverse()) {
    const its = labelBefore(asked, index + word.length, 0);
    if (!isVague(its)) return its;
  }
  return /\bn(?:r\b|[uú]m)/i.test(asked) ? "phone" : label;
}
const isVague = (label: Label) => label === "none" || label === "party";

/** Atención al cliente, Apoio ao cliente, Servizio clienti: a line of its own. */
const SERVED = /(?:\P{L}a[lo]|servi\p{L}+) $/iu;

/** Zahlungsreferenz, betalingskenmerk, Personalausweis. */
const PAPER = /refer[eê]n|(?:kenmerk|zeichen|ausweis|schein|konto)$/;

/** "Nr zamówienia", "N° de dossier": the number's word before what it is of. English has "no" for none. */
const NUMBER_OF = /(?:^|\P{L})n(?:r|um(?:er|ero|éro|\.)|úmero|[.°º]{1,2}) ?(?:d[eiu] |del(?:la)? |d['’])?$/iu;
const isNumbered = (text: string, floor: number, start: number): boolean =>
  NUMBER_OF.test(text.slice(Math.max(floor, start - 14), start));

/** What is before the last word of orderNo, CustomerID and VATNumber, but McCall is one. */
const HUMP = /^(?!Ma?c\p{Lu}).*(?:\p{L}\p{Ll}(?=\p{Lu})|\p{Lu}{2}(?=\p{Lu}\p{Ll}))/u;
/** Kundennummer, Rechnungsnr: two words. */
const COMPOUND = /^(.+?)n?(?:nummer|nr)$/;

const isKnown = (word: string): boolean => phone.has(word) || neutral.has(word) || isOther(word);
const isOther = (word: string) =>
  never.has(word) || reference.has(word) || parties.has(word) || matters.has(word);

/** Of plurals with an s, and of longer words that end in one of several vowels, the sets have what is before it alone. */
const ENDING = /s$|.{5}[aeiouy]$/;
const singular = (word: string): string =>
  !isKnown(word) && ENDING.test(word) && isKnown(word.slice(0, -1)) ? word.slice(0, -1) : word;

/**
 * What the name of a column or a field says of the digits in it. `never` for "Order", "Invoice no.", "Account", "SKU"; a party
 * alone ("Customer") names who is called as well.
 */
export function labelOfName(name: string): Label {
  const label = labelBefore(name, name.length, 0);
  const other = label === "reference" || (label === "party" && /^(?:account|acct?|a\/c)\b/i.test(name));
  return other ? "never" : label;
}

/** True for letters of all scripts, with accents; not for the blocks of punctuation and symbols. */
const isLetterCode = (c: number) =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 0xc0 && c < 0x2000) || (c >= 0x2c00 && c < 0xd800);
/** True for letters, and for signs that are words: #, №, ☎ and the like (or their second UTF-16 unit). */
const isWordChar = (c: number) =>
  isLetterCode(c) ||
  c === 35 ||
  (c >= 0x2100 && c < 0x2150) ||
  (c >= 0x2600 && c < 0x27c0) ||
  (c >= 0xdc00 && c < 0xe000);

/** True for "T: 020 …", "(m) 07700 …", "m 07700", but not for the last letter of a longer word. */
function isMarkedLetter(text: string, start: number, end: number, offset: number): boolean {
  return (
    !/[\p{L}\p{N}'’/.&]/u.test(text[start - 1] ?? " ") &&
    /^[ \u00a0]?[:.)\]=]?[ \u00a0(+[]*$/.test(text.slice(end, offset))
  );
}

/** True where a unit or a currency follows the digits: they are an amount. */
export const amountBehind = (text: string, end: number): boolean => units.test(text.slice(end, end + 12));

/** True where a word in brackets after the number names its kind: "… (mobile)". */
export const labelBehind = (text: string, end: number): boolean => {
  const word = /^[ \u00a0]{0,2}[([][ ]?([\p{L}]{1,12})/u.exec(text.slice(end, end + 18))?.[1];
  return word !== undefined && gluedLabel(word);
};

/** True where the letters that touch the digits are a label: "Tel020 …", "m07700 …". */
export function gluedLabel(word: string): boolean {
  const one = singular(word.toLowerCase());
  return phone.has(one) || phoneLetters.has(one);
}

/** True for a word that says nothing of the digits behind it. */
export const isFiller = (word: string): boolean => neutral.has(word.toLowerCase());
/** True for a word that says that a line is one, or which: not of whom. */
export const isLineWord = (word: string): boolean =>
  isFiller(word) || phone.has(singular(word.toLowerCase()));

/** True for a word whose digits are a reference or an identifier. */
export const isReference = (word: string): boolean => isOther(singular(word.toLowerCase()));
