/**
 * Notices what changes in the page, in all its roots, with one observer. The callback only drops what is no longer so
 * and writes down what to read; the reading waits for idle time, in slices.
 */
import { ANNOUNCED } from "../main-world-events.ts";
import type { Mark } from "./mark.ts";
import { containerOf, holds, HOST, isInline, isOptedOut, OPT_OUT, shadowOf } from "./tree.ts";

/** What a number may be made of. */
const isPiece = (node: Node): boolean => node instanceof Text || isInline(node);

/** Milliseconds of one slice of reading. */
const SLICE_MS = 4;
/** A busy page must not keep us waiting for ever. */
const IDLE_TIMEOUT_MS = 300;

export interface Watcher {
  /** The text of a node changed, or it left the page. */
  textChanged: (node: Text) => void;
  /** Text or inline elements came into a container, or left it. */
  piecesChanged: (container: Node) => void;
  linkChanged: (link: Node) => void;
  /** Something may have come to lie in what the page opted out. */
  optedOut: () => void;
  /** What was read with a node around it. */
  around: (node: Node) => Iterable<Mark>;
  /** Anything at all changed: what stands where may be another. */
  changed: () => void;
  /** Reads a subtree, bit by bit. */
  read: (top: Node) => Generator<undefined>;
  /** Reads the text of one container again: no element of it came or went. */
  readText: (container: Node) => Generator<undefined>;
  /** Everything that was written down has been read. */
  settled: () => void;
  /** Something of the page may now lie above us or below. */
  layersChanged: () => void;
  /** A new root to paint in. */
  rootAdded: (root: Document | ShadowRoot) => void;
}

export function watch(watcher: Watcher, signal: AbortSignal) {
  const roots = new Set<Document | ShadowRoot>();
  const dirty = new Set<Node>();
  const changed = new Set<Node>();
  let urgent: Generator<undefined> | null = null;
  let reading: Generator<undefined> | null = null;
  let waiting = 0;
  /** Something that was written down lies in what the page opted out: perhaps it was read where it stood before. */
  let optedOut = false;

  const observer = new MutationObserver((records) => {
    let layers = false;
    const touched = new Set<Node>();
    for (const record of records) {
      const { target, type } = record;
      if (type !== "attributes") touched.add(target);
      if (type === "characterData") {
        if (!(target instanceof Text)) continue;
        watcher.textChanged(target);
        changed.add(containerOf(target));
        linkAround(target.parentElement);
      } else if (type === "childList") {
        const container = containerOf(target);
        let pieces = false;
        for (const node of record.removedNodes) {
          pieces ||= isPiece(node);
          if (node instanceof Text) watcher.textChanged(node);
        }
        for (const node of record.addedNodes) {
          pieces ||= isPiece(node);
          if (node instanceof Text) watcher.textChanged(node);
          else dirty.add(node);
        }
        if (pieces) watcher.piecesChanged(container);
        // A number may be split over what stays: its container is read again.
        if (pieces || record.removedNodes.length > 0) changed.add(container);
        if (target instanceof Element) linkAround(target);
      } else if (record.attributeName === "href") {
        watcher.linkChanged(target);
        dirty.add(target);
      } else if (record.attributeName === OPT_OUT) {
        watcher.optedOut();
        // What is just being read may lie in it.
        optedOut = true;
        changed.add(containerOf(target));
        dirty.add(target);
        // A root that is known is not found again.
        for (const root of roots)
          if (root instanceof ShadowRoot && holds(target as Element, root.host)) dirty.add(root);
      } else if (record.attributeName !== "class" && record.attributeName !== "style") layers = true;
    }
    for (const node of touched)
      for (const { kind, owner } of watcher.around(node)) (kind === "text" ? changed : dirty).add(owner);
    if (layers) watcher.layersChanged();
    watcher.changed();
    schedule();
  });

  /** Whether a link bears a badge of its own goes by its text. */
  function linkAround(element: Element | null): void {
    const link = element?.closest("a");
    if (link) dirty.add(link);
  }

  const announced = (event: Event) => {
    // Only a hint to look: the page could send it too, of our own element as well, whose root is nothing to read.
    const host = event.composedPath()[0];
    const inner = host instanceof Element && host.localName !== HOST ? shadowOf(host) : null;
    if (inner) add(inner);
  };

  function add(root: Document | ShadowRoot): void {
    if (roots.has(root)) return;
    roots.add(root);
    observer.observe(root, {
      childList: true,
      characterData: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["href", "open", "popover", "class", "style", OPT_OUT],
    });
    root.addEventListener(ANNOUNCED, announced, { signal, capture: true });
    watcher.rootAdded(root);
    dirty.add(root);
    schedule();
  }

  function schedule(): void {
    if (waiting === 0 && (dirty.size > 0 || changed.size > 0 || urgent || reading))
      waiting = requestIdleCallback(slice, { timeout: IDLE_TIMEOUT_MS });
  }

  function slice(deadline: IdleDeadline): void {
    waiting = 0;
    const until = performance.now() + Math.min(SLICE_MS, Math.max(deadline.timeRemaining(), 2));
    // A clock read costs as much as a step: take some steps for each.
    for (let steps = 0; steps % 8 !== 0 || performance.now() < until; steps++) if (!step()) break;
    if (urgent || reading || dirty.size > 0 || changed.size > 0) return schedule();
    forgetRoots();
    if (optedOut) watcher.optedOut();
    optedOut = false;
    watcher.settled();
  }

  /** A root whose host left the page is the page's to throw away; should it come back, it is found anew. */
  function forgetRoots(): void {
    for (const root of roots) if (root instanceof ShadowRoot && !root.host.isConnected) roots.delete(root);
  }

  /** One step of reading; false when there is nothing left to read. */
  function step(): boolean {
    // A change of text is what a person is looking at: it goes first.
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
      if (!node.isConnected) continue;
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
    /** Reads everything again: the region or the rulings changed. */
    again(): void {
      forgetRoots();
      for (const root of roots) dirty.add(root);
      schedule();
    },
  };
}
