/**
 * Markup in pieces, wherever the page's parser stands: `document.write`, and streams of elements. A piece may end within a
 * tag: an unfinished tag of a frame waits for the next piece, until the script or the stream ends.
 */
import { REOPENED } from "../main-world-events.ts";
import { answerTo, tells } from "./ask-guard.ts";
import {
  apply,
  enqueue,
  lastIndexOf,
  note,
  over,
  pipeTo,
  reads,
  readyStateOf,
  type Realm,
  slice,
  type Trap,
  valueIn,
  whenDone,
  write,
} from "./natives.ts";
import { opensIn } from "./opens.ts";
import { isTrusted, namesFrame, nothing, once, textOf } from "./values.ts";

const pending = new WeakMap<object, string>();
const soon = queueMicrotask;

/** The longest beginning of a frame's name that says nothing yet: `<objec`. */
const LONGEST = 6;

const rest = (document: unknown) => valueIn(pending, document) ?? "";

/** What of a text may be written now, and what waits; null where it is all of it. */
function partsOf(text: string, node: unknown): [kept: string, tail: string] | null {
  const opened = lastIndexOf(text, "<");
  const isCut = opened >= 0 && opened >= text.length - LONGEST;
  return namesFrame(text) || isCut ? answerTo(text, node) : null;
}
/** What still waits was no tag, as it never ended: it is written as a text. */
function flush(document: object): void {
  const left = rest(document);
  if (left === "") return;
  note(pending, document, "");
  write(document, `&lt;${slice(left, 1)}`);
}

const writes =
  (end: string): Trap =>
  (native, self, args) =>
    reopening(self, () => {
      const before = rest(self);
      let text = before;
      let trusted = false;
      for (let i = 0; i < args.length; i++) {
        args[i] = once(args[i]);
        trusted ||= isTrusted(args[i]);
        text += textOf(args[i]);
      }
      text += end;
      const answer = partsOf(text, self);
      if (before === "" && !answer) return apply(native, self, args);
      if (trusted) return apply(native, self, [nothing]);
      const tail = answer ? answer[1] : "";
      note(pending, self as object, tail);
      if (tail !== "") soon(() => flush(self as object));
      return write(self, answer ? answer[0] : text);
    });

/** After `document.open` a window has lost its listeners. */
function reopening(self: unknown, run: () => unknown): unknown {
  const before = readyStateOf(self);
  const answer = run();
  if (before !== "loading") tells(REOPENED, self);
  return answer;
}

const opensDocument = (realm: Realm, answers: Trap): Trap => {
  const opens = opensIn(realm, answers);
  return (native, self, args) =>
    // With three arguments it is the window's.
    args.length > 2 ? opens(native, self, args) : reopening(self, () => apply(native, self, args));
};

const closes: Trap = (native, self, args) => {
  if (readyStateOf(self) !== null) flush(self as object);
  return apply(native, self, args);
};

const Pieces = TransformStream;
const [readableOf, writableOf] = [
  reads<ReadableStream>(Pieces.prototype, "readable"),
  reads<WritableStream>(Pieces.prototype, "writable"),
];
/** Its pieces pass a stream of ours. A tag that never ends is none, as without us. */
export const streams: Trap = (native, self, args) => {
  let tail = "";
  const pieces = new Pieces({
    __proto__: null,
    transform(piece, to) {
      const given = once(piece);
      const text = tail + textOf(given);
      const answer = partsOf(text, self);
      enqueue(to, !isTrusted(given) ? (answer ? answer[0] : text) : answer || tail ? nothing : given);
      tail = answer ? answer[1] : "";
    },
  } as Transformer);
  void whenDone(pipeTo(readableOf(pieces), apply(native, self, args)), undefined, () => {});
  return writableOf(pieces);
};

export function wireWrites(realm: Realm, answers: Trap): void {
  over(realm.Document.prototype, "write", writes(""));
  over(realm.Document.prototype, "writeln", writes("\n"));
  over(realm.Document.prototype, "open", opensDocument(realm, answers));
  over(realm.Document.prototype, "close", closes);
}
