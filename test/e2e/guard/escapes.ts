/** Rows of the matrix that do not end as the verdict says, each with its reason. */
import type { Cell } from "./matrix/axes.ts";
import { type Context, contexts } from "./routes.ts";

export interface Exception {
  routes: readonly string[];
  contexts: readonly Context[];
  why: string;
}

/** Documents without an origin. */
const sandboxed = ["opaque", "srcdoc"] as const;

/** Rows that never dial there, whatever their number: the browser refuses them, with or without us, or we do. */
export const refused: readonly Exception[] = [
  {
    routes: ["requestSubmit", "submit", "a form's button", "a button with an action of its own"],
    contexts: sandboxed,
    why: "a sandbox without allow-forms sends no form",
  },
  {
    routes: [
      "a link to a script",
      "a blank frame's own open",
      "a link of a blank frame",
      "a loaded window's location",
    ],
    contexts: sandboxed,
    why: "every other document has another origin than this one",
  },
  {
    routes: ["a refresh in the page"],
    contexts: ["closed"],
    why: "a meta element counts in the document alone",
  },
  {
    routes: ["property", "attribute", "a node", "markup", "a document"].map(
      (by) => `a frame whose document gets a base later, by ${by}`,
    ),
    contexts: ["top"],
    why: "no document gets a base that dials",
  },
  {
    routes: ["a form's field that a root sets at the last event, which ends there"],
    contexts: ["top"],
    why: "what is sent is what was judged, which was nothing",
  },
  {
    routes: ["a popover", "a popover, as an input", "a dialog", "by a command of its own"].flatMap((what) => [
      `a link whose button shows something that changes it: ${what}`,
      `click() on a link's button that shows something that changes it: ${what}`,
    ]),
    contexts: ["top"],
    why: "a button in a link that shows something does neither: nobody could look at the link after that",
  },
  {
    routes: ["a link that is being edited, by click", "a link that is being edited, by control"],
    contexts: ["top"],
    why: "a link that is being edited opens nothing by a click",
  },
];

/**
 * Dials that no page script can hold; the test shows that they dial. Scripts of a page, ours among them, hear of a
 * navigation by its click, its form, a method that can be wrapped, or the navigate event; `location` is
 * [LegacyUnforgeable] and cannot be wrapped.
 */
export const escapes: readonly Exception[] = [
  {
    routes: [
      "a blank window's location, at once",
      "a blank window's location, later",
      "an empty window's location, at once",
      "the window of a frame, at once",
    ],
    contexts,
    why: "a window's first, empty document has no navigate event (HTML, 7.2.7), nor after a document.open",
  },
  {
    routes: ["the window of a frame of another site"],
    contexts,
    why: "a window is told of no navigation that another origin began",
  },
  {
    routes: ["top.location"],
    contexts: ["other", ...sandboxed],
    why: "a window is told of no navigation that another origin began",
  },
  {
    routes: ["an answer with a frame, in a frame"],
    contexts,
    why: "a frame in the page's HTML is on its way before a script runs in it",
  },
  {
    routes: ["a frame in a document that a script's address makes"],
    contexts: ["top"],
    why: "what the script answers is HTML that the browser reads by itself",
  },
  {
    routes: [
      "another window's natives: a frame's that is named before anything of it is",
      "another window's natives: a frame's that is named by its own name before anything of it is",
      "another window's natives: a window's that is not loaded yet",
    ],
    contexts: ["top"],
    why: "a window's first, empty document runs no script of ours where another is on its way, and a window's frames by number or name cannot be wrapped",
  },
  {
    routes: ["which ended the DOMActivate before", "which the window got meanwhile"].map(
      (how) => `an animated link of a picture, moved by its handler of DOMActivate, ${how}`,
    ),
    contexts: ["top"],
    why: "an animation changes no attribute, so that nothing tells of it once that event was ended, or after our last look",
  },
  {
    routes: [
      "an answer that leads there",
      "an answer that leads there, in a frame",
      "an answer that leads there, in a window",
    ],
    contexts,
    why: "the number stands in the server's answer alone, which the browser follows by itself",
  },
  {
    routes: [
      "location =",
      "location.href =",
      "location.assign",
      "location.replace",
      "a frame's script",
      "a frame's refresh",
      "the window of a frame that is loaded",
      "the window of a written frame",
      "a refresh in the page",
      "an answer with a refresh, in a frame",
    ],
    contexts: sandboxed,
    why: "documents without an origin have no navigate event (HTML, 7.2.7)",
  },
];

