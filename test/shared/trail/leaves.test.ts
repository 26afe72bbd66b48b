import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alteredByAny,
  alteredPlaces,
  bindLeaves,
  bindRow,
  codeOf,
  type Fields,
  leafOf,
  MOST_COLUMNS,
  rowRoot,
  saltsOf,
  type Stored,
  typed,
} from "../../../shared/trail/leaves.ts";

const SEED = "000102030405060708090a0b0c0d0e0f";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const row: Fields = [
  ["num", 112_000_000_000_000],
  ["number", 442079460958],
  ["reason", "Their boiler’s due"],
  ["basis", null],
  ["refused", 0],
  ["key", -9_223_372_036_854_775_808n],
];
const altered = (place: number, value: Stored): Fields =>
  row.map(([name, was], i) => [name, i === place ? value : was]);

it("anyone can compute a leaf and a root with SHA-256 and HMAC alone", () => {
  const leaves = row.map(([name, value]) => {
    const salt = createHmac("sha256", Buffer.from(SEED, "hex")).update(name).digest("hex").slice(0, 32);
    return sha256(
      `f${salt}${name}\n${value === null ? "n" : typeof value === "string" ? `t${value}` : `i${value}`}`,
    );
  });
  const bound = bindRow("dials", SEED, row);
  expect(bound.leaves).toEqual(leaves);
  expect(bound.root).toBe(sha256(`rdials\n${bound.code}\n${leaves.join("")}`));
});

it("the code is over fields of few values as well, and a release that knows none verifies the row by it", () => {
  const few: Fields = [
    ["kind", "general"],
    ["said", null],
  ];
  const [plain, bound] = [bindRow("dials", SEED, row), bindRow("dials", SEED, row, few)];
  expect(bound.leaves).toEqual(plain.leaves);
  expect(bound.root).toBe(rowRoot("dials", plain.leaves, bound.code));
  const others = ["general", "automated", "claims", "pensions", null].flatMap((kind) =>
    ["general", "automated", "claims", "pensions", null].map((said): Fields => [
      ["kind", kind],
      ["said", said],
    ]),
  );
  expect(new Set(others.map((some) => bindRow("dials", SEED, row, some).code)).size).toBe(others.length);
  expect(others.map((some) => bindRow("dials", SEED, row, some).code)).not.toContain(plain.code);
});

describe("a row's root", () => {
  const { root } = bindRow("dials", SEED, row);
  const others: [string, string][] = [
    ["another value of any field", bindRow("dials", SEED, altered(1, 442079460959)).root],
    ["a text in place of a number", bindRow("dials", SEED, altered(1, "442079460958")).root],
    ["an empty text in place of nothing", bindRow("dials", SEED, altered(3, "")).root],
    ["the word for nothing", bindRow("dials", SEED, altered(3, "n")).root],
    ["nothing in place of 0", bindRow("dials", SEED, altered(4, null)).root],
    [
      "two values that changed places",
      bindRow("dials", SEED, [["num", 442079460958], ["number", 112_000_000_000_000], ...row.slice(2)]).root,
    ],
    ["another order", bindRow("dials", SEED, row.toReversed()).root],
    ["one field less", bindRow("dials", SEED, row.slice(0, -1)).root],
    ["another table", bindRow("calls", SEED, row).root],
    ["another seed", bindRow("dials", SEED.replace("f", "0"), row).root],
  ];
  it.each(others)("differs with %s", (_, other) => expect(other).not.toBe(root));

  it("differs for any two rows that differ, whatever is in the texts", () => {
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        const of = (x: Stored, y: Stored) =>
          bindRow("t", SEED, [
            ["a", x],
            ["b", y],
          ]).root;
        expect(of(a, b) === of(c, d)).toBe(typed(a) === typed(c) && typed(b) === typed(d));
      }),
      { numRuns: 300 },
    );
  });

  it("is over no number that JavaScript has rounded", () => {
    expect(() => typed(2 ** 53)).toThrow(RangeError);
    expect(() => typed(0.5)).toThrow(RangeError);
  });
});

