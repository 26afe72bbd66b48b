/** Rendered on the server and hydrated in the browser: both must produce the same text. */
import { createElement as h, useState } from "react";
import type { Contact } from "./steps.ts";

interface Props {
  initial: Contact[];
  use: (set: (rows: Contact[]) => void) => void;
}

export function HydratedApp({ initial, use }: Props) {
  const [rows, setRows] = useState(initial);
  use(setRows);
  const item = ({ id, name, phone }: Contact) =>
    h(
      "li",
      { key: id },
      `${name}: `,
      h("a", { href: `tel:${phone.replaceAll(" ", "")}` }, phone),
      " or ",
      phone,
    );
  return h("main", null, h("h1", null, `${rows.length} contacts`), h("ul", null, rows.map(item)));
}
