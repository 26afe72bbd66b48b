/**
 * Notices what changes in the page and all its shadow roots, with one observer. Its callback only drops outdated marks
 * and notes what to read; the reading waits for idle time, in slices.
 */
import { channel } from "../channel.ts";
import { ROOT } from "../main-world-events.ts";
import { openWritten, type Scrolling } from "./scrolling.ts";
import { closest, isConnected, localName, parentElement } from "./dom.ts";
import type { Mark } from "./mark.ts";
import { inMoment, isLate } from "./moment.ts";
import type { Records } from "./mark-index.ts";
import { sights } from "./sights.ts";
import { shadowOf } from "./roots.ts";
import { containerOf, holds, HOST, isOptedOut, isPiece, OPT_OUT } from "./tree.ts";

/** Where something leads, and where a component shows it: both are read again. */
const PLACES = new Set(["href", "formaction", "action", "slot"]);
const buttonsOf = (form: Node): Iterable<Element> =>
  form instanceof HTMLFormElement ? Reflect.get(HTMLFormElement.prototype, "elements", form) : [];

/**
 * Milliseconds of one slice of reading, as far as the page idles so long. Each has a question, a paint, and icons of its own,
 * and Chrome begins the next no sooner than 50 ms later.
 */
const SLICE_MS = 24;
/** The same while the page scrolls. */
const SCROLLED_SLICE_MS = 8;
/** Read after this time even if the page never idles. */
const IDLE_TIMEOUT_MS = 300;
/** The same where the page rests after it scrolled: what came into view is read at once. */
const RESTED_TIMEOUT_MS = 50;
/** Slices that are read now and then while the page scrolls on. */
const SCROLLED_SLICES = 3;

export interface Watcher {
  /** The text of a node changed in its place, or the node came or left. */
  textChanged: (node: Text, inPlace: boolean) => void;
  /** True where a number's text is in a container. */
  hasMarks: (container: Node) => boolean;
  /** Text or inline elements were added to a container, or removed. */
  piecesChanged: (container: Node) => void;
  /** The address of a link changed: its mark is outdated, and those of numbers that it is around or beside. */
  linkChanged: (link: Node) => void;
  /** Something may be in what the page opted out now. */
  optedOut: () => void;
  /** The records that a node is in, of those that tell a number's country. `known`: those of what is around it. */
  recordsAround: (node: Node, known: Map<Element, Records>) => Records;
  /** The marks of a record. */
  marksOf: (record: Element) => Iterable<Mark>;
  /** Anything at all changed: icons may be out of place. */
  changed: () => void;
  /** Reads a subtree, bit by bit. */
  read: (top: Node) => Generator<undefined>;
  /** Reads the text of one container again, in which no element was added. */
  readText: (container: Node) => Generator<undefined>;
  /** Everything that was noted has been read. */
  settled: () => void;
  /** Something of the page may now be above our element, or no longer. */
  layersChanged: () => void;
  /** A new root to paint in. */
  rootAdded: (root: Document | ShadowRoot) => void;
}

