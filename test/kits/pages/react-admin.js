// react-admin: its own routes, lists, shows and forms, over data in the page.
import {
  Admin,
  Datagrid,
  Edit,
  List,
  Resource,
  SearchInput,
  Show,
  SimpleForm,
  SimpleShowLayout,
  TextField,
  TextInput,
  useRecordContext,
} from "react-admin";
import fakeDataProvider from "ra-data-fakerest";
import { contacts } from "../contacts.ts";
import { show } from "./react-app.js";

const data = fakeDataProvider({ contacts: structuredClone(contacts) }, false, 0);

const Contacts = () => (
  <List filters={[<SearchInput key="q" source="q" alwaysOn />]} perPage={50} exporter={false}>
    <Datagrid rowClick="show" size="small">
      <TextField source="name" />
      <TextField source="company" />
      <TextField source="city" />
      <TextField source="country" />
      <TextField source="phone" label="Phone number" />
      <TextField source="mobile" />
      <TextField source="reference" />
      <TextField source="note" />
    </Datagrid>
  </List>
);
/** What only some contacts have, under the name that it has there. */
function Reference({ as: As }) {
  const contact = useRecordContext();
  return contact?.label ? <As source="reference" label={contact.label} /> : null;
}
const Contact = () => (
  <Show>
    <SimpleShowLayout>
      {["name", "company", "street", "city", "postcode", "country", "email", "phone", "mobile", "note"].map(
        (source) => (
          <TextField key={source} source={source} />
        ),
      )}
      <Reference as={LabelledText} />
    </SimpleShowLayout>
  </Show>
);
function LabelledText({ label, source }) {
  return (
    <div className="ra-field">
      <span style={{ display: "block", fontSize: 12, color: "#666" }}>{label}</span>
      <TextField source={source} />
    </div>
  );
}
const Form = () => (
  <Edit mutationMode="pessimistic">
    <SimpleForm>
      {["name", "company", "street", "city", "postcode", "country", "email", "phone", "mobile"].map(
        (source) => (
          <TextInput key={source} source={source} />
        ),
      )}
      <Reference as={TextInput} />
      <TextInput source="note" multiline />
    </SimpleForm>
  </Edit>
);

show(() => (
  <Admin dataProvider={data} disableTelemetry>
    <Resource name="contacts" list={Contacts} show={Contact} edit={Form} recordRepresentation="name" />
  </Admin>
));
