/** A page that makes much of itself again and again, as apps do: from markup, by methods, and from templates. */
const place = document.body.appendChild(document.createElement("div"));
const ROWS = 60;
/** A browser tells time by a tenth of a millisecond. */
const TIMES = 20;

const template = document.createElement("template");
template.innerHTML = '<div class="card"><h3></h3><p>Some text</p><img alt=""><a href="#">More</a></div>';

const kinds = {
  "from markup"(): void {
    const row = (i: number) =>
      `<tr class="row" data-id="${i}"><td><a href="/contact/${i}">Contact ${i}</a></td><td>The object of a time frame</td>
       <td><span class="badge" title="open">open</span><button type="button" aria-label="more">…</button></td></tr>`;
    place.innerHTML = `<table>${Array.from({ length: ROWS }, (_, i) => row(i)).join("")}</table>`;
  },
  "row by row"(): void {
    for (let i = 0; i < ROWS; i++)
      place.insertAdjacentHTML("beforeend", `<li class="item"><b>Contact ${i}</b> <i>a note</i></li>`);
  },
  "by methods"(): void {
    const table = document.createElement("table");
    for (let i = 0; i < ROWS; i++) {
      const row = table.insertRow();
      row.setAttribute("class", "row");
      for (let n = 0; n < 4; n++) {
        const cell = row.insertCell();
        cell.setAttribute("title", "a cell");
        cell.textContent = `Contact ${i}, ${n}`;
      }
    }
    place.append(table);
  },
  "from a template"(): void {
    for (let i = 0; i < ROWS; i++) {
      const made = document.importNode(template.content, true);
      made.querySelector("h3")!.textContent = `Contact ${i}`;
      made.querySelector("a")!.setAttribute("href", `/contact/${i}`);
      place.append(made);
    }
  },
};

/** Milliseconds of one round of each kind: with a layout each time, as before each frame, or with one at the end. */
function measure(isLaidOut: boolean): Record<string, number> {
  const took: Record<string, number> = {};
  for (const [kind, make] of Object.entries(kinds)) {
    const began = performance.now();
    for (let i = 1; i <= TIMES; i++) {
      place.replaceChildren();
      make();
      if ((isLaidOut || i === TIMES) && place.offsetHeight === 0) throw new Error("Nothing was made");
    }
    took[kind] = performance.now() - began;
  }
  return took;
}
Object.assign(window, { measure });
