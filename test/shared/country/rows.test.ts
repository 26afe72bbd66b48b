/** Rows of a name and a value: in which of them the country of a number in another stands, and where that is asked. */
import { expect, it } from "vitest";
import {
  hasMore,
  hasWords,
  namesOwnLine,
  besideLines,
  withoutLines,
} from "../../../shared/country/field-names.ts";
import { countryRow, rowsOf } from "../../../shared/country/rows.ts";

/** The region that the rows `Name|Value; …` give the number in a row, the first by default. */
function regionOf(rows: string, own = 0, language = "en"): string | null {
  const found = rowsOf(
    rows.split("; ").map((row) => row.split("|").filter((text) => text !== "")),
    language,
  );
  return found && countryRow(found, own) !== null ? found.region : null;
}

it.each([
  ["Phone|030 901820; Country|Germany", 0, "DE"],
  ["Country|Germany; Email|a@b.example; Phone|030 901820", 2, "DE"],
  ["030 901820|Work; Berlin|City; Germany|Country", 0, "DE"],
  ["Telefon|030 901820; PLZ|10115; Ort|Berlin; Land|Deutschland", 0, "DE"],
  ["T\u00e9l\u00e9phone|01 99 00 12 34; Pays|France", 0, "FR"],
  ["Tel\u00e9fono m\u00f3vil|612 345 678; Pa\u00eds|Espa\u00f1a", 0, "ES"],
  ["Cellulare|312 345 6789; Paese|Italia", 0, "IT"],
  ["Kom\u00f3rka|512 345 678; Kraj|Polska", 0, "PL"],
  ["Mobile|0491 570 156; Billing Country:|AU", 0, "AU"],
  ["Mobile|0491 570 156; Fax|-; Address|18 George St; Country/Region|AUS", 0, "AU"],
  ["Mobile|070-174 06 12; Location|Sweden", 0, "SE"],
  ["Mobile|070-174 06 12; Country|\u{1f1f8}\u{1f1ea}", 0, "SE"],
  ["Mobile|070-174 06 12; Country|\u{1f1f8}\u{1f1ea} Sweden; Owner|Jo", 0, "SE"],
  ["Mobile|070-174 06 12; Country|Sverige; Shipping country|Sweden", 0, "SE"],
  ["Phone|01 99 00 12 34; Country|Congo - Kinshasa", 0, "CD"],
  ["Phone|4155550100; Country|United States; State|Georgia; City|Lebanon", 0, "US"],
  ["Telefon|030 901820; Land|DEU", 0, "DE"],
  ["Country|Germany; Email|a@b.example; Notes|Zentrale 030 901820", 2, "DE"],
  ["Comment|070-174 06 12; Country|Sweden", 0, "SE"],
  ["Notes|V\u00e4xel 08-465 004 99; Country|Sweden", 0, "SE"],
  ["Notes|Tel. kom. 512 345 678; Country|Poland", 0, "PL"],
  ["Notes|Front desk 07 7010 3400 until 17:30; Country|Australia", 0, "AU"],
  ["Notes|Zentrale 030 901820, Mo\u2013Fr 9\u201317 Uhr; Land|Deutschland", 0, "DE"],
  ["Notes|Direct 01 99 00 12 34 de 9h \u00e0 18h; Pays|France", 0, "FR"],
])("%s: of one record", (rows, own, region) => {
  expect(regionOf(rows, own)).toBe(region);
});

it("by the country's name in the page's language as well", () => {
  expect(regionOf("Telefon|01 99 00 12 34; Land|Frankreich", 0, "de")).toBe("FR");
  expect(regionOf("Telefon|01 99 00 12 34; Land|Frankreich", 0, "en")).toBeNull();
});

