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

describe("an unlisted scheme dials what rings before a pause, whatever follows it", () => {
  it.each([
    ...["acme:02079460958,,02079460000", "acme://x?number=02079460958,9876543210", "acme:02079460958w"],
    ...["acme:02079460958p12345678", "acme:02079460958PP12345678", "acme:02079460958 ,12345678"],
    `acme:02079460958,,${"1".repeat(30)}`,
    ...["acme://call/02079460958p12345678", "acme://x?to=sip:02079460958w1234567@pbx"],
    "acme:+44%2020%207946%200958,,,,12345678%23",
    // A line drops what is behind a whole number.
    ...["acme:0207946095812345678", "acme:+44207946095812345678"],
  ])("%s", (address) => {
    const target = readDial(address, dialRules(null));
    expect(target).not.toBeNull();
    for (const dial of [target!.written, withoutWords(target!.written)])
      expect(["blocked", "unknown"], dial).toContain(verdict(dial));
  });

  it.each([
    ...["maps:51.5073509,-0.1277583", "maps:?q=51.5073509,-0.1277583", "geo:02079460958,02079460000"],
    "maps:-33.8688197, 151.2092955",
    ...["cal:2024-01-15", "cal:20240115T101500", "cal:20240115,20240116", "clock:1732924800000"],
    "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=0.00000001",
    "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567",
    ...["order:10045678901234", "order:1234567,7654321", "order:415074000", "order:123456789p0"],
    ...["meet://join/02079460958,,12345678", "room://x?number=79460958p1"],
    ...["acme:550e8400-e29b-41d4-a716-446655440000", "acme:12345678-1234-1234-1234-123456789012"],
    ...["acme:02079460958 please", "acme:02079460958px", "video:1080p"],
  ])("but no place, date, meeting, payment or order does: %s", (address) => {
    expect(readDial(address, dialRules(null))).toBeNull();
  });
});

describe("a parameter of a listed scheme", () => {
  const judged = (address: string, barred: string) => {
    const { written } = parseDialAddress(address)!;
    const decide = (e164: string): Decision => of(e164 === barred ? "+442079460958" : "+442079460000");
    return decideDial(lineReading(written, "GB"), [textReading(written, "GB", "GB")], decide).verdict;
  };
  it("keeps a letter within its number, which some telephones press as a key", () =>
    expect(judged("zoomphonecall://x?number=02079A460000", "+442079246000")).not.toBe("clear"));
  it("is not replaced by another whose digits are the same only behind a pause", () =>
    expect(judged("zoomphonecall://x?number=%2B4315350128&to=x%2B431535012p8", "+4315350128")).not.toBe(
      "clear",
    ));
});

it("no place or order does, either, on a desk whose regions dial numbers without a prefix", () => {
  const desk = (lineRegion: string) => ({ schemes: [], regions: ["GB", "US", "IE", "DE"], lineRegion });
  const all = ["maps:51.5073509,-0.1277583", "maps:48.1371079,11.5753822", "order:202401151234567"];
  for (const address of [...all, "clock:1732924800000"])
    for (const line of ["GB", "US"]) expect(readDial(address, desk(line)), address).toBeNull();
  for (const address of ["acme:4155550134,,12345678", "acme:41.5555.0134,1", "acme:020.79460958,1.234"])
    expect(readDial(address, desk("GB")), address).not.toBeNull();
});

describe("digits before the number that is read may be dialled first", () => {
  it.each([
    ...["tel:iax:x02079460958/01134960001", "tel:skype:a02079460958;01134960001"],
    ...["tel:;ext=02079460958;01134960001", "tel:;x=02079460958;01134960001"],
    ...["callto:+type=02079460958?tel=01134960001", "tel:?x=02079460958&tel=01134960001"],
    ...["sms:?x=02079460958&to=01134960001", "sip:;x=02079460958;01134960001@pbx.example"],
    ...["web+tel:%3Bx=02079460958%3B01134960001", "callto:tel:;x=02079460958;01134960001"],
    "skype:a02079460958;01134960001?call",
  ])("%s", (address) => {
    const { written } = parseDialAddress(address)!;
    // A pass for the number alone is none for this address.
    expect(written).not.toBe("01134960001");
    for (const dial of [written, withoutWords(written)])
      expect(["blocked", "unknown"], dial).toContain(verdict(dial));
  });
});

describe("a call to a name is none to a number in a parameter", () => {
  it.each([
    ["sip:alice@pbx.example?to=01134960001", "alice"],
    ["sip:alice@pbx.example;tel=01134960001", "alice"],
    ["facetime:alice@icloud.com?to=01134960001", "alice@icloud.com"],
    ["skype:alice?call&to=01134960001", "alice"],
    ["msteams:/l/call/0/0?users=alice@x.example&to=01134960001", "alice@x.example"],
    ["dialpad:alice?number=01134960001", null],
  ])("%s", (address, name) => {
    const { written } = parseDialAddress(address)!;
    if (name === null) return expect(verdict(written)).toBe("clear");
    expect(written).toBe(name);
    expect(verdict(written)).toBe("unknown");
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
    `zoomphonecall:${A}?number=02079460958p12345678`,
    `zoomphonecall:${A}?number=x02079460958`,
    `zoomphonecall:${A}?number=a2079460958b`,
    `tel:${A}?to=x02079460958`,
    `sip:${A}@pbx.example?callee=+44x2079460958`,
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
