/** Records in the slots of components, in the shape of record-layouts.ts, and lines in notes or named by a word alone. */
import type { Layout } from "./record-layouts.ts";

const root = (html: string, mode = "open") => `<template shadowrootmode=${mode}>${html}</template>`;
const card = (html: string, mode?: string) =>
  `<x-card>${root("<div><header><slot name=header></slot></header><div><slot></slot></div></div>", mode)}${html}</x-card>`;
/** Two boxes beside each other. */
const split = (html: string) =>
  `<x-split>${root("<div><slot name=start></slot></div><div><slot name=end></slot></div>")}${html}</x-split>`;
const field = (name: string, value: string) =>
  `<div class=f><span>${name}</span> <span>${value}</span></div>`;
const fields = (...all: [string, string][]) =>
  `<section>${all.map(([n, v]) => field(n, v)).join("")}</section>`;
const mail: [string, string] = ["Email", "a@b.example"];
const tag = (text: string) => `<x-tag>${root("<b><slot></slot></b>")}${text}</x-tag>`;
const named = (name: string, value: string) =>
  `<x-field>${root("<label><slot name=label></slot></label><slot></slot>")}<span slot=label>${name}</span>${value}</x-field>`;
const person = (component: string) => `<section><b>Ann</b><p>N#</p>${component}</section>`;
const more = (html: string, shown: string) => `<x-more>${root(html)}${shown}</x-more>`;
/** Hands on what it is given. */
const outer = (html: string) => `<x-outer>${root(more(html, "<slot></slot>"))}USA</x-outer>`;
const NO_HEIGHT = "height:0;overflow:hidden";
/** A person called as a country, whose lines the number may be of. */
const jordan = (number: string, html: string) =>
  `<x-labelled>${root(`${html}<div><slot></slot></div>`)}<span slot=country>USA</span><b>Jordan</b><p>${number}</p></x-labelled>`;

