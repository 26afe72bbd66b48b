/** AG Grid: rows of nodes that are moved by a transform, and made anew for each row that comes into view. */
import { AllCommunityModule, createGrid, ModuleRegistry } from "ag-grid-community";
import { columns, contacts } from "./contacts.ts";

ModuleRegistry.registerModules([AllCommunityModule]);
createGrid(document.getElementById("grid")!, {
  rowData: contacts,
  columnDefs: columns.map(({ key, title, width }) => ({ field: key, headerName: title, width })),
  animateRows: false,
});
