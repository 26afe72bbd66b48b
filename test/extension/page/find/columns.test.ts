/** What a table's headings cost, whatever a page or a mail in it makes of its columns. On a fake document. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type * as columns from "../../../../extension/page/find/columns.ts";
import type * as moment from "../../../../extension/page/find/moment.ts";

/** What was done: cells that were put into a column, and texts of headings that were read. */
let done = { cells: 0, texts: 0 };

class FakeNode {
  parent: FakeElement | null = null;
  text = "";
  get parentElement() {
    return this.parent;
  }
  get textContent() {
    done.texts++;
    return this.text;
  }
}
class FakeElement extends FakeNode {
  before: FakeElement | null = null;
  get previousElementSibling() {
    return this.before;
  }
  querySelector() {
    return null;
  }
  closest(selector: string): FakeElement | null {
    if (selector === "table" && this instanceof FakeTable) return this;
    return this.parent?.closest(selector) ?? null;
  }
  getAttribute() {
    return null;
  }
}
class FakeCell extends FakeElement {
  colSpan: number;
  constructor(colSpan: number, text = "") {
    super();
    this.colSpan = colSpan;
    this.text = text;
  }
  get rowSpan() {
    done.cells++;
    return 1;
  }
}
class FakeRow extends FakeElement {
  cells: FakeCell[];
  constructor(cells: FakeCell[]) {
    super();
    this.cells = cells;
    for (const cell of cells) cell.parent = this;
  }
}
class FakeTable extends FakeElement {
  tHead: { rows: FakeRow[] };
  rows: FakeRow[];
  constructor(head: FakeRow, body: readonly FakeRow[]) {
    super();
    this.tHead = { rows: [head] };
    this.rows = [head, ...body];
    for (const [i, row] of this.rows.entries()) {
      row.parent = this;
      row.before = this.rows[i - 1] ?? null;
    }
  }
}

let columnOf: typeof columns.columnOf;
let inMoment: typeof moment.inMoment;
beforeEach(async () => {
  done = { cells: 0, texts: 0 };
  for (const [name, fake] of Object.entries({
    ...{ Node: FakeNode, Element: FakeElement },
    ...{ HTMLTableElement: FakeTable, HTMLTableRowElement: FakeRow },
  }))
    vi.stubGlobal(name, fake);
  // find/dom.ts keeps the getters of the document that it first meets.
  vi.resetModules();
  ({ columnOf } = await import("../../../../extension/page/find/columns.ts"));
  ({ inMoment } = await import("../../../../extension/page/find/moment.ts"));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const headingOf = (cell: FakeCell | undefined): string => columnOf(cell as unknown as Element);

it("cells that say they reach over a thousand columns cost no more than a wide table", () => {
  const head = new FakeRow([new FakeCell(1000, "Order"), new FakeCell(1000, "Phone")]);
  const body = times(10, () => new FakeRow(times(10, () => new FakeCell(1000))));
  new FakeTable(head, body);
  inMoment(8, () => {
    for (const row of body) for (const cell of row.cells) headingOf(cell);
  });
  // A hundred columns, twice for each row, and no text twice.
  expect(done.cells).toBeLessThanOrEqual(100 * 21);
  expect(done.texts).toBe(1);
});

it("a row is read once for all its numbers, and a column beyond the hundredth has no heading", () => {
  const names = ["Phone", ...times(119, () => "Order")];
  const row = new FakeRow(times(120, () => new FakeCell(1)));
  new FakeTable(new FakeRow(names.map((name) => new FakeCell(1, name))), [row]);
  inMoment(8, () => {
    expect([0, 1, 99, 100].map((i) => headingOf(row.cells[i]))).toEqual(["Phone", "Order", "Order", ""]);
    const { cells } = done;
    for (const cell of row.cells) headingOf(cell);
    expect(done.cells).toBe(cells);
  });
});
