/** A table in jQuery's style: DataTables takes over a plain table, and redraws it for each page, order and search. */
import DataTable from "datatables.net";
import { contacts, drawn, ready } from "./steps.ts";

const table = document.getElementById("root")!.appendChild(document.createElement("table"));
const body = table.createTBody();
const head = table.createTHead().insertRow();
for (const title of ["Name", "Phone", "Also"])
  head.append(Object.assign(document.createElement("th"), { textContent: title }));
for (const { name, phone } of contacts(300)) {
  const row = body.insertRow();
  row.insertCell().textContent = name;
  const link = Object.assign(document.createElement("a"), {
    textContent: phone,
    href: `tel:${phone.replaceAll(" ", "")}`,
  });
  row.insertCell().append(link);
  row.insertCell().textContent = `Ask for ${phone} after six`;
}
const api = new DataTable(table, { pageLength: 10 });
const after = (change: () => unknown) => () => {
  change();
  return drawn();
};

ready([
  after(() => api.page("next").draw("page")),
  after(() => api.order([1, "desc"]).draw()),
  after(() => api.search("Carver").draw()),
  after(() => api.search("").page.len(25).draw()),
  after(() => api.cell(0, 1).data("0113 496 0010").draw(false)),
]);
