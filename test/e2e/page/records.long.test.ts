/** The country of a number without a code, told by the record that it is in, on a page with the layouts of CRMs. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { layouts } from "../../pages/record-layouts.ts";
import { recordRows } from "../../pages/record-rows.ts";
import { recordsOf } from "../../pages/records.ts";
import { launch, type Launched, spokenOn } from "../kit/harness.ts";
import { inOurWorld } from "../kit/our-world.ts";

const { pagesUrl } = inject("e2e");
let browser: Launched;
let page: Page;
beforeAll(async () => {
  browser = await launch();
  page = browser.page;
  await page.goto(`${pagesUrl}/records`);
});
afterAll(() => browser.close());

/** The numbers as a screen reader reads them: with their code where the country was told, else as they are written. */
const said = async () => (await spokenOn(page)).map((line) => line.slice(0, line.indexOf(":"))).sort();
const should = (changes: Record<string, string | null> = {}) =>
  Object.entries({ ...recordsOf, ...changes })
    .map(([written, number]) => number ?? written)
    .sort();

describe("the country of a number", () => {
  it("is told by its own record in each layout, and by no other one", async () => {
    await expect.poll(said, { timeout: 20_000 }).toEqual(should());
    expect(browser.errors).toEqual([]);
  });

  it("follows the record when that changes, and is open again when it says nothing", async () => {
    const cell = page.locator("#open td").last();
    const put = (text: string) => cell.evaluate((at, text) => (at.textContent = text), text);
    await put("United States");
    await expect.poll(said).toEqual(should({ "4155550102": "+1 415 555 0102" }));
    await put("-");
    await expect.poll(said).toEqual(should());
    // In place, as frameworks do it.
    await cell.evaluate((at) => ((at.firstChild as Text).data = "USA"));
    await expect.poll(said).toEqual(should({ "4155550102": "+1 415 555 0102" }));
    await put("-");
    await expect.poll(said).toEqual(should());
  });

  it("follows what a class, a style or an attribute shows or hides, and what is hidden with its box", async () => {
    await page.evaluate(() => {
      const cell = document.querySelector("#open td:last-child")!;
      cell.innerHTML = '<b><i id="shown" class="gone">United States</i></b>';
      document.head.insertAdjacentHTML("beforeend", "<style>.gone{display:none}</style>");
    });
    await expect.poll(said).toEqual(should());
    const country = page.locator("#shown");
    const there = should({ "4155550102": "+1 415 555 0102" });
    const classed = (on: "at" | "parent", gone: boolean) =>
      country.evaluate(
        (at, { on, gone }) => (on === "at" ? at : at.parentElement!).classList.toggle("gone", gone),
        { on, gone },
      );
    await classed("at", false);
    await expect.poll(said).toEqual(there);
    for (const [hide, show] of [
      [() => classed("at", true), () => classed("at", false)],
      [() => classed("parent", true), () => classed("parent", false)],
      [
        () => country.evaluate((at) => at.parentElement!.setAttribute("hidden", "")),
        () => country.evaluate((at) => at.parentElement!.removeAttribute("hidden")),
      ],
      [
        () => country.evaluate((at) => at.setAttribute("style", "opacity:0")),
        () => country.evaluate((at) => at.removeAttribute("style")),
      ],
    ] as const) {
      await hide();
      await expect.poll(said).toEqual(should());
      await show();
      await expect.poll(said).toEqual(there);
    }
    await page
      .locator("#open td")
      .last()
      .evaluate((at) => (at.textContent = "-"));
  });

  it("follows the address of a link around it, and no longer once that is another number's", async () => {
    await page.evaluate(() =>
      document.body.insertAdjacentHTML(
        "beforeend",
        '<p><a id="link" href="tel:+493023125099">030 23125099</a></p>',
      ),
    );
    const put = (href: string) =>
      page.locator("#link").evaluate((at, href) => at.setAttribute("href", href), href);
    await expect.poll(said).toEqual(should({ link: "+49 30 23125099" }));
    await put("tel:03023125099");
    await expect.poll(said).toEqual(should({ link: "030 23125099" }));
    await put("tel:+49 30 23125099");
    await expect.poll(said).toEqual(should({ link: "+49 30 23125099" }));
    await page.locator("#link").evaluate((at) => at.remove());
    await expect.poll(said).toEqual(should());
  });

  it("follows it for a number in a field as well", async () => {
    await page.evaluate(() =>
      document.body.insertAdjacentHTML(
        "beforeend",
        '<table><tr id="field"><td><input value="4155550109"></td><td>United States</td></tr></table>',
      ),
    );
    const cell = page.locator("#field td").last();
    await expect.poll(said).toEqual(should({ field: "+1 415 555 0109" }));
    await cell.evaluate((at) => (at.textContent = "-"));
    await expect.poll(said).toEqual(should({ field: "4155550109" }));
  });
});

