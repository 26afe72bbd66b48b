/** Which cells run in the suite, and which in the soak. */
import { type Axis, axes, type Cell, cellOf, fits, sinkOf, sinks } from "./axes.ts";
import { pairs, products } from "./cover.ts";

/** Values so near to another that only the soak pairs them with all others. */
const near: Partial<Record<Axis, readonly string[]>> = {
  sink: [
    "document.location =",
    "location.href =",
    "location to a script",
    "navigation.navigate that replaces",
    "parent.location.replace",
    "open as a popup",
    "a blank frame's location.replace",
    "a blank frame's document.location",
    "a written frame's location",
    "a window that writes a link",
    "a link without an opener or a referrer",
    "an SVG link that is set",
    "an animated SVG link by xlink",
    "submit by POST",
    "a form's button by POST",
    "a button outside its form",
    "an object of data",
    "a frame of SVG data",
    "a frame that was loaded",
    "a written frame's base",
    "a target that changes on submit",
    "an answer with a Refresh header, in a frame",
    "an answer with a script, in a frame",
  ],
  method: [
    "setAttributeNS",
    "setAttributeNode",
    "setNamedItem",
    "Attr.nodeValue",
    "a copy of a range",
    "DOMParser",
    "insertAdjacentHTML",
    "setAttribute in capitals",
    "setAttributeNodeNS",
    "setNamedItemNS",
    "Attr.textContent",
    "then appendChild",
    "then append",
    "then insertBefore",
    "then replaceChildren",
    "then insertAdjacentElement",
    "adoptNode",
    "a document of its own",
    "a template",
    "innerHTML of a root",
    "outerHTML",
    "document.write",
    "cloneNode",
  ],
  encoding: [
    "two slashes",
    "blanks before it",
    "marks of direction",
    "percent-encoded plus",
    "percent-encoded twice",
    "plus signs for blanks",
    "separators",
    "full-width digits",
    "a query and a fragment",
    "a base that is the scheme",
    "callto:",
  ],
  realm: ["sandboxed srcdoc", "modal dialog", "same site", "closed root"],
  timing: [
    "after a clear navigation that the page cancels",
    "much later",
    "in a microtask",
    "on mouseup",
    "with the click stopped",
    "in the next frame",
    "by a message",
    "on mousedown",
    "as the click has bubbled",
    "with the press stopped",
  ],
};
/** A clear number shows nothing of what is held, and a person acts in the rows of the table. */
const left = ["clear", "left", "middle", "ctrl", "shift", "Enter"];
const isWanted = (axis: Axis, value: string) => !left.includes(value) && !near[axis]?.includes(value);
/** The most dangerous verdict, and what is quick to run. */
const usual = ["blocked", "key", "script", "string", "own", "plain"];
const prefer = (_: Axis, value: string) => (usual.includes(value) ? 0.5 : 0);

const SEED = 16;
export const suiteCells = (): Cell[] => pairs(SEED, isWanted, prefer);
/** All pairs of all values, and every sink in every realm at every time. */
export const soakCells = (seed: number): Cell[] => [
  ...pairs(seed, () => true, prefer),
  ...products(seed, ["sink", "realm", "timing"]),
];

/** A plain cell of a sink. */
export function plainCell(name: string, method = "property", realm = "top"): Cell {
  const { bare, targets, people } = sinkOf(name);
  const parts = [
    ...(bare ? [`method: ${method}`] : []),
    `realm: ${realm}`,
    ...(targets ? ["target: _self"] : []),
    ...(people === "Enter" ? ["gesture: Enter"] : []),
  ];
  return cellOf([name, ...parts, "verdict: blocked"].join(" | "));
}
/** Where a sink's plain cell does not dial without us, none of its cells proves anything. */
export const sinkWitnesses = (): Cell[] => sinks.map(({ name }) => plainCell(name));

const FRAME = "a frame | verdict: blocked | method: property";
const LINK = "a link | verdict: blocked | method: property | gesture: left";
const HERE = `${LINK} | target: _self`;
/** The same for each value of the other axes: a frame by a script, and a link by a person. */
export const otherWitnesses = (): Cell[] => {
  const each = (axis: Axis, ...from: string[]) =>
    axes[axis]
      // An object that answers otherwise the second time leads the browser to another number.
      .filter((value) => value !== "-" && value !== "changing object")
      .flatMap((value) => from.map((plain) => `${plain} | ${axis}: ${value}`));
  return [
    ...each("method", FRAME, HERE),
    ...each("encoding", FRAME, HERE),
    ...each("realm", FRAME, HERE),
    ...each("timing", `${FRAME} | gesture: script`, HERE),
    ...each("target", LINK),
    ...axes.target.slice(1).flatMap((target) => each("gesture", `${LINK} | target: ${target}`)),
    ...each("natives", `${FRAME} | method: setAttribute`),
    ...each("argument", `${FRAME} | method: innerHTML`),
  ]
    .map(cellOf)
    .filter(fits);
};

/** Cells that the browser itself refuses, in part of what their names say. */
export const browserRefuses: readonly string[] = [
  // It lets a page dial once for each thing that its user does.
  "timing: after a clear dial |",
  // A link that can be edited is not followed.
  "a link | method: insertHTML | target: _self | gesture: left",
];
