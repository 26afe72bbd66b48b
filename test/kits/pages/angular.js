// Angular Material and its CDK: rows in a virtual viewport that can be dragged, a list of lines, outlined fields, and a
// table for what a search found. Compiled in the browser, as the bundler knows no templates.
import "@angular/compiler";
import { CdkDrag, CdkDropList, moveItemInArray } from "@angular/cdk/drag-drop";
import { ScrollingModule } from "@angular/cdk/scrolling";
import { ChangeDetectorRef, Component, inject } from "@angular/core";
import { FormsModule } from "@angular/forms";
import { MatButtonModule } from "@angular/material/button";
import { MatCardModule } from "@angular/material/card";
import { MatChipsModule } from "@angular/material/chips";
import { MatDialog, MatDialogModule } from "@angular/material/dialog";
import { MatFormFieldModule } from "@angular/material/form-field";
import { MatInputModule } from "@angular/material/input";
import { MatListModule } from "@angular/material/list";
import { MatTableModule } from "@angular/material/table";
import { bootstrapApplication } from "@angular/platform-browser";
import "@angular/material/prebuilt-themes/azure-blue.css";
import { fields, matches, piecesOf, routeOf, store } from "./app.js";

const labels = {
  ...{ name: "Full name", company: "Company", street: "Address", city: "City", postcode: "Postal Code" },
  ...{ country: "Country", email: "Email", phone: "Phone", mobile: "Mobile phone", note: "Note" },
};
const imports = [
  ...[FormsModule, MatButtonModule, MatCardModule, MatChipsModule, MatDialogModule, MatFormFieldModule],
  ...[MatInputModule, MatListModule, MatTableModule, ScrollingModule, CdkDrag, CdkDropList],
];

let called;
const Dialog = Component({
  selector: "call-back",
  imports: [MatDialogModule, MatButtonModule],
  template: `<h2 mat-dialog-title>Call back {{ contact.name }}</h2>
    <mat-dialog-content>{{ contact.city }}, {{ contact.country }}: {{ contact.phone }} or {{ contact.mobile }}</mat-dialog-content>
    <mat-dialog-actions><button matButton class="dialog-close" mat-dialog-close>Close</button></mat-dialog-actions>`,
})(
  class {
    contact = called;
  },
);

const App = Component({
  selector: "contacts-app",
  imports,
  styles: `
    .viewport { height: 700px } .row, .head { display: flex; align-items: center; height: 36px; border-bottom: 1px solid #ddd }
    .row > span, .head > span { flex: 0 0 150px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
    .row > .wide { flex: 1 1 auto } mat-form-field { width: 420px }`,
  template: `
  @switch (route.view) {
    @case ("list") {
      <div role="table">
        <div class="head" role="row"><span role="columnheader" class="sort" (click)="sort()">Name</span><span role="columnheader">Company</span><span role="columnheader">City</span><span role="columnheader">Country</span><span role="columnheader">Phone</span><span role="columnheader">Mobile</span><span role="columnheader">Reference</span><span role="columnheader">Note</span></div>
        <cdk-virtual-scroll-viewport itemSize="36" class="viewport" cdkDropList (cdkDropListDropped)="drop($event)">
          <div *cdkVirtualFor="let contact of contacts" class="row" role="row" cdkDrag>
            <span role="cell"><a [href]="'#/record/' + contact.id">{{ contact.name }}</a></span><span role="cell">{{ contact.company }}</span><span role="cell">{{ contact.city }}</span><span role="cell">{{ contact.country }}</span><span role="cell">{{ contact.phone }}</span><span role="cell">{{ contact.mobile }}</span><span role="cell">{{ contact.reference }}</span><span role="cell" class="wide">{{ contact.note }}</span>
          </div>
        </cdk-virtual-scroll-viewport>
      </div>
    }
    @case ("record") {
      <mat-card><mat-card-header><mat-card-title>{{ contact.name }}</mat-card-title><mat-card-subtitle>{{ contact.company }}</mat-card-subtitle></mat-card-header>
        <mat-card-content><mat-list>
          @for (key of shown(); track key) {
            <mat-list-item><span matListItemTitle>{{ labelOf(key) }}</span><span matListItemLine>{{ contact[key] }}</span></mat-list-item>
          }
        </mat-list></mat-card-content>
        <mat-card-actions><button matButton class="dialog-open" (click)="open()">Call back</button></mat-card-actions>
      </mat-card>
    }
    @case ("edit") {
      <form (ngSubmit)="save()">
        @for (key of formed(); track key) {
          <div><mat-form-field appearance="outline" subscriptSizing="dynamic"><mat-label>{{ labelOf(key) }}</mat-label>
            @if (key === "note") { <textarea matInput [name]="key" [(ngModel)]="form[key]"></textarea> }
            @else { <input matInput [name]="key" [(ngModel)]="form[key]"> }
          </mat-form-field></div>
        }
        <button matButton="filled" class="save">Save</button>
      </form>
    }
    @case ("search") {
      <mat-form-field><mat-label>Search</mat-label><input matInput name="q" [value]="route.query"></mat-form-field>
      <table mat-table [dataSource]="found">
        @for (key of columns; track key) {
          <ng-container [matColumnDef]="key">
            <th mat-header-cell *matHeaderCellDef>{{ labels[key] ?? "Reference" }}</th>
            <td mat-cell *matCellDef="let contact">@for (piece of pieces(contact[key]); track $index; let odd = $odd) {@if (odd) {<mark>{{ piece }}</mark>} @else {<ng-container>{{ piece }}</ng-container>}}
              @if (key === "reference" && contact.label) { <mat-chip>{{ contact.label }}</mat-chip> }</td>
          </ng-container>
        }
        <tr mat-header-row *matHeaderRowDef="columns"></tr><tr mat-row *matRowDef="let row; columns: columns"></tr>
      </table>
    }
  }`,
})(
  class {
    labels = labels;
    columns = ["name", "company", "city", "country", "phone", "mobile", "reference"];
    contacts = store.all();
    form = {};
    found = [];
    dialog = inject(MatDialog);
    detector = inject(ChangeDetectorRef);
    constructor() {
      addEventListener("hashchange", () => this.routed());
      this.routed();
    }
    routed() {
      this.route = routeOf(location.hash);
      const { view, id, query } = this.route;
      this.contact = store.of(id);
      if (view === "list") this.contacts = [...store.all()];
      if (view === "edit") this.form = { ...this.contact };
      if (view === "search") this.found = matches(query);
      this.detector.markForCheck();
    }
    labelOf(key) {
      return labels[key] ?? this.contact.label;
    }
    shown() {
      return fields.slice(2).filter((key) => this.contact[key]);
    }
    formed() {
      return fields.filter((key) => key !== "reference" || this.contact.label);
    }
    pieces(text) {
      return piecesOf(text, this.route.query);
    }
    open() {
      called = this.contact;
      this.dialog.open(Dialog);
    }
    save() {
      store.save(this.contact.id, { ...this.form });
      location.hash = `#/record/${this.contact.id}`;
    }
    sort() {
      this.contacts = this.contacts.toReversed();
    }
    drop({ previousIndex, currentIndex }) {
      this.contacts = [...this.contacts];
      moveItemInArray(this.contacts, previousIndex, currentIndex);
    }
  },
);

document.getElementById("root").append(document.createElement("contacts-app"));
await bootstrapApplication(App);
