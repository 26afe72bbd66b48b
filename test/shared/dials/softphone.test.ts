/** The way out of the browser's gate: by the softphone's own scheme, never by one that comes back to the gate. */
import { describe, expect, it } from "vitest";
import { heardIn, handlerOf } from "../../../shared/dials/browser-gate.ts";
import { readDialAddress } from "../../../shared/dials/address.ts";
import { isWayOut, launchAddress, launchInPage, softphones } from "../../../shared/dials/softphone.ts";

const NUMBER = "+441632960001";

describe("a softphone", () => {
  it.each(softphones)("$name dials the number that was judged, and no other", ({ before }) => {
    const address = launchAddress(before, NUMBER, "call")!;
    expect(address.startsWith(before.slice(0, before.indexOf(":") + 1))).toBe(true);
    expect(readDialAddress(address, [], () => true)?.written).toBe(NUMBER);
  });

  it.each([
    ["callto:", NUMBER, `callto:${NUMBER}`],
    ["callto:", "01632 960001", "callto:01632960001"],
    ["callto:", "999", "callto:999"],
    ["zoomphonecall://", NUMBER, `zoomphonecall://${NUMBER}`],
    ["rcapp://r/call?number=", NUMBER, "rcapp://r/call?number=%2B441632960001"],
    ["acme:", NUMBER, `acme:${NUMBER}`],
    ["acme://call?number=", NUMBER, "acme://call?number=%2B441632960001"],
  ])("%s%s", (before, written, address) => expect(launchAddress(before, written, "call")).toBe(address));

  it.each([
    ...["tel:", "sip:", "sms:", "smsto:", "mms:", "web+tel:", "ext+tel:"],
    ...["https://phone.example/", "javascript:", "data:", "mailto:", "file:", "chrome:", "zoommtg:"],
    ...["", "callto", "Callto:", "acme://x?ref=", `acme:${"x".repeat(100)}`],
  ])("is not reached by %s", (before) => expect(isWayOut(before)).toBe(false));

  it("gets no message where its addresses begin calls, and nothing that is no number", () => {
    expect(launchAddress("callto:", NUMBER, "message")).toBeNull();
    expect(launchAddress("whatsapp:", NUMBER, "message")).toBe("whatsapp:send?phone=441632960001");
    expect(launchAddress("callto:", "", "call")).toBeNull();
  });
});

describe("a page's guard starts it", () => {
  const started = (before: string, address: string) => launchInPage(before, address);
  it.each(["tel:+441632960001", "tel:+44-1632-960-001", "TEL:+44%201632%20960001", "tel:+44.1632.960001"])(
    "for a whole number, by the address that the gate opens: %s",
    (address) => {
      for (const { before } of softphones)
        expect(started(before, address)).toBe(launchAddress(before, NUMBER, "call"));
      expect(started("acme:", address)).toBe("acme:+441632960001");
    },
  );
  it.each([
    ...["tel:01632960001", "tel:00441632960001", "tel:999", "tel:*31#+441632960001", "tel:141+441632960001"],
    ...["tel:+441632960001;ext=5", "tel:+441632960001,5", "tel:+44(0)1632960001", "tel:+441632x960001"],
    ...[
      "tel:+1800FLOWERS",
      "tel:+441632960001/+441632960002",
      "tel:+44163",
      "tel:+4416329600011234567",
      "tel:",
    ],
    ...["tel:+01632960001", "tel:++441632960001", "tel:jo+441632960001"],
    ...[
      "sip:+441632960001@pbx.example",
      "sms:+441632960001",
      "web+tel:+441632960001",
      "callto:+441632960001",
    ],
    ...["skype:+441632960001?call", "https://wa.me/441632960001", "acme:+441632960001"],
    "intent:+441632960001#Intent;scheme=tel;end",
  ])("for no other address, which goes by the gate: %s", (address) =>
    expect(started("callto:", address)).toBeNull(),
  );
  it("by nothing that would come back", () => {
    for (const before of ["tel:", "sip:", "https://phone.example/", ""])
      expect(started(before, "tel:+441632960001")).toBeNull();
  });
});

describe("a dial that reached the browser", () => {
  const handled = (address: string) =>
    handlerOf("https://cd.example").replace("%s", encodeURIComponent(address));
  it.each(["tel:+441632960001", "tel:+441632960001?", "sip:jo%40x@pbx.example", "tel:#31#0163", "tel:💬"])(
    "%s is read as it was",
    (address) => expect(heardIn(handled(address))).toEqual({ origin: "https://cd.example", address }),
  );
  it("is in the fragment, which no server sees", () =>
    expect(new URL(handled("tel:1")).pathname + new URL(handled("tel:1")).search).toBe("/dial"));
  it("is a navigation to /dial with it, and no other", () => {
    for (const url of [
      "https://cd.example/dial",
      "https://cd.example/dial/on#u=tel:1",
      "https://cd.example/#u=tel:1",
      "x",
    ])
      expect(heardIn(url), url).toBeNull();
    expect(heardIn("https://cd.example/dial?#u=tel%3A1")).toMatchObject({ address: "tel:1" });
    expect(heardIn("https://cd.example/dial#u=%E0%A4%A")).toMatchObject({ address: "tel:" });
  });
});
