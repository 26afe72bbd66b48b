/**
 * The forty contacts that every kit's pages show, with what each number is: written as people of its country write it, beside
 * the E.164 that a reader of the record makes of it. Twenty have something else under a label of its own. Numbers are
 * those that regulators keep for drama: Ofcom, NANPA (555-01xx), Bundesnetzagentur, ARCEP, ACMA and PTS. Written and
 * labelled from the kits' documents and the regulators' lists alone, and not changed by what the finder makes of them.
 */
export interface Contact {
  id: number;
  name: string;
  company: string;
  street: string;
  city: string;
  postcode: string;
  country: string;
  email: string;
  phone: string;
  mobile: string;
  note: string;
  /** What looks like a number and is none: what it is called, and what it says. Empty where there is none. */
  label: string;
  reference: string;
}
/** A number as it is written, and what it is. */
type Labelled = [written: string, e164: string];
type Row = [
  name: string,
  company: string,
  street: string,
  city: string,
  postcode: string,
  Labelled,
  Labelled,
];

const rows: Record<string, Row[]> = {
  "United Kingdom": [
    [
      "Amelia Shaw",
      "Shaw & Lund Ltd",
      "14 Canal Street",
      "London",
      "SE1 7PB",
      ["020 7946 0958", "+442079460958"],
      ["07700 900118", "+447700900118"],
    ],
    [
      "Oliver Pike",
      "Pike Roofing",
      "3 Mill Lane",
      "Leeds",
      "LS1 4DY",
      ["0113 496 0142", "+441134960142"],
      ["+44 7700 900231", "+447700900231"],
    ],
    [
      "Isla Grant",
      "Grant & Daughters",
      "77 High Street",
      "Glasgow",
      "G2 1AL",
      ["(0141) 496 0377", "+441414960377"],
      ["+44 (0)7700 900342", "+447700900342"],
    ],
    [
      "Harry Lowe",
      "Lowe Marine",
      "1 Quay Road",
      "Cardiff",
      "CF10 1EP",
      ["+44 29 2018 0456", "+442920180456"],
      ["07700900453", "+447700900453"],
    ],
    [
      "Freya Moss",
      "Moss Interiors",
      "22 Park Row",
      "Birmingham",
      "B2 4QA",
      ["0121-496-0564", "+441214960564"],
      ["0044 7700 900564", "+447700900564"],
    ],
    [
      "Noah Firth",
      "Firth Optics",
      "9 Station Road",
      "Manchester",
      "M1 2WD",
      ["0161 496 0675", "+441614960675"],
      ["07700-900-675", "+447700900675"],
    ],
    [
      "Ava Dunn",
      "Dunn Catering",
      "108 Bridge Street",
      "Bristol",
      "BS1 5TR",
      ["01174960786", "+441174960786"],
      ["+447700900786", "+447700900786"],
    ],
    [
      "Leo Kerr",
      "Kerr Legal LLP",
      "5 Castle Terrace",
      "Edinburgh",
      "EH1 1YZ",
      ["0131 496 0897", "+441314960897"],
      ["07700 900 897", "+447700900897"],
    ],
  ],
  "United States": [
    [
      "Emma Ford",
      "Ford Freight Inc.",
      "350 Hudson St",
      "New York",
      "NY 10014",
      ["(212) 555-0123", "+12125550123"],
      ["+1 917-555-0134", "+19175550134"],
    ],
    [
      "Liam Reyes",
      "Reyes Foods",
      "1200 W Lake St",
      "Chicago",
      "IL 60607",
      ["312-555-0145", "+13125550145"],
      ["(773) 555-0156", "+17735550156"],
    ],
    [
      "Mia Cole",
      "Cole Design",
      "55 Howard St",
      "San Francisco",
      "CA 94105",
      ["+1 (415) 555-0167", "+14155550167"],
      ["415.555.0178", "+14155550178"],
    ],
    [
      "Jack Hale",
      "Hale Solar",
      "901 Congress Ave",
      "Austin",
      "TX 78701",
      ["512 555 0189", "+15125550189"],
      ["1-512-555-0190", "+15125550190"],
    ],
    [
      "Zoe Park",
      "Park Analytics",
      "400 Pine St",
      "Seattle",
      "WA 98101",
      ["(206) 555-0101", "+12065550101"],
      ["206-555-0112", "+12065550112"],
    ],
    [
      "Owen Tate",
      "Tate Outdoor",
      "1600 Wynkoop St",
      "Denver",
      "CO 80202",
      ["303.555.0124", "+13035550124"],
      ["+13035550135", "+13035550135"],
    ],
    [
      "Ruby Lane",
      "Lane Books",
      "12 Beacon St",
      "Boston",
      "MA 02108",
      ["617-555-0146", "+16175550146"],
      ["(617) 555-0157", "+16175550157"],
    ],
  ],
  Germany: [
    [
      "Jonas Vogel",
      "Vogel Druck GmbH",
      "Invalidenstr. 44",
      "Berlin",
      "10115",
      ["030 23125123", "+493023125123"],
      ["0152 28817386", "+4915228817386"],
    ],
    [
      "Lena Brandt",
      "Brandt Logistik",
      "Steinstr. 7",
      "Hamburg",
      "20095",
      ["+49 40 66969 321", "+494066969321"],
      ["0171 3920012", "+491713920012"],
    ],
    [
      "Paul Weber",
      "Weber & Sohn",
      "Hohe Str. 12",
      "Köln",
      "50667",
      ["(0221) 4710 456", "+492214710456"],
      ["+49 171 3920034", "+491713920034"],
    ],
    [
      "Mia Schulz",
      "Schulz Technik",
      "Sendlinger Str. 3",
      "München",
      "80331",
      ["089/99998-567", "+498999998567"],
      ["0171 3920045", "+491713920045"],
    ],
    [
      "Felix Haas",
      "Haas Bau AG",
      "Zeil 88",
      "Frankfurt am Main",
      "60313",
      ["+49 (0)69 90009-678", "+496990009678"],
      ["0171/3920056", "+491713920056"],
    ],
    [
      "Clara Roth",
      "Roth Verlag",
      "Karl-Marx-Allee 31",
      "Berlin",
      "10178",
      ["030-23125 789", "+493023125789"],
      ["0049 171 3920078", "+491713920078"],
    ],
  ],
  France: [
    [
      "Hugo Morel",
      "Morel SARL",
      "8 rue du Sentier",
      "Paris",
      "75002",
      ["01 99 00 12 34", "+33199001234"],
      ["06 39 98 12 34", "+33639981234"],
    ],
    [
      "Inès Petit",
      "Petit Nautique",
      "2 quai de la Fosse",
      "Nantes",
      "44000",
      ["02 61 91 23 45", "+33261912345"],
      ["+33 6 39 98 23 45", "+33639982345"],
    ],
    [
      "Louis Garnier",
      "Garnier Vins",
      "19 Grand'Rue",
      "Strasbourg",
      "67000",
      ["03.53.01.34.56", "+33353013456"],
      ["06.39.98.34.56", "+33639983456"],
    ],
    [
      "Alice Roux",
      "Roux Textile",
      "5 rue Mercière",
      "Lyon",
      "69002",
      ["+33 4 65 71 45 67", "+33465714567"],
      ["0639984567", "+33639984567"],
    ],
    [
      "Jules Blanc",
      "Blanc Conseil",
      "31 rue d'Alsace",
      "Toulouse",
      "31000",
      ["05 36 49 56 78", "+33536495678"],
      ["+33 (0)6 39 98 56 78", "+33639985678"],
    ],
    [
      "Léa Fabre",
      "Fabre Fruits",
      "6 quai du Port",
      "Marseille",
      "13002",
      ["04-65-71-67-89", "+33465716789"],
      ["06 39 98 67 89", "+33639986789"],
    ],
  ],
  Australia: [
    [
      "Ethan Doyle",
      "Doyle Surf",
      "18 George St",
      "Sydney",
      "NSW 2000",
      ["(02) 5550 1234", "+61255501234"],
      ["0491 570 156", "+61491570156"],
    ],
    [
      "Chloe Nash",
      "Nash Pty Ltd",
      "200 Collins St",
      "Melbourne",
      "VIC 3000",
      ["(03) 5550 2345", "+61355502345"],
      ["0491 570 157", "+61491570157"],
    ],
    [
      "Lucas Byrne",
      "Byrne Mining",
      "66 Eagle St",
      "Brisbane",
      "QLD 4000",
      ["07 7010 3456", "+61770103456"],
      ["+61 491 570 158", "+61491570158"],
    ],
    [
      "Sienna Cross",
      "Cross Dental",
      "4 Hay St",
      "Perth",
      "WA 6000",
      ["+61 8 5550 4567", "+61855504567"],
      ["0491570159", "+61491570159"],
    ],
    [
      "Mason Webb",
      "Webb Farms",
      "11 King William St",
      "Adelaide",
      "SA 5000",
      ["08 7010 5678", "+61870105678"],
      ["0491-570-110", "+61491570110"],
    ],
    [
      "Ivy Lang",
      "Lang Travel",
      "9 Elizabeth St",
      "Hobart",
      "TAS 7000",
      ["(03) 7010 6789", "+61370106789"],
      ["0491 571 266", "+61491571266"],
    ],
    [
      "Max Hunt",
      "Hunt Advisory",
      "1 London Circuit",
      "Canberra",
      "ACT 2601",
      ["02 7010 7890", "+61270107890"],
      ["+61 (0)491 571 491", "+61491571491"],
    ],
  ],
  Sweden: [
    [
      "Elsa Lind",
      "Lind Möbler AB",
      "Drottninggatan 10",
      "Stockholm",
      "111 51",
      ["08-465 004 12", "+46846500412"],
      ["070-174 06 12", "+46701740612"],
    ],
    [
      "Axel Berg",
      "Berg Stål",
      "Kungsgatan 3",
      "Göteborg",
      "411 19",
      ["031-390 06 23", "+46313900623"],
      ["+46 70 174 06 23", "+46701740623"],
    ],
    [
      "Maja Holm",
      "Holm Kaffe",
      "Storgatan 21",
      "Malmö",
      "211 42",
      ["040-628 04 34", "+46406280434"],
      ["070-1740634", "+46701740634"],
    ],
    [
      "Nils Ek",
      "Ek Media",
      "Sveavägen 52",
      "Stockholm",
      "111 34",
      ["+46 8 465 004 45", "+46846500445"],
      ["0701740645", "+46701740645"],
    ],
    [
      "Alva Norén",
      "Norén Bygg",
      "Avenyn 14",
      "Göteborg",
      "411 36",
      ["031 390 06 56", "+46313900656"],
      ["+46 (0)70-174 06 56", "+46701740656"],
    ],
    [
      "Hugo Sand",
      "Sand Resor",
      "Södergatan 8",
      "Malmö",
      "211 34",
      ["040-628 04 67", "+46406280467"],
      ["0046 70 174 06 67", "+46701740667"],
    ],
  ],
};