export function watch(watcher: Watcher, scrolling: Scrolling, signal: AbortSignal) {
  const roots = new Set<Document | ShadowRoot>();
  /** Subtrees to read. */
  const dirty = new Set<Node>();
  /** Containers whose text changed. */
  const changed = new Set<Node>();
  /** Elements in records, whose classes or style changed. */
  const styled = new Set<Node>();
  /** What changed, whose link and records are looked for: a grid that scrolls writes the same cells at each frame. */
  const touched = new Set<Node>();
  let urgent: Generator<undefined> | null = null;
  let reading: Generator<undefined> | null = null;
  let waiting = 0;
  /** How many slices are read though the page scrolls. */
  let slices = 0;
  /** The next slice is the first after the page scrolled. */
  let rested = false;
  const written = openWritten({ dirty, changed, hasMarks: watcher.hasMarks, isBusy: scrolling.isBusy });
  /** Something that was noted is in what the page opted out, and may have been read before. */
  let optedOut = false;

  const observer = new MutationObserver((records) => {
    let layers = false;
    const known = new Map<Element, Records>();
    /** Most of a burst is in a few elements, which are looked at once. */
    const containers = new Map<Node, Node>();
    const containerOnce = (target: Node): Node => {
      let container = containers.get(target);
      if (!container) containers.set(target, (container = containerOf(target)));
      return container;
    };
    const passing = new Map<Node, boolean>();
    /** True for an element in which what came and went is not asked: a grid writes thousands of cells a second. */
    const passes = (target: Element): boolean => {
      let is = passing.get(target);
      if (is === undefined) passing.set(target, (is = written.note(target)));
      return is;
    };
    for (const record of records) {
      const { target, type } = record;
      if (type === "childList" && written.has(target)) continue;
      if (type !== "attributes") touched.add(target);
      if (type === "characterData") {
        if (!(target instanceof Text)) continue;
        watcher.textChanged(target, true);
        changed.add(containerOnce(target));
      } else if (type === "childList") {
        if (target instanceof Element && passes(target)) continue;
        const { removedNodes, addedNodes } = record;
        let pieces = removedNodes.length > 0;
        for (let i = 0; i < removedNodes.length; i++) {
          const node = removedNodes[i]!;
          if (node instanceof Text) watcher.textChanged(node, false);
          // Rows that are gone before they were read need no memory.
          else dirty.delete(node);
        }
        for (let i = 0; i < addedNodes.length; i++) {
          const node = addedNodes[i]!;
          pieces ||= isPiece(node);
          if (node instanceof Text) watcher.textChanged(node, false);
          else dirty.add(node);
        }
        if (!pieces) continue;
        // What stays may now form a number: read its container again.
        const container = containerOnce(target);
        watcher.piecesChanged(container);
        changed.add(container);
      } else if (PLACES.has(record.attributeName!)) {
        // A form's address is that of each of its buttons.
        for (const one of [target, ...buttonsOf(target)]) {
          watcher.linkChanged(one);
          touched.add(one);
          dirty.add(one);
        }
      } else if (record.attributeName === OPT_OUT) {
        watcher.optedOut();
        // What is being read now may be in it.
        optedOut = true;
        changed.add(containerOf(target));
        dirty.add(target);
        // A known shadow root is not found again by the walk.
        for (const root of roots)
          if (root instanceof ShadowRoot && holds(target as Element, root.host)) dirty.add(root);
      } else {
        if (watcher.recordsAround(target, known).length > 0) styled.add(target);
        if (record.attributeName !== "class" && record.attributeName !== "style") layers = true;
      }
    }
    if (layers) watcher.layersChanged();
    watcher.changed();
    schedule();
  });

  /** Reads numbers again. */
  function readAgain(marks: Iterable<Mark>): void {
    for (const { kind, owner } of marks) (kind === "text" ? changed : dirty).add(owner);
  }

  /** Has all read again that a part of what changed may decide. */
  function lookAround(): void {
    const known = new Map<Element, Records>();
    const inDoubt = new Set<Element>();
    for (const node of touched) {
      touched.delete(node);
      linkAround(node instanceof Element ? node : parentElement(node));
      for (const around of watcher.recordsAround(node, known)) inDoubt.add(around);
      if (isLate()) break;
    }
    for (const around of inDoubt) readAgain(watcher.marksOf(around));
  }

  /** A link's text decides whether the link has a badge of its own: read it again. */
  function linkAround(element: Element | null): void {
    const link = element && closest(element, "a,button");
    if (link) dirty.add(link);
  }

  channel().addEventListener(
    ROOT,
    (event) => {
      // An element of another frame is that frame's to touch. Our own element's root must not be read.
      if ((event as MouseEvent).view !== window) return;
      const host = (event as MouseEvent).relatedTarget as Element;
      const inner = localName(host) === HOST ? null : shadowOf(host);
      if (inner) add(inner);
    },
    { signal },
  );

  function add(root: Document | ShadowRoot): void {
    if (roots.has(root)) return;
    roots.add(root);
    observer.observe(root, {
      childList: true,
      characterData: true,
      subtree: true,
      attributes: true,
      attributeFilter: [...PLACES, "open", "popover", "hidden", "class", "style", OPT_OUT],
    });
    watcher.rootAdded(root);
    dirty.add(root);
    schedule();
  }

  const isAnything = () =>
    [touched, dirty, changed, styled].some((nodes) => nodes.size > 0) || urgent || reading;

  function schedule(): void {
    if (waiting !== 0 || !isAnything() || (slices <= 0 && scrolling.isBusy())) return;
    waiting = requestIdleCallback(slice, { timeout: rested ? RESTED_TIMEOUT_MS : IDLE_TIMEOUT_MS });
  }
  scrolling.follow({
    due(rests) {
      slices = SCROLLED_SLICES;
      rested = rests;
      if (rests) written.rests();
      schedule();
    },
  });

  function slice(deadline: IdleDeadline): void {
    waiting = 0;
    const scrolls = scrolling.isBusy();
    if (scrolls) slices--;
    written.begins();
    rested = false;
    const most = scrolls ? SCROLLED_SLICE_MS : SLICE_MS;
    // A page that never idles is read all the same, a thirteenth of its time.
    const left = deadline.didTimeout ? most : Math.max(deadline.timeRemaining(), 2);
    inMoment(Math.min(most, left), () => {
      // Reading the clock costs as much as a step: do it every eighth step.
      for (let steps = 0; steps % 8 !== 0 || !isLate(); steps++) if (!step()) break;
    });
    if (isAnything()) return schedule();
    forgetRoots();
    if (optedOut) watcher.optedOut();
    optedOut = false;
    watcher.settled();
  }

  /** Forgets roots whose hosts left the page, so that they can be freed. One that returns is found again. */
  function forgetRoots(): void {
    for (const root of roots) if (root instanceof ShadowRoot && !isConnected(root.host)) roots.delete(root);
  }

  /** One step of reading; false when there is nothing left to read. */
  function step(): boolean {
    if (touched.size > 0) lookAround();
    const known = new Map<Element, Records>();
    for (const node of styled) {
      styled.delete(node);
      if (!isConnected(node)) continue;
      for (const record of watcher.recordsAround(node, known))
        if (sights.changed(record, node)) readAgain(watcher.marksOf(record));
    }
    // Changed text first: a person may be looking at it.
    urgent ??= next(changed, watcher.readText);
    if (urgent) {
      if (urgent.next().done) urgent = null;
      return true;
    }
    reading ??= next(dirty, watcher.read);
    if (reading?.next().done) reading = null;
    return reading !== null || dirty.size > 0;
  }

  function next(nodes: Set<Node>, read: (node: Node) => Generator<undefined>): Generator<undefined> | null {
    for (const node of nodes) {
      nodes.delete(node);
      if (!isConnected(node)) continue;
      if (!isOptedOut(node)) return read(node);
      optedOut = true;
    }
    return null;
  }

  signal.addEventListener("abort", () => {
    observer.disconnect();
    if (waiting) cancelIdleCallback(waiting);
  });

  return {
    add,
    roots,
    /** Reads one container's text, or a field, in one of the next slices. */
    readSoon(node: Node): void {
      changed.add(node);
      schedule();
    },
    /** Reads everything again, these numbers first: the region or the rulings changed, or the table of cities is here. */
    again(first: Iterable<Mark>): void {
      forgetRoots();
      readAgain(first);
      for (const root of roots) dirty.add(root);
      schedule();
    },
  };
}
