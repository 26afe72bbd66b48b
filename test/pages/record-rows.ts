/**
 * Rows of a name and a value in lists, tables and grids of roles, in the shape of record-layouts.ts: those of one record, as a
 * person sees at once, and those that may be two people's, or name two countries.
 */
import type { Layout } from "./record-layouts.ts";

type Row = readonly [name: string, value: string];
/** How pages make rows of a name and a value. */
const kinds: Record<string, (rows: readonly Row[]) => string> = {
  "a list whose texts touch": (rows) =>
    `<ul>${rows.map(([n, v]) => `<li><div>${n}</div><div>${v}</div></li>`).join("")}</ul>`,
  "a list with the name below": (rows) =>
    `<ul>${rows.map(([n, v]) => `<li><div><span>${v}</span><p>${n}</p></div></li>`).join("")}</ul>`,
  "a grid of roles": (rows) =>
    `<div role=grid><div role=rowgroup>${rows.map(([n, v]) => `<div role=row><div role=gridcell>${n}</div><i></i><div role=gridcell>${v}</div></div>`).join("")}</div></div>`,
  "items by their roles": (rows) =>
    `<div role=list>${rows.map(([n, v]) => `<div role=listitem><span>${n}</span><span>${v}</span></div>`).join("")}</div>`,
  "a table": (rows) => `<table>${rows.map(([n, v]) => `<tr><td>${n}<td>${v}</tr>`).join("")}</table>`,
};
const names = Object.keys(kinds);

