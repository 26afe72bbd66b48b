/** Hydrates late, as a page does whose scripts come over a slow line: the numbers have their badges by then. */
import { flushSync } from "react-dom";
import { hydrateRoot } from "react-dom/client";
import { HydratedApp } from "./hydrate-app.ts";
import { type Contact, contacts, drawn, ready } from "./steps.ts";

let set: (rows: Contact[]) => void;
const put = async (rows: Contact[]) => {
  flushSync(() => set(rows));
  await drawn();
};

ready([
  async () => {
    hydrateRoot(
      document.getElementById("root")!,
      <HydratedApp initial={contacts(12)} use={(setRows) => (set = setRows)} />,
      // Where the text is another than the server's, React throws its page away and says so here.
      { onRecoverableError: console.error, onUncaughtError: console.error },
    );
    await new Promise((done) => setTimeout(done, 300));
  },
  () => put(contacts(12).map((row) => (row.id % 3 ? row : contacts(1, row.id + 50)[0]!))),
  () => put(contacts(20, 5)),
]);
