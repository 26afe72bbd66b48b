/** SlickGrid: the nodes of rows that leave the view are removed, and new ones are made for those that enter it. */
import { SlickGrid } from "slickgrid";
import "slickgrid/dist/styles/css/slick.grid.css";
import { columns, contacts } from "./contacts.ts";

new SlickGrid(
  "#grid",
  contacts,
  columns.map(({ key, title, width }) => ({ id: key, field: key, name: title, width })),
  { enableColumnReorder: false, rowHeight: 34 },
);
