/**
 * Fields of two people, or of a person and a firm, in one list, in the shape of record-layouts.ts: between the number and the
 * country stands what may begin another's. Each in every kind of row that pages make, and beside them one person's own.
 */
import type { Layout } from "./record-layouts.ts";

type Row = readonly [name: string, value: string];
const each = (rows: readonly Row[], of: (name: string, value: string) => string) =>
  rows.map((row) => of(...row)).join("");
const field = (name: string, value: string) => `<div class=f><span>${name}</span><span>${value}</span></div>`;
const own: Record<string, (rows: readonly Row[]) => string> = {
  items: (rows) => `<ul>${each(rows, (name, value) => `<li><b>${name}</b> <i>${value}</i></li>`)}</ul>`,
  "items of one text": (rows) => `<ul>${each(rows, (name, value) => `<li>${name}: ${value}</li>`)}</ul>`,
  "rows of td": (rows) => `<table>${each(rows, (name, value) => `<tr><td>${name}<td>${value}</tr>`)}</table>`,
  "rows of th": (rows) => `<table>${each(rows, (name, value) => `<tr><th>${name}<td>${value}</tr>`)}</table>`,
  blocks: (rows) => `<div>${each(rows, field)}</div>`,
  "a dl": (rows) => `<dl>${each(rows, (name, value) => `<dt>${name}<dd>${value}`)}</dl>`,
  "a dl of blocks": (rows) => `<dl>${each(rows, (name, value) => `<div><dt>${name}<dd>${value}</div>`)}</dl>`,
  "bold names": (rows) => `<div>${each(rows, (name, value) => `<b>${name}</b> <i>${value}</i>`)}</div>`,
  "names and values alike": (rows) =>
    `<div>${each(rows, (name, value) => `<span>${name}</span><span>${value}</span>`)}</div>`,
  paragraphs: (rows) => `<div>${each(rows, (name, value) => `<p>${name}: ${value}</p>`)}</div>`,
  lines: (rows) => `<div>${each(rows, (name, value) => `${name}: ${value}<br>`)}</div>`,
  "lines with bold names": (rows) =>
    `<div>${each(rows, (name, value) => `<b>${name}</b> ${value}<br>`)}</div>`,
};
/** Kinds that may as well be a list of several records: read as one person's by the names of all rows alone. */
const roles: typeof own = {
  "rows by their roles": (rows) =>
    `<div role=table>${each(rows, (name, value) => `<div role=row><span role=cell>${name}</span><span role=cell>${value}</span></div>`)}</div>`,
  "items by their roles": (rows) =>
    `<div role=list>${each(rows, (name, value) => `<div role=listitem><span>${name}</span><span>${value}</span></div>`)}</div>`,
  "items of blocks": (rows) =>
    `<ul>${each(rows, (name, value) => `<li><div>${name}</div><div>${value}</div></li>`)}</ul>`,
  "items with the name below": (rows) =>
    `<ul>${each(rows, (name, value) => `<li><div><span>${value}</span><p>${name}</p></div></li>`)}</ul>`,
};

let last = 4155554000;
const next = () => String(last++);
/** The numbers in some HTML, as read out. */
const said = (html: string, isTold: boolean): Layout[2] =>
  Object.fromEntries(
    html
      .match(/\d{10}/g)!
      .map((digits) => [digits, isTold ? digits.replace(/^(...)(...)/, "+1 $1 $2 ") : null]),
  );
const layout = (name: string, html: string, isTold = false): Layout => [name, html, said(html, isTold)];
/** Rows in each kind, a layout for each. `N#` stands for a number. */
const inAll = (name: string, kinds: typeof own, rows: readonly Row[], isTold = false): Layout[] =>
  Object.entries(kinds).map(([kind, html]) =>
    layout(`${name}: ${kind}`, html(rows).replace("N#", next()), isTold),
  );
const all = (name: string, ...htmls: string[]): Layout[] =>
  htmls.map((html, i) => layout(`${name} ${i + 1}`, html.replaceAll("N#", next)));
const address = "1 Main St, Austin, TX 78701, USA";
const phone = field("Phone", "N#");
const country = field("Country", "USA");

