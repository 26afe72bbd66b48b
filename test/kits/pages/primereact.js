// PrimeReact: a data table with a virtual scroller, fieldsets, floating labels, and a data view.
import { AutoComplete } from "primereact/autocomplete";
import { Button } from "primereact/button";
import { Column } from "primereact/column";
import { DataTable } from "primereact/datatable";
import { DataView } from "primereact/dataview";
import { Dialog } from "primereact/dialog";
import { Fieldset } from "primereact/fieldset";
import { FloatLabel } from "primereact/floatlabel";
import { InputText } from "primereact/inputtext";
import { InputTextarea } from "primereact/inputtextarea";
import { Tag } from "primereact/tag";
import "primereact/resources/themes/lara-light-blue/theme.css";
import "primereact/resources/primereact.css";
import { useState } from "react";
import { fields, matches, store } from "./app.js";
import { Hits, show, useContacts, useRoute } from "./react-app.js";

const labels = {
  ...{
    name: "Name",
    company: "Representative of",
    street: "Address",
    city: "City",
    postcode: "Zip",
    country: "Country",
  },
  ...{ email: "Email", phone: "Phone", mobile: "Mobile", note: "Comment" },
};

function List() {
  return (
    <DataTable
      value={useContacts()}
      dataKey="id"
      size="small"
      showGridlines
      scrollable
      scrollHeight="720px"
      virtualScrollerOptions={{ itemSize: 40 }}
      sortMode="single"
    >
      <Column field="name" header="Name" sortable style={{ height: 40 }} />
      <Column field="company" header="Company" />
      <Column field="city" header="City" sortable />
      <Column
        field="country"
        header="Country"
        body={({ country }) => <Tag severity="info" value={country} />}
      />
      <Column field="phone" header="Phone" />
      <Column field="mobile" header="Mobile" />
      <Column field="reference" header="Reference" />
      <Column field="note" header="Comment" />
    </DataTable>
  );
}

function Record({ id }) {
  const [open, setOpen] = useState(false);
  useContacts();
  const contact = store.of(id);
  return (
    <>
      <Fieldset legend={contact.name}>
        <ul style={{ listStyle: "none", padding: 0 }}>
          {fields.slice(1).map(
            (key) =>
              contact[key] && (
                <li key={key} style={{ display: "flex", borderTop: "1px solid #ddd", padding: "8px 4px" }}>
                  <div style={{ width: 180, color: "#667" }}>{labels[key] ?? contact.label}</div>
                  <div>{contact[key]}</div>
                </li>
              ),
          )}
        </ul>
      </Fieldset>
      <Button className="dialog-open" label="Call back" onClick={() => setOpen(true)} />
      <Dialog
        header={`Call back ${contact.name}`}
        visible={open}
        onHide={() => setOpen(false)}
        footer={<Button className="dialog-close" label="Ok" onClick={() => setOpen(false)} />}
      >
        {contact.city}, {contact.country}: {contact.phone} or {contact.mobile}
      </Dialog>
    </>
  );
}

function Edit({ id }) {
  const [contact, setContact] = useState(store.of(id));
  const change = (key) => (event) => setContact({ ...contact, [key]: event.target.value });
  return (
    <div style={{ paddingTop: 16 }}>
      {fields.map(
        (key) =>
          (key !== "reference" || contact.label) && (
            <FloatLabel key={key} style={{ marginBottom: 24 }}>
              {key === "note" ? (
                <InputTextarea id={key} rows={2} value={contact[key]} onChange={change(key)} />
              ) : (
                <InputText id={key} size={40} value={contact[key]} onChange={change(key)} />
              )}
              <label htmlFor={key}>{labels[key] ?? contact.label}</label>
            </FloatLabel>
          ),
      )}
      <Button
        className="save"
        label="Save"
        onClick={() => {
          store.save(id, contact);
          location.hash = `#/record/${id}`;
        }}
      />
    </div>
  );
}

function Search({ query }) {
  const item = (contact) => (
    <div key={contact.id} style={{ borderTop: "1px solid #ddd", padding: 8 }}>
      <b>{contact.name}</b> <Hits text={contact.company} query={query} />{" "}
      <Hits text={`${contact.city}, ${contact.country}`} query={query} />
      <div>
        <i className="pi pi-phone" /> <Hits text={contact.phone} query={query} />
        <br />
        <i className="pi pi-mobile" /> <Hits text={contact.mobile} query={query} />
      </div>
      {contact.label && (
        <small>
          {contact.label}: {contact.reference}
        </small>
      )}
    </div>
  );
  const found = matches(query);
  return (
    <>
      <AutoComplete value={query} suggestions={found.map(({ name }) => name)} />
      <DataView value={found} listTemplate={(items) => items.map(item)} />
    </>
  );
}

show(() => {
  const { view, id, query } = useRoute();
  return (
    <div style={{ padding: 16 }}>
      {view === "list" && <List />}
      {view === "record" && <Record id={id} />}
      {view === "edit" && <Edit key={id} id={id} />}
      {view === "search" && <Search query={query} />}
    </div>
  );
});
