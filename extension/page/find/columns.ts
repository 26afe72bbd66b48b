/** The heading of a cell's column: in its table, in a table of its own before that, or in a grid that roles make. */
import {
  attribute,
  byTag,
  classList,
  closest,
  localName,
  matches,
  parentElement,
  previousElement,
  query,
  queryAll,
  textOf,
} from "./dom.ts";
import { once } from "./moment.ts";

export const CELL = "td,[role$=cell],[role=rowheader]";
/** A cell that reaches down over more rows is not seen from the last. */
const MOST_ROWS = 30;
/** Cells further to the right have no heading. */
const MOST_COLUMNS = 100;
/** Kits that scroll a table below its header wrap both, in so many elements at most. */
const MOST_LEVELS = 5;
/** So far around a table a header counts whatever its name; further out, one whose class begins as the wrapper's. */
const SURE_LEVELS = 4;
const LEAST_ALIKE = 5;

/** Empty where it has none. */
export function columnOf(cell: Element | null): string {
  const table = cell && closest(cell, "table");
  return (isTable(table) && headInTable(cell!, table)) || (cell ? headInGrid(cell) : "");
}

const isTable = (element: Element | null): element is HTMLTableElement => element instanceof HTMLTableElement;

function headInTable(cell: Element, table: HTMLTableElement): string {
  const own = headsOf(table);
  const heads = own.some((head) => head !== "") ? own : headsBefore(table);
  const row = parentElement(cell)!;
  const cells = (knownOf(row).cells ??= cellsOf(row, heads.length));
  const { length } = cells;
  // Of another table's columns there are as many, and one above the bar that scrolls.
  if (
    heads.length < 2 ||
    (heads !== own && heads.length !== length && (heads[length] !== "" || heads[length + 1]))
  )
    return "";
  return heads[cells.findIndex(([one]) => one === cell)] ?? "";
}

/** A cell in one column of a row, and in how many rows it is from there: none where it has ended above. */
type Reach = [cell: Element, rows: number];

/** The cells of a row by column, with those of the row above that reach into it. */
function below(above: readonly Reach[], row: HTMLTableRowElement): Reach[] {
  const cells = above.map(([cell, rows]): Reach => [cell, rows - 1]);
  let at = 0;
  for (const cell of row.cells) {
    for (let i = cell.colSpan; i > 0; i--) {
      while (cells[at] && cells[at]![1] > 0) at++;
      if (at >= MOST_COLUMNS) return cells;
      cells[at] = [cell, cell.rowSpan || Infinity];
    }
  }
  return cells;
}

/** A row's cells, which are the same for each number in it. */
const knownOf = once((_row: Element): { cells?: Reach[] } => ({}));
function cellsOf(row: Element | null, columns: number): Reach[] {
  const rows: HTMLTableRowElement[] = [];
  // Into a row with a cell of its own for each column none reaches.
  for (let at = row; at instanceof HTMLTableRowElement && rows.length < MOST_ROWS; at = previousElement(at)) {
    rows.unshift(at);
    if (below([], at).length >= columns) break;
  }
  return rows.reduce(below, []);
}

/** Of each column the lowest that says anything: a group's is above those of its columns. */
const headsOf = once(({ tHead, rows }: HTMLTableElement): string[] => {
  const told = tHead?.rows.length ? tHead.rows : null;
  let heads: string[] = [];
  let cells: Reach[] = [];
  let left = MOST_ROWS;
  for (const row of told ?? rows) {
    if (left-- === 0 || (!told && query(row, "td"))) break;
    cells = below(cells, row);
    heads = cells.map(([cell], i) => nameOf(cell) || (heads[i] ?? ""));
  }
  return heads;
});
const nameOf = once((cell: Element): string => textOf(cell).trim());

/** The headings of a table that has nothing else, right before this one or what wraps it. */
const headsBefore = once((table: Element): string[] => {
  let at: Element | null = table;
  for (let level = 0; at && level < MOST_LEVELS; level++, at = parentElement(at)) {
    const before = previousElement(at);
    if (level >= SURE_LEVELS && !(before && isOfKit(before, at))) break;
    const other = before && (localName(before) === "table" ? before : query(before, "table"));
    if (isTable(other)) return query(other, "tbody td") ? [] : headsOf(other);
  }
  return [];
});

/** True for the two parts of one kit's table, with no other in them. The text of a long one is not read for that. */
function isOfKit(head: Element, body: Element): boolean {
  const [one = "", other = ""] = [head, body].map((at) => classList(at)[0]?.slice(0, LEAST_ALIKE));
  return (
    one.length === LEAST_ALIKE && one === other && [head, body].every((at) => byTag(at, "table").length === 1)
  );
}

const GRID = "[role$=grid],[role=table]";

/** By what ties the cell to its heading; else by its place, in a row with a cell for each heading. */
function headInGrid(cell: Element): string {
  const heads = within(closest(cell, GRID));
  const cells = within(closest(cell, "[role=row]"));
  const tie = tieOf(cell);
  // Of a group's heading and one of its columns with the same number, the latter is below.
  const tied = heads.findLast((at) => tie && tieOf(at) === tie && nameOf(at));
  const head = tied ?? (cells.length === heads.length && heads[cells.indexOf(cell)]);
  return head ? nameOf(head) : "";
}

/** The column's number, Tabulator's name of it, or SlickGrid's reference from a cell to the id of its heading. */
const tieOf = (at: Element) =>
  attribute(at, "aria-colindex") ??
  attribute(at, "tabulator-field") ??
  attribute(at, "aria-describedby") ??
  attribute(at, "id");

/** The headings of a grid, or the cells of a row, without those of a grid in it. */
const within = (of: Element | null) => (of ? inside(of) : []);
const inside = once((of: Element) =>
  Array.from(queryAll(of, matches(of, GRID) ? "[role=columnheader]" : CELL)).filter(
    (at) => closest(at, GRID) === closest(of, GRID),
  ),
);
