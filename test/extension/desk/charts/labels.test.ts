/** Labels below a chart: none is wider than its place. */
import { expect, it } from "vitest";
import { fit, someOf, spacing } from "../../../../extension/desk/charts/labels.ts";
import { shortReasons } from "../../../../shared/texts/overview/charts.en.ts";

const widthOf = (text: string) => text.length;

it("one that has room stays; a long one is in two lines, of which neither is wider; a long word is cut", () => {
  expect(fit(["TPS", "Country unclear", "Never screened"], 10, widthOf)).toEqual([
    "TPS",
    "Country\nunclear",
    "Never\nscreened",
  ]);
  expect(fit(["Days of grace"], 8, widthOf)).toEqual(["Days of\ngrace"]);
  expect(fit(["Robinsonliste"], 8, widthOf)).toEqual(["Robinso…"]);
  expect(fit(["A Robinsonliste"], 8, widthOf)).toEqual(["A\nRobinso…"]);
});

it("no reason is wider than its place, however many there are", () => {
  const labels = Object.values(shortReasons);
  for (let room = 4; room < 20; room++)
    for (const line of fit(labels, room, widthOf).flatMap((label) => label.split("\n")))
      expect(widthOf(line), line).toBeLessThanOrEqual(room);
});

it("of hours and days so many are named that each is whole", () => {
  const hours = [
    ...Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`),
    "not known",
  ];
  const named = someOf(hours);
  expect(named).toHaveLength(hours.length);
  expect(named.filter((one) => one !== "")).toEqual(hours.filter((_, i) => i % 4 === 0));
  // A chart of 700 pixels, and six for a letter.
  const room = (700 / hours.length) * spacing(named) - 6;
  expect(fit(named, room, (text) => text.length * 6)).toEqual(named);
  expect(someOf(["a", "b", "c"])).toEqual(["a", "b", "c"]);
});

it("days have the room up to the next one that is written", () => {
  expect(spacing(["31 Oct", "", "", "", "4 Nov", "", "", "", "8 Nov"])).toBe(4);
  expect(spacing(["a", "b"])).toBe(1);
  expect(spacing(["", "a", ""])).toBe(3);
  expect(spacing([])).toBe(1);
});
