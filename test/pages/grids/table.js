/** regular-table: an HTML table that stays where it is, and whose cells are written again at each step. */
import "regular-table";
import "regular-table/dist/css/material.css";
import { columns, contacts } from "./contacts.ts";

// No TypeScript: the package's types change those of every document.
const table = document.createElement("regular-table");
document.getElementById("grid").append(table);
table.setDataListener((x0, y0, x1, y1) =>
  Promise.resolve({
    ...{ num_rows: contacts.length, num_columns: columns.length },
    column_headers: columns.slice(x0, x1).map(({ title }) => [title]),
    data: columns.slice(x0, x1).map(({ key }) => contacts.slice(y0, y1).map((contact) => contact[key])),
  }),
);
await table.draw();
