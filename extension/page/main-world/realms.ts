/**
 * A window's natives, one set for each window. A frame of this origin has its own, which work on this page's elements
 * too: they are wrapped as soon as a script can reach them. Only the outermost frame's script does so, for all.
 */
import { wireClicks } from "./clicks.ts";
import { wireFrames } from "./frames.ts";
import { wireMarkup } from "./parsers.ts";
import {
  apply,
  firstTime,
  getPrototypeOf,
  over,
  overEach,
  type Realm,
  shows,
  type Trap,
  windowOf,
} from "./natives.ts";
import { wireOffers } from "./offers.ts";
import { wireOpens } from "./opens.ts";
import { wirePorts } from "./ports.ts";
import { wireRoots } from "./roots.ts";
import { wireSockets } from "./sockets.ts";
import { wireWrites } from "./writes.ts";

const isNew = firstTime();

/** Wraps a window's natives, once. The window's own prototype is the one thing in it that no page can replace. */
export function wire(win: Window): void {
  const own = getPrototypeOf(win);
  // A window of another origin has none.
  if (own === null || !isNew(own)) return;
  const realm = win as Realm;
  wireOpens(realm, answersFrame);
  wireFrames(realm);
  wireMarkup(realm);
  wireWrites(realm, answersFrame);
  wireClicks(realm);
  wireRoots(realm);
  wireSockets(realm);
  wirePorts(realm);
  wireOffers(realm);
  over(realm.Function.prototype, "toString", shows);
  overEach(realm, FRAMES, ["contentWindow"], answersWindow, "get");
  overEach(realm, FRAMES, ["contentDocument"], answersDocument, "get");
  overEach(realm, FRAMES, ["getSVGDocument"], answersDocument);
}
/** Not each has each of these members. */
const FRAMES = ["HTMLIFrameElement", "HTMLFrameElement", "HTMLObjectElement", "HTMLEmbedElement"] as const;

const answersWindow: Trap = (native, self, args) => {
  const win = apply(native, self, args) as Window | null;
  if (win) wire(win);
  return win;
};
/** By its name. Another tab's script wires its own. */
const answersFrame: Trap = (native, self, args) => {
  const win = apply(native, self, args) as Window | null;
  if (win && win !== win.top && win.top === window.top) wire(win);
  return win;
};
const answersDocument: Trap = (native, self, args) => {
  const document = apply(native, self, args);
  const win = document === null ? null : windowOf(document);
  if (win) wire(win);
  return document;
};