it.each([
  ["in a record of any layout", "record-layouts", layouts],
  ["in rows of names and values", "record-rows", recordRows],
])(
  "is shown by whatever a person sees to be of the same record, and by nothing else: %s",
  async (_, path, layouts) => {
    await page.goto(`${pagesUrl}/${path}`);
    const expected = layouts.flatMap(([, , numbers]) =>
      Object.entries(numbers).map(([written, number]) => number ?? written),
    );
    // Of more on one page, only those near the screen are read out.
    expect(expected.length).toBeLessThan(600);
    const lacks = (has: string[], all: string[]) => all.filter((one) => !has.includes(one));
    const differs = async () => {
      const told = await said();
      return { missing: lacks(told, expected), others: lacks(expected, told), count: told.length };
    };
    // Each look walks the whole page, and the page is read while it has nothing else to do: seldom.
    await expect
      .poll(differs, { timeout: 60_000, interval: 500 })
      .toEqual({ missing: [], others: [], count: expected.length });
  },
);

interface Ours {
  /** For each slice of reading, whether the number whose record names a city waits for their table; null before it is found. */
  waits: (boolean | null)[];
  cleardialOverlay: { marks: () => Iterable<{ written: string; waits: boolean }> };
}
it("of a number that waits for the table of cities is read before all else, once that is here", async () => {
  await show("");
  const written = "4155550190";
  await inOurWorld(
    page,
    (written) => {
      const ours = globalThis as unknown as Ours;
      ours.waits = [];
      const native = requestIdleCallback;
      globalThis.requestIdleCallback = (run, options) =>
        native((deadline) => {
          const mark = [...ours.cleardialOverlay.marks()].find((one) => one.written === written);
          ours.waits.push(mark ? mark.waits : null);
          // It is late at the third look at the clock: a slice has as many steps on any machine.
          const own = performance.now.bind(performance);
          let now = own();
          performance.now = () => (now += 9);
          try {
            run(deadline);
          } finally {
            performance.now = own;
          }
        }, options);
    },
    written,
  );
  await page.evaluate((written) => {
    const line = (i: number) => `<p>0113 496 0${String(i).padStart(3, "0")}</p>`;
    document.body.innerHTML = `${Array.from({ length: 80 }, (_, i) => line(i)).join("")}<div><b>Ann</b><i>${written}</i><u>Chicago</u></div>`;
  }, written);
  await expect.poll(said).toContain("+1 415 555 0190");
  const waits = await inOurWorld(page, () => (globalThis as unknown as Ours).waits, null);
  expect(waits.filter((one) => one === null).length).toBeGreaterThan(20);
  expect(waits.filter((one) => one === true).length).toBeLessThan(6);
});

