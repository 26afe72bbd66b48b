/** What colour is behind an element's text, as far as the page's styles say it, and whether a plate must be between. */
import { kept, once } from "../find/moment.ts";
import { parentOf } from "../find/roots.ts";
import { gradientColour, plateOn, type Plate } from "./paint.ts";

const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;

/** The relative luminance (WCAG 2.2) of colours that lie over each other on white, the topmost first: any that CSS has. */
const luminanceOf = kept((colours: string): number => {
  for (const colour of `${colours}#fff`.match(/.+/g)!.reverse()) {
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
  }
  const [r = 0, g = 0, b = 0] = [...pixel.getImageData(0, 0, 1, 1).data].map((value) =>
    value < 11 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4,
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
