/** A table. Its headings sort it once all rows are loaded; until then a button loads the next page. */
import { Button, Group, Table as Plain, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";
import type { Pages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { fill, plural, texts, words } from "../parts/texts.ts";
import { say, sayFailure } from "../parts/toast.tsx";
import { downloadCsv, toCsv } from "./csv.ts";

type Value = string | number | boolean | null;

export interface Column<Row> {
  id: string;
  header: string;
  /** What the column is sorted by, and its value in the CSV. */
  value: (row: Row) => Value;
  /** What the screen shows; the value unless given. */
  cell?: (row: Row) => ReactNode;
  /** The value in the CSV, where that is not `value`. */
  csv?: (row: Row) => Value;
  /** Buttons: not sorted by, and not in the CSV. */
  plain?: boolean;
  /** In the CSV only: the screen has no room. */
  csvOnly?: boolean;
  align?: "right";
  /** A CSS width. */
  width?: number | string;
  /** It shows times of this device's zone, which the table then names. */
  times?: true;
}

export interface TableProps<Row> {
  /** Names the table for screen readers. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  idOf: (row: Row) => string;
  /** Where the rows are loaded page by page. */
  pages?: Pages<Row>;
  /** The CSV's name without date and ending. Without it there is no CSV. */
  csv?: string;
  /** The CSV was downloaded. */
  csvSaved?: () => void;
  /** `bad`: the row needs attention. `quiet`: it is over. */
  toneOf?: (row: Row) => "bad" | "quiet" | undefined;
}

/** Such as Europe/London. */
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const collator = new Intl.Collator(texts.language, { numeric: true, sensitivity: "base" });
const compare = (a: unknown, b: unknown): number =>
  typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));

export function Table<Row>({ label, columns, rows, idOf, pages, csv, csvSaved, toneOf }: TableProps<Row>) {
  const [{ sort }, setFilters] = useFilters("sort");
  const shown = columns.filter((c) => !c.csvOnly);
  const sortable = !pages?.next;
  const sorting = useMemo<SortingState>(
    () => (sort === "" || !sortable ? [] : [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }]),
    [sort, sortable],
  );
  const defs = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, object & Row> => ({
        id: column.id,
        header: column.header,
        // Empty values come last in both directions.
        accessorFn: (row) => column.value(row) ?? undefined,
        sortUndefined: "last",
        sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
      })),
    [columns],
  );
  const table = useTable({
    features,
    columns: defs,
    data: rows as (object & Row)[],
    getRowId: idOf,
    state: { sorting },
    enableSortingRemoval: false,
  });
  const sortBy = (id: string) => setFilters({ sort: sort === id ? `-${id}` : id }, { replace: true });

  return (
    <div>
      <div className="desk-scroll" role="region" aria-label={label} tabIndex={0}>
        <Plain className="desk-table" highlightOnHover verticalSpacing={7} horizontalSpacing="sm">
          <Plain.Thead>
            <Plain.Tr>
              {shown.map((column) => (
                <Heading
                  key={column.id}
                  column={column}
                  sorted={
                    sorting[0]?.id === column.id ? (sorting[0].desc ? "descending" : "ascending") : "none"
                  }
                  sortBy={sortable && !column.plain ? sortBy : undefined}
                />
              ))}
            </Plain.Tr>
          </Plain.Thead>
          <Plain.Tbody>
            {table.getRowModel().rows.map(({ id, original }) => (
              <Plain.Tr key={id} data-row={id} data-tone={toneOf?.(original)}>
                {shown.map((column) => (
                  <Plain.Td
                    key={column.id}
                    ta={column.align ?? "left"}
                    data-plain={column.plain}
                    data-name={column.plain ? undefined : column.header}
                  >
                    {column.cell ? column.cell(original) : column.value(original)}
                  </Plain.Td>
                ))}
              </Plain.Tr>
            ))}
          </Plain.Tbody>
        </Plain>
      </div>
      <Group justify="space-between" mt="xs" gap="sm">
        <Text size="sm" c="dimmed">
          {plural(texts, pages?.next ? words.table.rowsSoFar : words.table.rows, rows.length)}
          {!sortable && `. ${words.table.sortAll}`}
          {shown.some(({ times }) => times) && <span>. {fill(words.table.zone, { zone })}</span>}
        </Text>
        <Group gap="xs">
          {csv !== undefined && (
            <Csv
              name={csv}
              columns={columns}
              saved={csvSaved}
              all={pages ? pages.all : () => Promise.resolve(table.getRowModel().rows.map((r) => r.original))}
            />
          )}
          {pages?.next && (
            <Button size="xs" variant="default" loading={pages.busy} onClick={pages.more}>
              {words.table.more}
            </Button>
          )}
        </Group>
      </Group>
    </div>
  );
}

interface HeadingProps<Row> {
  column: Column<Row>;
  sorted: "ascending" | "descending" | "none";
  sortBy: ((id: string) => void) | undefined;
}

function Heading<Row>({ column, sorted, sortBy }: HeadingProps<Row>) {
  const { id, header, width, align = "left" } = column;
  const style = width === undefined ? {} : { width };
  if (!sortBy)
    return (
      <Plain.Th style={style} ta={align} data-plain={column.plain}>
        {column.plain ? <VisuallyHidden>{header}</VisuallyHidden> : header}
      </Plain.Th>
    );
  return (
    <Plain.Th style={style} ta={align} aria-sort={sorted}>
      <UnstyledButton
        className="desk-sort"
        title={fill(words.table.sortBy, { column: header })}
        onClick={() => sortBy(id)}
      >
        {header}
        <span aria-hidden="true" className="desk-arrow">
          {{ ascending: "↑", descending: "↓", none: "↕" }[sorted]}
        </span>
      </UnstyledButton>
    </Plain.Th>
  );
}

interface CsvProps<Row> {
  name: string;
  columns: Column<Row>[];
  saved: (() => void) | undefined;
  all: (progress: (rows: number) => void) => Promise<Row[]>;
}

/** Downloads all rows under the filters, including those that are not loaded yet. */
function Csv<Row>({ name, columns, saved, all }: CsvProps<Row>) {
  /** Rows read so far; null while nothing is read. */
  const [read, setRead] = useState<number | null>(null);
  async function save() {
    setRead(0);
    try {
      const rows = await all(setRead);
      const file = `${name}-${new Date().toISOString().slice(0, 10)}.csv`;
      const kept = columns.filter((c) => !c.plain);
      downloadCsv(
        file,
        toCsv(
          kept.map((c) => ({ header: c.header, value: c.csv ?? c.value })),
          rows,
        ),
      );
      saved?.();
      say(fill(words.table.csvDone, { file, rows: plural(texts, words.table.rows, rows.length) }));
    } catch (error) {
      sayFailure(error);
    } finally {
      setRead(null);
    }
  }
  return (
    <Button size="xs" variant="default" disabled={read !== null} onClick={() => void save()}>
      {read === null ? words.table.csv : plural(texts, words.table.csvBusy, read)}
    </Button>
  );
}
