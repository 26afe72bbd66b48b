/** Cheetah Grid: the rows are painted on a canvas, and over the cells of telephone numbers are links that can be clicked. */
import { ListGrid } from "cheetah-grid";
import "cheetah-grid/main.css";
import { columns, contacts } from "./contacts.ts";

const root = document.getElementById("grid")!;
const grid = new ListGrid({
  parentElement: root,
  header: columns.map(({ key, title, width }) => ({ field: key, caption: title, width })),
  records: contacts,
});
const layer = document.createElement("div");
layer.style.cssText = "position: absolute; inset: 40px 0 0; overflow: hidden; pointer-events: none";
root.append(layer);
const links = new Map<string, HTMLAnchorElement>();

/** Puts a link over each number in view, and takes away those that left it. */
function place(): void {
  const before = new Set(links.keys());
  const last = Math.min(grid.topRow + Math.ceil(root.clientHeight / 40), contacts.length);
  for (let row = grid.topRow; row < last; row++)
    for (const [col, { key }] of columns.entries()) {
      if (key !== "phone" && key !== "mobile") continue;
      const name = `${row} ${key}`;
      before.delete(name);
      const { left, top } = grid.getCellRect(col, row + 1);
      let link = links.get(name);
      if (!link) {
        const text = contacts[row]![key];
        link = Object.assign(document.createElement("a"), { textContent: text, href: `tel:${text}` });
        link.style.cssText = "position: absolute; background: white; pointer-events: auto";
        links.set(name, link);
        layer.append(link);
      }
      link.style.transform = `translate(${left + 8}px, ${top - grid.scrollTop - 30}px)`;
    }
  for (const name of before) {
    links.get(name)!.remove();
    links.delete(name);
  }
}
grid.listen("scroll", place);
place();