it.each([
  ["somebody's name", "Phone|030 901820; Jo Miller|CFO; Country|Germany"],
  ["somebody by their part", "Phone|030 901820; Seller|Jo; Country|Germany"],
  ["a name of one sign", "Phone|030 901820; \u7236|\u5f20; Country|Germany"],
  ["a firm", "Phone|030 901820; Business|Acme; Country|Germany"],
  ["a tax, with a name", "Phone|030 901820; Tax|Jo Miller; Country|Germany"],
  ["a line, with a firm", "Phone|030 901820; Work|Acme; Country|Germany"],
  ["an office, with a name", "Phone|030 901820; Office address|Jo; Country|Germany"],
  ["nothing", "Phone|030 901820; |; Country|Germany"],
  ["a heading that is a line's name, too", "Mobile|030 901820; Office; Country|Germany"],
])("a field between that may begin another's asks: %s", (_, rows) => {
  expect(regionOf(rows)).toBeNull();
  expect(regionOf(rows.split("; ").toReversed().join("; "), 2)).toBeNull();
});

it.each([
  "Phone|030 901820; Country|Germany; Assistant's country|France",
  "Phone|030 901820; Country|Germany; Shipping country|France",
  "Phone|030 901820; Country|Germany; Address|1 Main St, Austin, TX 78701",
  "Phone|030 901820; Country|Germany; Phone|01 99 00 12 34",
  "Billing phone|030 901820; Shipping country|Germany",
  "Phone|030 901820; Billing street|Weg 1; Shipping country|Germany",
  "Phone|030 901820; Assistant's country|Germany",
  "Phone|030 901820; Country of birth|Germany",
  "Phone|030 901820; Office|Germany",
  "Phone|030 901820; Region|Germany",
  "Phone|030 901820; Country|Germany and France",
  "Phone|030 901820; Country|\u{1f1e9}\u{1f1ea} Jo",
  "Phone|030 901820; Location|DE",
  "Phone|030 901820; Location|Georgia",
  "Phone|030 901820|030 901821; Country|Germany",
  "Phone|Ann 030 901820; Country|Germany",
  "Phone|030 901820; Country|Germany|since 2020",
  // Of which no more is read: its fifth text is Germany.
  "Phone|4155550100; Address|Ann Weber|Torstr. 1|10115 Berlin; Country|USA",
  "Phone|4155550100; Country|USA; Owner|Jo|Miller|Sales",
  "Phone|0199001234; Country|Myanmar (Burma); Nationality|France",
  "Phone|0199001234; Country|Congo - Kinshasa; Destination|France",
  "Phone|4155550100; Country; Billing country|USA",
  "Phone|4155550100; Country|-; Billing country|USA",
  "Phone|4155550100; Billing country|USA; Shipping country|Jo Miller",
  "Phone|4155550100; Shipping address|Jo Miller|1 Main St|Austin; Shipping country|USA",
  "Phone|4155550100; Mailing country|USA",
  "Phone|4155550100; Email|Jo Miller; Country|USA",
  "Phone|030 901820; City|Austin, Texas; Country|Germany",
  "Telefon|030 901820; Land|SL",
  "Our phone|0662 123456; Country|Germany",
  "Hotline|0800 1234567; Country|Austria",
  "Dialled number|030 901820; Country|Germany",
  "Notes|Jo 030 901820; Country|Germany",
  "Notes|Zentrale 030 901820 (Jo); Country|Germany",
  "Notes|Front desk 030 901820 until 17:30, Jo; Country|Germany",
  "Notes|Zentrale 030 901820 Sam until 17:30; Country|Germany",
  "Notes|Zentrale 030 901820 bis 30.11.2026; Country|Germany",
  "Notes|Zentrale 030 901820 bis Dezember; Country|Germany",
  "Notes|Zentrale 030 901820 ab 12,50 EUR; Country|Germany",
  "Notes|Assistant phone 030 901820; Country|Germany",
  "Note by Jo|030 901820; Country|Germany",
  "Phone|030 901820; Notes|Jo Miller; Country|Germany",
])("two countries, another's, or more than a country: asked: %s", (rows) => {
  expect(regionOf(rows)).toBeNull();
});

