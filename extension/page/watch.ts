/**
 * Notices what changes in the page, in all its roots, with one observer. The callback only drops what is no longer so
 * and writes down what to read; the reading waits for idle time, in slices.
 */
import { ANNOUNCED } from "./announce.ts";
import { containerOf, shadowOf } from "./tree.ts";

/** Milliseconds of one slice of reading. */
const SLICE_MS = 4;
/** A busy page must not keep us waiting for ever. */
const IDLE_TIMEOUT_MS = 300;

export interface Watcher {
  /** The text of a node changed, or it left the page. */
  textChanged: (node: Text) => void;
  /** Reads a subtree, bit by bit. */
  read: (top: Node) => Generator<undefined>;
  /** Reads the text of one container again: no element of it came or went. */
  readText: (container: Node) => void;
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
  let reading: Generator<undefined> | null = null;
  let waiting = 0;

  const observer = new MutationObserver((records) => {
    for (const record of records) {
      const { target, type } = record;
      if (type === "characterData") {
        if (!(target instanceof Text)) continue;
        watcher.textChanged(target);
        // Whether a link bears a badge of its own goes by its text: then all of it is read.
        (target.parentElement?.closest("a") ? dirty : changed).add(containerOf(target));
      } else if (type === "childList") {
        for (const node of record.removedNodes) if (node instanceof Text) watcher.textChanged(node);
        for (const node of record.addedNodes) {
          if (node instanceof Text) watcher.textChanged(node);
          dirty.add(node instanceof Text ? containerOf(node) : node);
        }
        // A number may be split over what stays: its container is read again.
        if (record.removedNodes.length > 0) changed.add(containerOf(target));
      } else if (record.attributeName === "href") dirty.add(target);
      else watcher.layersChanged();
    }
    schedule();
  });

  function add(root: Document | ShadowRoot): void {
    if (roots.has(root)) return;
    roots.add(root);
    observer.observe(root, {
      childList: true,
      characterData: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["href", "open", "popover"],
    });
    // Only a hint to look: the page could send it too.
    root.addEventListener(
      ANNOUNCED,
      (event) => {
        const host = event.composedPath()[0];
        const inner = host instanceof Element ? shadowOf(host) : null;
        if (inner) add(inner);
      },
      { signal, capture: true },
    );
    watcher.rootAdded(root);
    dirty.add(root);
    schedule();
  }

  function schedule(): void {
    if (waiting === 0 && (dirty.size > 0 || changed.size > 0 || reading))
      waiting = requestIdleCallback(slice, { timeout: IDLE_TIMEOUT_MS });
  }

  function slice(deadline: IdleDeadline): void {
    waiting = 0;
    const until = performance.now() + Math.min(SLICE_MS, Math.max(deadline.timeRemaining(), 2));
    while (performance.now() < until) {
      if (readSome()) continue;
      reading ??= next();
      if (!reading) break;
      // A clock read costs as much as a step: take some steps for each.
      for (let i = 0; i < 8 && reading; i++) if (reading.next().done) reading = null;
    }
    if (reading || dirty.size > 0) schedule();
    else watcher.settled();
  }

  /** A few of the containers whose text changed. A change of text is what a person is looking at: these go first. */
  function readSome(): boolean {
    if (changed.size === 0) return false;
    let left = 8;
    for (const container of changed) {
      changed.delete(container);
      if (container.isConnected) watcher.readText(container);
      if (--left === 0) break;
    }
    return true;
  }

  function next(): Generator<undefined> | null {
    for (const top of dirty) {
      dirty.delete(top);
      if (top.isConnected) return watcher.read(top);
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
      for (const root of roots) {
        if (root instanceof ShadowRoot && !root.host.isConnected) roots.delete(root);
        else dirty.add(root);
      }
      schedule();
    },
  };
}