describe("an erased field", () => {
  const { leaves, root } = bindRow("dials", SEED, row);
  /** What is left: the number's leaf, and of all others value and salt. Seed and number are gone. */
  const salts = new Map(
    row.filter(([name]) => name !== "number").map(([name]) => [name, saltsOf(SEED)(name)]),
  );
  const rest = (fields: Fields) =>
    bindLeaves(
      "dials",
      fields.map(([name, value], i) =>
        name === "number" ? leaves[i]! : leafOf(salts.get(name)!, name, typed(value)),
      ),
    );

  it("leaves its hash, and the rest still proves", () => {
    expect(rest(altered(1, null)).root).toBe(root);
    for (const place of [0, 2, 3, 4, 5]) expect(rest(altered(place, "another")).root).not.toBe(root);
  });

  it("is found by no dictionary: neither without a salt, nor by any salt that is left", () => {
    const left = leaves[1]!;
    const tries = ["", SEED.replaceAll(/./g, "0"), ...salts.values()];
    const numbers = Array.from({ length: 1_000 }, (_, n) => 442079460000 + n);
    expect(numbers).toContain(row[1]![1]);
    const hits = numbers.flatMap((n) =>
      tries.flatMap((salt) =>
        [leafOf(salt, "number", typed(n)), sha256(`i${n}`), sha256(`f${salt}number\ni${n}`)].filter(
          (leaf) => leaf === left,
        ),
      ),
    );
    expect(hits).toEqual([]);
  });

  it("is not told by two rows of one number: their leaves are different", () => {
    const other = bindRow("dials", SEED.replace("0", "1"), row);
    expect(other.leaves.filter((leaf) => leaves.includes(leaf))).toEqual([]);
  });
});

describe("the code names the altered column", () => {
  const many: Fields = Array.from({ length: MOST_COLUMNS }, (_, n) => [`column_${n}`, n]);
  const { leaves, code } = bindRow("t", SEED, many);
  const after = (...places: number[]) =>
    alteredPlaces(
      code,
      codeOf(leaves.map((leaf, n) => (places.includes(n) ? sha256(leaf) : leaf))),
      many.length,
    );

  it("each one by itself, or in a few cases among five at the most", () => {
    const found = many.map((_, place) => after(place));
    found.forEach((places, place) => expect(places).toContain(place));
    expect(found.filter((places) => places.length === 1).length).toBeGreaterThan(MOST_COLUMNS - 3);
    expect(Math.max(...found.map((places) => places.length))).toBeLessThanOrEqual(5);
  });

  it("never one column where two were altered", () => {
    for (let a = 0; a < MOST_COLUMNS; a += 3)
      for (let b = a + 1; b < MOST_COLUMNS; b += 4) expect(after(a, b).length).not.toBe(1);
  });

  it("none where nothing was altered; and it has 63 bits", () => {
    expect(after()).toEqual([]);
    expect(BigInt(code)).toBeLessThan(1n << 63n);
    expect(() => codeOf([...leaves, leaves[0]!])).toThrow(RangeError);
  });
});

it("an altered column is among those that are named, and not all are, whichever of two releases bound the row", () => {
  const columns = 27;
  const missed: string[] = [];
  for (let n = 0; n < 2000; n++) {
    const leaves = Array.from({ length: columns + 1 }, (_, place) => sha256(`${n} ${place}`));
    const place = n % columns;
    const now = leaves.map((leaf, i) => (i === place ? sha256(leaf) : leaf));
    // The last one was not bound by the earlier release.
    const codes = (all: string[]) => [codeOf(all), codeOf(all.slice(0, columns))];
    codes(leaves).forEach((stored, release) => {
      const found = alteredByAny(stored, codes(now), columns);
      if (!found.includes(place) || found.length === columns) missed.push(`${n} by ${release}`);
    });
  }
  expect(missed).toEqual([]);
});

it("what binding costs a dial (printed, not asserted)", () => {
  const dial: Fields = Array.from({ length: 25 }, (_, n) => [
    `column_${n}`,
    n % 3 ? n : "a text of some length, such as a reason",
  ]);
  for (let i = 0; i < 200; i++) bindRow("dials", SEED, dial);
  const start = process.cpuUsage();
  for (let i = 0; i < 500; i++) bindRow("dials", SEED, dial);
  const { user, system } = process.cpuUsage(start);
  console.log(`25 fields: ${((user + system) / 500_000).toFixed(3)} ms of CPU`);
  expect(bindRow("dials", SEED, dial).leaves).toHaveLength(25);
});
