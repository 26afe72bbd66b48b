/** A table whose rows come page by page, and what stands there before they do, or where there are none. */
import type { Pages } from "../parts/api.ts";
import { PagesState } from "./PagesState.tsx";
import { Table, type TableProps } from "./Table.tsx";

interface PagedTableProps<Row> extends Omit<TableProps<Row>, "rows" | "pages"> {
  pages: Pages<Row>;
  /** Where one is set, there may be rows under others. */
  filters?: Readonly<Record<string, string>>;
  /** Said where there is nothing at all. */
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