it("follows the country's row as it comes, changes and goes, and what hides it", async () => {
  await show(
    "<ul><li><div>Phone</div><div>4155550170</div></li><li><div>Email</div><div>a@b.example</div></li></ul>",
  );
  const list = page.locator("ul");
  await expect.poll(said).toEqual(["4155550170"]);
  await list.evaluate((at) =>
    at.insertAdjacentHTML("beforeend", "<li><div>Country</div><div>USA</div></li>"),
  );
  await expect.poll(said).toEqual(["+1 415 555 0170"]);
  const country = page.locator("li:last-child");
  await country.evaluate((at) => at.toggleAttribute("hidden", true));
  await expect.poll(said).toEqual(["4155550170"]);
  await country.evaluate((at) => at.toggleAttribute("hidden", false));
  await expect.poll(said).toEqual(["+1 415 555 0170"]);
  await country.evaluate((at) => (at.lastElementChild!.textContent = "-"));
  await expect.poll(said).toEqual(["4155550170"]);
  await country.evaluate((at) => (at.lastElementChild!.textContent = "United States"));
  await expect.poll(said).toEqual(["+1 415 555 0170"]);
  await list.evaluate((at) => {
    const row = at.lastElementChild!;
    row.remove();
    Object.assign(globalThis, { row });
  });
  await expect.poll(said).toEqual(["4155550170"]);
  await list.evaluate((at) => at.prepend(Reflect.get(globalThis, "row") as Element));
  await expect.poll(said).toEqual(["+1 415 555 0170"]);
  // Behind a name, it may be of whom that is.
  await list.evaluate((at) => {
    at.insertAdjacentHTML("beforeend", "<li><div>Owner</div><div>Jo Miller</div></li>");
    at.append(at.firstElementChild!);
  });
  await expect.poll(said).toEqual(["4155550170"]);
  await list.evaluate((at) => at.prepend(at.lastElementChild!));
  await expect.poll(said).toEqual(["+1 415 555 0170"]);
  await list.evaluate((at) => (at.children[2]!.firstElementChild!.textContent = "Owner"));
  await expect.poll(said).toEqual(["4155550170"]);
});

it("follows a country that a component shows in another slot, and is open while that is not the number's", async () => {
  await show("<x-card><p>4155550171</p><p>USA</p></x-card>");
  const card = page.locator("x-card");
  await card.evaluate(
    (at) => (at.attachShadow({ mode: "open" }).innerHTML = "<slot name=aside></slot><hr><slot></slot>"),
  );
  const place = page.locator("p:last-child");
  const put = (slot: string) => place.evaluate((at, slot) => at.setAttribute("slot", slot), slot);
  for (let i = 0; i < 2; i++) {
    await put("aside");
    await expect.poll(said).toEqual(["4155550171"]);
    await put("");
    await expect.poll(said).toEqual(["+1 415 555 0171"]);
  }
});

it("follows a component that shows or hides in its root what is in its slot", async () => {
  await show("<section><b>Ann</b><p>4155550171</p><x-more><i>USA</i></x-more></section>");
  const more = page.locator("x-more");
  await more.evaluate((at) => (at.attachShadow({ mode: "open" }).innerHTML = "<div><slot></slot></div>"));
  const part = page.locator("x-more div");
  for (const display of ["none", "", "none"]) {
    await part.evaluate((at: HTMLElement, display) => (at.style.display = display), display);
    await expect.poll(said).toEqual([display ? "4155550171" : "+1 415 555 0171"]);
  }
});

it("takes a town on the Main for a town, and for no line's name", async () => {
  const card = (name: string, phone: string) =>
    `<div class=card><div><div>${name}, Acme</div><div>Frankfurt am Main<!---->, <!---->Germany</div><div>${phone}</div></div></div>`;
  await show(card("Ann", "0171/3920056") + card("Jo", "069 90009-678"));
  await expect.poll(said).toEqual(["+49 171 3920056", "+49 69 90009678"]);
});

/** A page of its own, with these elements. */
async function show(html: string): Promise<void> {
  await page.goto(`${pagesUrl}/frame?count=0`);
  await page.evaluate((html) => (document.body.innerHTML = html), html);
}

