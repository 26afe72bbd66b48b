/** The set of marks on fake nodes, how numbers are joined over nodes, and how they are counted. */
import { describe, expect, it, vi } from "vitest";
import { type Mark, openMarks, seenOf } from "../../../../extension/page/find/mark.ts";
import { countNumbers } from "../../../../extension/page/report.ts";
import { readLine } from "../../../../extension/page/find/join.ts";
import { findPhones } from "../../../../shared/phone/phone.ts";
import { writtenKey } from "../../../../shared/phone/phone.ts";

vi.mock(import("../../../../shared/phone/phone.ts"), async (original) => {
  const actual = await original();
  return { ...actual, findPhones: vi.fn(actual.findPhones) };
});

const text = (data: string) => ({ data, isConnected: true }) as unknown as Text & { isConnected: boolean };
const element = { isConnected: true } as unknown as Element;

function mark(written: string, ...nodes: Text[]): Mark {
  const parts = nodes.map((node) => ({ node, start: 0, end: node.data.length }));
  return {
    ...{
      kind: "text",
      owner: element,
      element,
      parts,
      written,
      seen: written,
      source: parts,
      e164: `+44${written.replace(/\D/g, "").slice(1)}`,
    },
    ...{
      medium: "call",
      readings: [],
      ext: undefined,
      by: undefined,
      record: null,
      waits: false,
      decision: null,
    },
  };
}

function opened() {
  const events: string[] = [];
  const marks = openMarks({
    added: (m) => events.push(`+ ${m.written}`),
    dropped: (m) => events.push(`- ${m.written}`),
  });
  return { marks, events: () => events.splice(0) };
}

