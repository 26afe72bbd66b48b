// Shoelace: web components with shadow roots of their own. It has no table, so its list is a plain one.
import "@shoelace-style/shoelace/dist/themes/light.css";
import "@shoelace-style/shoelace/dist/components/badge/badge.js";
import "@shoelace-style/shoelace/dist/components/button/button.js";
import "@shoelace-style/shoelace/dist/components/card/card.js";
import "@shoelace-style/shoelace/dist/components/dialog/dialog.js";
import "@shoelace-style/shoelace/dist/components/input/input.js";
import "@shoelace-style/shoelace/dist/components/tag/tag.js";
import "@shoelace-style/shoelace/dist/components/textarea/textarea.js";
import { html, nothing, render } from "lit";
import { fields, matches, piecesOf, routeOf, store } from "./app.js";

const labels = {
  ...{
    name: "Name",
    company: "Company",
    street: "Street",
    city: "City",
    postcode: "Postcode",
    country: "Country",
  },
  ...{ email: "Email", phone: "Phone", mobile: "Mobile", note: "Note" },
};
const labelOf = (contact, key) => labels[key] ?? contact.label;
const has = (contact) => fields.filter((key) => contact[key]);
const hits = (text, query) =>
  piecesOf(text, query).map((piece, i) => (i % 2 ? html`<mark>${piece}</mark>` : piece));

const list = () =>
  html`<table>
    <thead>
      <tr>
        ${["name", "company", "city", "country", "phone", "mobile"].map((key) => html`<th>${labels[key]}</th>`)}
        <th>Reference</th>
        <th>Note</th>
      </tr>
    </thead>
    <tbody>
      ${store.all().map(
        (contact) =>
          html`<tr>
            <td><a href="#/record/${contact.id}">${contact.name}</a></td>
            <td>${contact.company}</td>
            <td>${contact.city}</td>
            <td>${contact.country}</td>
            <td><sl-tag size="small">${contact.phone}</sl-tag></td>
            <td><sl-badge variant="neutral">${contact.mobile}</sl-badge></td>
            <td>${contact.reference}</td>
            <td>${contact.note}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
const record = (contact) =>
  html`<sl-card>
      <strong slot="header">${contact.name}</strong>
      ${has(contact)
        .slice(1)
        .map(
          (key) =>
            html`<div class="field"><span>${labelOf(contact, key)}</span> <span>${contact[key]}</span></div>`,
        )}
      <sl-button slot="footer" class="dialog-open" @click=${() => document.querySelector("sl-dialog").show()}
        >Call back</sl-button
      >
    </sl-card>
    <sl-dialog label="Call back ${contact.name}"
      >${contact.city}, ${contact.country}: ${contact.phone} or ${contact.mobile}
      <sl-button slot="footer" class="dialog-close" @click=${() => document.querySelector("sl-dialog").hide()}
        >Close</sl-button
      ></sl-dialog
    >`;
const edit = (contact) =>
  html`<form>
    ${fields.map((key) =>
      key === "reference" && !contact.label
        ? nothing
        : key === "note"
          ? html`<sl-textarea name="note" rows="2" label="Note" .value=${contact.note}></sl-textarea>`
          : html`<sl-input
              name=${key}
              size="small"
              label=${labelOf(contact, key)}
              .value=${contact[key]}
            ></sl-input>`,
    )}
  </form>`;
const search = (query) =>
  html`<sl-input type="search" placeholder="Search" .value=${query}></sl-input> ${matches(query).map(
      (contact) =>
        html`<sl-card
          ><div slot="header">${contact.name}</div>
          <div>${hits(`${contact.company}, ${contact.city}, ${contact.country}`, query)}</div>
          <div>Phone ${hits(contact.phone, query)}</div>
          <div>Mobile ${hits(contact.mobile, query)}</div>
          ${contact.label ? html`<div>${contact.label} ${contact.reference}</div>` : nothing}</sl-card
        >`,
    )}`;

const root = document.getElementById("root");
document.head.insertAdjacentHTML(
  "beforeend",
  "<style>td, th { text-align: left; padding: 4px 8px } .field > :first-child { display: inline-block; width: 140px } sl-card { width: 600px }</style>",
);
function show() {
  const { view, id, query } = routeOf(location.hash);
  const shown = {
    list,
    record: () => record(store.of(id)),
    edit: () => edit(store.of(id)),
    search: () => search(query),
  }[view];
  render(html`<main style="padding: 16px">${shown()}</main>`, root);
}
addEventListener("hashchange", show);
show();
