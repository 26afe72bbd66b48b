/**
 * The addresses of cases.tsv, collected from the standards' and the vendors' documents by someone who had not seen the
 * code. Each line: what it is (`call`, `message`, `unreadable`: it dials, but no number can be read; `none`), its number
 * or numbers, the address as a JSON string without its quotes, and why. Numbers are read as in the United Kingdom.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayBeAdded, mayDial, parseDialAddress } from "../../../shared/dials/address.ts";
import { dialRules, readDial } from "../../../shared/dials/read.ts";
import { schemes } from "../../../shared/dials/schemes.ts";
import { sites } from "../../../shared/dials/sites.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { toE164 } from "../../../shared/phone/phone.ts";

const cases = readFileSync(new URL("cases.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t") as [expected: string, numbers: string, address: string, why: string]);
const rules = dialRules(null);
const isNumber = (written: string) => toE164(written, "GB").e164 !== null;
/** The number in E.164, or its digits where it has no country here. */
const read = (written: string) => toE164(written, "GB").e164 ?? written.replace(/\D/g, "");

describe("an address", () => {
  it.each(cases)("is %s, %s: %s (%s)", (expected, numbers, escaped) => {
    const address = JSON.parse(`"${escaped}"`) as string;
    const target = readDial(address, rules);
    if (expected === "none") return expect(target).toBeNull();
    expect(target).not.toBeNull();
    if (expected !== "unreadable") expect(target!.medium).toBe(expected);
    if (numbers === "" || expected === "unreadable") return expect(isNumber(target!.written)).toBe(false);
    if (!numbers.includes(" & ")) return expect(read(target!.written)).toBe(read(numbers));
    // A dial to several numbers is held: none of them is the one that was judged.
    expect(isNumber(target!.written)).toBe(false);
    for (const number of numbers.split(" & ")) expect(target!.written).toContain(number);
  });

  it("is one of a few hundred, of every kind", () => {
    const counts = Object.fromEntries(
      ["call", "message", "unreadable", "none"].map((kind) => [
        kind,
        cases.filter(([k]) => k === kind).length,
      ]),
    );
    expect(cases.length).toBeGreaterThan(400);
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(40);
    expect(new Set(cases.map(([, , address]) => address)).size).toBe(cases.length);
  });
});

describe("the table", () => {
  const rows = [...Object.entries(schemes), ...Object.entries(sites)].flatMap(([name, each]) =>
    each.map((row) => ({ name, ...row })),
  );
  it("has a source for every row", () => {
    for (const { name, source } of rows) expect(source, name).toMatch(/\w{4}/);
  });
  it("has names as the URL standard gives them", () => {
    for (const scheme of Object.keys(schemes)) expect(new URL(`${scheme}:x`).protocol).toBe(`${scheme}:`);
    for (const host of Object.keys(sites)) expect(new URL(`https://${host}/`).hostname).toBe(host);
  });
  it("has a case for every scheme", () => {
    const tried = cases.map(([, , address]) => address.toLowerCase());
    const untried = Object.keys(schemes).filter((s) => !tried.some((address) => address.startsWith(`${s}:`)));
    expect(untried).toEqual([]);
  });
});