let last = 4155557000;
const told = (digits: string) => digits.replace(/^(...)(...)/, "+1 $1 $2 ");
/** Numbers of the USA, each another; `N#` stands for one. */
const inCases = (all: Record<string, string>, isTold: boolean): Layout[] =>
  Object.entries(all).map(([name, html]) => {
    const page = html.replace(/N#/g, () => String(last++));
    const numbers = page.match(/\b41555\d{5}\b/g)!;
    return [name, page, Object.fromEntries(numbers.map((digits) => [digits, isTold ? told(digits) : null]))];
  });

export const slots: readonly Layout[] = [
  ...inCases(
    {
      "fields in a card's slot": card(
        `<strong slot=header>Ann</strong>${field("City", "Austin")}${field("Country", "USA")}${field("Phone", "N#")}`,
      ),
      "cards of a search": ["Ann", "Jo"]
        .map((name) =>
          card(
            `<div slot=header>${name}</div><div>Acme, Austin, USA</div><div>Phone <mark>N#</mark></div><div>EIN 04-5550123</div>`,
          ),
        )
        .join(""),
      "a card with a closed root": card(
        `<b slot=header>Ann</b>${field("Country", "USA")}${field("Phone", "N#")}`,
        "closed",
      ),
      "a country in a component of a row": `<table><tr><td>Ann<td>N#<td>${tag("USA")}<tr><td>Jo<td>-<td>${tag("Spain")}</table>`,
      "fields that are components": `<section><b>Ann</b>${named("Country", "USA")}${named("Phone", "N#")}</section>`,
      "a card in a page of slots": `<x-page>${root("<div><slot></slot></div>")}<section>${card(`${field("Phone", "N#")}${field("Country", "USA")}`)}</section></x-page>`,
      "a slot that is handed on": `<x-outer>${root(card("<slot></slot>"))}${field("Phone", "N#")}${field("Country", "USA")}</x-outer>`,
      "a text that is handed on": person(outer("<div><slot></slot></div>")),
      "a text in a slot with a box": person(more("<slot style=display:block></slot>", "USA")),
      "a form with a field that is called as a member": `<form><input name=assignedSlot>${field("Country", "USA")}${field("Phone", "N#")}</form>`,
      "a business line beside a reference in a card": `<div class=c><div><b>Ann</b></div><div><span>Acme · Austin · USA</span></div><span class=t>Business N#, mobile N#</span><span class=t>EIN 04-5550123</span></div>`,
      "a line in a note": fields(["Country", "USA"], mail, ["Description", "Växel N#"]),
      "a line in a note, with its hours": fields(["Country", "USA"], mail, [
        "Description",
        "Front desk N# until 17:30",
      ]),
      "a line in a note's row, with its hours": `<ul>${[["Country", "USA"], mail, ["Notes", "Front desk N#, Mon-Fri 9am-5pm"]].map(([n, v]) => `<li><div>${n}</div><div>${v}</div></li>`).join("")}</ul>`,
      "a line in a note's row": `<ul>${[["Country", "USA"], mail, ["Notes", "Durchwahl N#"]].map(([n, v]) => `<li><div>${n}</div><div>${v}</div></li>`).join("")}</ul>`,
    },
    true,
  ),
  ...inCases(
    {
      "two people in two slots": split(
        `<div slot=start><b>Ann</b><p>N#</p></div><div slot=end><b>Jo</b><p>USA</p></div>`,
      ),
      "two slots without names": split(`<p slot=start>N#</p><p slot=end>USA</p>`),
      "two slots with fields": split(
        `<div slot=start>${field("Phone", "N#")}</div><div slot=end>${field("Country", "USA")}</div>`,
      ),
      "slots that take turns": split(
        `<b slot=start>Ann</b><i slot=end>Jo</i><b slot=start>N#</b><i slot=end>USA</i>`,
      ),
      "a country above a card's fields": card(`<b slot=header>USA</b>${field("Phone", "N#")}`),
      "a flag in another slot": split(`<p slot=start>N#</p><p slot=end><i class="flag flag-us"></i></p>`),
      "a country in a slot that is not shown": card(`${field("Phone", "N#")}<p slot=gone>USA</p>`),
      "two slots behind a number": `<section><p>Phone N#</p>${split("<p slot=start>N#</p><p slot=end>USA</p>")}</section>`,
      "a country in a part of a component that is shut": ["USA", "<i>USA</i>"]
        .map((text) => person(more(`<div style="${NO_HEIGHT}"><slot></slot></div>`, text)))
        .join(""),
      "a country in a component that does not show it": person(
        more("<div style=opacity:0><slot></slot></div>", "USA"),
      ),
      "a country that is handed on to a part that is shut": person(
        outer(`<div style="${NO_HEIGHT}"><slot></slot></div>`),
      ),
      "a country that is handed on to what does not show it": person(
        outer("<div style=opacity:0><slot></slot></div>"),
      ),
      "a country in a slot that is shut": person(
        more(`<slot style="display:block;${NO_HEIGHT}"></slot>`, "USA"),
      ),
      "a country in a slot that hides it": person(more("<slot style=visibility:hidden></slot>", "USA")),
      "two slots that are handed on": `<x-outer>${root(split("<slot name=a slot=start></slot><slot name=b slot=end></slot>"))}<p slot=a>N#</p><p slot=b>USA</p></x-outer>`,
      "two people in one slot": card(`<h4>Ann</h4><p>N#</p><h4>Jo</h4><p>USA</p>`),
      "two cards in one": card(
        `${card(`<b slot=header>Ann</b>${field("Phone", "N#")}`)}${card(`<b slot=header>Jo</b>${field("Country", "USA")}`)}`,
      ),
      "a card for each person": `${card(`<b slot=header>Ann</b>${field("Phone", "N#")}`)}${card(`<b slot=header>Jo</b>${field("Country", "USA")}`)}`,
      "an assistant's phone in a card": card(
        `<b slot=header>Ann</b>${field("Country", "USA")}${field("Assistant phone", "N#")}`,
      ),
      "billed and shipped in a card": card(
        `${field("Billing phone", "N#")}${field("Shipping country", "USA")}`,
      ),
      "an owner between in a card": card(
        `${field("Phone", "N#")}${field("Owner", "Jo Miller")}${field("Country", "USA")}`,
      ),
      "an owner's component between": `<section>${named("Phone", "N#")}${named("Owner", "Jo Miller")}${named("Country", "USA")}</section>`,
      "a code of a state in a card": card(
        `<b slot=header>Ann</b>${field("Location", "CA")}${field("Phone", "N#")}`,
      ),
      "a code of a state in a component": `<table><tr><td>Ann<td>N#<td>${tag("IN")}<tr><td>Jo<td>N#<td>${tag("DE")}</table>`,
      "the number in a component, a country in its slot": `<x-n>${root("<p>N#</p><section><b>Jo</b><slot></slot></section>")}<i>USA</i></x-n>`,
      "a business line beside a person": `<div><p class=c>Business N#</p><p class=c><b>Jo</b> <i>USA</i></p></div>`,
      "business lines of two people": `<div><div class=c><b>Ann</b><i>Business N#</i></div><div class=c><b>Jo</b><i>USA</i></div></div>`,
      "a person in a note": fields(["Country", "USA"], mail, ["Description", "Husband Jo N#"]),
      "a person behind a note's line": fields(["Country", "USA"], mail, ["Description", "Zentrale N# (Jo)"]),
      "a person behind a note's hours": fields(["Country", "USA"], mail, [
        "Description",
        "Front desk N# until 17:30 (Jo)",
      ]),
      "a note of each of two people": fields(["Note", "Phone N#"], ["Note", "Jo, USA"]),
      "a note by itself before a person": `<div><p class=c>Note</p><p class=c>N#</p><p class=c><b>Jo</b> <i>USA</i></p></div>`,
      "a note's name in a row of cells": `<table><tr><td>Note<td>Jo N#<td>Office<tr><td>USA<td>-<td>-</table>`,
      "a name that says which": `<div><p class=c>Best N#</p><p class=c>Jo, USA</p></div>`,
    },
    false,
  ),
  [
    "a label of another slot",
    jordan("0790123456", "<div>Country: <slot name=country></slot></div>"),
    { "0790123456": null },
  ],
  [
    "a heading of another slot",
    jordan("0790123457", "<h4>Country</h4><slot name=country></slot>"),
    { "0790123457": null },
  ],
];