/** Each as the rows `Name|Value; Name|Value`. */
const two: Record<string, string> = {
  "people by their rank": "Ann Weber|CEO; Mobile|N#; Jo Miller|CFO; Country|USA",
  "people by their kin": "Ann|Mother; Mobile|N#; Jo|Father; Country|USA",
  "kin by their names": "Mother|Ann; Mobile|N#; Father|Jo; Country|USA",
  "people with an e-mail address each":
    "Ann Weber|Home; Mobile|N#; Email|a@x.example; Jo Miller|Work; Email|j@x.example; Country|USA",
  "a buyer and a seller": "Buyer|Ann; Phone|N#; Seller|Jo; Country|USA",
  "a supplier before a customer": "Supplier|Globex; Country|USA; Customer|Acme; Phone|N#",
  "a home, and a person in a country": "Ann Weber|Home; Home|N#; Jo Miller|USA; Land|USA",
  "a second contact": "Contact|Ann; Phone|N#; Second contact|Jo; Country|USA",
  "an assistant": "Name|Ann; Phone|N#; Assistant|Jo; Country|USA",
  "an employer": "Name|Ann; Phone|N#; Employer|Acme; Location|USA",
  "a parent company": "Mobile|N#; Parent company|Globex; Country|USA",
  "who made it": "Name|Ann; Phone|N#; Created by|Jo; Office|USA",
  "an agent's call": "Call|N#; Agent|Jo; Office|USA",
  "a husband": "Name|Ann; Phone|N#; Husband|Jo; Country of husband|USA",
  "a wife's line": "Name|Ann; Country|USA; Wife mobile|N#",
  "an emergency contact": "Name|Ann; Country|USA; Emergency contact|N#",
  "a tenant and a landlord": `Tenant|Ann; Phone|N#; Landlord|Jo; Address|${address}`,
  "a firm's country, and a contact": "Company|Acme; Country|USA; Contact|Ann; Phone|N#",
  "a name after a country": "Company|Acme; Country|USA; Name|Ann; Phone|N#",
  "who pays, and who receives": "Billing phone|N#; Shipping country|USA",
  // A name of a line, a place or a field says whose it is.
  "an employer's country": "Name|Ann; Mobile|N#; Employer country|USA",
  "a kin's address": "Name|Ann; Phone|N#; Next of kin address|Austin, TX, USA",
  "a delivery to another": "Customer|Ann; Phone|N#; Delivery address|Jo Miller, Austin, TX, USA",
  "where somebody was born": "Name|Ann; Phone|N#; Country of birth|USA",
  "a warehouse": "Name|Ann; Phone|N#; Warehouse location|USA",
  "a kin's line": "Name|Ann; Country|USA; Next of kin phone|N#",
  "a guarantor's line": "Name|Ann; Country|USA; Guarantor mobile|N#",
  "a mother's line": "Name|Ann; Country|USA; Mother phone|N#",
  "a buyer's line": "Buyer phone|N#; Supplier country|USA",
  "who gets the bill": "Name|Ann; Phone|N#; Billing contact|Jo Miller; Country|USA",
  "a manager of a country": "Name|Ann; Phone|N#; Country manager|Jo Miller; Country|USA",
  "a firm named as a place": "Ann Weber|CEO; Phone|N#; State Farm|Insurer; Country|USA",
  "an owner of the record": "Account|Acme; Country|USA; Account owner|Jo Miller; Mobile|N#",
  "a lead in a firm": "Organisation|Acme; Country|USA; Lead|Ann; Mobile|N#",
};
const rowsOf = (text: string): Row[] => text.split("; ").map((row) => row.split("|") as unknown as Row);

