// Element Plus, of Vue: a table with a fixed head and column, descriptions, a form with labels above, and a search.
import ElementPlus from "element-plus";
import "element-plus/dist/index.css";
import { createApp, reactive } from "vue";
import { fields, matches, piecesOf, routeOf, store } from "./app.js";

const labels = {
  ...{
    name: "Username",
    company: "Company",
    street: "Address",
    city: "City",
    postcode: "Zip",
    country: "Place",
  },
  ...{ email: "Email", phone: "Telephone", mobile: "Mobile", note: "Remarks" },
};
const state = reactive({ route: routeOf(location.hash), contacts: store.all(), form: {}, open: false });
function routed() {
  state.route = routeOf(location.hash);
  state.open = false;
  if (state.route.view === "edit") state.form = { ...store.of(state.route.id) };
}
addEventListener("hashchange", routed);
routed();
store.subscribe(() => (state.contacts = store.all()));

const Hits = {
  props: ["text", "query"],
  computed: {
    pieces() {
      return piecesOf(this.text, this.query);
    },
  },
  template: `<template v-for="(piece, i) of pieces"><mark v-if="i % 2">{{ piece }}</mark><template v-else>{{ piece }}</template></template>`,
};

createApp({
  components: { Hits },
  data: () => ({ state, labels, fields }),
  computed: {
    contact() {
      void this.state.contacts;
      return store.of(this.state.route.id);
    },
    found() {
      return this.state.route.view === "search" ? matches(this.state.route.query) : [];
    },
  },
  methods: {
    labelOf(key) {
      return labels[key] ?? this.contact.label;
    },
    save() {
      store.save(this.state.form.id, { ...this.state.form });
      location.hash = `#/record/${this.state.form.id}`;
    },
  },
  template: `
  <el-container><el-main>
    <el-table v-if="state.route.view === 'list'" :data="state.contacts" height="740" row-key="id" size="small" border stripe>
      <el-table-column prop="name" label="Name" sortable fixed width="130" />
      <el-table-column prop="company" label="Company" width="150" />
      <el-table-column prop="city" label="City" sortable width="120" />
      <el-table-column prop="country" label="Country" width="120"><template #default="{ row }"><el-tag size="small">{{ row.country }}</el-tag></template></el-table-column>
      <el-table-column label="Contact">
        <el-table-column prop="phone" label="Telephone" width="160" />
        <el-table-column prop="mobile" label="Mobile" width="160" />
      </el-table-column>
      <el-table-column prop="reference" label="Reference" width="190" />
      <el-table-column prop="note" label="Remarks" min-width="220" show-overflow-tooltip />
    </el-table>
    <template v-if="state.route.view === 'record'">
      <el-descriptions :title="contact.name" :column="3" border size="small">
        <template v-for="key of fields" :key="key">
          <el-descriptions-item v-if="contact[key]" :label="labelOf(key)">{{ contact[key] }}</el-descriptions-item>
        </template>
      </el-descriptions>
      <el-button class="dialog-open" @click="state.open = true">Call back</el-button>
      <el-dialog v-model="state.open" :title="'Call back ' + contact.name" destroy-on-close>
        <p>{{ contact.city }}, {{ contact.country }}: {{ contact.phone }} or {{ contact.mobile }}</p>
        <template #footer><el-button class="dialog-close" @click="state.open = false">Close</el-button></template>
      </el-dialog>
    </template>
    <el-form v-if="state.route.view === 'edit'" :model="state.form" label-position="top" style="max-width: 520px" size="small">
      <template v-for="key of fields" :key="key">
        <el-form-item v-if="key !== 'reference' || contact.label" :label="labelOf(key)">
          <el-input v-model="state.form[key]" :type="key === 'note' ? 'textarea' : 'text'" clearable />
        </el-form-item>
      </template>
      <el-button class="save" type="primary" @click="save">Save</el-button>
    </el-form>
    <template v-if="state.route.view === 'search'">
      <el-input :model-value="state.route.query" placeholder="Search" />
      <el-card v-for="contact of found" :key="contact.id" shadow="never">
        <template #header>{{ contact.name }}</template>
        <div><Hits :text="contact.company + ', ' + contact.city + ', ' + contact.country" :query="state.route.query" /></div>
        <div>Telephone: <Hits :text="contact.phone" :query="state.route.query" /></div>
        <div>Mobile: <Hits :text="contact.mobile" :query="state.route.query" /></div>
        <div v-if="contact.label">{{ contact.label }}: {{ contact.reference }}</div>
      </el-card>
    </template>
  </el-main></el-container>`,
})
  .use(ElementPlus)
  .mount("#root");
