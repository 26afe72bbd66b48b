// Tabulator: a virtual table whose cells are edited where they stand, and tables of two columns for a record.
import { TabulatorFull as Tabulator } from "tabulator-tables";
import "tabulator-tables/dist/css/tabulator.css";
import { fields, routeOf, store } from "./app.js";
import { edit, labels } from "./plain.js";

const root = document.getElementById("root");
let table;

function list(query) {
  const columns = ["name", "company", "city", "country", "phone", "mobile", "reference", "note"].map(
    (field) => ({
      ...{ field, title: labels[field] ?? "Reference", editor: field === "note" ? "textarea" : "input" },
      ...(query !== undefined && { headerFilter: "input" }),
      ...(field === "note" && { formatter: "textarea" }),
    }),
  );
  table = new Tabulator(root.appendChild(document.createElement("div")), {
    ...{
      data: store.all(),
      columns,
      height: 760,
      layout: "fitColumns",
      movableColumns: true,
      movableRows: true,
    },
  });
  if (query !== undefined)
    table.on("tableBuilt", () => table.setHeaderFilterValue(/\d/.test(query) ? "phone" : "city", query));
}

function record(id) {
  const contact = store.of(id);
  const data = fields
    .filter((key) => contact[key])
    .map((key) => ({ field: labels[key] ?? contact.label, value: contact[key] }));
  root.insertAdjacentHTML("beforeend", `<h2></h2><button class="dialog-open">Call back</button>`);
  root.querySelector("h2").textContent = contact.name;
  table = new Tabulator(root.appendChild(document.createElement("div")), {
    ...{ data, layout: "fitColumns", headerVisible: false },
    columns: [
      { title: "Field", field: "field", width: 160 },
      { title: "Value", field: "value" },
    ],
  });
}

function show() {
  table?.destroy();
  table = undefined;
  root.replaceChildren();
  const { view, id, query } = routeOf(location.hash);
  if (view === "record") record(id);
  else if (view === "edit") edit(root, id);
  else list(view === "search" ? query : undefined);
}
addEventListener("hashchange", show);
show();
