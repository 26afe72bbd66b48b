/**
 * The demo's one table: Northfold CRM's contacts, and what the registers and our own records say about their numbers. The
 * demo server shows the contacts and the seeding reads the rest, so page and database agree. All people, companies and
 * numbers are fictional: Ofcom's and NANPA's ranges for drama.
 */
export type Standing = "tps" | "ctps" | "objection" | "house" | "consented";

export interface Phone {
  label: "Office" | "Mobile" | "Direct" | "Home";
  /** As someone typed it. */
  written: string;
  /** What is on record for it; absent if nothing is. `consented`: on the TPS, but the person agreed to our calls. */
  standing?: Standing;
}

export interface Contact {
  id: string;
  name: string;
  role: string;
  company: string;
  city: string;
  stage: "Lead" | "Qualified" | "Proposal" | "Customer" | "Dormant";
  owner: string;
  value: number;
  phones: Phone[];
}

export interface Activity {
  kind: "call" | "email" | "note" | "order";
  who: string;
  /** Days before today, and the time of day. */
  ago: number;
  time: string;
  text: string;
}

type PhoneRow = [Phone["label"], string, Standing?];
type Row = [string, string, string, string, Contact["stage"], string, number, ...PhoneRow[]];

// Numbers with 1 are of countries whose law is not known here: what the law of others says changes with the hour.
// oxfmt-ignore
const rows: Row[] = [
  ["Amelia Hart", "Head of Facilities", "Corvane Logistics", "Leeds", "Proposal", "Priya Nair", 18400, ["Office", "0113 496 0142"], ["Mobile", "07700 900118", "tps"], ["Direct", "+44 (0)113 496 0177"]],
  ["Tomasz Zielinski", "Owner", "Zielinski Joinery", "Bradford", "Lead", "Priya Nair", 2950, ["Mobile", "07700 900233"], ["Home", "01632 960188", "consented"]],
  ["Grace Okafor", "Finance Director", "Bellwether Foods", "Manchester", "Qualified", "Daniel Reeve", 42000, ["Office", "+44 161 496 0310", "ctps"], ["Mobile", "+44 7700 900391"], ["Direct", "0161 496 0311 ext. 204"]],
  ["Harvey Lin", "Purchasing", "Redpoll Instruments", "Santo Domingo", "Lead", "Priya Nair", 9100, ["Office", "(809) 555-0142"], ["Mobile", "+1 809 555 0163"]],
  ["Siân Pritchard", "Operations Manager", "Taff Valley Dairies", "Cardiff", "Customer", "Daniel Reeve", 27300, ["Office", "029 2018 0455"], ["Mobile", "07700900482", "objection"], ["Direct", "(029) 2018 0456"]],
  ["Oliver Brandt", "Director", "Brandt & Moor LLP", "London", "Proposal", "Priya Nair", 61000, ["Office", "020 7946 0271", "ctps"], ["Mobile", "07700 900514"], ["Direct", "+44 20 7946 0272"]],
  ["Nadia Rahman", "Practice Manager", "Lark Street Dental", "Sheffield", "Qualified", "Priya Nair", 7600, ["Office", "0114 496 0093"], ["Mobile", "07700 900557"]],
  ["Callum Fraser", "Sole trader", "Fraser Roofing", "Edinburgh", "Lead", "Daniel Reeve", 1800, ["Mobile", "07700 900602", "consented"], ["Home", "0131 496 0815", "tps"]],
  ["Beatrice Monk", "Head of Estates", "St Orwin's Academy", "Nottingham", "Customer", "Daniel Reeve", 33500, ["Office", "0115 496 0660"], ["Direct", "0044 115 496 0661"], ["Mobile", "07700 900641"]],
  ["Yusuf Demir", "Managing Director", "Demir Textiles", "Leicester", "Dormant", "Priya Nair", 0, ["Office", "0116 496 0204", "house"], ["Mobile", "07700 900679", "tps"]],
  ["Eleanor Voss", "Office Manager", "Quillfeather Press", "Bristol", "Lead", "Priya Nair", 5200, ["Office", "0117 496 0388"], ["Mobile", "+44 7700 900713", "tps"], ["Direct", "0117 4960389"]],
  ["Marcus Adeyemi", "IT Lead", "Harrow Lane Clinics", "Birmingham", "Qualified", "Daniel Reeve", 15900, ["Office", "0121 496 0520"], ["Mobile", "07700 900746"], ["Direct", "0121 496 0521", "ctps"]],
  ["Ruth Kessler", "Buyer", "Pinecrest Outfitters", "Kingstown", "Lead", "Daniel Reeve", 12000, ["Office", "784-555-0118"], ["Mobile", "784.555.0119"]],
  ["Fiona Galbraith", "Partner", "Galbraith Surveyors", "Glasgow", "Proposal", "Priya Nair", 24800, ["Office", "0141 496 0733"], ["Mobile", "07700 900788"], ["Direct", "+44 (0) 141 496 0734", "ctps"]],
  ["Peter Winslow", "Retired", "—", "Reading", "Dormant", "Priya Nair", 0, ["Home", "0118 496 0417", "objection"], ["Mobile", "07700 900805", "tps"]],
  ["Ines Carvalho", "Procurement", "Merrow Shipping", "Liverpool", "Qualified", "Daniel Reeve", 38200, ["Office", "0151 496 0902"], ["Mobile", "07700 900829"]],
  ["George Tan", "Founder", "Bluepaper Studio", "London", "Customer", "Priya Nair", 8800, ["Mobile", "07700 900841"], ["Office", "020 7946 0518"]],
  ["Hannah Lowe", "Owner", "Lowe's Garden Centre", "Newcastle", "Lead", "Daniel Reeve", 4300, ["Office", "0191 498 0126"], ["Mobile", "07700 900860", "consented"]],
  ["Dev Malhotra", "Plant Manager", "Aldersyke Castings", "Leeds", "Qualified", "Priya Nair", 52700, ["Office", "0113 496 0288", "ctps"], ["Direct", "0113 496 0289"], ["Mobile", "07700 900872"]],
  ["Lucy Tremayne", "Administrator", "Chough Bay Holidays", "Truro", "Lead", "Daniel Reeve", 3100, ["Office", "01632 960240"], ["Mobile", "07700 900885"]],
  ["Stephen Boyle", "Site Manager", "Kelbrook Homes", "Manchester", "Proposal", "Daniel Reeve", 71500, ["Office", "0161 496 0644"], ["Mobile", "07700 900893", "tps"], ["Direct", "0161 496 0645"]],
  ["Aoife Brennan", "Head of People", "Tallis & Rowe", "London", "Qualified", "Priya Nair", 16400, ["Office", "020 7946 0690"], ["Mobile", "07700 900907"]],
  ["Robert Quayle", "Owner", "Quayle Motors", "Preston", "Dormant", "Priya Nair", 0, ["Office", "01632 960517", "house"], ["Mobile", "07700 900911"]],
  ["Jasmine Patel", "Pharmacist", "Patel & Daughters", "Leicester", "Customer", "Daniel Reeve", 11200, ["Office", "0116 496 0775"], ["Mobile", "07700 900924"]],
  ["Edwin Sørensen", "Fleet Manager", "Northgate Couriers", "Hull", "Lead", "Daniel Reeve", 29000, ["Office", "03069 990144"], ["Mobile", "07700 900933", "tps"]],
  ["Chloe Armitage", "Events", "The Grain Hall", "Sheffield", "Qualified", "Priya Nair", 6900, ["Office", "0114 496 0521", "ctps"], ["Mobile", "07700 900945"]],
  ["William Ashdown", "Trustee", "Ashdown Trust", "Brighton", "Lead", "Priya Nair", 14000, ["Home", "01632 960733", "tps"], ["Mobile", "07700 900952"]],
  ["Katarzyna Wolska", "Controller", "Mereside Packaging", "Nottingham", "Proposal", "Daniel Reeve", 47800, ["Office", "0115 496 0319"], ["Direct", "0115 496 0320"], ["Mobile", "07700 900966"]],
  ["Samuel Osei", "Owner", "Osei Catering", "Birmingham", "Lead", "Priya Nair", 2400, ["Mobile", "07700 900970", "tps"], ["Office", "0121 496 0866"]],
  ["Margaret Dunne", "Bursar", "Holmfield School", "Bristol", "Customer", "Daniel Reeve", 19900, ["Office", "0117 496 0702"], ["Mobile", "07700 900981"]],
  ["Alan Whitby", "Director", "Whitby Haulage", "Hull", "Qualified", "Daniel Reeve", 35600, ["Office", "01632 960850", "ctps"], ["Mobile", "07700 900015"]],
  ["Zara Hussain", "Marketing", "Sundial Optics", "Reading", "Lead", "Priya Nair", 8300, ["Office", "0118 496 0066"], ["Mobile", "07700 900027"]],
  ["Ben Carraway", "Buyer", "Carraway Supply Co.", "Puerto Plata", "Lead", "Daniel Reeve", 21000, ["Office", "(829) 555-0177"], ["Mobile", "+1 829 555 0178"]],
  ["Rhiannon Evans", "Manager", "Penarth Pottery", "Cardiff", "Dormant", "Priya Nair", 0, ["Office", "029 2018 0810"], ["Mobile", "07700 900034", "objection"]],
  ["Isaac Thornbury", "Engineer", "Thornbury Lifts", "Edinburgh", "Proposal", "Priya Nair", 58300, ["Office", "0131 496 0244"], ["Direct", "0131 496 0245"], ["Mobile", "07700 900048"]],
  ["Maya Lindqvist", "Studio Manager", "Fjordlight Design", "Glasgow", "Qualified", "Daniel Reeve", 9700, ["Office", "0141 496 0118"], ["Mobile", "07700 900053", "tps"]],
  ["Patrick Sweeney", "Landlord", "The Quiet Fox", "Liverpool", "Lead", "Daniel Reeve", 1600, ["Office", "0151 496 0337", "ctps"], ["Mobile", "07700 900069"]],
  ["Victoria Langley", "Solicitor", "Langley Pike LLP", "London", "Customer", "Priya Nair", 44100, ["Office", "020 7946 0833", "ctps"], ["Direct", "020 7946 0834"], ["Mobile", "07700 900072"]],
  ["Joseph Mbeki", "Warehouse Lead", "Corvane Logistics", "Leeds", "Proposal", "Priya Nair", 18400, ["Office", "0113 496 0142"], ["Mobile", "07700 900086"]],
  ["Edith Farrow", "Chair", "Wharfedale Housing", "Bradford", "Lead", "Daniel Reeve", 26500, ["Office", "0808 157 0192"], ["Home", "01632 960921", "tps"]],
];

