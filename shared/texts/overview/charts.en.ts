/** What people read on and around the desk's charts, and in the overview's figures. English (UK). */
import { counted } from "../language.ts";

export const chartEn = {
  asTable: "As a table",
  table: "{title}: the table",
  none: "–",
};

/** Reasons as a chart names them: two or three words. Registers have their own names. */
export const shortReasons: Record<string, string> = {
  canary: "Test number",
  objection: "Objection",
  house: "Our own list",
  "needs-consent": "No consent",
  "withheld-caller-id": "Number hidden",
  "not-our-number": "Not our number",
  "nobody-to-ask": "Nobody to ask",
  "not-screened": "Never screened",
  "stale-list": "List too old",
  "no-register": "No register",
  "country-unclear": "Country unclear",
  offline: "Server away",
  "signed-out": "Signed out",
  "not-a-number": "Not a number",
  "two-numbers": "Two numbers",
  "out-of-hours": "Out of hours",
  holiday: "Holiday",
  consent: "Consent",
  grace: "Days of grace",
};

export const figuresEn = {
  title: "Figures",
  period: "Period",
  days: { 7: "7 days", 30: "30 days", 90: "90 days" },
  day: "Day",
  calls: {
    title: "Calls by day",
    summary: "{passed} let through, {held} held, {overridden} overridden, {from} to {to}.",
    passed: "let through",
    held: "held",
    overridden: "overridden",
    empty: "No call in this time",
    emptyText: "Calls show here once somebody dials on a page that ClearDial watches.",
  },
  reasons: {
    title: "Why calls were held",
    summary: "The most by: {most} ({n}).",
    along: "Reason",
    calls: "calls",
    empty: "No call was held",
    emptyText: "In this time no call met a bar.",
  },
  ages: {
    title: "Age of the registers",
    summary: "In days. At the end: {now}.",
    now: counted("{list} {n} day", "{list} {n} days"),
    never: "{list} none in force",
    none: "none",
    limit: "relied on up to {days} days",
    gap: "{list} was too old, or not loaded, from {from} to {to}.",
    empty: "No register was in force",
    emptyText: "Load the registers under Lists.",
  },
  requests: {
    title: "Open requests by days left",
    summary: counted(
      "{n} request whose time runs, {late} overdue.",
      "{n} requests whose time runs, {late} overdue.",
    ),
    along: "Days left",
    open: "requests",
    late: "overdue",
    empty: "No request waits for a decision",
    emptyText: "Requests show here from the day on which they come.",
  },
};
