/** Finds the numbers of a page and keeps them up to date: connects the watcher, the readers and the set of marks. */
import type { Scrolling } from "./scrolling.ts";
import { openFields } from "./fields.ts";
import { openMarkReader } from "./mark-reader.ts";
import { type Mark, openMarks } from "./mark.ts";
import type { ReadingRules } from "./reading-rules.ts";
import { openMarkIndex } from "./mark-index.ts";
import { isField, visit } from "./scan.ts";
import { lastRead } from "./text-phones.ts";
import { containerOf } from "./tree.ts";
import { watch } from "./mutations.ts";

export interface FinderEvents {
  added: (mark: Mark) => void;
  dropped: (mark: Mark) => void;
  /** A form field that may come to hold a number. */
  fieldAdded: () => void;
  /** Anything in the page changed: icons may be out of place. */
  changed: () => void;
  /** All changes so far have been read. */
  settled: () => void;
  /** Something of the page may now be above our element, or no longer above a number. */
  layersChanged: () => void;
  /** A document or shadow root to paint in. */
  rootAdded: (root: Document | ShadowRoot) => void;
}

export function openFinder(
  rules: ReadingRules,
  scrolling: Scrolling,
  events: FinderEvents,
  signal: AbortSignal,
) {
  const index = openMarkIndex();
  const marks = openMarks({
    added(mark) {
      index.add(mark);
      events.added(mark);
    },
    dropped(mark) {
      index.remove(mark);
      events.dropped(mark);
    },
  });
  const reader = openMarkReader(marks, rules);
  const fields = openFields({ marks, rules, readSoon: (field) => watcher.readSoon(field), signal });
  const watcher = watch(
    {
      textChanged: (node, inPlace) => marks.dropText(node, inPlace ? lastRead(node) : undefined),
      hasMarks: marks.has,
      piecesChanged: (container) => marks.dropJoined(container),
      linkChanged(link) {
        marks.dropOwned(link);
        for (const record of index.around(link))
          for (const mark of index.of(record)) if (mark.by === "code") marks.drop(mark);
      },
      optedOut() {
        marks.dropOptedOut();
        fields.dropOptedOut();
      },
      recordsAround: (node, known) => index.around(node, known),
      marksOf: index.of,
      changed: events.changed,
      rootAdded: events.rootAdded,
      readText: (of) => (of instanceof Element && isField(of) ? fields.reading(of) : reader.container(of)),
      read: (top) =>
        visit(top, containerOf, {
          root: (root) => watcher.add(root),
          ...reader,
          field(field) {
            fields.add(field);
            events.fieldAdded();
          },
        }),
      settled() {
        marks.sweep();
        fields.sweep();
        events.settled();
      },
      layersChanged: events.layersChanged,
    },
    scrolling,
    signal,
  );

  return {
    marks: marks.all as ReadonlySet<Mark>,
    /** Those of a number. */
    marksOf: index.of,
    /** The document, once begun, and the shadow roots in it. */
    roots: watcher.roots as ReadonlySet<Document | ShadowRoot>,
    /** True where there is a number, or a field that may come to hold one. */
    hasAny: (): boolean => marks.all.size > 0 || fields.size() > 0,
    begin: (): void => watcher.add(document),
    /** Reads everything again: the rules changed. What has no badge yet comes first, as a large page may take long. */
    readAgain(): void {
      watcher.again([...marks.all].filter(({ waits }) => waits));
      fields.again();
    },
    /** Reads the fields in view, whose value a script may have set without an event. */
    pollFields: (): void => fields.poll(),
    dropAll: (): void => {
      for (const mark of marks.all) marks.drop(mark);
    },
  };
}