export const contacts: Contact[] = rows.map(
  ([name, role, company, city, stage, owner, value, ...phones], i) => ({
    id: `NF-${String(20_417 + i * 13)}`,
    name,
    role,
    company,
    city,
    stage,
    owner,
    value,
    phones: phones.map(([label, written, standing]) => ({ label, written, ...(standing && { standing }) })),
  }),
);

/** Every contact's history, except the first one's, which is below. `{first}` is the contact's first name. */
export const usualFeed: Activity[] = [
  {
    kind: "note",
    who: "Priya Nair",
    ago: 2,
    time: "15:20",
    text: "{first} asked for the spring price list. Quote Q-2026-00871 sent, valid for 30 days.",
  },
  {
    kind: "email",
    who: "Northfold",
    ago: 6,
    time: "09:05",
    text: "Newsletter 118 opened twice. Campaign id 20261118-4471.",
  },
  {
    kind: "order",
    who: "Billing",
    ago: 21,
    time: "11:48",
    text: "Order 4471-0098213 shipped, consignment 1700 4821 9930. Total £1,249.00.",
  },
  {
    kind: "call",
    who: "Daniel Reeve",
    ago: 34,
    time: "10:12",
    text: "Switchboard only (020 7946 0000). Try again after the half-term week.",
  },
];

