/** The contacts that the grids of `npm run bench -- grids` show: two numbers a row, and what tells their country. */
export interface Contact {
  id: number;
  name: string;
  company: string;
  city: string;
  country: string;
  phone: string;
  mobile: string;
  note: string;
}

const names = ["Ada Abbot", "Ben Brook", "Cleo Carver", "Dan Dale", "Ela Ember", "Finn Frost", "Gwen Grove"];
const places = [
  ["London", "United Kingdom"],
  ["Leeds", "United Kingdom"],
  ["Berlin", "Germany"],
  ["Lyon", "France"],
] as const;

/** The columns, with their headings and widths in pixels. */
export const columns: { key: keyof Contact; title: string; width: number }[] = [
  { key: "id", title: "No.", width: 60 },
  { key: "name", title: "Name", width: 140 },
  { key: "company", title: "Company", width: 140 },
  { key: "city", title: "City", width: 100 },
  { key: "country", title: "Country", width: 140 },
  { key: "phone", title: "Phone", width: 170 },
  { key: "mobile", title: "Mobile", width: 170 },
  { key: "note", title: "Last note", width: 180 },
];

export const contacts: Contact[] = Array.from({ length: 3000 }, (_, id) => {
  const end = String(id % 1000).padStart(3, "0");
  const [city, country] = places[id % places.length]!;
  return {
    ...{ id, name: names[id % names.length]!, company: `Company ${id % 300}`, city, country },
    phone: country === "United Kingdom" ? `020 7946 0${end}` : `030 2312 5${end}`,
    mobile: `+44 7700 900${end}`,
    note: `Seen on ${1 + (id % 28)}/11/2026`,
  };
});