/** Ways that no test here tries; docs/limits.md has each by its name. */
export const untried: readonly { name: string; when: string; why: string }[] = [
  {
    name: "openWindow",
    when: "a service worker calls it, on a click on its notification",
    why: "it runs in no page, and an extension has no script there; whether it opens another program was not seen",
  },
  {
    name: "WindowClient.navigate",
    when: "a service worker calls it, on a page of its own, at any time",
    why: "it runs in no page, and tells the page of no navigation; by hand it was seen to open another program",
  },
  {
    name: "Open link in new tab",
    when: "a person takes it from the browser's own menu of a link",
    why: "the browser opens the address by itself, and the page hears of no click",
  },
  {
    name: "dropping a link",
    when: "a person drops it on the strip of tabs, the address bar or another page",
    why: "the browser opens the address by itself, and the page hears of no click",
  },
  {
    name: "link in a closed shadow root",
    when: "the page ends its click before the root hears it, and nobody noted what was pressed: by a screen reader, or where the page hid it from the pointer",
    why: "outside the root the event names its host alone, and inside it nothing of ours hears an event that has ended",
  },
];

export const exception = (from: readonly Exception[], route: string, context: Context): string | null =>
  from.find((e) => e.routes.includes(route) && e.contexts.includes(context))?.why ?? null;

/** The same for the generated matrix: cells that nobody's script can hold. */
export interface CellException {
  sinks: readonly string[];
  /** In these realms only. */
  realms?: readonly string[];
  /** By these methods only. */
  methods?: readonly string[];
  why: string;
}

const ownLocation = [
  "location =",
  "document.location =",
  "location.href =",
  "location.assign",
  "location.replace",
  "location to a script",
  "an inline handler",
  "an inline script",
  "a link to a script",
  "open a script",
];
const withoutOrigin = ["sandboxed", "sandboxed srcdoc"];

export const cellEscapes: readonly CellException[] = [
  {
    sinks: [
      "a blank window's location",
      "a blank frame's location",
      "a blank frame's location.replace",
      "a blank frame's document.location",
      "a blank frame's script",
      "a frame to a script",
      "a frame's location in an opened document",
    ],
    why: "a window's first, empty document has no navigate event (HTML, 7.2.7), nor after a document.open",
  },
  {
    sinks: ["a link to a script"],
    methods: ["document.write", "document.write in pieces"],
    why: "a window's first, empty document has no navigate event (HTML, 7.2.7), nor after a document.open",
  },
  {
    sinks: ["a refresh in the page"],
    methods: ["document.write", "document.write in pieces"],
    why: "a window's first, empty document has no navigate event (HTML, 7.2.7), nor after a document.open",
  },
  {
    sinks: [...ownLocation, "a refresh in the page"],
    realms: ["blank frame", "opened document"],
    why: "a window's first, empty document has no navigate event (HTML, 7.2.7), nor after a document.open",
  },
  {
    sinks: [
      ...ownLocation,
      "top.location",
      "parent.location.replace",
      "a refresh in the page",
      "a loaded frame's location",
      "a written frame's location",
      "a written frame's script",
      "a written frame's refresh",
      "a frame of a blob",
      "an answer with a script, in a frame",
    ],
    realms: withoutOrigin,
    why: "documents without an origin have no navigate event (HTML, 7.2.7)",
  },
  {
    sinks: ["a frame of data", "a frame of SVG data", "an object of data"],
    why: "documents without an origin have no navigate event (HTML, 7.2.7)",
  },
  {
    sinks: ["the location of a frame of another site"],
    why: "a window is told of no navigation that another origin began",
  },
  {
    sinks: ["top.location", "parent.location.replace"],
    realms: ["other site"],
    why: "a window is told of no navigation that another origin began",
  },
  {
    sinks: ["an answer that leads there, in a frame", "an answer with a Refresh header, in a frame"],
    why: "the number stands in the server's answer alone, which the browser follows by itself",
  },
  {
    sinks: ["an answer with a stylesheet for XML"],
    why: "a frame in the page's HTML is on its way before a script runs in it",
  },
];

export const cellException = ({ sink, realm, method }: Cell): CellException | undefined =>
  cellEscapes.find(
    ({ sinks, realms, methods }) =>
      sinks.includes(sink) && (realms?.includes(realm) ?? true) && (methods?.includes(method) ?? true),
  );