/** Free text as agents write it: numbers within sentences, and text that only looks like a number. */
export const feeds: Record<string, Activity[]> = {
  "Amelia Hart": [
    {
      kind: "call",
      who: "Priya Nair",
      ago: 0,
      time: "09:42",
      text: "Reached Amelia on the office line. Renewal meeting moved to the 3rd; she is easiest on 07700 900421 while she travels, or 020 7946 0958 at the London depot.",
    },
    {
      kind: "note",
      who: "Daniel Reeve",
      ago: 1,
      time: "16:31",
      text: "Joseph in the warehouse (0113 496 0143, 0113 496 0144) signs for deliveries. Not on 07700 900118 please, that is her own phone.",
    },
    {
      kind: "order",
      who: "Billing",
      ago: 4,
      time: "11:05",
      text: "Invoice INV-2026-016329 for PO 4500017746 is due on 12/12/2026. VAT GB 123 4567 89. Sort code 20-45-17.",
    },
    {
      kind: "email",
      who: "Amelia Hart",
      ago: 9,
      time: "08:17",
      text: "“Please send the revised quote Q-2026-00914. Our US buyer can be reached on 415 555 0134.”",
    },
    {
      kind: "order",
      who: "Billing",
      ago: 21,
      time: "13:48",
      text: "Order 4471-0098213 shipped, consignment 1700 4821 9930, 14 pallets, ref 2026-11-03/0017. Total £18,400.00.",
    },
    {
      kind: "call",
      who: "Priya Nair",
      ago: 34,
      time: "10:12",
      text: "Left a message with the out-of-hours desk, 01632 960457. Monday to Friday 08:00-18:00.",
    },
  ],
};

