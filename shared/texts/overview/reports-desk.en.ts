/** What people read on the desk's reports beside the reports themselves (reports.en.ts). English (UK). */

export const reportsDeskEn = {
  lead: "Figures of a period that others ask for: each as a table and a chart, as CSV, and as a page to print that says what it was made from. Who made which is on the trail.",
  tabs: {
    misuse: "Persistent misuse",
    presented: "Presentation numbers",
    hours: "Hours",
    overrides: "Overrides",
    consents: "Consents about to end",
    refusals: "Refusals",
    announced: "Announcements",
  },
  from: "From",
  to: "To",
  csv: "CSV",
  page: "Page to print",
  summary: "{title}. Bars: {n}.",
  cut: "There are more rows than a report has. Choose fewer days.",
};

export const announcedEn = {
  lead: "Draw a few recordings that are said to be announced, at random, and hear the first fifteen seconds of each. A draw is on record before you hear it, and each recording is drawn once.",
  from: "Calls from",
  to: "To",
  order: "This day is before the first one.",
  count: "How many",
  draw: "Draw",
  drew: "Drawn: {n}.",
  none: "There is no further recording to draw in these days.",
  waiting: "To be heard",
  call: "Call of",
  purpose: "Purpose",
  hear: "Hear the first 15 seconds",
  question: "Were they told that the call is recorded?",
  heards: { yes: "Yes", no: "No", unclear: "Cannot be told" },
  said: "Noted.",
};