it("digits under a heading or a label of something else are no number, unless the cell says otherwise", async () => {
  const others =
    "Order|Invoice no.|Account|Customer ID|Ref|NHS number|SKU|Part no.|Serial|Bestellung|Nº de pedido";
  const heads = [...others.split("|"), "Phone", "Customer"];
  const row = (cell: (i: number) => string) =>
    `<tr>${heads.map((_, i) => `<td>${cell(i)}</td>`).join("")}</tr>`;
  const number = (i: number) => `0113 496 00${30 + i}`;
  await show(`<table><thead><tr>${heads.map((h) => `<th>${h}</th>`).join("")}</tr></thead><tbody>
    ${row(number)}
    ${row((i) => (i === 0 ? "Tel 0113 496 0060" : "-"))}
    ${row((i) => (i === 1 ? '<a href="tel:01134960061">0113 496 0061</a>' : "-"))}
    ${row((i) => (i === 2 ? "+44 113 496 0062" : "-"))}</tbody></table>
    <dl><dt>Invoice no.</dt><dd>0113 496 0063</dd><dt>Telephone</dt><dd>0113 496 0064</dd></dl>
    <table><tr><th>Serial</th><td>0113 496 0065</td></tr><tr><th>Mobile</th><td>0113 496 0066</td></tr></table>
    <label>Account number <input value="01134960067"></label><label>Work <input value="01134960068"></label>`);
  const found = [11, 12]
    .map(number)
    .concat("0113 496 0060", "0113 496 0061", "0113 496 0062", "0113 496 0064");
  const e164 = (written: string) => `+44 ${written.replace(/^(?:0|\+44 )/, "")}`;
  await expect.poll(said).toEqual([...found, "0113 496 0066", "0113 496 0068"].map(e164).sort());
});

