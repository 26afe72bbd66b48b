// The page of Northfold CRM: a list, one contact in full, and rows that are added and removed, as in any CRM.

const stages = { Lead: 214, Qualified: 262, Proposal: 34, Customer: 150, Dormant: 0 };
const kinds = { call: 214, email: 262, note: 34, order: 150 };
const rows = document.getElementById("rows");
const detail = document.getElementById("detail");

const contacts = await (await fetch("/api/contacts")).json();
let shown = contacts[0];
let query = "";
let sort = { by: "", down: false };

document.getElementById("tally").textContent = contacts.length;
drawList();
drawDetail();

document.getElementById("search").addEventListener("input", (event) => {
  query = event.target.value.trim().toLowerCase();
  drawList();
});
for (const button of document.querySelectorAll("[data-sort]")) {
  button.addEventListener("click", () => {
    const by = button.dataset.sort;
    sort = { by, down: sort.by === by && !sort.down };
    for (const th of document.querySelectorAll("th[aria-sort]")) th.removeAttribute("aria-sort");
    button.parentElement.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
    drawList();
  });
}

const tone = document.getElementById("tone");
const setTone = (dark) => {
  document.documentElement.dataset.tone = dark ? "dark" : "light";
  tone.setAttribute("aria-pressed", String(dark));
  localStorage.setItem("tone", dark ? "dark" : "light");
};
tone.addEventListener("click", () => setTone(document.documentElement.dataset.tone !== "dark"));
setTone(localStorage.getItem("tone") === "dark");

function el(name, properties = {}, ...children) {
  const { style, aria = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(style ?? {})) element.style.setProperty(key, value);
  for (const [key, value] of Object.entries(aria)) element.setAttribute(`aria-${key}`, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function drawList() {
  const found = contacts.filter((c) => `${c.name} ${c.company} ${c.city}`.toLowerCase().includes(query));
  if (sort.by) {
    const order = (a, b) =>
      typeof a[sort.by] === "number" ? a[sort.by] - b[sort.by] : a[sort.by].localeCompare(b[sort.by]);
    found.sort((a, b) => (sort.down ? order(b, a) : order(a, b)));
  }
  rows.replaceChildren(...found.map(row));
  if (found.length === 0)
    rows.append(el("tr", {}, el("td", { className: "none", colSpan: 6 }, "Nobody by that name.")));
}

function row(contact) {
  const of = (...labels) => contact.phones.find((p) => labels.includes(p.label))?.written ?? "";
  const open = () => {
    shown = contact;
    for (const tr of rows.children) tr.setAttribute("aria-selected", String(tr === line));
    drawDetail();
  };
  const line = el(
    "tr",
    { tabIndex: 0, onclick: open, onkeydown: (event) => event.key === "Enter" && open() },
    el("td", {}, el("div", { className: "who" }, face(contact), nameOf(contact))),
    el("td", {}, of("Office", "Home")),
    el("td", {}, of("Mobile")),
    el("td", { className: "narrow" }, of("Direct")),
    el(
      "td",
      {},
      el("span", { className: "stage", style: { "--hue": stages[contact.stage] } }, contact.stage),
    ),
    el("td", { className: "amount" }, contact.value ? `£${contact.value.toLocaleString("en-GB")}` : "–"),
  );
  line.setAttribute("aria-selected", String(contact === shown));
  return line;
}

function nameOf(contact) {
  return el("span", {}, el("b", {}, contact.name), el("small", {}, `${contact.company} · ${contact.city}`));
}

function face({ name, id }) {
  const initials = name.split(" ").map((part) => part[0]);
  return el(
    "span",
    { className: "face", style: { "--hue": (Number(id.slice(3)) * 47) % 360 }, aria: { hidden: "true" } },
    initials[0] + initials.at(-1),
  );
}

function drawDetail() {
  const c = shown;
  detail.scrollTop = 0;
  detail.replaceChildren(
    el(
      "div",
      { className: "who" },
      face(c),
      el("div", {}, el("h2", {}, c.name), el("small", {}, `${c.role}, ${c.company}`)),
    ),
    el("h3", {}, "Telephone"),
    el("dl", { className: "facts" }, ...c.phones.flatMap((phone, i) => phoneLine(c, phone, i))),
    el("h3", {}, "Record"),
    el(
      "dl",
      { className: "facts" },
      ...pair("Contact", c.id),
      ...pair("Owner", c.owner),
      ...pair("City", c.city),
      ...pair("Customer since", "14/03/2024"),
    ),
    el("h3", {}, "Call back on"),
    el("input", { type: "tel", value: c.phones.at(-1).written, ariaLabel: "Call back on" }),
    el("h3", {}, "Activity"),
    el("ol", { className: "feed" }, ...c.feed.map((entry) => feedLine(c, entry))),
  );
}

function pair(term, text) {
  return [el("dt", {}, term), el("dd", {}, text)];
}

function phoneLine(contact, phone, i) {
  const value = el("dd", {});
  const tool = el("dd", { className: "tool" });
  const show = () => {
    value.replaceChildren(el("a", { href: `tel:${phone.written.replace(/[^\d+]/g, "")}` }, phone.written));
    tool.replaceChildren(
      el(
        "button",
        { type: "button", className: "quiet", onclick: edit, ariaLabel: `Edit ${phone.label}` },
        "Edit",
      ),
    );
  };
  const edit = () => {
    const input = el("input", { type: "tel", value: phone.written, ariaLabel: phone.label });
    const save = async () => {
      phone.written = input.value.trim();
      await fetch(`/api/contacts/${contact.id}/phones/${i}`, {
        method: "PUT",
        body: JSON.stringify(phone.written),
      });
      show();
      drawList();
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") void save();
      if (event.key === "Escape") show();
    });
    value.replaceChildren(input);
    tool.replaceChildren(el("button", { type: "button", className: "quiet", onclick: save }, "Save"));
    input.focus();
  };
  show();
  return [el("dt", {}, phone.label), value, tool];
}

function feedLine(contact, { kind, who, ago, time, text }) {
  const day = new Date(Date.now() - ago * 86_400_000);
  const date = day.toLocaleDateString("en-GB", { day: "2-digit", month: "2-digit", year: "numeric" });
  return el(
    "li",
    { style: { "--hue": kinds[kind] } },
    el("small", {}, `${who} · ${ago === 0 ? "Today" : date} ${time}`),
    el("p", {}, text.replace("{first}", contact.name.split(" ")[0])),
  );
}
