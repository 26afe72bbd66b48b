/**
 * Records as CRMs show them: several fields, one of them a telephone number without a country code, and the number that it
 * really is; null if no one could tell from the record. Shared by the tests and the bench.
 */
import examples from "libphonenumber-js/mobile/examples";
import { type CountryCode, getExampleNumber } from "libphonenumber-js/max";
import type { Field } from "../../shared/country/places.ts";

export interface Record {
  /** The desk's own region. */
  desk: string;
  /** Other regions that it calls, by policy. */
  also: string[];
  language: string;
  fields: Field[];
  number: string;
  e164: string | null;
}

/** `Label: value` or a bare value, with ` | ` between the fields; `#` is the number. */
export function record(
  fields: string,
  number: string,
  e164: string | null,
  more: Partial<Record> = {},
): Record {
  const read = fields.split(" | ").map((field): Field => {
    const [, label = "", text = ""] = /^(?:([^:#]{2,30}): )?(.*)$/s.exec(field) ?? [];
    return { label, text: text.replace("#", number) };
  });
  return { desk: "GB", also: [], language: "en-GB", fields: read, number, e164, ...more };
}

const SF = "+14155550134";
const NY = "+12125550142";
const BERLIN = "+493023125123";
const DE_MOBILE = "+491713920012";
const PARIS = "+33199001234";
const FR_MOBILE = "+33639981234";
const LONDON = "+442079460958";
const MOBILE = "+447700900123";

/** Layouts and traps, invented one by one. */
const byHand: Record[] = [
  // Contact tables: name, company, number, country.
  record("Jane Doe | Acme Inc | # | United States", "4155550134", SF),
  record("Jane Doe | Acme Inc | # | USA", "415 555 0134", SF),
  record("Jane Doe | Acme Inc | # | U.S.A.", "4155550134", SF),
  record("Phone: # | Country: US", "4155550134", SF),
  record("Phone: # | Country/Region: US", "4155550134", SF),
  record("Phone: # | Billing Country: United States of America", "4155550134", SF),
  record("Phone: # | Mailing Address: 500 Howard St, San Francisco, CA 94105", "4155550134", SF),
  record("Phone: # | 500 Howard St\nSan Francisco, CA 94105\nUnited States", "415.555.0134", SF),
  record("Phone: # | State: California", "4155550134", SF),
  record("Phone: # | Location: Austin, TX", "4155550134", SF),
  record("# | New York, NY 10001", "2125550142", NY),
  record("🇺🇸 #", "4155550134", SF),
  record("Sam Lee 🇺🇸 | #", "2125550142", NY),
  record("Phone: # | Country: Canada", "4165550134", "+14165550134"),
  record("Phone: # | Toronto, ON M5V 2T6", "4165550134", "+14165550134"),
  record("Klaus Weber | Berlin | #", "030 23125123", BERLIN),
  record("Klaus Weber | # | Germany", "030 23125123", BERLIN),
  record("Klaus Weber | # | Deutschland", "030/23125-123", BERLIN),
  record("Klaus Weber | # | DE-10115 Berlin", "030 23125 123", BERLIN),
  record("Telefon: # | Land: Deutschland", "0171 3920012", DE_MOBILE, { language: "de-DE" }),
  record("Telefon: # | Ort: München", "0171 3920012", DE_MOBILE, { language: "de-DE" }),
  record("Mobile: # | Address: Torstraße 1, 10119 Berlin", "0171 39 200 12", DE_MOBILE),
  record("Mobile: # | Country: DE", "01713920012", DE_MOBILE),
  record("Mobile: # | Country: DEU", "01713920012", DE_MOBILE),
  record("Marie | Paris | #", "01 99 00 12 34", PARIS),
  record("Marie | # | France", "0199001234", PARIS),
  record("Tél: # | Pays: France", "0639981234", FR_MOBILE, { language: "fr-FR" }),
  record("# | 75001 Paris, France", "06 39 98 12 34", FR_MOBILE),
  record("# | F-75001 Paris", "0639981234", FR_MOBILE),
  record("Sede: Madrid | # | España", "612 345 678", "+34612345678", { language: "es-ES" }),
  record("# | Spain", "612345678", "+34612345678"),
  record("Ciudad: Madrid | Móvil: #", "612 34 56 78", "+34612345678", { language: "es" }),
  record("Mobile: # | India", "98765 43210", "+919876543210"),
  record("Mobile: # | City: Mumbai", "9876543210", "+919876543210"),
  record("Mobile: # | Bengaluru, India", "098765 43210", "+919876543210"),
  record("Mobile: # | Dublin 2, Ireland", "087 123 4567", "+353871234567"),
  record("Mobile: # | Country: Ireland", "0871234567", "+353871234567"),
  record("Phone: # | Address: 1 Main St, Dublin, D02 AF30", "01 525 0123", "+35315250123"),
  record("Phone: # | Sydney NSW 2000", "0491 570 006", "+61491570006"),
  record("Phone: # | Australia", "0491570006", "+61491570006"),
  record("Phone: # | Amsterdam, Netherlands", "06 12345678", "+31612345678"),
  record("Phone: # | 1012 AB Amsterdam", "0612345678", "+31612345678"),
  record("Phone: # | Country: Italy | City: Milan", "347 123 4567", "+393471234567"),
  record("Telefono: # | Paese: Italia", "3471234567", "+393471234567", { language: "it-IT" }),
  record("Telefon: # | Kraj: Polska", "601 234 567", "+48601234567", { language: "pl-PL" }),
  record("Tlf: # | København, Danmark", "35 12 34 56", "+4535123456", { language: "da-DK" }),
  record("Tlf: # | Norge", "40 12 34 56", "+4740123456", { language: "nb-NO" }),
  record("Phone: # | Singapore", "8123 4567", "+6581234567"),
  record("Phone: # | Dubai, UAE", "050 123 4567", "+971501234567"),
  record("Phone: # | Zürich, Switzerland", "044 668 18 00", "+41446681800"),
  record("Phone: # | Country: Japan", "090-1234-5678", "+819012345678"),
  // Numbers that do belong to the desk's own country.
  record("Phone: # | Country: United Kingdom", "020 7946 0958", LONDON),
  record("Phone: # | Country: GB", "02079460958", LONDON),
  record("Phone: # | UK", "7700900123", MOBILE),
  record("Phone: # | Address: 1 Pall Mall, London SW1Y 5AH", "2079460958", LONDON),
  record("Phone: # | City: Manchester | Country: England", "7700 900123", MOBILE),
  record("Phone: # | Scotland", "07700 900123", MOBILE),
  record("Phone: #", "020 7946 0958", LONDON),
  record("Ann Agent | #", "07700 900123", MOBILE),
  // A foreign company with a line in London: Germany has no such number.
  record("Phone: # | Company: Weber GmbH | Country: Germany", "020 7946 0958", LONDON),
  // It has this one, but the grouping is London's.
  record("Phone: # | Company: Weber GmbH | Country: Germany", "0306 999 0123", null),
  record("Phone: # | Country: France", "020 7946 0958", LONDON),
  record("Phone: # | Country: Spain", "07700 900123", MOBILE),
  record("Phone: # | City: Berlin", "07700 900123", MOBILE),
  record("Phone: # | City: Paris", "020 7946 0958", LONDON),
  // Names, products and prose are not addresses.
  record("Contact Owner: Jordan | Phone: #", "07700 900123", MOBILE),
  record("First name: Chad | Phone: #", "07700 900123", MOBILE),
  record("Israel | Phone: #", "07700 900123", MOBILE),
  record("Destination: Spain | Phone: #", "020 7946 0958", LONDON),
  record("Language: German | Phone: #", "07700 900123", MOBILE),
  record("Product: Germany trip | Phone: #", "07700 900123", MOBILE),
  record("Notes: Spoke to her about moving the account to Germany next year | #", "07700 900123", MOBILE),
  record("Time zone: Europe/Berlin | #", "07700 900123", MOBILE),
  // The form alone.
  record("Jane Doe | #", "(415) 555-0134", SF),
  record("Jane Doe | #", "415-555-0134", SF),
  record("Jane Doe | #", "1-431-555-0109", "+14315550109"),
  record("Jane Doe | #", "06 39 98 12 34", FR_MOBILE),
  // The policy's regions, and the page's language.
  record("Jane Doe | #", "4155550134", SF, { also: ["US"] }),
  record("Jane Doe | #", "98765 43210", "+919876543210", { also: ["IN", "US"] }),
  record("Klaus | #", "0171 3920012", DE_MOBILE, { also: ["DE"] }),
  record("Klaus | #", "0171 3920012", DE_MOBILE, { language: "de" }),
  record("Sean | #", "087 123 4567", "+353871234567", { also: ["IE"] }),
  record("Marie | #", "06 39 98 12 34", FR_MOBILE, { language: "fr-FR" }),
  record("Jens | Tlf: #", "35 12 34 56", "+4535123456", { language: "da" }),
  record("Nora | Tlf: #", "40 12 34 56", "+4740123456", { also: ["NO"] }),
  // No one could tell.
  record("Jane Doe | #", "7700900123", null),
  // Grouped as in Japan, and a British number of premium rate.
  record("Jane Doe | #", "090-1234-5678", null),
  record("Jane Doe | #", "2079460958", null),
  record("Jens | Tlf: #", "35 12 34 56", null),
  record("Bob | # | Springfield", "0491 570 006", null),
  record("HQ: Berlin, Germany | Office: Paris, France | Tel: #", "0261911234", null),
  // Desks elsewhere.
  record("Jane | # | United Kingdom", "07700 900123", MOBILE, { desk: "US", language: "en-US" }),
  record("Jane | # | London", "020 7946 0958", LONDON, { desk: "US", language: "en-US" }),
  record("Jane | #", "(415) 555-0134", SF, { desk: "US", language: "en-US" }),
  record("Jane | # | Austin, TX 78701", "415 555 0134", SF, { desk: "US", language: "en-US" }),
  record("Klaus | # | Berlin", "030 23125123", BERLIN, { desk: "DE", language: "de-DE" }),
  record("Klaus | # | Österreich", "0664 1234567", "+436641234567", { desk: "DE", language: "de-DE" }),
  record("Sean | # | Belfast BT1 5GS", "07700 900123", MOBILE, { desk: "IE", language: "en-IE" }),
  record("Pat | # | Country: Northern Ireland", "07700900123", MOBILE, { desk: "IE", language: "en-IE" }),
];

/** A place in each country, and the fields' names in its language. */
const places: [region: CountryCode, country: string, city: string, address: string, language: string][] = [
  ["US", "United States", "Chicago", "233 S Wacker Dr, Chicago, IL 60606", "en-US"],
  ["CA", "Canada", "Toronto", "1 Yonge St, Toronto, ON M5E 1W7", "en-CA"],
  ["IE", "Ireland", "Dublin", "1 College Green, Dublin, Ireland", "en-IE"],
  ["DE", "Germany", "Hamburg", "Jungfernstieg 1, 20095 Hamburg, Germany", "de-DE"],
  ["FR", "France", "Lyon", "1 Rue de la République, 69001 Lyon, France", "fr-FR"],
  ["ES", "Spain", "Barcelona", "Gran Via 1, 08010 Barcelona, España", "es-ES"],
  ["IT", "Italy", "Turin", "Via Roma 1, 10121 Torino, Italia", "it-IT"],
  ["NL", "Netherlands", "Rotterdam", "Coolsingel 1, 3012 AA Rotterdam", "nl-NL"],
  ["BE", "Belgium", "Antwerp", "Meir 1, 2000 Antwerpen, Belgium", "nl-BE"],
  ["CH", "Switzerland", "Zürich", "Bahnhofstrasse 1, CH-8001 Zürich", "de-CH"],
  ["AT", "Austria", "Vienna", "Graben 1, 1010 Wien, Österreich", "de-AT"],
  ["SE", "Sweden", "Stockholm", "Drottninggatan 1, 111 51 Stockholm, Sverige", "sv-SE"],
  ["NO", "Norway", "Oslo", "Karl Johans gate 1, 0154 Oslo, Norge", "nb-NO"],
  ["DK", "Denmark", "Copenhagen", "Strøget 1, 1160 København, Danmark", "da-DK"],
  ["PL", "Poland", "Warsaw", "Nowy Świat 1, 00-001 Warszawa, Polska", "pl-PL"],
  ["PT", "Portugal", "Lisbon", "Rua Augusta 1, Lisboa, Portugal", "pt-PT"],
  ["AU", "Australia", "Melbourne", "1 Collins St, Melbourne VIC 3000", "en-AU"],
  ["NZ", "New Zealand", "Auckland", "1 Queen St, Auckland, New Zealand", "en-NZ"],
  ["IN", "India", "Mumbai", "1 Marine Drive, Mumbai, India", "en-IN"],
  ["SG", "Singapore", "Singapore", "1 Raffles Place, Singapore", "en-SG"],
  ["ZA", "South Africa", "Johannesburg", "1 Main St, Johannesburg, South Africa", "en-ZA"],
  ["JP", "Japan", "Osaka", "1-1 Umeda, Osaka, Japan", "ja-JP"],
];

/** Each country's example mobile number, as written there, in five kinds of record at a British desk. */
const byCountry: Record[] = places.flatMap(([region, country, city, address]) => {
  const example = getExampleNumber(region, examples)!;
  const national = example.formatNational();
  const e164 = example.number;
  const plain = national.replace(/[^\d]/g, "");
  return [
    record(`Name: Alex | Phone: # | Country: ${country}`, national, e164),
    record(`Alex | Example Ltd | # | ${country}`, plain, e164),
    record(`Phone: # | Address: ${address}`, national, e164),
    record(`Phone: # | Country code: ${region} | Country: ${region}`, plain, e164),
    record(`Alex | ${city} | #`, national, e164),
  ];
});

export const records: Record[] = [...byHand, ...byCountry];
