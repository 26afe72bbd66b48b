import type { Cell } from "./axes.ts";

/** A cell with a number of its own, so that the log says which cell it was. */
export interface Trial {
  cell: Cell;
  number: string;
  /** How often the number was dialled before: numbers are used again. */
  before: number;
  /** What a link leads to before the page's step; the number that the page shows where it is not said. */
  decoy?: string;
  /** What the page could not do, or the browser did not do for the person. */
  error: string | null;
}

/** The page answers nothing any more. `cells`: one of them did it; none where any of the page's may have. */
export class Hung extends Error {
  readonly cells: readonly Cell[];
  constructor(cells: readonly Cell[] = []) {
    super("The page answers nothing any more");
    this.cells = cells;
  }
}
/** The error of a cell that hangs a page which it has for itself. */
export const HUNG = "it hangs the page";
