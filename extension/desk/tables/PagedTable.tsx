/** A table of a route with keyset pages (`usePages`), with what shows before its rows arrive and where it has none. */
import type { Pages } from "../parts/api.ts";
import { PagesState } from "./PagesState.tsx";
import { Table, type TableProps } from "./Table.tsx";

interface PagedTableProps<Row> extends Omit<TableProps<Row>, "rows" | "pages"> {
  pages: Pages<Row>;
  /** If any is set, an empty table asks for other filters. */
  filters?: Readonly<Record<string, string>>;
  /** Title and text where there is no row at all. */
  empty: string;
  emptyText: string;
}

export const PagedTable = <Row,>({
  pages,
  filters = {},
  empty,
  emptyText,
  ...table
}: PagedTableProps<Row>) => (
  <PagesState
    pages={pages}
    filtered={Object.values(filters).some((value) => value !== "")}
    title={empty}
    text={emptyText}
  >
    <Table {...table} rows={pages.rows} pages={pages} />
  </PagesState>
);
