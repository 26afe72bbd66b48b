/** TanStack Virtual in React: the rows in view are rendered again, and a row's nodes get the next contact's text. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { createRoot } from "react-dom/client";
import { columns, contacts } from "./contacts.ts";

function Grid() {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: contacts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    overscan: 6,
  });
  return (
    <div role="grid" ref={scroller} style={{ height: 600, overflow: "auto" }}>
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            role="row"
            key={index % 40}
            style={{ position: "absolute", display: "flex", height: 34, transform: `translateY(${start}px)` }}
          >
            {columns.map(({ key, width }) => (
              <div role="gridcell" key={key} style={{ width }}>
                {contacts[index]![key]}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

createRoot(document.getElementById("grid")!).render(<Grid />);
