/**
 * The page's guard by itself: an administrator has switched off every softphone's protocol, and nobody has turned on the
 * browser's gate. No other layer makes up for what it would miss, and none of its holds was another's.
 */
import { describe, expect, it } from "vitest";
import { protocols } from "../../../extension/page/protocols/all.ts";
import { rowsOf } from "./drive.ts";
import { guarded, inPages, named, noErrors, siteOn, underGuard } from "./under-guard.ts";

/** One way to dial of each kind: by an address, a call, a form, a frame, a link, a person's key. */
const kinds = named(
  "location =",
  "open",
  "click() on a link to _blank outside it",
  "submit to _blank",
  "a new frame",
  "a frame's script",
  "a refresh in the page",
  "a link, tel:",
  "a link, sip:",
  "a link, an unlisted scheme",
  "a link, wa.me/call",
  "a link by Enter",
  "a form's button",
);

describe("with every other layer off", () => {
  const off = protocols.map(({ name }) => name);
  underGuard({ protocolsOff: off });
  siteOn();

  it("they are off", async () => {
    const { gate, protocolsOff } = (await guarded.browser.ask({ kind: "ui.options" })) as {
      gate: { on: boolean };
      protocolsOff: string[];
    };
    expect(gate.on).toBe(false);
    expect(new Set(protocolsOff)).toEqual(new Set(off));
  });

  it.each(["top", "same"] as const)(
    "each kind of dial goes out if it is clear, and is held if it is barred: %s",
    async (context) => {
      await inPages(context, [...rowsOf(kinds, "clear"), ...rowsOf(kinds, "blocked")]);
      noErrors();
    },
  );
});
