// SlickGrid: rows that are placed by their top, cells that are edited where they stand, and a row of filters below the headings.
import { Editors, SlickDataView, SlickGrid } from "slickgrid";
import "slickgrid/dist/styles/css/slick-alpine-theme.css";
import { fields, piecesOf, routeOf, store } from "./app.js";
import { edit, labels } from "./plain.js";

const root = document.getElementById("root");
let grid;

/** A grid of so many pixels, in an element of its own: it needs one with a height. */
function gridOf(data, columns, height, options = {}) {
  const element = root.appendChild(document.createElement("div"));
  element.style.cssText = `width: 1420px; height: ${height}px`;
  grid = new SlickGrid(element, data, columns, { enableColumnReorder: false, rowHeight: 34, ...options });
}

/** A cell with the hits of a search marked. */
const marked =
  (query) =>
  (_row, _cell, value = "") => {
    const cell = document.createElement("span");
    piecesOf(value, query).forEach((piece, i) => {
      const hit = i % 2 === 1 && document.createElement("mark");
      cell.append(hit || piece);
      if (hit) hit.textContent = piece;
    });
    return cell;
  };

function list(query) {
  const widths = { company: 150, city: 90, country: 120, phone: 175, mobile: 175, reference: 150, note: 400 };
  const columns = ["name", ...Object.keys(widths)].map((field) => ({
    ...{ id: field, field, name: labels[field] ?? "Reference", width: widths[field] ?? 150 },
    ...{ sortable: true, editor: field === "note" ? Editors.LongText : Editors.Text },
    ...(query !== undefined && { formatter: marked(query) }),
  }));
  const view = new SlickDataView();
  view.setItems(store.all());
  gridOf(view, columns, 760, {
    ...{ editable: true, autoEdit: false, enableCellNavigation: true },
    ...{ showHeaderRow: query !== undefined, headerRowHeight: 34, explicitInitialization: true },
  });
  view.onRowsChanged.subscribe((_, { rows }) => {
    grid.invalidateRows(rows);
    grid.render();
  });
  view.onRowCountChanged.subscribe(() => {
    grid.updateRowCount();
    grid.render();
  });
  grid.onSort.subscribe((_, { sortCol, sortAsc }) =>
    view.sort((a, b) => a[sortCol.field].localeCompare(b[sortCol.field]), sortAsc),
  );
  if (query !== undefined) {
    const wanted = /\d/.test(query) ? ["phone", "mobile"] : ["city"];
    grid.onHeaderRowCellRendered.subscribe((_, { node, column }) => {
      const field = node.appendChild(document.createElement("input"));
      Object.assign(field, { name: `filter-${column.id}`, ariaLabel: column.name });
      if (column.id === wanted[0]) field.value = query;
    });
    view.setFilter((contact) => wanted.some((key) => contact[key].includes(query)));
  }
  grid.init();
}

function record(id) {
  const contact = store.of(id);
  root.insertAdjacentHTML("beforeend", `<h2></h2><button class="dialog-open">Call back</button>`);
  root.querySelector("h2").textContent = contact.name;
  const data = fields
    .filter((key) => contact[key])
    .map((key) => ({ id: key, field: labels[key] ?? contact.label, value: contact[key] }));
  const columns = [
    { id: "field", field: "field", name: "Field", width: 180 },
    { id: "value", field: "value", name: "Value", width: 1200 },
  ];
  gridOf(data, columns, 480, { showColumnHeader: false });
}

function show() {
  grid?.destroy();
  grid = undefined;
  root.replaceChildren();
  const { view, id, query } = routeOf(location.hash);
  if (view === "record") record(id);
  else if (view === "edit") edit(root, id);
  else list(view === "search" ? query : undefined);
}
addEventListener("hashchange", show);
show();