describe("the address that a dial went by, without its number", () => {
  it.each(cases.filter(([expected]) => expected !== "none"))("tells %s, %s: %s", (_, numbers, escaped) => {
    const target = readDial(JSON.parse(`"${escaped}"`) as string, rules)!;
    const { via, medium } = target;
    if (via === undefined) {
      // Nothing of an unlisted scheme, whose name may be a page's words.
      expect(mayDial(JSON.parse(`"${escaped}"`) as string)?.unlisted).toBeDefined();
      return expect(medium).toBe("call");
    }
    expect(parseDialAddress(via)?.medium ?? "call").toBe(medium);
    // No digits of a number, and no words of the page.
    expect(via).toMatch(/^[a-z][a-z0-9+.-]*:[a-z0-9/.?=&:;+#,]*$/i);
    expect(via.length).toBeLessThan(60);
    for (const number of numbers.split(" & ").filter(Boolean)) expect(via).not.toContain(number.slice(-4));
  });

  it("is there for every form", () => {
    for (const [name, rows] of [...Object.entries(schemes), ...Object.entries(sites)])
      for (const row of rows.filter(({ kind }) => kind !== "none")) {
        expect(row.like === undefined, name).toBe(row.form === undefined);
        const rest = (row.like ?? "").replace(/\/$/, "");
        expect(
          rows.find(({ form }) => form?.test(rest) ?? true),
          `${name} ${row.like}`,
        ).toBe(row);
      }
  });

  it("is a scheme alone where the policy added it", () => {
    const own = [{ scheme: "acme", kind: "message" as const }];
    const { via = "" } = parseDialAddress("acme://jane/+441134960001", own)!;
    expect(via).toBe("acme:");
    expect(parseDialAddress(via, own)?.medium).toBe("message");
  });
});

describe("a scheme that is not listed", () => {
  it("may be a dial, which the guard cannot tell", () => {
    for (const address of ["acme:+441134960001", "acme://call?number=12", "slack://channel?id=1"]) {
      expect(parseDialAddress(address)).toBeNull();
      expect(mayDial(address)).toMatchObject({ written: "", medium: "call", unlisted: address });
    }
  });

  it.each([
    "https://example.com/?number=%2B441134960001",
    "mailto:x@example.com?to=%2B441134960001",
    "javascript:tel(1134960001)",
    "data:,01134960001",
    "blob:https://example.com/01134960001",
    "about:blank?number=01134960001",
    "chrome://dino/?number=01134960001",
    "zoommtg://zoom.us/join?confno=4155550123&number=%2B441134960001",
    "msteams:/l/meetup-join/19:meeting_abc@thread.v2/0",
    "",
  ])("and is none: %s", (address) => {
    expect(mayDial(address)).toBeNull();
    expect(readDial(address, rules)).toBeNull();
  });

  it("with two numbers that differ dials both, or one is a decoy: it is no single number", () => {
    const target = readDial("acme:+441134960001?number=%2B441134960002", rules);
    expect(target).toMatchObject({ written: "+441134960001;+441134960002", medium: "call" });
    expect(isNumber(target!.written)).toBe(false);
    const twice = readDial("acme:+441134960001?number=%2B441134960001", rules);
    expect(isNumber(twice!.written)).toBe(true);
  });

  it("is a dial by the policy's row, even if its number cannot be read", () => {
    const own = [{ scheme: "acme", parameter: "target", kind: "call" as const }];
    const written = (address: string) => parseDialAddress(address, own)?.written;
    expect(written("acme://start?target=%2B441134960001")).toBe("+441134960001");
    expect(written("ACME://start?TARGET=+441134960001")).toBe("+441134960001");
    expect(written("acme:+441134960001")).toBe("+441134960001");
    expect(written("acme://start?target=jane")).toBe("jane");
    expect(written("acme://start")).toBe("start");
    expect(written("web+acme://start?target=1")).toBeUndefined();
    const chat = [{ scheme: "acme", kind: "message" as const }];
    expect(parseDialAddress("acme:+441134960001", chat)).toMatchObject({
      written: "+441134960001",
      medium: "message",
    });
  });

  it("may be a name or a place, and is one unless the policy says that it dials", () => {
    const policy = { ...defaultPolicy, dials: { schemes: [{ scheme: "geo", kind: "call" as const }] } };
    expect(readDial("geo:01134960142", rules)).toBeNull();
    // A policy of before may name it: that stays a dial.
    expect(mayDial("geo:01134960142")).not.toBeNull();
    expect(readDial("geo:01134960142", dialRules(policy))?.written).toBe("01134960142");
  });

  it("is a dial by a number of any of the policy's regions, the telephones' among them", () => {
    const numbers = { ...defaultPolicy.numbers, alsoRegions: ["US"] };
    const abroad = dialRules({ ...defaultPolicy, numbers });
    expect(readDial("acme:4155550134", rules)).toBeNull();
    expect(readDial("acme:4155550134", abroad)?.written).toBe("4155550134");
    const there = { ...defaultPolicy.numbers, lineRegion: "US" };
    expect(readDial("acme:4155550134", dialRules({ ...defaultPolicy, numbers: there }))).not.toBeNull();
    // Its country may be open: it is a number all the same.
    expect(readDial("acme:7700900123", rules)?.written).toBe("7700900123");
    // A policy that an older version stored has no such clause.
    const { dials: _, ...old } = defaultPolicy;
    expect(dialRules(old as Policy)).toEqual({ schemes: [], regions: ["GB"], lineRegion: "GB" });
  });

  it("cannot be one that has its row, or the browser's own", () => {
    for (const scheme of [
      "tel",
      "web+tel",
      "whatsapp",
      "zoommtg",
      "https",
      "mailto",
      "javascript",
      "chrome-search",
    ])
      expect(mayBeAdded(scheme), scheme).toBe(false);
    for (const scheme of ["acme", "constructor", "web+acme"]) expect(mayBeAdded(scheme), scheme).toBe(true);
    // Nor does a row that an older version of this table let in count.
    const own = [{ scheme: "tel", kind: "message" as const }];
    expect(parseDialAddress("tel:+441134960001", own)).toMatchObject({
      written: "+441134960001",
      medium: "call",
    });
  });
});

it("a megabyte of anything is read: a time that grew with its square would end the test", () => {
  const pieces = ["1", "+", "%252B", "?", "&number=1", ";x", "4:", "tel:", "\u202a"];
  for (const before of ["tel:", "acme:", "msteams:/l/call/0/0?users=", "https://wa.me/"])
    for (const piece of pieces) readDial(before + piece.repeat(1_000_000 / piece.length), rules);
});

it("whatever follows a scheme that always dials, a target comes of it", () => {
  const always = Object.keys(schemes).filter(
    (s) => schemes[s]!.at(-1)!.form === undefined && schemes[s]!.at(-1)!.kind !== "none",
  );
  fc.assert(
    fc.property(fc.constantFrom(...always), fc.string({ unit: "binary", maxLength: 60 }), (scheme, rest) => {
      expect(parseDialAddress(`${scheme}:${rest}`)).not.toBeNull();
    }),
    { numRuns: 3000 },
  );
});
