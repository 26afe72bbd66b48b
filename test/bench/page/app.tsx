/**
 * A CRM's table of 5,000 rows with a number each. One update renders all rows again and changes one cell in each, which
 * measures React's own work on a page with marks.
 */
import { memo } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

const rows = Array.from({ length: 5000 }, (_, i) => ({
  id: i,
  phone: `0${["113", "114", "115", "116", "117"][i % 5]} 496 0${String(Math.floor(i / 5)).padStart(3, "0")}`,
}));

const Row = memo(function Row({ id, phone, tick }: { id: number; phone: string; tick: number }) {
  return (
    <tr className={id % 2 ? "odd" : "even"}>
      <td>
        <a href={`/contacts/${id}`}>{`Contact ${id}`}</a>
      </td>
      <td>{`Company ${id % 97}`}</td>
      <td>
        <a href={`tel:${phone.replaceAll(" ", "")}`}>{phone}</a>
      </td>
      <td>{`contact${id}@example.com`}</td>
      <td>
        <span className="stage">{["Lead", "Qualified", "Customer"][id % 3]}</span>
      </td>
      <td>
        <button type="button" onClick={() => undefined}>
          Open
        </button>
      </td>
      <td>{`seen ${tick} times`}</td>
    </tr>
  );
});

function App({ tick }: { tick: number }) {
  return (
    <table>
      <tbody>
        {rows.map((r) => (
          <Row key={r.id} {...r} tick={tick} />
        ))}
      </tbody>
    </table>
  );
}

const root = createRoot(document.getElementById("root")!);
let tick = 0;
/** Milliseconds of one update of all rows. */
(window as unknown as { update: () => number }).update = () => {
  const began = performance.now();
  flushSync(() => root.render(<App tick={++tick} />));
  return performance.now() - began;
};
flushSync(() => root.render(<App tick={0} />));