describe("marks", () => {
  it("what was read of a number is as the page has it, escapes included", () => {
    for (const data of ["0113 496 0001", String.raw`\u002B44 113\u00a0496 0001`]) {
      const phone = findPhones(data, "GB")[0]!;
      expect(phone.e164).toBe("+441134960001");
      expect(seenOf(phone, [{ node: text(data), start: phone.start, end: phone.end }])).toBe(data);
    }
  });

  it("a text that was put elsewhere has the mark of where it is alone", () => {
    const { marks, events } = opened();
    const a = text("0113 496 0001");
    const elsewhere = { isConnected: true } as unknown as Element;
    marks.put(mark("0113 496 0001", a), undefined);
    marks.put({ ...mark("0113 496 0001", a), owner: elsewhere }, undefined);
    expect(events()).toEqual(["+ 0113 496 0001", "- 0113 496 0001", "+ 0113 496 0001"]);
    expect([marks.has(element), marks.has(elsewhere)]).toEqual([false, true]);
  });
  it("those that did not change stay; the others go and come", () => {
    const { marks, events } = opened();
    const [a, b] = [text("0113 496 0001"), text("0113 496 0002")];
    const first = mark("0113 496 0001", a);
    marks.replace(element, [first, mark("0113 496 0002", b)]);
    expect(events()).toEqual(["+ 0113 496 0001", "+ 0113 496 0002"]);
    b.data = "0113 496 0003";
    marks.replace(element, [mark("0113 496 0001", a), mark("0113 496 0003", b)]);
    expect(events()).toEqual(["- 0113 496 0002", "+ 0113 496 0003"]);
    expect(marks.all.has(first)).toBe(true);
    marks.replace(element, []);
    expect(marks.all.size).toBe(0);
  });

  it("a node's change drops its marks at once, and only them", () => {
    const { marks, events } = opened();
    const [a, b] = [text("0113 496 0001"), text("0113 496 0002")];
    marks.replace(element, [mark("0113 496 0001", a), mark("0113 496 0002", b)]);
    events();
    marks.dropText(a);
    expect(events()).toEqual(["- 0113 496 0001"]);
    expect([...marks.all].map((m) => m.written)).toEqual(["0113 496 0002"]);
  });

  it("but for those that are where they were, with all around them that may say what they are", () => {
    const { marks, events } = opened();
    const filler = "and so on ".repeat(20);
    const data = `0113 496 0001 ${filler}0113 496 0002 ${filler}0113 496 0003`;
    const node = text(data);
    const all = ["0113 496 0001", "0113 496 0002", "0113 496 0003"].map((written) => {
      const start = data.indexOf(written);
      const parts = [{ node, start, end: start + written.length }];
      return { ...mark(written, node), parts, source: parts };
    });
    for (const one of all) marks.put(one, undefined);
    events();
    const changeTo = (now: string) => {
      node.data = now;
      marks.dropText(node, { data, region: "GB" });
      const dropped = events().sort();
      node.data = data;
      for (const one of all) if (!marks.all.has(one)) marks.put(one, undefined);
      events();
      return dropped;
    };
    // A clock beside one says nothing of it; an extension does, or a label of something else.
    expect(changeTo(`${data} · 00:14:05`)).toEqual([]);
    expect(changeTo(`${data} ext. 12`)).toEqual(["- 0113 496 0003"]);
    expect(changeTo(data.replace("and so on 0113 496 0002", "your VAT: 0113 496 0002"))).toEqual([
      "- 0113 496 0002",
    ]);
    expect(changeTo(`${data.slice(0, 100)}X${data.slice(101)}`)).toEqual([]);
    // What is behind a change has moved.
    expect(changeTo(`${data.slice(0, 100)}X${data.slice(100)}`)).toEqual([
      "- 0113 496 0002",
      "- 0113 496 0003",
    ]);
    // A word before it, or one more digit, may make it another number or none.
    expect(changeTo(`${data.slice(0, -14)}X${data.slice(-13)}`)).toEqual(["- 0113 496 0003"]);
    expect(changeTo(data.replace("0002 ", "00025"))).toEqual(["- 0113 496 0002"]);
    node.data = `${data}, and so on`;
    marks.dropText(node);
    expect(events()).toHaveLength(3);
  });

  it("those of a field are compared once each, however many there are", () => {
    const { marks, events } = opened();
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        ...mark(`0113 496 ${i}`),
        ...{ kind: "field" as const, parts: [], source: [], among: { after: 0, all: i } },
      }));
    marks.replace(element, many(2000));
    expect(events()).toHaveLength(2000);
    const compared = vi.spyOn(JSON, "stringify");
    marks.replace(element, many(1999));
    expect(compared.mock.calls.length).toBeLessThan(20_000);
    compared.mockRestore();
    expect(events()).toEqual(["- 0113 496 1999"]);
  });

  it("a number at the place of another one takes it, and where none is any more, none is", () => {
    const { marks, events } = opened();
    const [a, b] = [text("0113 496 0001"), text("0113 496 0002")];
    const found = [mark("0113 496 0001", a), mark("0113 496 0002", b)] as const;
    for (const one of found) marks.put(one, undefined);
    events();
    const before = marks.prune(element, [found[0]]);
    expect(events()).toEqual(["- 0113 496 0002"]);
    expect(before(found[0])).toBe(found[0]);
    expect(before(found[1])).toBeUndefined();
    expect(marks.put(mark("0113 496 0001", a), found[0])).toBe(found[0]);
    expect(events()).toEqual([]);
    marks.put({ ...mark("0113 496 0001", a), e164: null }, found[0]);
    expect(events()).toEqual(["- 0113 496 0001", "+ 0113 496 0001"]);
  });

  it("a number over two nodes goes with either, and when another piece may have come", () => {
    const { marks, events } = opened();
    const nodes = [text("0113"), text(" 496 0001"), text("0113 496 0002")] as const;
    const both = [mark("0113 496 0001", nodes[0], nodes[1]), mark("0113 496 0002", nodes[2])];
    marks.replace(element, both);
    events();
    marks.dropText(nodes[1]);
    expect(events()).toEqual(["- 0113 496 0001"]);
    marks.replace(element, both);
    events();
    marks.dropJoined(element);
    expect(events()).toEqual(["- 0113 496 0001"]);
  });

  it("what the page no longer says when its turn comes is not added", () => {
    const { marks } = opened();
    const nodes = [text("0113 496 0001"), text("0113 496 0002"), text("0113 496 0003")] as const;
    const [first, ...late] = nodes.map((n) => mark(n.data, n));
    marks.put(first!, undefined);
    nodes[1].data = "0113 496 0009";
    (nodes[2] as { isConnected: boolean }).isConnected = false;
    for (const one of late) marks.put(one, undefined);
    expect([...marks.all].map((m) => m.written)).toEqual(["0113 496 0001"]);
  });

  it("those whose nodes left the page are swept", () => {
    const { marks, events } = opened();
    const a = text("0113 496 0001");
    marks.replace(element, [mark("0113 496 0001", a)]);
    (a as { isConnected: boolean }).isConnected = false;
    events();
    marks.sweep();
    expect(events()).toEqual(["- 0113 496 0001"]);
  });
});

