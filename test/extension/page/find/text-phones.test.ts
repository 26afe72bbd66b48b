/** How a long text node is cut into the pieces that it is read in. */
import { describe, expect, it, vi } from "vitest";
import { endOfPiece, phonesIn } from "../../../../extension/page/find/text-phones.ts";
import { findPhones } from "../../../../shared/phone/phone.ts";

vi.mock(import("../../../../shared/phone/phone.ts"), async (original) => {
  const actual = await original();
  return { ...actual, findPhones: vi.fn(actual.findPhones) };
});

const line = (i: number) =>
  `Contact ${i}: 020 7946 0${String(i % 1000).padStart(3, "0")}, last call yesterday\n`;

describe("a long text is read in pieces", () => {
  const piecesOf = (t: string) => {
    const pieces: { start: number; text: string }[] = [];
    for (let start = 0; start < t.length;) {
      const end = endOfPiece(t, start);
      pieces.push({ start, text: t.slice(start, end) });
      start = end;
    }
    return pieces;
  };
  const whole = (t: string) =>
    piecesOf(t)
      .map((p) => p.text)
      .join("");
  it("cut between lines", () => {
    const t = "Contact 0113 496 0001\n".repeat(1000);
    const pieces = piecesOf(t);
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces.every((p) => p.text.endsWith("\n") && t.startsWith(p.text, p.start))).toBe(true);
    expect(whole(t)).toBe(t);
  });
  it("or after a letter, so that no number is cut in two", () => {
    const t = "Ann 0113 496 0001, ".repeat(1000);
    const pieces = piecesOf(t);
    expect(pieces.length).toBeGreaterThan(9);
    expect(pieces.slice(0, -1).every((p) => p.text.endsWith("n"))).toBe(true);
    expect(whole(t)).toBe(t);
  });
  it("and anywhere where there is neither", () => {
    const t = "0123456789".repeat(1000);
    expect(piecesOf(t).length).toBeGreaterThan(4);
    expect(whole(t)).toBe(t);
  });
  it("a short one stays whole", () => {
    expect(piecesOf("0113 496 0001")).toEqual([{ start: 0, text: "0113 496 0001" }]);
    expect(piecesOf("")).toEqual([]);
  });
});

describe("the work for a text", () => {
  const kB = 1024;
  it.each([
    ["lines", line(7)],
    ["one line of words", line(7).replace("\n", " ")],
    ["one line of numbers", "020 7946 0958, "],
    ["digits alone", "0123456789"],
  ])("grows with its length: %s", (_, unit) => {
    const work = [64 * kB, 8192 * kB].map((length) => {
      const data = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
      let looked = 0;
      const spies = (["lastIndexOf", "search", "indexOf", "split"] as const).map((name) => {
        const native: (this: string, of: string) => unknown = String.prototype[name];
        return vi.spyOn(String.prototype, name).mockImplementation(function (
          this: string,
          of: string | RegExp,
        ) {
          looked += this.length;
          return native.call(this, of as string) as never;
        });
      });
      for (let start = 0; start < data.length; start = endOfPiece(data, start)) looked++;
      for (const spy of spies) spy.mockRestore();
      return looked / length;
    });
    expect(work[1]! / work[0]!).toBeLessThan(2.4);
    expect(work[0]).toBeLessThan(5);
  });
});

describe("what is before a text in its line", () => {
  function read(lead: string, data: string) {
    const reading = phonesIn({} as Text, data, "GB", lead);
    let step = reading.next();
    while (!step.done) step = reading.next();
    return step.value.map(({ start, end }) => data.slice(start, end));
  }

  it("is its label, from behind what may begin another number", () => {
    expect(read("", "2065550199")).toEqual(["2065550199"]);
    expect(read("Account no. ", "2065550199")).toEqual([]);
    expect(read("Mobile (206) 555-0112Account no. ", "2065550199")).toEqual([]);
    expect(read("EIN 04-5550123, mobile ", "2065550199")).toEqual(["2065550199"]);
    expect(read("Account no. 7, ", "2065550199")).toEqual(["2065550199"]);
  });

  it("is never read as one word with it, or as one number", () => {
    expect(read("Account", "2065550199")).toEqual(["2065550199"]);
    expect(read("0113 ", "496 0036")).toEqual(read("", "496 0036"));
  });
});

describe("a text that changes all the time", () => {
  const node = () => ({}) as Text;
  /** The numbers of a text, and how many of its characters were read for them. */
  function read(of: Text, data: string, region = "GB") {
    vi.mocked(findPhones).mockClear();
    const reading = phonesIn(of, data, region);
    let step = reading.next();
    while (!step.done) step = reading.next();
    const characters = vi.mocked(findPhones).mock.calls.reduce((sum, [text]) => sum + text.length, 0);
    return { phones: step.value, characters };
  }
  const data = Array.from({ length: 2000 }, (_, i) => line(i)).join("");

  it.each([
    ["at its end", (d: string) => `${d}${line(7777)}`],
    ["in its middle", (d: string) => `${d.slice(0, 60_000)} now ${d.slice(60_000)}`],
    ["at its beginning", (d: string) => `Ann ${d}`],
    ["by a line that goes", (d: string) => d.replace(line(300), "")],
  ])("is read again where it changed: %s", (_, change) => {
    const of = node();
    expect(read(of, data).characters).toBe(data.length);
    const now = read(of, change(data));
    expect(now.characters).toBeLessThan(20_000);
    expect(now.phones).toEqual(read(node(), change(data)).phones);
    // And as a whole where it is read by other rules.
    expect(read(of, change(data), "US").characters).toBe(change(data).length);
  });
});
