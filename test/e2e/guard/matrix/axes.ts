/** The axes of the matrix, and which of their values go together. */
import { encodings } from "./encodings.ts";
import { methods } from "./inside/methods.ts";
import { realms, withoutOrigin } from "./inside/realms.ts";
import { calls } from "./inside/sinks-calls.ts";
import { elements } from "./inside/sinks-elements.ts";
import { forms } from "./inside/sinks-forms.ts";
import { timings } from "./inside/timings.ts";

export const sinks = [...calls, ...elements, ...forms];
const namesOf = (all: readonly { name: string }[]) => all.map(({ name }) => name);

export const axes = {
  sink: namesOf(sinks),
  /** How an attribute gets its value, or markup its element. */
  method: ["-", ...namesOf(methods)],
  encoding: namesOf(encodings),
  realm: [...realms] as string[],
  timing: namesOf(timings),
  target: ["-", "_self", "_blank", "named", "_top"],
  /** What a person does; "script": as a script pretends it. */
  gesture: ["key", "script", "left", "middle", "ctrl", "shift", "Enter"],
  verdict: ["blocked", "unknown", "caution", "clear"],
  /** Whether the page shows the number, so that its verdict is known before it is dialled. */
  shown: ["shown", "not shown"],
  /** Whose functions the page calls. */
  natives: ["own", "a blank frame's", "a scriptless frame's"],
  argument: ["string", "object", "changing object", "trusted"],
} as const satisfies Record<string, readonly string[]>;

export type Axis = keyof typeof axes;
export type Cell = Record<Axis, string>;
export const axisNames = Object.keys(axes) as Axis[];

export const sinkOf = byName(sinks);
export const methodOf = byName(methods);
export const timingOf = byName(timings);
export const encodingOf = byName(encodings);
function byName<T extends { name: string }>(all: readonly T[]): (name: string) => T {
  const map = new Map(all.map((one) => [one.name, one]));
  if (map.size < all.length) throw new Error("Two of the same name");
  return (name) => map.get(name)!;
}

/** A person's act opens the element by itself. */
export const opensItself = ({ sink, gesture }: Pick<Cell, "sink" | "gesture">): boolean =>
  sinkOf(sink).people !== undefined && gesture !== "key" && gesture !== "script";
/** No person acts in it: it needs a key that means nothing, and may share it. */
export const isScripted = ({ gesture }: Pick<Cell, "gesture">): boolean =>
  ["key", "script"].includes(gesture);

/** With us, whatever the number. */
const neverDials = [
  // No document gets a base that dials.
  "a written frame's base",
  // What is sent is what was judged, which was nothing.
  "a field that is filled in on submit, which ends there",
];

/** Where every number is known before the first click. */
const showsNumbers = ["top", "open root", "closed root", "modal dialog"];

type Rule = [on: Axis[], holds: (cell: Cell) => boolean, why: string];
const rules: Rule[] = [
  [
    ["sink", "method"],
    (c) => (c.method === "-") === !sinkOf(c.sink).bare,
    "a method makes an element's address; a call has none",
  ],
  [
    ["sink", "target"],
    (c) => (c.target === "-") === !sinkOf(c.sink).targets,
    "the sink has a target of the page's choice, or none",
  ],
  [
    ["sink", "gesture"],
    (c) => {
      const { people } = sinkOf(c.sink);
      if (isScripted(c)) return true;
      return people === "mouse" || c.gesture === (people === "Enter" ? "Enter" : "left");
    },
    "only what a person can act on knows more than a click; a click on anything else is a button's",
  ],
  [
    ["timing", "gesture"],
    (c) => {
      const { only } = timingOf(c.timing);
      if (only === "mouse") return !["key", "Enter"].includes(c.gesture);
      if (only === "late") return ["key", "script", "left"].includes(c.gesture);
      return only !== "element" || c.gesture !== "key";
    },
    "the gesture has no such moment",
  ],
  [
    ["sink", "timing", "gesture"],
    (c) => timingOf(c.timing).only !== "late" || !opensItself(c),
    "what opens itself opens at once",
  ],
  [
    ["sink", "timing", "gesture", "method"],
    (c) => !opensItself(c) || c.timing === "at once" || methodOf(c.method)?.kind === "in place",
    "what is replaced between press and click gets no click",
  ],
  [
    ["sink", "argument"],
    (c) => c.argument !== "trusted" || sinkOf(c.sink).bare !== undefined,
    "trusted types are of markup",
  ],
  [
    ["method", "argument"],
    (c) => c.argument !== "trusted" || methodOf(c.method)?.kind === "markup",
    "trusted types are of markup",
  ],
  [
    ["realm", "natives"],
    (c) => c.natives === "own" || !withoutOrigin.includes(c.realm),
    "a document without an origin reaches no other's functions",
  ],
  [
    ["sink", "encoding"],
    (c) => !sinkOf(c.sink).field || encodingOf(c.encoding).field === true,
    "a field has the number alone",
  ],
  [
    ["timing", "verdict"],
    (c) => c.verdict !== "clear" || !timingOf(c.timing).more,
    "nobody says how often that dials",
  ],
  [
    ["argument", "verdict"],
    (c) => c.verdict !== "clear" || c.argument !== "changing object",
    "nobody says which number that is",
  ],
  [
    ["sink", "verdict"],
    (c) => c.verdict !== "clear" || !neverDials.includes(c.sink),
    "with us that never dials, whatever the number",
  ],
  [
    ["encoding", "verdict"],
    (c) => c.verdict !== "clear" || !encodingOf(c.encoding).odd,
    "a clear number written so may be held",
  ],
  [
    ["sink", "realm", "timing", "gesture", "verdict"],
    (c) =>
      c.verdict !== "clear" ||
      c.timing !== "in a microtask" ||
      !opensItself(c) ||
      showsNumbers.includes(c.realm),
    "a click that waited for an answer is repeated as a script's, whose microtasks come after it has opened",
  ],
];

const against = (cell: Partial<Cell>): Rule | undefined =>
  rules.find(([on, holds]) => on.every((axis) => cell[axis] !== undefined) && !holds(cell as Cell));
/** Whether the values chosen so far go together, and why not. */
export const fits = (cell: Partial<Cell>): boolean => against(cell) === undefined;
export const whyNot = (cell: Partial<Cell>): string | null => against(cell)?.[2] ?? null;

/** The usual values, which a name leaves out. */
const usual: Partial<Cell> = {
  method: "-",
  encoding: "plain",
  realm: "top",
  timing: "at once",
  target: "-",
  gesture: "key",
  shown: "shown",
  natives: "own",
  argument: "string",
};

/** `a link | realm: open root | gesture: middle | verdict: blocked` */
export const nameOf = (cell: Cell): string =>
  axisNames
    .filter((axis) => cell[axis] !== usual[axis])
    .map((axis) => (axis === "sink" ? cell.sink : `${axis}: ${cell[axis]}`))
    .join(" | ");

/** Throws where a part names no value. */
export function cellOf(name: string): Cell {
  const [sink, ...parts] = name.split(" | ");
  const cell = {
    ...usual,
    sink,
    ...Object.fromEntries(parts.map((part) => part.split(/: (.*)/, 2))),
  } as Cell;
  for (const axis of axisNames)
    if (!(axes[axis] as readonly string[]).includes(cell[axis]))
      throw new Error(`${axis} has no "${cell[axis]}"`);
  return cell;
}
