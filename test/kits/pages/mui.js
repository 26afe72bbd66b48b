// MUI: the X Data Grid, which recycles rows and columns, a list of two lines a field, outlined fields, and a search.
import {
  Autocomplete,
  Button,
  Card,
  CardContent,
  CardHeader,
  Chip,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  List as MuiList,
  ListItem,
  ListItemText,
  Stack,
  TextField,
} from "@mui/material";
import { DataGrid } from "@mui/x-data-grid";
import { useState } from "react";
import { fields, matches, store } from "./app.js";
import { Hits, show, useContacts, useRoute } from "./react-app.js";

const labels = {
  ...{
    name: "Full name",
    company: "Company",
    street: "Address line 1",
    city: "City",
    postcode: "Zip / Postal code",
  },
  ...{ country: "Country", email: "Email", phone: "Work", mobile: "Mobile", note: "Notes" },
};
const columns = [
  { field: "id", headerName: "ID", width: 60 },
  { field: "name", headerName: "Full name", width: 130 },
  { field: "company", headerName: "Company", width: 140 },
  { field: "city", headerName: "City", width: 120 },
  { field: "country", headerName: "Country", width: 120 },
  { field: "phone", headerName: "Work phone", width: 170 },
  { field: "mobile", headerName: "Mobile", width: 170 },
  { field: "reference", headerName: "Reference", width: 190 },
  { field: "note", headerName: "Notes", width: 260 },
];

function List() {
  return (
    <div style={{ height: 760 }}>
      <DataGrid rows={useContacts()} columns={columns} density="compact" checkboxSelection hideFooter />
    </div>
  );
}

function Record({ id }) {
  const [open, setOpen] = useState(false);
  useContacts();
  const contact = store.of(id);
  return (
    <Card>
      <CardHeader title={contact.name} subheader={contact.company} />
      <CardContent>
        <MuiList dense sx={{ columns: 2 }}>
          {fields.slice(2).map(
            (key) =>
              contact[key] && (
                <ListItem key={key}>
                  <ListItemText primary={contact[key]} secondary={labels[key] ?? contact.label} />
                </ListItem>
              ),
          )}
        </MuiList>
        <Button className="edit" href={`#/edit/${id}`}>
          Edit
        </Button>
        <Button className="dialog-open" onClick={() => setOpen(true)}>
          Call back
        </Button>
      </CardContent>
      <Dialog open={open} onClose={() => setOpen(false)} transitionDuration={0}>
        <DialogTitle>Call back {contact.name}</DialogTitle>
        <DialogContent>
          {contact.city}, {contact.country}: {contact.phone} or {contact.mobile}
        </DialogContent>
        <DialogActions>
          <Button className="dialog-close" onClick={() => setOpen(false)}>
            Close
          </Button>
        </DialogActions>
      </Dialog>
    </Card>
  );
}

function Edit({ id }) {
  const [contact, setContact] = useState(store.of(id));
  const submit = (event) => {
    event.preventDefault();
    store.save(id, contact);
    location.hash = `#/record/${id}`;
  };
  return (
    <Stack component="form" spacing={1.5} onSubmit={submit} sx={{ width: 520 }}>
      {fields.map(
        (key) =>
          (key !== "reference" || contact.label) && (
            <TextField
              key={key}
              size="small"
              label={labels[key] ?? contact.label}
              value={contact[key]}
              multiline={key === "note"}
              minRows={key === "note" ? 2 : undefined}
              onChange={(event) => setContact({ ...contact, [key]: event.target.value })}
            />
          ),
      )}
      <Button className="save" type="submit" variant="contained">
        Save
      </Button>
    </Stack>
  );
}

function Search({ query }) {
  const found = matches(query);
  return (
    <Stack spacing={1}>
      <Autocomplete
        freeSolo
        options={found.map(({ name, phone }) => `${name} ${phone}`)}
        inputValue={query}
        renderInput={(params) => <TextField {...params} label="Search" size="small" />}
      />
      {found.map((contact) => (
        <Card key={contact.id} variant="outlined">
          <CardContent>
            <div>
              {contact.name}, <Hits text={contact.company} query={query} />
            </div>
            <div>
              <Hits text={contact.city} query={query} />, {contact.country}
            </div>
            <div>
              <Hits text={contact.phone} query={query} /> / <Hits text={contact.mobile} query={query} />
            </div>
            {contact.label && <Chip size="small" label={`${contact.label} ${contact.reference}`} />}
          </CardContent>
        </Card>
      ))}
    </Stack>
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