it.each([
  ["German", "Telefon Mobil Fax Handy Durchwahl Zentrale"],
  ["French", "T\u00e9l T\u00e9l\u00e9phone Mobile Portable Directe Fax"],
  ["Spanish", "Tel\u00e9fono M\u00f3vil Celular Directo Centralita Fax"],
  ["Portuguese", "Telefone Telem\u00f3vel Celular Direto Fax"],
  ["Italian", "Telefono Cellulare Diretto Centralino Fax"],
  ["Dutch", "Telefoon Mobiel Fax"],
  ["Polish", "Telefon Telefonu Kom Kom\u00f3rka Centrala Faks"],
  ["Swedish", "Telefon Mobil Direkt V\u00e4xel V\u00e4xeln Fax"],
  ["Danish and Norwegian", "Tlf Telefon Mobil Direkte Omstilling Sentralbord Faks"],
  ["Finnish", "Puhelin Vaihde Faksi"],
])("a line's name says nothing else: %s", (_, names) => {
  expect(names.split(" ").filter((name) => hasWords(`${name} 08-465 004 99`))).toEqual([]);
});

/** Texts of opening hours and nothing else. */
const hours = [
  "9am-5pm",
  "9 a.m. to 5.30 p.m.",
  "until 17:30",
  "Mon-Fri 9-5",
  "8:30 to 12:00",
  "Mo\u2013Fr 9\u201317 Uhr",
  "Mo-Do 8.00 bis 16.30 Uhr",
  "ab 9 Uhr",
  "8\u201318 h",
  "de 9h \u00e0 18h",
  "Lun-ven 9h-12h30",
  "de 9:00 a 14:00",
];
it.each(hours)("opening hours beside a line say nothing else: %s", (said) => {
  expect(besideLines(`07 7010 3400 ${said}`)).not.toMatch(/\p{L}/u);
  expect(hasMore(`Front desk 07 7010 3400 (${said})`)).toBe(false);
  expect(hasWords(`Jo 07 7010 3400 ${said}`)).toBe(true);
});

it.each([
  // Names, some of which are written as days or words of hours are.
  ...[
    "Mo 415 555 0100",
    "Mo 04 65 71 40 00",
    "Di 9-17 Uhr",
    "Sam 9-17 Uhr",
    "Monica 9-17 Uhr",
    "Lu and Sam 9-5",
  ],
  ...["Mo-Ann 9-5", "Van 17", "Tim until 17:30", "Hanover 9-17", "Dora 9h", "Vandam 9h"],
  // Dates, amounts and what else has digits.
  ...[
    "until 30 Nov",
    "until 30.11.2026",
    "bis 12.10.2026",
    "until 2027",
    "since 12/10/2026",
    "ab 12,50 EUR",
    "from 9 EUR",
  ],
  ...["17:30 ETA", "9 amps", "12 hours", "Uhr", "until", "Monday", "Mon-Fri", "3 to 5 people"],
])("and nothing else is taken for opening hours: %s", (said) => {
  expect(besideLines(said)).toMatch(/\p{L}/u);
});

it("a town on the Main is no line", () => {
  expect(withoutLines("Frankfurt am Main, Germany")).toBe("Frankfurt am Main, Germany");
  expect(withoutLines("Team main 069 90009-100")).toBe("Team  069 90009-100");
});

it("tells the name of an own line from a name in which another may be", () => {
  const own = [
    "Phone",
    "Work",
    "Mobile:",
    "Business phone",
    "Contact number",
    "T\u00e9l\u00e9phone",
    "Phone 2",
    "Contact phone",
    "Phone no.",
    "Numero di telefono",
    "Telefonnummer (privat)",
    "Front desk",
  ];
  const others = [
    "Ann",
    "Assistant phone",
    "Second contact",
    "Contact 2 phone",
    "Other contact number",
    "Her mobile",
    "\u7236 phone",
    "Guarantor mobile",
    "Business",
    "Jo's phone",
    "Contact us",
    "Our phone",
    "Hotline",
    "Reception",
    "Switchboard",
    "Central",
    "Direktor",
    "Call him",
    "Calling from",
    "Dialled number",
    "CLI",
    "Its phone",
    "Fax to",
    "Di mobile",
    "Mobile (Di)",
    "An mobile",
  ];
  expect(own.filter((name) => !namesOwnLine(name))).toEqual([]);
  expect(others.filter(namesOwnLine)).toEqual([]);
});
