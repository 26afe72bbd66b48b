/** The frame of the desk, and what all of its pages share. English (UK). */

import { counted } from "./language.ts";

export const deskEn = {
  title: "{page} · ClearDial desk",
  name: "ClearDial",
  skip: "Skip to the content",
  menu: { open: "Open the menu", close: "Close the menu", label: "Desk" },
  signedIn: "{name}, {role}",
  options: "Options",
  nav: {
    overview: "Overview",
    check: "Check a number",
    lists: "Lists",
    screening: "Screening",
    "do-not-call": "Do-not-call",
    consents: "Consents",
    dials: "Dials",
    watching: "Watching",
    calls: "Calls",
    recordings: "Recordings",
    reports: "Reports",
    requests: "Requests",
    connectors: "Connectors",
    policy: "Policy",
    people: "People",
    audit: "Audit",
    proof: "Proof",
    mail: "Mail",
    work: "Work",
  },
  nowhere: {
    title: "There is nothing here",
    text: "The address names no page of the desk, or one that your role does not have.",
    back: "To the overview",
  },
  gate: {
    agent: {
      title: "The desk is for managers",
      text: "Here managers, administrators and compliance officers look after registers, the do-not-call list, the policy and the people. What an agent needs is on the pages of your CRM and behind ClearDial's button in the toolbar.",
      back: "To ClearDial's options",
    },
    out: {
      title: "ClearDial is not connected",
      text: "This browser is not signed in to your company's server, so there is nothing to show yet.",
      connect: "Connect…",
    },
  },

  state: {
    loading: "Loading",
    again: "Try again",
    offline: {
      title: "ClearDial's server cannot be reached",
      text: "Check your connection. Nothing that you saved is lost.",
    },
    busy: {
      title: "Too much was asked of ClearDial's server",
      text: "Try again in a minute. Nothing that you saved is lost.",
    },
    "signed-out": {
      title: "You are signed out",
      text: "Your access was ended, or not used for a long time. Ask your administrator for a new invite.",
      connect: "Enter an invite…",
    },
    "not-joined": { title: "ClearDial is not connected", text: "Connect this browser in the options first." },
    "too-old": {
      title: "This version of ClearDial is too old for your company's server",
      text: "Open chrome://extensions and press Update, then load this page again.",
    },
    refused: { title: "That did not work" },
    broken: { title: "This page failed", text: "Load it again. If it fails again, tell your administrator." },
  },

  table: {
    more: "Show more",
    rows: counted("{n} row", "{n} rows"),
    rowsSoFar: counted("{n} row so far", "{n} rows so far"),
    sortBy: "Sort by {column}",
    sortAll: "They can be sorted once all are shown.",
    zone: "Times are by this device’s clock ({zone}); pointing at one shows it in UTC.",
    csv: "Download CSV",
    csvBusy: counted("{n} row…", "{n} rows…"),
    csvDone: "Saved as {file}: {rows}.",
    none: "Nothing matches",
    noneText: "Change or clear the filters to see more.",
    clear: "Clear filters",
    filters: "Filters",
  },

  form: {
    missing: "Fill this in.",
    choose: "Choose one.",
    email: "Write an e-mail address, as name@example.com.",
    address: "Write a whole address, as https://example.com.",
  },
  confirm: { yes: "Yes", no: "Cancel", reason: "Reason", reasonNote: "It is recorded in the audit trail." },
  picks: { all: "Pick all that are shown", none: "Pick none" },
  each: {
    refused: "{name}: {why}",
    left: counted("{n} was left out. {shown}", "{n} were left out. {shown}"),
  },
  lines: { progress: "{done} of {all}", stop: "Stop" },
  dialog: { close: "Close" },
  copy: { copy: "Copy", copied: "Copied" },
  date: {
    any: "Any day",
    previous: "Previous month",
    next: "Next month",
    clear: "Clear",
    form: "26/11/2026",
    wrong: "“{text}” is no day that can be chosen here. Write it as 26/11/2026.",
  },
  toast: { close: "Dismiss", undo: "Undo", undone: "Undone." },
  utc: "{at} UTC",
  never: "never",
};