/** Numbers that occur only in free text. */
const mentioned: [string, Standing?][] = [
  ["020 7946 0000"],
  ["03069 990444"],
  ["07700 900421"],
  ["020 7946 0958", "ctps"],
  ["0113 496 0143"],
  ["0113 496 0144", "objection"],
  ["01632 960457"],
];

/** Every number of the demo, with what is on record for it. */
export const onRecord: { written: string; standing: Standing | undefined }[] = [
  ...contacts.flatMap((c) => c.phones.map((p) => ({ written: p.written, standing: p.standing }))),
  ...mentioned.map(([written, standing]) => ({ written, standing })),
];

/** National digits of a UK number: enough to compare two written forms of one number. */
export const nationalDigits = (written: string): string =>
  written
    .replace(/\s*ext.*$/, "")
    .replace("(0)", "")
    .replace(/\D/g, "")
    .replace(/^0*44/, "0");

/** Ofcom's ranges for drama, a thousand numbers each. */
const fictionalRanges = [
  ...["0113", "0114", "0115", "0116", "0117", "0118", "0121", "0131", "0141", "0151", "0161"].map(
    (a) => `${a}4960`,
  ),
  ...["02079460", "01914980", "02920180", "07700900", "08081570", "03069990", "01632960"],
];

const scatter = (n: number): number => {
  const mixed = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) >>> 0;
};

/**
 * The demo's registers: a few thousand fictional numbers, and those of the demo's own numbers that the table above puts
 * on a register.
 */
export function demoRegisters(): { tps: string[]; ctps: string[] } {
  const known = new Map(onRecord.map((n) => [nationalDigits(n.written), n.standing]));
  const tps: string[] = [];
  const ctps: string[] = [];
  for (const range of fictionalRanges) {
    for (let i = 0; i < 1000; i++) {
      const number = range + String(i).padStart(3, "0");
      if (known.has(number)) {
        const standing = known.get(number);
        if (standing === "tps" || standing === "consented") tps.push(number);
        if (standing === "ctps") ctps.push(number);
      } else {
        // About three in ten belong to private subscribers and one in ten to companies, scattered as in real registers.
        const draw = scatter(Number(number)) % 100;
        if (draw < 30) tps.push(number);
        else if (draw < 40) ctps.push(number);
      }
    }
  }
  return { tps, ctps };
}
