/** What people read in the desk: its frame, its parts, and the pages that have no file of their own. English (UK). */
import type { Template } from "./mail.en.ts";

const counted = (one: string, other: string) => ({ one, other });

export const deskEn = {
  title: "{page} · ClearDial desk",
  name: "ClearDial",
  skip: "Skip to the content",
  menu: { open: "Open the menu", close: "Close the menu", label: "Desk" },
  signedIn: "{name}, {role}",
  options: "Options",
  nav: {
    overview: "Overview",
    lists: "Lists",
    screening: "Screening",
    "do-not-call": "Do-not-call",
    consents: "Consents",
    dials: "Dials",
    watching: "Watching",
    recordings: "Recordings",
    requests: "Requests",
    policy: "Policy",
    people: "People",
    audit: "Audit",
    mail: "Mail",
  },
  nowhere: {
    title: "There is nothing here",
    text: "The address names no page of the desk, or one that your role does not have.",
    back: "To the overview",
  },
  gate: {
    agent: {
      title: "The desk is for managers",
      text: "Here managers, administrators and compliance officers look after registers, the do-not-call list, the policy and the people. What an agent needs stands on the pages of your CRM and behind ClearDial's button in the toolbar.",
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
    refused: { title: "The server said no" },
    broken: { title: "This page failed", text: "Load it again. If it fails again, tell your administrator." },
  },

  table: {
    more: "Show more",
    rows: counted("{n} row", "{n} rows"),
    rowsSoFar: counted("{n} row so far", "{n} rows so far"),
    sortBy: "Sort by {column}",
    sortAll: "They can be sorted once all are shown.",
    csv: "Download CSV",
    csvBusy: counted("{n} row…", "{n} rows…"),
    csvDone: "Saved as {file}: {rows}.",
    none: "Nothing matches",
    noneText: "Change or clear the filters to see more.",
    clear: "Clear filters",
    filters: "Filters",
  },

  confirm: { yes: "Yes", no: "Cancel", reason: "Reason", reasonNote: "It stands on the audit trail." },
  dialog: { close: "Close" },
  copy: { copy: "Copy", copied: "Copied" },
  date: { any: "Any day", previous: "Previous month", next: "Next month", clear: "Clear" },
  toast: { close: "Dismiss" },
  utc: "{at} UTC",
  never: "never",

  overview: {
    title: "Overview",
    lead: "What needs a person's attention, first things first.",
    fine: "Nothing needs your attention",
    fineText: "The registers are fresh, the policy is reviewed, and everything that was sent has arrived.",
    todo: counted("{n} thing needs attention", "{n} things need attention"),
    registers: "Registers",
    register: {
      dated: "As of {date}, {age}",
      days: counted("{n} day old", "{n} days old"),
      limit: "relied on until it is {days} old",
    },
    todos: {
      stale: {
        title: "{list} is too old to rely on",
        text: "Numbers show as not known until a new copy is loaded.",
        do: "Load a new copy",
      },
      never: {
        title: "{list} was never loaded",
        text: "No number can be screened against it.",
        do: "Load it",
      },
      ageing: {
        title: "{list} wants a new copy",
        text: "It is relied on for {days} more.",
        do: "Load a new copy",
      },
      off: {
        title: "{list} is turned off",
        text: "Calls to numbers on it are not held. The law holds all the same.",
        do: "See the policy",
      },
      review: {
        title: "The policy wants a review",
        text: "It was last reviewed on {date}, and is to be every {months}.",
        do: "Review it",
      },
      neverReviewed: {
        title: "The policy was never reviewed",
        text: "Read it through, set it to your company's, and put a date to it.",
        do: "Review it",
      },
      identity: {
        title: "Who is calling is not set",
        text: "{what} Anybody who asks must be told who called (PECR 2003 reg 24).",
        do: "Set it",
      },
      missing: {
        both: "The company's name is missing, and so is an address or a freephone number.",
        company: "The company's name is missing.",
        contact: "An address or a freephone number is missing.",
      },
      failedMail: {
        title: counted("{n} mail has failed", "{n} mails have failed"),
        text: "They were tried several times and did not go out.",
        do: "See the mail",
      },
      noMail: {
        title: "No mail service is set up",
        text: "Invites must be handed over by hand, and nobody is reminded of anything.",
        do: "See the mail",
      },
      chain: {
        title: "The audit trail does not verify",
        text: "Row {at} is not what it was. Tell whoever is responsible for data protection.",
        do: "See the trail",
      },
      unjoined: {
        title: counted(
          "{n} person was invited and has not joined",
          "{n} people were invited and have not joined",
        ),
        text: "An invite holds for a day.",
        do: "See the people",
      },
    },
    trail: {
      title: "Audit trail",
      last: "Last verified in this browser {when}: {rows} hold.",
      never: "Not verified in this browser yet.",
      broken: "Row {at} does not hold: {why}",
      rows: counted("{n} row", "{n} rows"),
      verify: "Verify now",
      verifying: counted("Verifying: {n} row holds so far", "Verifying: {n} rows hold so far"),
    },
  },

  mail: {
    title: "Mail",
    lead: "What ClearDial sends: invites, reminders, and the daily proof of the audit trail.",
    via: { binding: "Sent by Cloudflare.", http: "Sent by your mail service." },
    none: "No mail service is set up",
    noneText:
      "Reminders wait here until one is: see the server's set-up guide. Invites are not mailed: hand them over yourself.",
    state: { all: "All", waiting: "Waiting", sent: "Sent", failed: "Failed", expired: "Expired" },
    stateLabel: "State",
    columns: {
      template: "What",
      to: "To",
      state: "State",
      tries: "Tries",
      at: "Written",
      sentAt: "Sent",
      error: "What went wrong",
    },
    templates: {
      invite: "Invite",
      "list-age": "Register is ageing",
      "review-due": "Policy review",
      sync: "Fetching of a register",
      budget: "Unusually many numbers",
      "recording-outside": "Recording outside the regions",
      "erasure-failed": "Recording not erased",
      "hold-review": "Hold to look at again",
      "request-received": "Request: confirm the address",
      "request-news": "Request: news for the requester",
      "request-due": "Request: its day comes near",
      head: "Proof of the audit trail",
      turned: "Watched numbers turned",
      "webhook-off": "Webhook turned off",
    } satisfies Record<Template, string>,
    again: "Try again",
    againLabel: "Try again: {what} to {to}",
    againDone: "It waits to be sent again.",
    counts: "{waiting} waiting, {failed} failed",
    empty: "No mail yet",
    emptyText: "Invites and reminders show here.",
  },
};
