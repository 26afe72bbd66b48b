import type { Campaign } from "../../policy/policy.ts";

/** The popup, and the texts that it shares with our other small pages, in English (United Kingdom). */
import { counted } from "../language.ts";

export const popupEn = {
  name: "ClearDial",
  popupTitle: "ClearDial",
  openOptions: "Options",
  openDesk: "Desk",
  loading: "One moment…",
  failed: "ClearDial did not answer. Close this and open it again.",
  setByAdmin: "Set by your administrator.",
  signedInAs: "Signed in as {name}, {role}",
  signedInAt: "Signed in as {name}, {role}, {company}",

  notJoined: "ClearDial is not connected to your company's server yet, so it cannot check any number.",
  connect: "Connect…",

  trouble: {
    offline: {
      what: "ClearDial's server cannot be reached.",
      todo: "Numbers show as not known until it answers. Check your connection; if it is fine, tell your administrator.",
      button: "Try again",
    },
    busy: {
      what: "You asked more of ClearDial's server than it answers at once.",
      todo: "Numbers that it has not answered show as not known. It goes on by itself, within an hour.",
      button: "Try again",
    },
    "signed-out": {
      what: "You are signed out.",
      todo: "Your access was ended, or not used for a long time. Sign in again, or ask your administrator for a new invite.",
      button: "Sign in again…",
    },
    "too-old": {
      what: "This version of ClearDial is too old for your company's server.",
      todo: "Update it: open chrome://extensions and press Update. Numbers show as not known until then.",
      button: "Try again",
    },
  },
  /** Instead of the server, where the browser has none. */
  noNetwork: "This computer has no network.",
  stillNoAnswer: "Still no answer.",

  site: {
    on: "On for {site}",
    off: "Off for {site}",
    offNote: "Nothing of ClearDial runs on this site.",
    closed: "Chrome lets no extension run on this page. Open your CRM to turn ClearDial on for it.",
    refused: "Chrome did not grant access, so nothing was changed.",
    frames: counted("{n} frame is not covered", "{n} frames are not covered"),
    framesNote: "They belong to {origins}. Numbers in them are not checked.",
    cover: "Cover them too",
  },

  /** The company's sites that are not on yet. */
  offered: {
    title: "Your company's sites",
    text: "Your company uses ClearDial on {sites}.",
    frames: "Their pages hold frames of {sites}: Chrome asks for those with them.",
    button: "Turn on for your company's sites",
  },

  purpose: {
    label: "My calls are for",
    unsaid: "not said: by the strictest rules",
    hint: "Some kinds need consent first, whatever the registers say.",
    kinds: {
      general: "general sales calls",
      automated: "automated calls",
      "claims-management": "claims management",
      pensions: "pensions",
    } satisfies Record<Campaign, string>,
  },

  countsTitle: "On this page",
  counts: { clear: "no bar found", caution: "read first", blocked: "do not call", unknown: "not known" },
  countsGo: "{n} {verdict}: show the next",
  countsShow: "Show the next one on the page",
  countsAt: "{n} of {of}: {verdict}",
  countsGone: "It is no longer on the page.",
  countsNone: "No telephone number found on this page yet.",

  check: {
    label: "Check a number",
    hint: "In any form, several too",
    button: "Check",
    busy: "Checking…",
    empty: "Type a number first.",
    results: counted("{n} number checked", "{n} numbers checked"),
    readAs: "Could be {numbers}",
    unread: "“{text}”",
  },

  /** Asked of a selected text, or in the address bar. */
  anywhere: {
    menu: "Can I call this number?",
    omnibox: "Type a number: may it be called?",
  },

  lists: {
    title: "Registers",
    never: "never loaded",
    lookup: "by lookup",
    lookupNote: "each number is asked for, and is not known until there is an answer",
    dated: "{date}, {age}",
    today: "today's",
    age: counted("{n} day old", "{n} days old"),
    numbers: counted("{n} number", "{n} numbers"),
    fine: "up to date",
    ageing: "ask your administrator for a newer list",
    stale: "too old to rely on: numbers show as not known",
    neverNote: "numbers cannot be screened against it",
    none: "No register is set up.",
    waiting: "Not known until the server answers.",
    old: {
      ageing: "{list} needs a newer copy: this one is relied on for {days} more.",
      stale: "{list} is too old to rely on: its numbers show as not known.",
      days: counted("{n} day", "{n} days"),
      ask: "Ask your administrator for a newer list.",
      load: "Load the newest file of the register.",
      button: "Load a new copy…",
    },
  },
};
