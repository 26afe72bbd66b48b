/** The underline of a number must be visible on any background. */
import { expect, it } from "vitest";
import { lines } from "../../../../extension/page/badge/paint.ts";

/** WCAG 2.2's relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string) => {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

it("the measure is right at its ends", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

it.each(Object.entries(lines))(
  "the line of %s, %s, stands out by 3:1 on white, navy and black",
  (_, colour) => {
    for (const ground of ["#ffffff", "#0b1526", "#000000"])
      expect(contrast(colour, ground), ground).toBeGreaterThanOrEqual(3);
  },
);