/** What looks like a number, of every second contact. */
const traps: [label: string, reference: string][] = [
  ["Order no.", "4500 123 456"],
  ["Invoice", "INV-2026-0016329"],
  ["VAT number", "GB 123 4567 82"],
  ["Company number", "01234567"],
  ["ZIP+4", "10014-5678"],
  ["Part no.", "555-0199-44"],
  ["Account no.", "2065550199"],
  ["EIN", "04-5550123"],
  ["Tax number", "30/815/08154"],
  ["Customer no.", "0089 1234 5678"],
  ["IBAN", "DE89 3704 0044 0532 0130 00"],
  ["SIRET", "732 829 320 00074"],
  ["VAT ID", "FR 83 404 833 048"],
  ["Tracking no.", "6A 0123 4567 8901"],
  ["ABN", "51 824 753 556"],
  ["Serial no.", "0852 3311 0098"],
  ["Medicare no.", "2123 45670 1"],
  ["Org. no.", "556016-0680"],
  ["Last login", "2026-11-28 09:41:22"],
  ["GPS", "57.70887, 11.97456"],
];

/** The notes of every fifth contact, each with a number; those of the others have none. */
const noted: [note: string, ...Labelled][] = [
  ["Assistant Jo: 0121 496 0811", "0121 496 0811", "+441214960811"],
  ["His office in Springfield: +1 217-555-0110, after 14:00", "+1 217-555-0110", "+12175550110"],
  ["Call back on 617-555-0168, ext. 12", "617-555-0168", "+16175550168"],
  ["Zentrale 069 90009-100", "069 90009-100", "+496990009100"],
  ["Standard : 04 65 71 40 00", "04 65 71 40 00", "+33465714000"],
  ["Front desk 07 7010 3400 until 17:30", "07 7010 3400", "+61770103400"],
  ["Växel 08-465 004 99", "08-465 004 99", "+46846500499"],
  ["Back-up +46 40-628 04 99", "+46 40-628 04 99", "+46406280499"],
];
const plain = [
  "Left a message on 24/11/2026 at 14:05.",
  "Offer of 12.10.2026: 1.250,00 EUR",
  "Renewal Q1 2027, 120 seats",
];

const written = Object.entries(rows).flatMap(([country, of]) => of.map((row) => [country, ...row] as const));

export const contacts: Contact[] = written.map(
  ([country, name, company, street, city, postcode, phone, mobile], i) => {
    const [label, reference] = i % 2 === 0 ? traps[i / 2]! : ["", ""];
    const id = i + 1;
    const email = `${name
      .split(" ")[0]!
      .toLowerCase()
      .normalize("NFD")
      .replace(/[^a-z]/g, "")}@example.com`;
    const note = id % 5 === 0 ? noted[id / 5 - 1]![0] : plain[i % plain.length]!;
    return {
      ...{ id, name, company, street, city, postcode, country, email, note, label, reference },
      ...{ phone: phone[0], mobile: mobile[0] },
    };
  },
);

export interface Label {
  written: string;
  e164: string;
}
/** The numbers of a contact. */
export function labelsOf({ id }: Pick<Contact, "id">): Label[] {
  const [, , , , , , phone, mobile] = written[id - 1]!;
  const [, ...note] = id % 5 === 0 ? noted[id / 5 - 1]! : [];
  return [phone, mobile, ...(note.length > 0 ? [note as Labelled] : [])].map(([as, e164]) => ({
    written: as,
    e164,
  }));
}
