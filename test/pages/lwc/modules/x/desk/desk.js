import { LightningElement } from "lwc";

export default class Desk extends LightningElement {
  columns = [
    { label: "Name", fieldName: "name", sortable: true },
    { label: "Phone", fieldName: "phone", type: "phone", sortable: true, editable: true },
    { label: "Note", fieldName: "note" },
  ];
  first = {};
  cards = [];
  fields = [];
  rows = [];
  drafts = [];
  sortedBy;
  sortedDirection = "asc";

  async connectedCallback() {
    const rows = await (await fetch("/rows.json?count=60")).json();
    this.first = rows[0];
    this.cards = rows.slice(1, 9);
    this.fields = rows.slice(9, 13);
    this.rows = rows.slice(13, 43);
  }

  /** Text typed into a field appears at once on the first card. */
  handleField({ detail: { value } }) {
    this.cards = this.cards.map((card, i) => (i === 0 ? { ...card, phone: value } : card));
  }

  handleSort({ detail: { fieldName, sortDirection } }) {
    this.sortedBy = fieldName;
    this.sortedDirection = sortDirection;
    const sign = sortDirection === "asc" ? 1 : -1;
    this.rows = [...this.rows].sort((a, b) => sign * a[fieldName].localeCompare(b[fieldName]));
  }

  handleSave({ detail: { draftValues } }) {
    this.rows = this.rows.map((row) => ({
      ...row,
      ...draftValues.find((d) => String(d.id) === String(row.id)),
    }));
    this.drafts = [];
  }
}
