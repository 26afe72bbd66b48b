// Ant Design: a table with a fixed head, descriptions, a form, and cards for what a search found.
import {
  AutoComplete,
  Button,
  Card,
  Descriptions,
  Form,
  Input,
  Layout,
  Menu,
  Modal,
  Space,
  Table,
  Tag,
} from "antd";
import { useState } from "react";
import { fields, matches, store } from "./app.js";
import { Hits, show, useContacts, useRoute } from "./react-app.js";

const labels = {
  ...{
    name: "Name",
    company: "Company",
    street: "Address",
    city: "City",
    postcode: "Zip code",
    country: "Country",
  },
  ...{ email: "E-mail", phone: "Telephone", mobile: "Phone Number", note: "Remark" },
};
const columns = [
  {
    title: "Name",
    dataIndex: "name",
    sorter: (a, b) => a.name.localeCompare(b.name),
    render: (name, { id }) => <a href={`#/record/${id}`}>{name}</a>,
  },
  { title: "Company", dataIndex: "company" },
  { title: "City", dataIndex: "city", sorter: (a, b) => a.city.localeCompare(b.city) },
  { title: "Country", dataIndex: "country", render: (country) => <Tag>{country}</Tag> },
  { title: "Home phone", colSpan: 2, dataIndex: "phone" },
  { title: "Phone", colSpan: 0, dataIndex: "mobile" },
  { title: "Reference", dataIndex: "reference" },
  { title: "Last note", dataIndex: "note", ellipsis: true },
];

function List() {
  return (
    <Table
      rowKey="id"
      size="small"
      columns={columns}
      dataSource={useContacts()}
      pagination={false}
      scroll={{ y: 700 }}
    />
  );
}

function Record({ id }) {
  const [open, setOpen] = useState(false);
  useContacts();
  const contact = store.of(id);
  const items = fields.map((key) => ({ key, label: labels[key] ?? contact.label, children: contact[key] }));
  return (
    <>
      <Descriptions
        bordered
        title={contact.name}
        column={2}
        items={items.filter(({ children }) => children)}
      />
      <Space>
        <Button className="edit" href={`#/edit/${id}`}>
          Edit
        </Button>
        <Button className="dialog-open" onClick={() => setOpen(true)}>
          Call back
        </Button>
      </Space>
      <Modal
        title={`Call back ${contact.name}`}
        open={open}
        onCancel={() => setOpen(false)}
        destroyOnHidden
        footer={
          <Button className="dialog-close" onClick={() => setOpen(false)}>
            OK
          </Button>
        }
      >
        <p>
          {contact.city}, {contact.country}: {contact.phone} or {contact.mobile}
        </p>
      </Modal>
    </>
  );
}

function Edit({ id }) {
  const contact = store.of(id);
  const finish = (changes) => {
    store.save(id, changes);
    location.hash = `#/record/${id}`;
  };
  const shown = fields.filter((key) => key !== "note" && (key !== "reference" || contact.label));
  return (
    <Form key={id} labelCol={{ span: 4 }} wrapperCol={{ span: 12 }} initialValues={contact} onFinish={finish}>
      {shown.map((key) => (
        <Form.Item key={key} name={key} label={labels[key] ?? contact.label} style={{ marginBottom: 12 }}>
          <Input />
        </Form.Item>
      ))}
      <Form.Item name="note" label={labels.note}>
        <Input.TextArea rows={3} />
      </Form.Item>
      <Button className="save" type="primary" htmlType="submit">
        Save
      </Button>
    </Form>
  );
}

function Search({ query }) {
  const found = matches(query);
  const options = found.map(({ id, name, phone }) => ({ value: `${id}`, label: `${name} ${phone}` }));
  return (
    <>
      <AutoComplete options={options} value={query} style={{ width: 400 }} placeholder="Name, city or phone">
        <Input.Search size="large" />
      </AutoComplete>
      {found.map((contact) => (
        <Card
          key={contact.id}
          size="small"
          title={contact.name}
          extra={<a href={`#/record/${contact.id}`}>More</a>}
        >
          <div>
            <Hits text={`${contact.company}, ${contact.city}, ${contact.country}`} query={query} />
          </div>
          <div>
            Tel. <Hits text={contact.phone} query={query} /> · Mobile{" "}
            <Hits text={contact.mobile} query={query} />
          </div>
          {contact.label && (
            <div>
              {contact.label}: {contact.reference}
            </div>
          )}
        </Card>
      ))}
    </>
  );
}

show(() => {
  const { view, id, query } = useRoute();
  const items = ["list", "search"].map((key) => ({ key, label: <a href={`#/${key}`}>{key}</a> }));
  return (
    <Layout>
      <Layout.Header>
        <Menu theme="dark" mode="horizontal" items={items} selectedKeys={[view]} />
      </Layout.Header>
      <Layout.Content style={{ padding: 16 }}>
        {view === "list" && <List />}
        {view === "record" && <Record id={id} />}
        {view === "edit" && <Edit id={id} />}
        {view === "search" && <Search query={query} />}
      </Layout.Content>
    </Layout>
  );
});