let last = 4155556000;
/** Numbers of the USA, each another; `N#` stands for one. */
const put = (html: string) => html.replace(/N#/g, () => String(last++));
const told = (digits: string) => digits.replace(/^(...)(...)/, "+1 $1 $2 ");
const layout = (name: string, html: string, isTold: boolean): Layout => {
  const page = put(html);
  const numbers = page.match(/\b41555\d{5}\b/g)!;
  return [name, page, Object.fromEntries(numbers.map((digits) => [digits, isTold ? told(digits) : null]))];
};
const rowsOf = (text: string): Row[] => text.split("; ").map((row) => row.split("|") as unknown as Row);
/** Rows as `Name|Value; Name|Value`, in as many of the kinds, from one on. */
const inKinds = (all: Record<string, string>, isTold: boolean, count: number, only = names): Layout[] =>
  Object.entries(all).flatMap(([name, rows], i) =>
    Array.from({ length: count }, (_, k) => only[(i + k) % only.length]!).map((kind) =>
      layout(`${name}: ${kind}`, kinds[kind]!(rowsOf(rows)), isTold),
    ),
  );

/** One record's: the country is the number's. */
const one: Record<string, string> = {
  "a contact":
    "Name|Ann; Company|Acme; Street|1 Main St; City|Austin; Country|United States; Email|a@b.example; Phone|N#; Mobile|N#",
  "a firm's contact":
    "Representative of|Acme; Address|1 Main St; City|Austin; Zip|78701; Country|USA; Email|a@b.example; Phone|N#",
  "a number before its country":
    "Phone|N#; Fax|-; Email|a@b.example; Website|b.example; City|Austin; Postcode|78701; Country|US",
  "a state, and a country and region":
    "Work|N#; City|Austin; State / Province|Texas; Country/Region|United States",
  "a country by its billing":
    "Mobile|N#; Billing street|1 Main St; Billing city|Austin; Billing country|United States",
  "two countries that are one": "Billing country|USA; Shipping country|United States; Mobile|N#",
  "a location": "Full name|Ann; Location|United States; E-mail|a@b.example; Work|N#; Notes|Rang twice",
  "a flag by itself": "Country|🇺🇸; Phone|N#",
  "a country with its flag": "Phone|N#; Country:|🇺🇸 United States",
  "a code of three letters": "Mobile|N#; Country|USA; Owner|Jordan; Manager|Jo Miller",
  "in German": "Name|Ann; Straße|Weg 1; PLZ|10115; Ort|Austin; Land|USA; E-Mail|a@b.example; Telefon|N#",
  "in French": "Téléphone|N#; Adresse|1 Main St; Ville|Austin; Pays|USA",
  "in Spanish": "País|USA; Teléfono móvil|N#",
  "in Italian and Polish": "Paese|USA; Cellulare|N#",
  "somebody else behind both": "Phone|N#; Country|USA; Assistant|Jo; Assistant phone|-",
  "a state and a city that are called as countries": "Phone|N#; City|Lebanon; State|Georgia; Country|USA",
};

/** May be another's, or another country: asked. */
const open: Record<string, string> = {
  "a contact of a firm": "Company|Acme; Country|USA; Contact|Ann; Phone|N#",
  "an owner between": "Phone|N#; Owner|Jo Miller; Country|USA",
  "a firm between": "Mobile|N#; Business|Acme; Country|USA",
  "a firm as a line's value": "Mobile|N#; Work|Globex; Country|USA",
  "a name as a tax": "Mobile|N#; Tax|Jo Miller; Country|USA",
  "one sign as a name": "Mobile|N#; 父|张; Country|USA",
  "one sign before a line's name": "父 phone|N#; Country|USA",
  "a buyer and a seller": "Buyer|Ann; Phone|N#; Seller|Jo; Country|USA",
  "billed and shipped": "Billing phone|N#; Shipping country|USA",
  "billed in one, shipped to another": "Phone|N#; Billing country|Germany; Shipping country|USA",
  "an assistant's country": "Phone|N#; Assistant's country|USA",
  "an assistant's country beside the own": "Phone|N#; Country|Germany; Assistant's country|USA",
  "a home country": "Phone|N#; Home country|USA",
  "a country of birth": "Phone|N#; Country of birth|USA",
  "an assistant's number": "Country|USA; Assistant phone|N#",
  "a guarantor's number": "Country|USA; Guarantor mobile|N#",
  "a second contact's phone": "Country|USA; Contact 2 phone|N#",
  "a second contact's number": "Country|USA; Second contact|N#",
  "an address in another country": "Phone|N#; Address|Torstr. 1, 10115 Berlin, Germany; Country|USA",
  "two people by their names": "Name|Ann; Phone|N#; Name|Jo; Country|USA",
  "two people by what is asked of them":
    "Phone|N#; Email|a@b.example; Mobile|N#; Email|j@b.example; Country|USA",
  "people as the names of rows": "Ann Weber|CEO; Mobile|N#; Jo Miller|CFO; Country|USA",
  "people and their countries": "Ann|N#; Jo|USA; Office|-",
  "an office": "Phone|N#; Office|Jo Miller; Country|USA",
  "a country manager": "Phone|N#; Country manager|Jo Miller; Region manager|USA",
  "a country with more": "Phone|N#; Country|Jo Miller, USA",
  "a code below an address": "Phone|N#; Location|CA",
  "a name that is a country's, too": "Phone|N#; Location|Georgia",
  "a person in the number's value": "Phone|Ann N#; Country|USA",
  "nothing between, as of a divider": "Phone|N#; |; Country|USA",
  "an address in lines, in another country":
    "Phone|N#; Address|Ann Weber<br>Torstr. 1<br>10115 Berlin<br>Germany; Country|USA",
  "an address in lines behind, in another country":
    "Phone|N#; Country|USA; Billing address|Ann Weber<br>Torstr. 1<br>10115 Berlin<br>Germany",
  "a present's country": "Phone|N#; Shipping address|Jo Miller; Shipping country|USA",
  "a name as an e-mail address": "Phone|N#; Email|Jo Miller; Country|USA",
  "a country in brackets, and another": "Phone|N#; Country|Myanmar (Burma); Nationality|USA",
  "a line of who shows the page": "Order|12; Country|USA; Our phone|N#",
  "a line that is called": "CLI|N#; Dialled number|N#; Country|USA",
  "a country that is not filled in": "Phone|N#; Country|-; Billing country|USA",
};
const items = (...rows: string[]) => `<ul>${rows.map((row) => `<li>${row}</li>`).join("")}</ul>`;
const item = (name: string, value: string) => `<div>${name}</div><div>${value}</div>`;
const phone = item("Phone", "N#");
const country = item("Country", "USA");

export const recordRows: readonly Layout[] = [
  ...inKinds(one, true, 2),
  layout(
    "rows that flow into a second column",
    items(
      item("Name", "Ann"),
      item("City", "Austin"),
      country,
      item("Email", "a@b.example"),
      phone,
      item("Mobile", "N#"),
    ).replace("<ul", `<ul style="columns:2;width:600px"`),
    true,
  ),
  layout(
    "a row that is broken over two columns",
    items(item("City", "Austin"), country, phone).replace("<ul", `<ul style="columns:2;width:600px"`),
    true,
  ),
  layout(
    "its own flag before its record's country",
    items(item("Phone", `<span class="flag flag-us"></span> N#`), item("Country", "Germany")),
    true,
  ),
  layout(
    "its own country before its record's",
    items(item("Phone", "N# <i>USA</i>"), item("Country", "Germany")),
    true,
  ),
  layout("a heading over rows with a country", `<h3>Germany</h3>${items(phone, country)}`, true),
  layout(
    "the number in a link",
    items(item("Phone", `<a href="#">N#</a>`), item("Country", "<b>USA</b>")),
    true,
  ),
  layout(
    "a flag as a picture",
    `<div role=table>${[
      ["Phone", "N#"],
      ["Country", `<img width=9 height=9 alt="" src="data:,flag-us"> USA`],
    ]
      .map(([n, v]) => `<div role=row><i role=cell>${n}</i><b role=cell>${v}</b></div>`)
      .join("")}</div>`,
    true,
  ),
  layout(
    "each of two lists with its own",
    items(item("Name", "Jo"), item("Country", "Germany")) + items(phone, country),
    true,
  ),
  // Rows of `td` have been read as one record's all along, by rules of their own.
  ...inKinds(open, false, 2, names.slice(0, -1)),
  layout("people as headings in one list", items("<h4>Ann</h4>", phone, "<h4>Jo</h4>", country), false),
  layout("a heading between rows", `<ul><li>${phone}</li><h4>Jo</h4><li>${country}</li></ul>`, false),
  layout(
    "a column for each person",
    `<table><tr><td>Phone<td>N#<td></tr><tr><td>Country<td><td>USA</tr></table><div role=table><div role=row><i role=cell>Phone</i><i role=cell>N#</i><i role=cell></i></div><div role=row><i role=cell>Country</i><i role=cell></i><i role=cell>USA</i></div></div>`,
    false,
  ),
  layout(
    "a column for each person, within the value",
    items(item("Phone", "<p>N#</p><p></p>"), item("Country", "<p></p><p>USA</p>")),
    false,
  ),
  layout(
    "two people's rows side by side",
    `<style>.g2 ul{display:grid;grid-template-columns:1fr 1fr}</style><div class=g2>${items(item("Contact", "Ann"), item("Account", "Acme"), phone, country)}</div>`,
    false,
  ),
  layout(
    "two people's rows side by side in a list of columns",
    `<style>.g3 ul{columns:1}.g3 li{display:inline-block;width:40%}.g3 div{margin:6px 0}</style><div class=g3>${items(item("City", "Austin"), item("Street", "1 Main St"), phone, country)}</div>`,
    false,
  ),
  layout(
    "a name between rows that is in none",
    `<ul><li>${phone}</li>Jo Miller<li>${country}</li></ul>`,
    false,
  ),
  layout(
    "rows in a component without a list",
    `<x-l4><template shadowrootmode=open><div role=row><i role=cell>Phone</i><b role=cell>N#</b></div><div role=row><i role=cell>Country</i><b role=cell>USA</b></div></template></x-l4>`,
    false,
  ),
  layout(
    "people as pictures of rows",
    items(`<img width=9 height=9 alt=Ann>${phone}`, `<img width=9 height=9 alt=Jo>${country}`),
    false,
  ),
  layout(
    "a component for each row",
    `<div role=table>${[
      ["Phone", "N#"],
      ["Country", "USA"],
    ]
      .map(
        ([n, v]) =>
          `<x-f3 role=row><template shadowrootmode=open><div>${n}</div><div>${v}</div></template></x-f3>`,
      )
      .join("")}</div>`,
    false,
  ),
  ...(
    [
      ["recycled rows in another order than a person sees them", ""],
      ["rows that a style puts in another order", "position:static"],
    ] as const
  ).map(([name, style]) =>
    layout(
      name,
      `<div role=grid style="display:flex;flex-direction:column;position:relative;height:160px">${[
        phone,
        country,
        item("Full name", "Ann"),
        item("Contact", "Jo"),
      ]
        .map(
          (row, i) =>
            `<div role=row style="position:absolute;top:${[40, 120, 0, 80][i]!}px;height:40px;order:${[2, 4, 1, 3][i]!};${style}">${row}</div>`,
        )
        .join("")}</div>`,
      false,
    ),
  ),
  layout(
    "two people's rows side by side, whose rows have no box",
    `<style>.g4 ul{display:grid;grid-template-columns:repeat(4,1fr)}.g4 li{display:contents}</style><div class=g4>${items(item("Contact", "Ann"), item("Account", "Acme"), phone, country)}</div>`,
    false,
  ),
  layout(
    "two people's rows side by side, with a hidden one between",
    `<style>.g5 ul{display:grid;grid-template-columns:1fr 1fr}</style><div class=g5><ul><li>${phone}</li><li hidden>${item("City", "Austin")}</li><li>${country}</li></ul></div>`,
    false,
  ),
  layout(
    "a country in a field, and one that is sent to",
    items(phone, item("Country", "<input value=Germany>"), item("Billing country", "USA")),
    false,
  ),
  layout(
    "a name in a field between",
    items(item("Phone", "N#"), item("Address", "<input value='Jo Miller'>"), country),
    false,
  ),
  layout(
    "a country by its flag alone, and another by its name",
    items(
      phone,
      country,
      item("Destination", `<i class="flag flag-de" style="display:inline-block;width:9px;height:9px"></i>`),
    ),
    false,
  ),
  layout(
    "a flag of which nobody knows the country",
    items(item("Phone", "N#"), item("Country", `<i class="flag"></i>USA`)),
    false,
  ),
  layout(
    "people as drawings of rows",
    items(`<svg width=9 height=9></svg>${phone}`, `<svg width=9 height=9></svg>${country}`),
    false,
  ),
  layout(
    "people as components in rows",
    items(
      `<x-a5><template shadowrootmode=open><img width=9 height=9 alt=Ann></template></x-a5>${phone}`,
      `<x-a5><template shadowrootmode=open><img width=9 height=9 alt=Jo></template></x-a5>${country}`,
    ),
    false,
  ),
  layout("a hidden country", `<ul><li>${phone}</li><li hidden>${country}</li></ul>`, false),
  layout(
    "what the page keeps to itself",
    `<ul><li>${phone}</li><li data-cleardial=off>${country}</li></ul>`,
    false,
  ),
  layout("another list's country", items(phone) + items(country), false),
  layout(
    "a transposed table",
    `<table><tr><td>Phone<td>Country</tr><tr><td>N#<td>-</tr><tr><td>-<td>USA</tr></table>`,
    false,
  ),
  layout(
    "kanban columns",
    `<ul><li><div>Phone</div><div>N#</div></li><li><div>Country</div><div><b>Jo Miller</b><i>USA</i></div></li></ul>`,
    false,
  ),
  layout(
    "a text in a component's slot",
    `<x-f2><template shadowrootmode=open><ul><li><div>Phone</div><div><slot></slot></div></li><li><div>Country</div><div>USA</div></li></ul></template>N#</x-f2>`,
    false,
  ),
];
