/** The popup's words on objections that no Worker has yet. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { DialWarnings } from "../../extension/popup/DialWarnings.tsx";

it("names the number and the time of what is not recorded, and who heard it where it is somebody else", () => {
  const at = "2026-11-25T10:30:00.000Z";
  const of = (mine: boolean) =>
    renderToStaticMarkup(
      createElement(DialWarnings, {
        dials: { waiting: 0, lost: 0, warnings: [] },
        heard: [{ number: "+442079460001", at, by: "Ada Byron", mine }],
        changed: () => Promise.resolve(),
      }),
    );
  for (const mine of [true, false]) expect(of(mine)).toMatch(/20 7946 0001.*:30/);
  expect(of(false)).toContain("heard by Ada Byron");
  expect(of(true)).not.toContain("Ada");
});
