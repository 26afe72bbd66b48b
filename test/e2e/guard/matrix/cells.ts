/** Which cells run in the suite, and which in the soak. */
import { type Axis, type Cell } from "./axes.ts";
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
    "percent-encoded plus",
    "percent-encoded twice",
    "plus signs for blanks",
    "separators",
    "full-width digits",
    "a query and a fragment",
    "a base that is the scheme",
    "callto:",
  ],
  timing: [
    "in the next frame",
    "by a message",
    "on mousedown",
    "as the click has bubbled",
    "with the press stopped",
  ],
};
const isWanted = (axis: Axis, value: string) => !near[axis]?.includes(value);
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
