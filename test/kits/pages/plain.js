// What grids that are no kits of forms have beside them: a record's labels, and a form without any framework.
import { fields, store } from "./app.js";

export const labels = {
  ...{
    name: "Name",
    company: "Company",
    street: "Street",
    city: "City",
    postcode: "Post Code",
    country: "Location",
  },
  ...{ email: "Email Address", phone: "Phone", mobile: "Mobile", note: "Notes" },
};

export function edit(root, id) {
  const contact = store.of(id);
  const form = root.appendChild(document.createElement("form"));
  for (const key of fields) {
    if (key === "reference" && !contact.label) continue;
    const row = form.appendChild(document.createElement("div"));
    const label = row.appendChild(document.createElement("label"));
    label.textContent = labels[key] ?? contact.label;
    label.htmlFor = key;
    const field = row.appendChild(document.createElement(key === "note" ? "textarea" : "input"));
    Object.assign(field, { id: key, name: key, value: contact[key] });
  }
  const save = form.appendChild(document.createElement("button"));
  Object.assign(save, { textContent: "Save", className: "save" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    store.save(id, Object.fromEntries(new FormData(form)));
    location.hash = `#/record/${id}`;
  });
}

document.head.insertAdjacentHTML(
  "beforeend",
  "<style>label { display: inline-block; width: 160px } input, textarea { width: 320px; margin: 4px }</style>",
);
