/** Whether a text differs from what is behind it: it has its ground's colour, or next to no opacity, where it is to be hidden. */
import { kept, once } from "./moment.ts";
import { shownIn } from "./roots.ts";

/** Of 255, by the channel that differs most. White on the palest grey of a table's stripes is 10, and legible grey on white 60. */
const LEAST_CONTRAST = 20;

/** Of a flag no letters count. */
export function isReadable(element: Element, isFlag: boolean): boolean {
  let opacity = 1;
  /** The colours behind it, the lowest first; null where a picture is, or what nobody here knows. */
  let grounds: string[] | null = [];
  let isCovered = false;
  for (let at: Element | null = element; at; at = shownIn(at)) {
    const its = styleOf(at);
    opacity *= its.opacity;
    if (isCovered || !grounds) continue;
    grounds = its.isPicture ? null : [its.ground, ...grounds];
    isCovered = its.ground.startsWith("rgb(");
  }
  const { colour, isDrawn } = styleOf(element);
  // Behind a frame is the page around it, and a dark page's own ground is the browser's.
  const isPage = window === top && !/dark/.test(getComputedStyle(document.documentElement).colorScheme);
  const isKnown = grounds && !isFlag && !isDrawn && (isCovered || isPage);
  return (isKnown ? contrast(["#fff", ...grounds!, colour].join("|")) : 255) * opacity >= LEAST_CONTRAST;
}

const styleOf = once((element: Element) => {
  const style = getComputedStyle(element);
  return {
    opacity: Number(style.opacity),
    ground: style.backgroundColor,
    isPicture: style.backgroundImage !== "none",
    colour: style.webkitTextFillColor,
    isDrawn: `${style.textShadow}${style.webkitTextStrokeWidth}` !== "none0px",
  };
});

/** How much the last of some colours differs from what it is painted on. */
const contrast = kept((colours: string): number => {
  const [before, after] = painted(colours.split("|")).slice(-2);
  return Math.max(...[0, 1, 2].map((i) => Math.abs(before![i]! - after![i]!)));
});

/** What is seen after each of some colours, any that CSS has, is painted over those before. */
export function painted(colours: readonly string[]): Uint8ClampedArray[] {
  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
  return colours.map((colour) => {
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    return pixel.getImageData(0, 0, 1, 1).data;
  });
}
