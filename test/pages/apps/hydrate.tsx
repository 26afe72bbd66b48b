/** Hydrates late, like a page whose scripts load slowly: the numbers already have their badges. */
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
      // If the text differs from the server's, React discards the server's page and reports it here.
      { onRecoverableError: console.error, onUncaughtError: console.error },
    );
    await new Promise((done) => setTimeout(done, 300));
  },
  () => put(contacts(12).map((row) => (row.id % 3 ? row : contacts(1, row.id + 50)[0]!))),
  () => put(contacts(20, 5)),
]);
