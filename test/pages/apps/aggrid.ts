/** AG Grid's community edition: 10,000 rows, one column pinned, cells drawn again while it scrolls. */
import { AllCommunityModule, createGrid, ModuleRegistry } from "ag-grid-community";
import { contacts, ready, settled } from "./steps.ts";

ModuleRegistry.registerModules([AllCommunityModule]);
const root = document.getElementById("root")!;
root.style.height = "500px";
const grid = createGrid(root, {
  rowData: contacts(9990),
  columnDefs: [
    { field: "name", pinned: "left", width: 160 },
    { field: "phone", width: 240 },
    { headerName: "Note", width: 300, valueGetter: ({ data }) => `Back up: ${data!.phone}.` },
  ],
  animateRows: false,
});
/** The one part that scrolls up and down; its class changes between versions. */
const viewport = () =>
  [...root.querySelectorAll("*")].find(
    (e) => /auto|scroll/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1000,
  )!;

ready([
  async () => {
    viewport().scrollTop = 4200;
    await settled();
  },
  async () => {
    grid.applyColumnState({ state: [{ colId: "phone", sort: "asc" }] });
    await settled();
  },
  async () => {
    for (let i = 0; i < 30; i++) {
      viewport().scrollTop += 900;
      await new Promise(requestAnimationFrame);
    }
    await settled();
    // After a frame of more than 150 ms AG Grid listens to its hidden scrollbar, and for 150 ms not to this element: it
    // stays blank until it moves again.
    viewport().scrollTop += 1;
    await settled();
  },
  async () => {
    viewport().scrollTop = 0;
    grid.applyColumnState({ defaultState: { sort: null } });
    await settled();
  },
]);
