import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  besideOf,
  commitmentTo,
  openingOf,
  payloadHash,
  rootBy,
  rootOf,
} from "../../../shared/trail/bound.ts";
import { commitmentOf, faultOf, rowHash } from "../../../shared/trail/chain.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const roots = (n: number) => Array.from({ length: n }, (_, i) => sha256(`root ${i}`));

describe("a commitment of version 2", () => {
  const opening = openingOf(payloadHash("salt", "{}"), roots(3));
  const commitment = commitmentTo(opening);

  it("is checked by a verifier of version 1, to which the opening is a payload", () => {
    const row = { ...{ seq: 1, at: "x", actor: "a", code: "c", subject: "s" }, commitment, prev: "genesis" };
    const linked = { ...row, hash: rowHash(row), salt: "", payload: opening };
    expect(faultOf(0, "genesis", linked)).toBeNull();
    expect(faultOf(0, "genesis", { ...linked, payload: openingOf(null, roots(3)) })).toBe("payload");
    // A proof's reader takes nothing else for a commitment.
    expect(commitment).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ["another payload", openingOf(payloadHash("salt", "[]"), roots(3))],
    ["another salt", openingOf(payloadHash("salty", "{}"), roots(3))],
    ["no payload", openingOf(null, roots(3))],
    ["one row less", openingOf(payloadHash("salt", "{}"), roots(2))],
    ["the rows in another order", openingOf(payloadHash("salt", "{}"), roots(3).toReversed())],
    ["no rows", openingOf(payloadHash("salt", "{}"), [])],
  ])("differs with %s", (_, other) => expect(commitmentTo(other)).not.toBe(commitment));

  it("is never one of version 1 over other words", () => {
    // There, 32 digits of a salt come first.
    expect(opening.startsWith("{")).toBe(true);
    expect(commitment).toBe(commitmentOf("", opening));
  });
});

describe("one row of many", () => {
  it("is shown by what is beside its way up, for trees of any size", () => {
    for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 31, 500]) {
      const all = roots(n);
      for (const place of new Set([0, 1, n >> 1, n - 2, n - 1].filter((p) => p >= 0 && p < n))) {
        const beside = besideOf(all, place);
        expect(rootBy(all[place]!, place, n, beside)).toBe(rootOf(all));
        expect(rootBy(sha256("another"), place, n, beside)).not.toBe(rootOf(all));
        expect(rootBy(all[place]!, place, n, [...beside, sha256("x")])).not.toBe(rootOf(all));
        if (beside.length > 0) expect(rootBy(all[place]!, place, n, beside.slice(1))).not.toBe(rootOf(all));
      }
    }
    expect(rootBy(roots(3)[0]!, 3, 3, besideOf(roots(3), 0))).toBeNull();
  });

  it("is bound to its place", () => {
    const all = roots(4);
    expect(rootBy(all[1]!, 0, 4, besideOf(all, 1))).not.toBe(rootOf(all));
  });
});
