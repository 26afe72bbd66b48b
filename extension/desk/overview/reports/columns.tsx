/** A report's columns as the desk's tables show them. */
import type { Cell, CellKind, ReportAnswer } from "../../../../shared/overview/api-reports.ts";
import { PhoneNumber } from "../../parts/PhoneNumber.tsx";
import { sayCount } from "../../parts/texts.ts";
import { Day } from "../../parts/When.tsx";
import type { Column } from "../../tables/Table.tsx";

interface Row {
  key: string;
  cells: readonly Cell[];
}

export const rowsOf = ({ rows }: ReportAnswer): Row[] => rows.map((cells, n) => ({ key: String(n), cells }));

export const columnsOf = ({ columns }: ReportAnswer): Column<Row>[] =>
  columns.map(({ id, label, kind }, i) => ({
    ...{ id, header: label },
    value: ({ cells }) => cells[i] ?? null,
    cell: ({ cells }) => shown(cells[i] ?? null, kind),
    ...(kind === "number" || kind === "percent" ? { align: "right" as const } : {}),
  }));

/** In UTC, as the heading says: a file and a page of the same report say the same. */
const moment = (time: string): string => time.slice(0, 16).replace("T", " ");

function shown(cell: Cell, kind: CellKind) {
  if (cell === null || cell === "") return null;
  if (typeof cell === "number") return kind === "percent" ? cell.toFixed(2) : sayCount(cell);
  if (kind === "time") return moment(cell);
  if (kind === "day") return <Day date={cell} />;
  return kind === "phone" && cell.startsWith("+") ? <PhoneNumber e164={cell} /> : cell;
}