export const parted: readonly Layout[] = [
  // Each in two kinds of row: record-layouts.ts has to stay below 500 numbers.
  ...Object.entries(two).flatMap(([name, rows], i) =>
    inAll(
      name,
      Object.fromEntries(Object.entries({ ...own, ...roles }).filter((_, kind) => kind % 8 === i % 8)),
      rowsOf(rows),
    ),
  ),
  layout(
    "another record further on, where the number's own list may be two people's",
    [two["an assistant"]!, "Name|Di; Country|Germany"]
      .map((rows) => own["items"]!(rowsOf(rows)).replace("N#", next()))
      .join(""),
  ),
  ...all(
    "who pays and who receives, by headings, legends and labels",
    `<div><h4>Billing</h4>${phone}<h4>Shipping</h4>${country}</div>`,
    `<form><fieldset><legend>Billing</legend><label>Phone <input value=N#></label></fieldset><fieldset><legend>Shipping</legend><label>Country <input value=USA></label></fieldset></form>`,
    `<form><div><label for=bp>Billing phone</label><input id=bp value=N#></div><div><label for=sc>Shipping country</label><select id=sc><option>USA</select></div></form>`,
    `<div>${field("Billing address", address)}${field("Shipping address", "Jo, Berlin")}${field("Shipping phone", "N#")}</div>`,
    `<div><section><h3>Billing address</h3><p>Ann</p><p>N#</p></section><section><h3>Shipping address</h3><p>Jo</p><p>${address}</p></section></div>`,
  ),
  ...all(
    "forms with somebody else between",
    `<form><label>Phone <input value=N#></label><label>Assistant <input value=Jo></label><label>Country <input value=USA></label></form>`,
    `<form><label>Company <input value=Acme></label><label>Country <select><option>USA</select></label><label>Contact name <input value=Ann></label><label>Phone <input value=N#></label></form>`,
  ),
  ...all(
    "a contact in an account's own fields",
    `<div>${field("Account", "Acme")}${country}<h4>Contact</h4>${field("Name", "Ann")}${phone}</div>`,
    `<div>${field("Account", "Acme")}${country}<div>${field("Contact", "Ann")}${phone}</div></div>`,
    `<div>${field("Account", "Acme")}<div>${field("Contact", "Ann")}${phone}</div>${country}</div>`,
  ),
  ...all(
    "an org chart of blocks, in either order",
    `<div><b>Ann</b> <span>N#</span><div><b>Jo</b> <span>USA</span></div></div>`,
    `<div><b>Jo</b> <span>USA</span><div><b>Ann</b> <span>N#</span></div></div>`,
    `<div class=node><span>Ann</span><span>N#</span><div class=under><div class=node><span>Jo</span><span>USA</span></div></div></div>`,
    `<div class=node><b>Jo</b><span>USA</span><div class=under><div class=node><b>Ann</b><span>N#</span></div></div></div>`,
    `<div class=c><a>Ann</a><p>N#</p><div class=replies><div class=c><a>Jo</a><p>USA</p></div></div></div>`,
  ),
  ...all("bold names of people, in a line", `<div><b>Ann</b> <i>N#</i> <b>Jo</b> <i>USA</i></div>`),
  ...all(
    "headings of somebody else's fields",
    `<div><h4>Ann Weber</h4>${phone}<h4>Employer information</h4>${country}</div>`,
    `<div><h4>Ann Weber</h4>${phone}<h4>Guarantor details</h4>${country}</div>`,
    `<div><h4>Ann Weber</h4>${phone}<h4>About Jo</h4>${country}</div>`,
    `<div><h4>Ann Weber</h4>${phone}<h4>Landlord address</h4>${country}</div>`,
    `<div class=sheet><section><h3>Contact</h3>${phone}${field("Guarantor", "Jo")}</section><section><h3>Guarantor address</h3>${country}</section></div>`,
    `<div class=sheet><section><h3>Contact</h3>${field("Name", "Ann")}${phone}</section><section><h3>Employer address</h3>${field("Company", "Globex")}${country}</section></div>`,
    `<div><div class=h>Contact</div>${phone}<div class=h>Company</div>${country}</div>`,
  ),
  ...all(
    "labels of somebody else's form fields",
    `<form><label>Name <input value=Ann></label><label>Country <input value=USA></label><label>Guarantor mobile <input value=N#></label></form>`,
    `<form><label>Name <input value=Ann></label><label>Phone <input value=N#></label><label>Landlord country <select><option>USA</select></label></form>`,
  ),
  ...all(
    "a signature in a note",
    `<div>${field("Name", "Ann")}${phone}<div class=note>Regards,<br>Jo Miller<br>${address}</div></div>`,
    `<div>${field("Name", "Ann")}${country}<div class=note>Kind regards<br>Jo Miller<br>N#</div></div>`,
    `<div>${phone}<p>Thanks,</p><p>Jo Miller</p><p>USA</p></div>`,
    `<div>${country}<p>Mit freundlichen Grüßen</p><p>Jo Miller</p><p>N#</p></div>`,
  ),
  ...all(
    "a row cut short, cells in one column, and two fields in a row",
    `<table><tr><td>Name<td>Ann<td>Jo<tr><td>Phone<td>N#<tr><td>Country<td><td>USA</table>`,
    `<table><tr><td>Ann N#<tr><td>Jo, USA</table>`,
    `<table><tr><th>Mobile<td>N#<th>Guarantor<td>Jo<tr><th>Country<td>USA<th>Fax<td>-</table>`,
    `<table><tr><td>Mobile<td>N#<td>Guarantor<td>Jo<td>Country<td>USA</table>`,
  ),
  ...all(
    "a name of which a search marks a part",
    `<ul><li><mark>Phone</mark> N#</li><li><mark>Jo</mark> USA</li></ul>`,
    `<div><div><mark>Ann</mark> N#</div><div><mark>Jo</mark> USA</div></div>`,
  ),
  ...all(
    "lines of text, the first of them the number's",
    `<div><b>Mobile:</b> N#<br><b>Jo Miller</b> CFO<br><b>Country:</b> USA</div>`,
    `<div>Mobile: N#<br>Assistant: Jo<br>Country: USA</div>`,
  ),
  ...all(
    "people in components with styles of their own",
    `<div><x-p><template shadowrootmode=open><style>p { margin: 0 }</style><b>Ann</b><i>N#</i></template></x-p><x-p><template shadowrootmode=open><style>p { margin: 0 }</style><b>Jo</b><u>USA</u></template></x-p></div>`,
  ),
  ...all(
    "a person's fields in each group",
    `<div><div>${field("Ann Weber", "CEO")}${phone}</div><div>${field("Jo Miller", "CFO")}${country}</div></div>`,
    `<div><div>${phone}${field("Jo Miller", "CFO")}</div><div>${country}</div></div>`,
    `<div><div class=a>${phone}</div><div class=b>${field("Jo Miller", "CFO")}${country}</div></div>`,
    `<div><div class=a>${country}${field("Jo Miller", "CFO")}</div><div class=b>${phone}</div></div>`,
    `<div><p>Ann Weber</p><div>${phone}${field("Fax", "-")}</div><p>Jo Miller</p><div>${country}${field("Fax", "-")}</div></div>`,
    `<div><p>Ann Weber</p><ul><li>Mobile: N#</li></ul><p>Jo Miller</p><ul><li>Country: USA</li></ul></div>`,
  ),
];