describe("a heading or a label is that of the number's own column or field", () => {
  /** Shows a page, of whose numbers (0113 496 00NN) these are found and no others. */
  async function finds(lines: readonly number[], html: string): Promise<void> {
    await show(html.replace(/\[(\d\d)\]/g, "0113 496 00$1"));
    await expect.poll(said).toEqual(lines.map((line) => `+44 113 496 00${line}`));
  }

  it("in tables of fields and values, and in histories of changes", () =>
    finds(
      [30, 32, 33, 34, 36, 42, 43, 45],
      `<table><thead><tr><th>Field<th>Value</thead><tr><td>Phone<td>[30]<tr><th>Invoice no.<td>[31]</table>
      <table><thead><tr><th>Field<th>Old value<th>New value</thead><tr><td>Mobile<td>[32]<td>[33]</table>
      <table><thead><tr><th>Name<th>Transfer to</thead><tr><td>Accounts<td>[34]</table>
      <table><thead><tr><th>Item<th>Reference<th>Tel / ref</thead><tr><td>Chair<td>[44]<td>[36]</table>
      <table><thead><tr><th>Item<th>Order value</thead><tr><td>Chair<td>[38]</table>
      <table><tr><th>Mobile<td>[42]<th>Order<td>[39]<tr><th>Mobile<td>[43]<th>Serial<td>[40]</table>
      <dl><dt>Phone<dd>[45]<dt>Order<dd>[46]</dl>`,
    ));

  it("where cells reach over rows and columns, and the header has two rows", () =>
    finds(
      [30, 31, 34, 36, 37, 41],
      `<table><thead><tr><th>Account<th>Phone</thead><tr><td rowspan=2>Acme<td>[30]</tr><tr><td>[31]</tr><tr><td>[32]<td>-</table>
      <table><thead><tr><th colspan=2>Contact<th rowspan=2>Order</tr><tr><th>Name<th>Phone</tr></thead>
      <tr><td>Ann<td>[34]<td>[35]</tr><tr><td colspan=2>[36]<td>-</table>
      <table><thead><tr><th>Phone<th>Order</tr><tr><th><input><th><input></tr></thead><tr><td>[37]<td>[38]</table>
      <table><tr><th>Order<th>Phone<tr><td rowspan=3>[39]<td>-<tr><td>-<tr><td>[41]<tr><td>[40]<td>-</table>`,
    ));

  it("where the header is a table of its own, and where roles make the grid", () =>
    finds(
      [31, 33, 37, 40, 42],
      `<div><div><table><thead><tr><th>Order<th>Phone<th></thead></table></div>
      <div><table><tr><td>[30]<td>[31]</table></div></div>
      <div role=grid><table><tr><td role=columnheader aria-colindex=2>Order<td role=columnheader aria-colindex=1>Phone</table>
      <table><tr><td role=gridcell aria-colindex=2>[32]<td role=gridcell aria-colindex=1>[33]</table></div>
      <div role=table><div role=row><p role=columnheader aria-colindex=1>Phone</p><p role=columnheader aria-colindex=2>SKU</p></div><div role=row><p role=cell aria-colindex=1>[37]</p><p role=cell aria-colindex=2>[38]</p></div></div>
      <table><thead><tr><th>Name<th>Order</thead><tr><td>Ann<td>[39]</table><table><tr><td>Ann<td>[40]</table>
      <table><thead><tr><th>Name<th>Order<th>Date</thead></table><table><tr><td>Ann<td>[42]</table>`,
    ));

  it("where the words of a cell are a label of something else", () =>
    finds(
      [33, 34],
      `<table><thead><tr><th>Name<th>Reference</thead><tr><td>Ann<td>[32] <x-chip><i>Part no.</i></x-chip><tr><td>Bob<td>[33] <x-chip>Mobile</x-chip><tr><td>Cy<td>[34] <x-chip>Ann</x-chip><tr><td>Di<td><mark>0113 496</mark> 0035 <x-chip>Part no.</x-chip></table>`,
    ));

  it("where the cell before names something else", () =>
    finds(
      [31],
      `<p role=row><span role=cell>Part no.</span> <span role=cell>[30]</span> <span role=cell>Tel</span> <span role=cell>[31]</span></p>`,
    ));
  it("where the cells of a row are in a line, but for a calling code in a cell of its own", async () => {
    await show(`<style>p { display: flex; gap: 9px }</style><div role=table><p role=row><span role=columnheader>Phone</span><span role=columnheader>Order</span></p>
      <p role=row><span role=cell>07700 900118</span><span role=cell>4500 123 456</span></p></div>
      <p role=row><span role=cell>+49</span><span role=cell>30 23125099</span></p>`);
    await expect.poll(said).toEqual(["+44 7700 900118", "+49 30 23125099"]);
  });

  it("where a kit wraps the table below its header", () =>
    finds(
      [31],
      `<div><div class=kit-table__head><table><thead><tr><th>Phone<th>Reference</thead></table></div><div class=kit-table__body><div><div><div><table><tr><td>[31]<td>[30]</table></div></div></div></div></div>`,
    ));
  it("but not by another table's headings, however far it is wrapped", () =>
    finds(
      [30, 31],
      `<div><table><thead><tr><th>Customer<th>Order no.</thead></table></div><div><div><div><div><table><tr><td>Ann<td>[31]</table></div></div></div></div>
      <section><table><thead><tr><th>Customer<th>Order no.</thead></table></section><div><div><div><div><div><table><tr><td>Ann<td>[30]</table></div></div></div></div></div>`,
    ));

  it("where a grid's own marks tie its cells to the headings, as SlickGrid and Tabulator make them", () => {
    const slick = (name: string) =>
      `<div id="slickgrid_46${name}" data-id="${name}" role="columnheader" class="ui-state-default slick-state-default slick-header-column"><span class="slick-column-name">${name}</span><div class="slick-resizable-handle" role="separator" aria-orientation="horizontal"></div></div>`;
    const cell = (i: number, name: string, text: string) =>
      `<div class="slick-cell l${i} r${i}" role="gridcell" tabindex="-1" aria-describedby="slickgrid_46${name}">${text}</div>`;
    const tabulator = (name: string) =>
      `<div class="tabulator-col tabulator-sortable tabulator-col-sorter-element" role="columnheader" aria-sort="none" tabulator-field="${name}"><div class="tabulator-col-content"><div class="tabulator-col-title-holder"><div class="tabulator-col-title">${name}</div><div class="tabulator-col-sorter"><div class="tabulator-arrow"></div></div></div></div></div><span class="tabulator-col-resize-handle"></span>`;
    const value = (name: string, text: string) =>
      `<div class="tabulator-cell" role="gridcell" tabulator-field="${name}">${text}</div><span class="tabulator-col-resize-handle"></span>`;
    // Of columns that are out of view a row has no cells.
    return finds(
      [31, 33, 34, 36],
      `<div class="slickgrid_46 ui-widget" role="grid"><div class="slick-header-columns" role="row" unselectable="on">${["Name", "Order", "Phone"].map(slick).join("")}</div>
      <div class="ui-widget-content slick-row even" role="row" data-row="0">${cell(1, "Order", "[30]")}${cell(2, "Phone", "[31]")}</div>
      <div class="ui-widget-content slick-row odd" role="row" data-row="1">${cell(0, "Name", "Ann")}${cell(1, "Order", "[32]")}${cell(2, "Phone", "[33]")}</div></div>
      <div class="tabulator" role="grid" tabulator-layout="fitData"><div class="tabulator-header" role="rowgroup"><div class="tabulator-headers" role="row">${["Phone", "Name", "SKU"].map(tabulator).join("")}</div></div>
      <div class="tabulator-table" role="rowgroup"><div class="tabulator-row" role="row">${value("Phone", "[34]")}${value("SKU", "[35]")}</div>
      <div class="tabulator-row" role="row">${value("Phone", "[36]")}${value("Name", "Bob")}${value("SKU", "[37]")}</div></div></div>`,
    );
  });

  it("by its place, where a grid of roles ties nothing and a row has a cell for each heading", () =>
    finds(
      [30, 33, 34, 36, 38],
      `<div role=table><div role=row><span role=columnheader>Phone</span><span role=columnheader>Order</span></div>
      <div><div role=row><span role=cell>[30]</span><span role=cell>[31]</span></div></div></div>
      <div role=grid><div role=row><p role=columnheader>Ref</p><p role=columnheader>Phone</p><p role=columnheader>SKU</p></div>
      <div role=row><p role=rowheader>[32]</p><p role=gridcell>[33]</p><p role=gridcell><b>[35]</b></p></div>
      <div role=row><p role=gridcell>[34]</p><p role=gridcell>-</p></div>
      <div role=row><p role=gridcell>-</p><p role=gridcell>-</p><p role=gridcell><span role=grid>
      <span role=row><i role=columnheader>Mobile</i><i role=columnheader>Lot</i></span><span role=row><i role=gridcell>[36]</i><i role=gridcell>[37]</i></span></span></p></div></div>
      <div role=grid><p role=row><i role=columnheader>SKU</i><i role=columnheader>Ref</i></p><p role=row><i role=gridcell>Tel [38]</i></p></div>`,
    ));

  it("in records of divs", () =>
    finds(
      [31, 32, 34, 36, 37, 38, 39, 40, 41],
      `<div class=field><div class=label>Order</div><div>[30]</div></div><div class=field><div class=label>Phone</div><div>[31]</div></div>
      <div class=label>Order</div><div>Ring <b>[32]</b></div>
      <div><span class="slds-form-element__label">Account</span></div><div>[33]</div>
      <div><span class="slds-form-element__label">Account name</span></div><div><span>[34]</span></div>
      <p class=field-name>Serial</p><i></i><p>[35]</p><p class=title>Order</p><p>[36]</p>
      <div><label>Order</label> 42</div><div>[37]</div><div><label>Invoice</label> £42.00</div><div>[38]</div>
      <table><tr><td><label>Ref</label> 7<td>[39]</table><p class=labelled>Order <b>42</b></p><p>[40]</p>
      <p class=labelled><label>Ref</label> –</p><p>[41]</p><label><i class=label-icon></i>Order</label><p>[42]</p>`,
    ));

  it("where a name and a value are all that is in an element, in either order", () =>
    finds(
      [33, 34, 35, 36, 37, 39, 40],
      `<ul><li><div>Account no.</div><div>[30]</div></li></ul><div><p><span>[31]</span></p><p>VAT number</p></div>
      <div role=row><div role=gridcell>EIN</div><div role=gridcell>[32]</div><i></i></div>
      <div><p>Tom Price</p><p>[33]</p></div><div><p>Case</p><p>[34]</p></div><div><p>Account no.</p><p>[35]</p><p>Ann</p></div>
      <div><p>Order no. 7</p><p>[36]</p></div><div><p>Phone number</p><p>[37]</p></div>
      <div><p>Order no.</p><p>[38]</p></div><div><p>Order no.</p><p>Ring [39]</p></div>
      <div><p>Tel / ref no.</p><p>[40]</p></div>`,
    ));

  it("for a box in which anything may be searched", () =>
    finds(
      [31, 32, 35, 36, 37, 38],
      `<input type=search aria-label="Search by order or ref" value="[30]"><input type=search aria-label="Search by name, phone or ref" value="[31]">
      <input aria-label="Telephone/reference" value="[32]"><input aria-label="Work order" value="[33]"><input aria-label="A/c" value="[34]">
      <input aria-label="Phone and order" value="[35]"><input aria-label="Telefon oder Auftrag" value="[36]">
      <input aria-label="Téléphone ou commande" value="[37]"><input aria-label="Teléfono o pedido" value="[38]">
      <input aria-label="Order and invoice" value="[39]">`,
    ));
});

