/** What Angular and similar frameworks do: they write into text nodes between comments, and insert rows before an anchor. */
import { type Contact, contacts, drawn, ready } from "./steps.ts";

const root = document.getElementById("root")!;
const list = root.appendChild(document.createElement("ul"));
const end = list.appendChild(document.createComment("container"));
const views = new Map<number, { row: HTMLElement; phone: Text; also: Text }>();

function put(rows: Contact[]): Promise<void> {
  const wanted = new Set(rows.map(({ id }) => id));
  for (const [id, { row }] of views)
    if (!wanted.has(id)) {
      row.remove();
      views.delete(id);
    }
  for (const { id, name, phone } of rows) {
    let view = views.get(id);
    if (!view) {
      const row = document.createElement("li");
      view = { row, phone: document.createTextNode(""), also: document.createTextNode("") };
      const bold = document.createElement("b");
      bold.append(view.phone);
      row.append(`${name}: `, document.createComment("bindings"), bold, view.also);
      row.setAttribute("_ngcontent-abc-c1", "");
      views.set(id, view);
    }
    view.phone.nodeValue = phone;
    view.also.nodeValue = ` or ${phone}`;
    list.insertBefore(view.row, end);
  }
  return drawn();
}

await put(contacts(12));
ready([
  () => put(contacts(12).map((row) => ({ ...row, phone: contacts(1, row.id + 30)[0]!.phone }))),
  () => put(contacts(12).toReversed()),
  async () => {
    // One letter at a time, like text bound to an input field.
    const { phone } = views.get(3)!;
    for (const length of [4, 8, 9, 10, 11, 12, 13]) {
      phone.nodeValue = "0113 496 0010".slice(0, length);
      await drawn();
    }
  },
  () => put(contacts(4, 40)),
]);
