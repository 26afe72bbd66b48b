/** React's development build in StrictMode, moving its rows with `<ViewTransition>`. */
import { startTransition, StrictMode, useState, ViewTransition } from "react";
import { createRoot } from "react-dom/client";
import { type Contact, contacts, ready, settled } from "./steps.ts";

let change: (edit: (rows: Contact[]) => Contact[]) => void;

function Contacts() {
  const [rows, setRows] = useState(() => contacts(12));
  change = setRows;
  return (
    <table>
      <tbody>
        {rows.map(({ id, name, phone }) => (
          <ViewTransition key={id}>
            <tr>
              <td>{name}</td>
              <td>
                Phone: {phone}, {id % 2 ? "home" : "work"}
              </td>
            </tr>
          </ViewTransition>
        ))}
      </tbody>
    </table>
  );
}

createRoot(document.getElementById("root")!, {
  onUncaughtError: console.error,
  onCaughtError: console.error,
  onRecoverableError: console.error,
}).render(
  <StrictMode>
    <Contacts />
  </StrictMode>,
);

const moved = async (edit: (rows: Contact[]) => Contact[]) => {
  startTransition(() => change(edit));
  await settled();
};
ready([
  () => moved((rows) => rows.toReversed()),
  () =>
    moved((rows) =>
      rows.map((row, i) => (i % 3 ? row : { ...row, phone: contacts(1, row.id + 40)[0]!.phone })),
    ),
  () => moved((rows) => [...contacts(3, 80), ...rows.filter((row) => row.id % 4)]),
  () => moved(() => []),
  () => moved(() => contacts(5, 20)),
]);
