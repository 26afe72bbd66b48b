/** A contact table as modern CRMs build it: TanStack Table sorts, TanStack Virtual recycles the rows. */
import {
  createSortedRowModel,
  type ColumnDef,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { StrictMode, useCallback, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { ready, settled } from "../apps/steps.ts";

interface Contact {
  id: number;
  name: string;
  phone: string;
  note: string;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

function Phone({ value, save }: { value: string; save: (value: string) => void }) {
  const [editing, setEditing] = useState(false);
  if (!editing) {
    return (
      <span className="phone" onDoubleClick={() => setEditing(true)}>
        {value}
      </span>
    );
  }
  return (
    <input
      type="tel"
      autoFocus
      defaultValue={value}
      onKeyDown={(event) => {
        if (event.key === "Escape") setEditing(false);
        if (event.key !== "Enter") return;
        save(event.currentTarget.value);
        setEditing(false);
      }}
    />
  );
}

function Contacts({ initial }: { initial: Contact[] }) {
  const [data, setData] = useState(initial);
  const save = useCallback(
    (id: number, phone: string) => setData((rows) => rows.map((r) => (r.id === id ? { ...r, phone } : r))),
    [],
  );
  const columns = useMemo<ColumnDef<typeof features, Contact>[]>(
    () => [
      { accessorKey: "id", header: "No." },
      { accessorKey: "name", header: "Name" },
      {
        accessorKey: "phone",
        header: "Phone",
        cell: ({ row }) => (
          <Phone value={row.original.phone} save={(phone) => save(row.original.id, phone)} />
        ),
      },
      { accessorKey: "note", header: "Last note" },
    ],
    [save],
  );
  const table = useTable({ features, columns, data, getRowId: (row) => String(row.id) });
  const { rows } = table.getRowModel();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    overscan: 6,
  });
  return (
    <>
      <div className="head">
        {table.getFlatHeaders().map((header) => (
          <button key={header.id} type="button" onClick={header.column.getToggleSortingHandler()}>
            <table.FlexRender header={header} />
          </button>
        ))}
      </div>
      <div className="scroller" ref={scroller}>
        <div className="body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => (
            // Keyed by position, not by contact: React writes the next contact's text into the same nodes.
            <div
              className="row"
              key={item.index % 40}
              data-id={rows[item.index]!.original.id}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {rows[item.index]!.getAllCells().map((cell) => (
                <span key={cell.id}>
                  <table.FlexRender cell={cell} />
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
    </>
  );
}

const contacts = (await (await fetch("/rows.json")).json()) as Contact[];
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Contacts initial={contacts} />
  </StrictMode>,
);

const scrolled = (top: number) => async () => {
  document.querySelector(".scroller")!.scrollTop = top;
  await settled();
};
ready([scrolled(900), scrolled(170_000), scrolled(0)]);
