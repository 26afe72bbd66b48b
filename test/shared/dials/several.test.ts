/** Numbers of addresses that are no plain ones: behind codes and before extensions, and two in one address. */
import { describe, expect, it } from "vitest";
import { decideDial, type Decision } from "../../../shared/check/verdict.ts";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { withheld } from "../../../shared/dials/withheld.ts";
import { withoutWords } from "../../../shared/dials/keys.ts";
import { lineReading, textReading } from "../../../shared/dials/line.ts";
import { dialRules, readDial } from "../../../shared/dials/read.ts";

const of = (e164: string): Decision =>
  e164 === "+442079460958"
    ? { verdict: "blocked", reasons: [{ code: "objection" }] }
    : { verdict: "clear", reasons: [{ code: "not-listed" }] };
const verdict = (dial: string) =>
  decideDial(lineReading(dial, "GB"), [textReading(dial, "GB", "GB")], of).verdict;

describe("an unlisted scheme dials", () => {
  it.each([
    ...["foo:14102079460958", "foo:141 02079460958", "foo:#31#02079460958", "foo:*67+442079460958"],
    ...["foo://dial/%2331%2302079460958", "foo://x?phone=14102079460958"],
  ])("behind a code that hides the caller: %s", (address) => {
    const target = readDial(address, dialRules(null));
    expect(withheld(target!.written, "GB")).not.toBeNull();
  });

  it.each([
    ...["foo:147002079460958", "foo:+442079460958x12", "foo:02079460958 ext 12", "foo:02079460958@pbx"],
    ...[
      "foo://x?phone=+442079460958%20ext%2012",
      "foo://x?to=sip:02079460958@pbx",
      "foo://x?%70hone=+442079460958",
    ],
    "foo:๐๒๐๗๙๔๖๐๙๕๘",
  ])("%s", (address) => {
    const target = readDial(address, dialRules(null));
    expect(target).not.toBeNull();
    expect(verdict(target!.written)).toBe("blocked");
    expect(verdict(withoutWords(target!.written))).toBe("blocked");
  });

  it("a number in letters, but not whatever else holds digits", () => {
    expect(readDial("foo:0800-FLOWERS", dialRules(null))?.written).toBe("0800-FLOWERS");
    for (const address of [
      "foo:report-2079460",
      "foo:123-abc",
      "foo://x?to=jane@example.com",
      "foo:room x12",
    ])
      expect(readDial(address, dialRules(null)), address).toBeNull();
  });
});

const A = "+353861234567";
const B = "+442079460958";
describe("of two numbers in one address both are judged, or it is held", () => {
  it.each([
    `zoomphonecall:${B}x12?number=${A}`,
    `zoomphonecall:02079460958a?phone=${A}`,
    `zoomphonecall:Bob <${B}>?to=${A}`,
    `https://teams.microsoft.com/l/call/0/0?users=4:${A}&users=4:${B}`,
    `ms-sfb:call?id=${A}&id=${B}`,
    `whatsapp://send?phone=${A}&phone=${B}`,
    `https://wa.me/353861234567?phone=442079460958`,
    `whatsapp://send?%70hone=442079460958&phone=353861234567`,
    `sms:${A}&${B}`,
    "webextel://x?telephone=200&number=02079460958",
    "webextel://x?telephone=%2B3532079460958&number=2079460958",
  ])("%s", (address) => {
    const { written } = parseDialAddress(address)!;
    for (const dial of [written, withoutWords(written)])
      expect(["blocked", "unknown"], written).toContain(verdict(dial));
  });

  it.each([
    `whatsapp://send?phone=${A}&phone=${A}`,
    `https://wa.me/353861234567?text=call%20442079460958`,
    `zoomphonecall:${A}?number=${A}`,
    `sms:${A}&body=hello`,
    `sip:${A}@10.20.30.40:5060`,
    `rcmobile:call?number=${A}`,
    `https://teams.microsoft.com/l/call/0/0?users=4:${A}`,
  ])("and one that stands there alone or twice is not: %s", (address) => {
    expect(verdict(parseDialAddress(address)!.written)).toBe("clear");
  });
});
