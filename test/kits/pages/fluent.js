// Fluent UI: its data grid, a persona with labelled texts, fields in two columns, and a search box over cards.
import {
  Button,
  Card,
  CardHeader,
  createTableColumn,
  DataGrid,
  DataGridBody,
  DataGridCell,
  DataGridHeader,
  DataGridHeaderCell,
  DataGridRow,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  FluentProvider,
  Input,
  Label,
  Persona,
  SearchBox,
  TableCellLayout,
  Text,
  Textarea,
  webLightTheme,
} from "@fluentui/react-components";
import { useState } from "react";
import { fields, matches, store } from "./app.js";
import { Hits, show, useContacts, useRoute } from "./react-app.js";

const labels = {
  ...{
    name: "Full Name",
    company: "Company Name",
    street: "Street 1",
    city: "City",
    postcode: "ZIP/Postal Code",
  },
  ...{
    country: "Country/Region",
    email: "Email",
    phone: "Business Phone",
    mobile: "Mobile Phone",
    note: "Description",
  },
};
const columns = ["name", "company", "city", "country", "phone", "mobile", "reference", "note"].map((key) =>
  createTableColumn({
    columnId: key,
    compare: (a, b) => a[key].localeCompare(b[key]),
    renderHeaderCell: () => labels[key] ?? "Reference",
    renderCell: (contact) => (
      <TableCellLayout truncate>
        {key === "name" ? <a href={`#/record/${contact.id}`}>{contact.name}</a> : contact[key]}
      </TableCellLayout>
    ),
  }),
);

function List() {
  return (
    <DataGrid items={useContacts()} columns={columns} sortable size="small" getRowId={({ id }) => id}>
      <DataGridHeader>
        <DataGridRow>
          {({ renderHeaderCell }) => <DataGridHeaderCell>{renderHeaderCell()}</DataGridHeaderCell>}
        </DataGridRow>
      </DataGridHeader>
      <DataGridBody>
        {({ item, rowId }) => (
          <DataGridRow key={rowId}>
            {({ renderCell }) => <DataGridCell>{renderCell(item)}</DataGridCell>}
          </DataGridRow>
        )}
      </DataGridBody>
    </DataGrid>
  );
}

const grid = { display: "grid", gridTemplateColumns: "1fr 1fr", gap: 12, maxWidth: 900 };

function Record({ id }) {
  const [open, setOpen] = useState(false);
  useContacts();
  const contact = store.of(id);
  return (
    <>
      <Persona name={contact.name} secondaryText={contact.company} size="huge" />
      <div style={grid}>
        {fields.slice(2).map(
          (key) =>
            contact[key] && (
              <div key={key} style={{ display: "flex", flexDirection: "column" }}>
                <Label size="small">{labels[key] ?? contact.label}</Label>
                <Text>{contact[key]}</Text>
              </div>
            ),
        )}
      </div>
      <Button className="dialog-open" onClick={() => setOpen(true)}>
        Call back
      </Button>
      <Dialog open={open} onOpenChange={(_, data) => setOpen(data.open)}>
        <DialogSurface>
          <DialogBody>
            <DialogTitle>Call back {contact.name}</DialogTitle>
            <DialogContent>
              {contact.city}, {contact.country}: {contact.phone} or {contact.mobile}
            </DialogContent>
            <DialogActions>
              <Button className="dialog-close" onClick={() => setOpen(false)}>
                Close
              </Button>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
    </>
  );
}

function Edit({ id }) {
  const [contact, setContact] = useState(store.of(id));
  const change = (key) => (_, data) => setContact({ ...contact, [key]: data.value });
  return (
    <div style={grid}>
      {fields.slice(0, -1).map(
        (key) =>
          (key !== "reference" || contact.label) && (
            <Field key={key} label={labels[key] ?? contact.label}>
              <Input value={contact[key]} onChange={change(key)} />
            </Field>
          ),
      )}
      <Field label={labels.note}>
        <Textarea value={contact.note} onChange={change("note")} />
      </Field>
      <Button
        className="save"
        appearance="primary"
        onClick={() => {
          store.save(id, contact);
          location.hash = `#/record/${id}`;
        }}
      >
        Save
      </Button>
    </div>
  );
}

function Search({ query }) {
  return (
    <>
      <SearchBox value={query} placeholder="Search contacts" />
      {matches(query).map((contact) => (
        <Card key={contact.id} size="small">
          <CardHeader
            header={<b>{contact.name}</b>}
            description={
              <span>
                <Hits text={`${contact.company} · ${contact.city} · ${contact.country}`} query={query} />
              </span>
            }
          />
          <Text>
            Business <Hits text={contact.phone} query={query} />, mobile{" "}
            <Hits text={contact.mobile} query={query} />
          </Text>
          {contact.label && (
            <Text size={200}>
              {contact.label} {contact.reference}
            </Text>
          )}
        </Card>
      ))}
    </>
  );
}

show(() => {
  const { view, id, query } = useRoute();
  return (
    <FluentProvider theme={webLightTheme} style={{ padding: 16 }}>
      {view === "list" && <List />}
      {view === "record" && <Record id={id} />}
      {view === "edit" && <Edit key={id} id={id} />}
      {view === "search" && <Search query={query} />}
    </FluentProvider>
  );
});
