/** What colour is behind an element's text, as far as the page's styles say it, and whether a plate must be between. */
import { kept, once } from "../find/moment.ts";
import { painted } from "../find/readable.ts";
import { parentOf } from "../find/roots.ts";
import { gradientColour, plateOn, type Plate } from "./paint.ts";

/** The relative luminance (WCAG 2.2) of colours that lie over each other on white, the topmost first. */
const luminanceOf = kept((colours: string): number => {
  const [r = 0, g = 0, b = 0] = Array.from(
    painted(`${colours}#fff`.match(/.+/g)!.reverse()).at(-1)!,
    (value) => (value < 11 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4),
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
});

/** An element's own background, the topmost first. Of a gradient its first colour; what a picture shows nobody can ask. */
const ownOf = once((element: Element): string => {
  const { backgroundColor, backgroundImage } = getComputedStyle(element);
  return `${gradientColour(backgroundImage)}\n${backgroundColor}\n`;
});

export function plateFor(element: Element): Plate | undefined {
  let colours = "";
  // What is opaque hides what is below.
  for (let at: Element | null = element; at && !/\nrgb\(.*\n$/.test(colours); at = parentOf(at))
    colours += ownOf(at);
  return plateOn(luminanceOf(colours));
}
