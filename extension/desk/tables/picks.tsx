/** Rows of a table that a person picks, to do one thing with all of them. */
import { Button, Checkbox } from "@mantine/core";
import { useMemo, useState } from "react";
import { words } from "../parts/texts.ts";
import { actionColumn } from "./columns.tsx";
import type { Column } from "./Table.tsx";

interface PicksOptions<Row> {
  idOf: (row: Row) => string;
  /** The heading of the boxes, and the name of one. */
  heading: string;
  nameOf: (row: Row) => string;
  /** Rows that can be picked; all unless given. */
  may?: (row: Row) => boolean;
  /** The most at once. */
  most: number;
}

export interface Picks<Row> {
  /** Picked, and still there: somebody else may have settled others. */
  chosen: Row[];
  clear: () => void;
  /** Picks these alone: those of the chosen with which nothing could be done. */
  keep: (rows: readonly Row[]) => void;
  /** The column of boxes. */
  column: Column<Row>;
  /** Picks all that are shown, or none. */
  all: React.ReactNode;
}

/** The options must be the same between renders: made outside of the component, or by `useMemo`. */
export function usePicks<Row>(rows: readonly Row[], options: PicksOptions<Row>): Picks<Row> {
  const { idOf, heading, nameOf, may, most } = options;
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const column = useMemo(
    () =>
      actionColumn<Row>("pick", heading, (row) => {
        const id = idOf(row);
        if (may && !may(row)) return null;
        return (
          <Checkbox
            aria-label={nameOf(row)}
            checked={picked.has(id)}
            onChange={({ currentTarget: { checked } }) =>
              setPicked((before) =>
                checked ? new Set([...before, id]) : new Set([...before].filter((other) => other !== id)),
              )
            }
          />
        );
      }),
    [picked, idOf, heading, nameOf, may],
  );
  const open = may ? rows.filter(may) : rows;
  const chosen = open.filter((row) => picked.has(idOf(row))).slice(0, most);
  const none = chosen.length === 0;
  return {
    chosen,
    clear: () => setPicked(new Set()),
    keep: (rows) => setPicked(new Set(rows.map(idOf))),
    column,
    all: (
      <Button variant="default" onClick={() => setPicked(none ? new Set(open.map(idOf)) : new Set())}>
        {none ? words.picks.all : words.picks.none}
      </Button>
    ),
  };
}