it("finds the further lines of a switchboard, and numbers that a highlight cuts", async () => {
  const note =
    "The caller asked for the manager, who was out, and left word that it was about the lease. ".repeat(4);
  await show(`<p>0113 496 0031 / 0032</p><p>0113 496 0033-5</p>
    <p>020 <mark>7946</mark> 0958</p><p>${note}He rang from 0113 <mark>496</mark> 0036, not from 0113 496 0037. ${note}</p>
    <p>0113 496 00<mark>38</mark></p><p>${note}<mark>0113</mark> 496 0039 ${note}</p>
    <p id=hit>0113 <x-hit>496</x-hit> 0040</p><p>0113 <strike>496</strike> <nobr>0041</nobr></p><p><tt>0113 <acronym>496</acronym></tt> 0042</p>
    <style>x-cell { display: block }</style><x-row><x-cell>0113 496 0043</x-cell><x-cell>0113 496</x-cell><x-cell>0044</x-cell></x-row>`);
  const lines = [31, 32, 33, 35, 36, 37, 38, 39].map((line) => `+44 113 496 00${line}`);
  const others = ["+44 113 496 0041", "+44 113 496 0042", "+44 113 496 0043", "+44 20 7946 0958"];
  await expect.poll(said).toEqual([...lines, ...others, "+44 113 496 0040"].sort());
  // As another search marks them, or none.
  await page.evaluate(() => document.querySelector("x-hit")!.replaceChildren("497"));
  await expect.poll(said).toEqual([...lines, ...others, "+44 113 497 0040"].sort());
  await page.evaluate(() => document.querySelector("x-hit")!.remove());
  await expect.poll(said).toEqual([...lines, ...others].sort());
  await page.evaluate(() => document.querySelector("#hit")!.append(document.createElement("x-hit")));
  await page.evaluate(() => document.querySelector("#hit x-hit")!.append("496 0045"));
  await page.evaluate(() => document.querySelector("#hit")!.lastElementChild!.previousSibling!.remove());
  await expect.poll(said).toEqual([...lines, ...others, "+44 113 496 0045"].sort());
});

it("reads a label, a colon and a value, each in a node of its own, as one text", async () => {
  await show(
    "<p>Part no.|: |555-0199-44</p><p>EIN|: |04-5550123</p><p>Tel|: |0113 496 0050</p><p>Back-up, ext. 4|, |0113 496 0051</p><p>|Tel: ||0113 ||496|| 0052||</p>",
  );
  await page.evaluate(() => {
    for (const line of document.querySelectorAll("p")) line.replaceChildren(...line.textContent.split("|"));
  });
  await expect.poll(said).toEqual(["+44 113 496 0050", "+44 113 496 0051", "+44 113 496 0052"]);
});