describe("numbers of a line of text nodes", () => {
  /** What is found, and in how many steps. */
  function read(...texts: string[]) {
    const reading = readLine(
      texts.map((data) => ({ node: text(data), phones: findPhones(data, "GB") })),
      "GB",
    );
    let [step, steps] = [reading.next(), 1];
    for (; !step.done; step = reading.next()) steps++;
    return { found: step.value, steps };
  }
  const join = (...texts: string[]) =>
    read(...texts).found.map(({ parts, phone }) => ({
      e164: phone.e164,
      parts: parts.map((p) => p.node.data.slice(p.start, p.end)),
    }));

  it("a number over several nodes, with the part of each", () => {
    expect(join("Call 0113", " 496 ", "0001 now")).toEqual([
      { e164: "+441134960001", parts: ["0113", " 496 ", "0001"] },
    ]);
  });
  it.each(["0", "０", "٠", "۰", "०", "০"])("in every script whose digits are read: %s", (zero) => {
    const script = (digits: string) =>
      digits.replace(/\d/g, (d) => String.fromCharCode(zero.charCodeAt(0) + Number(d)));
    expect(join(script("0113"), script(" 496 0001")).map(({ e164 }) => e164)).toEqual(["+441134960001"]);
  });
  const one = (e164: string, ...parts: string[]) => ({ e164, parts });
  const first = one("+441134960001", "0113 496 0001");
  it("each that lies in one node alone, as it was read there", () => {
    expect(join("0113 496 0001", " Ann")).toEqual([first]);
    // Beside each other without a space, as two columns may be.
    expect(join("0113 496 0001", "0113 496 0002")).toEqual([first, one("+441134960002", "0113 496 0002")]);
    expect(join("5", "0113 496 0001")).toEqual([first]);
    expect(join("0113 496 0001", "5")).toEqual([first]);
  });
  it("one in a long text, with others beside it", () => {
    const long = "and so on ".repeat(30);
    expect(join(`${long}0113 496 0001, 0113`, " 496 ", `0002 ${long}`)).toEqual([
      first,
      one("+441134960002", "0113", " 496 ", "0002"),
    ]);
    expect(join(`${long}0113 496 00`, "02", ` ${long}`)).toEqual([one("+441134960002", "0113 496 00", "02")]);
    expect(join(`${long}0113`, ` ${long}496 0002`)).toEqual([]);
  });
  it("many in one line, each with the parts that are its own", () => {
    const many = Array.from({ length: 300 }, (_, i) => `0113 496 0${100 + i}`);
    const found = join(...many.flatMap((n) => [n.slice(0, 6), n.slice(6), ", "]));
    expect(found.map(({ parts }) => parts)).toEqual(many.map((n) => [n.slice(0, 6), n.slice(6)]));
  });
  it("many that are whole are not read together again; one among them that is cut is, by itself", () => {
    const many = Array.from({ length: 1000 }, (_, i) => `0113 496 0${String(i).padStart(3, "0")}`);
    vi.mocked(findPhones).mockClear();
    const { found, steps } = read(...many.map((n) => `${n} `), "0113 4", "96 0001 ", ...many);
    expect(found.map(({ phone }) => phone.written).sort()).toEqual(
      [...many, "0113 496 0001", ...many].sort(),
    );
    // One for the cut one, and one for each five hundred.
    expect(steps).toBe(2 + 4);
    const lengths = vi.mocked(findPhones).mock.calls.map(([text]) => text.length);
    expect(Math.max(...lengths)).toBeLessThan(60);
  });
  it("a further line, by its last digits", () => {
    expect(join("0113 496 0001 / ", "0002")).toEqual([first, one("+441134960002", "0002")]);
    expect(join("0113 496 0001", " / ", "0002")).toEqual([first, one("+441134960002", "0002")]);
  });
});

it("rulings name a number by its digits and a leading plus", () => {
  expect(writtenKey(" +44 (0)113 496-0001 ")).toBe("+4401134960001");
  expect(writtenKey("(0113) 496 0001")).toBe("01134960001");
  expect(writtenKey("＋４４ １１３ ４９６ ０００１")).toBe("+441134960001");
  expect(writtenKey("٠١١٣ ٤٩٦ ٠٠٠١")).toBe("01134960001");
});

it("counts each number once, by its verdict; one that is not decided yet counts as none", () => {
  const decided = (written: string, verdict: "clear" | "blocked"): Mark => ({
    ...mark(written, text(written)),
    decision: { verdict, reasons: [] },
  });
  expect(
    countNumbers([
      decided("0113 496 0001", "clear"),
      decided("01134960001", "clear"),
      decided("0113 496 0010", "blocked"),
      mark("0113 496 0002", text("")),
    ]),
  ).toEqual({ clear: 1, caution: 0, blocked: 1, unknown: 0 });
});