const single: Record<string, readonly Row[]> = {
  "a contact": [
    ["Full name", "Ann"],
    ["Title", "CEO"],
    ["Mobile", "N#"],
    ["Company", "Acme"],
    ["Country", "USA"],
  ],
  "a country first": [
    ["Name", "Ann"],
    ["Country", "USA"],
    ["Email", "a@b.example"],
    ["Order no.", "12"],
    ["Work phone", "N#"],
    ["Fax", "-"],
  ],
};
const assistant = field("Assistant", "Jo") + field("Asst. Phone", "-");
export const whole: readonly Layout[] = [
  ...Object.entries(single).flatMap(([name, rows]) => inAll(`one person's rows: ${name}`, own, rows, true)),
  layout(
    "an address with a heading, behind an assistant",
    `<div class=sheet><section><h3>Contact</h3>${phone.replace("N#", next())}${assistant}</section><section><h3>Address information</h3>${field("Mailing address", address)}</section></div>`,
    true,
  ),
  layout(
    "one person's rows: names in more words",
    `<div>${each(rowsOf(`Name|Ann; Contact number|${next()}; IP address|192.0.2.1; Lead source|Web; State / Province|Texas; Country/Region|USA`), field)}</div>`,
    true,
  ),
  layout(
    "a country behind other sections",
    `<div class=sheet>${phone.replace("N#", next())}<section><h3>Deals</h3>${field("Chairs", "Won")}</section>${country}</div>`,
    true,
  ),
];
