/** A decision in part that is made again keeps what was refused. */
import { expect, it } from "vitest";
import type { RequestItem } from "../../../../../shared/privacy-requests/api.ts";
import { refusedOf } from "../../../../../extension/desk/privacy-requests/path/refused.ts";

const item = (of: Partial<RequestItem>): RequestItem => ({
  ...{ id: "recording.1", kind: "recording", ref: "1", at: null, verdict: "confirmed", mute: [] },
  ...{ decision: null, ground: null, other: null, reasons: null, keptUntil: null, proofUntil: null },
  ...{ doneAt: null, held: false, state: "kept" },
  ...of,
});
const none = { ground: null, other: null, reasons: null };
const refusal = { decision: "deny", ground: "protection", reasons: "Another's words" } as const;

it("begins with what was refused before, with its ground and reasons, and with nothing else", () => {
  const items = [
    item({ id: "recording.1", ...refusal }),
    item({ id: "recording.2", decision: "comply" }),
    item({ id: "recording.3" }),
    item({ id: "recording.4", ...refusal, verdict: "rejected" }),
    item({ id: "recording.5", ...refusal, doneAt: "2026-11-20T10:00:00Z" }),
  ];
  expect(refusedOf(items, null, none)).toEqual({
    "recording.1": { ground: "protection", other: "", reasons: "Another's words", keepUntil: "" },
  });
});

it("where all of it was refused, begins with that refusal's reasons", () => {
  const all = { ground: "other", other: "A court's order", reasons: "It is sealed" } as const;
  expect(refusedOf([item({ decision: "deny" }), item({ id: "recording.2" })], null, all)).toEqual({
    "recording.1": { ...all, keepUntil: "" },
  });
});

it("of an erasure with the proofs that law wants, where an officer's own words stand", () => {
  const proof = { kind: "consent", proofUntil: "2031-11-20" } as const;
  const items = [
    item({ id: "consent.1", ...proof }),
    item({ id: "consent.2", ...proof, ...refusal, keptUntil: "2030-01-01" }),
  ];
  expect(refusedOf(items, null, none)).toEqual({
    "consent.2": expect.objectContaining(refusalOf("2030-01-01")) as unknown,
  });
  expect(refusedOf(items, "2026-11-28", none)).toEqual({
    "consent.1": expect.objectContaining({ ground: "legal-obligation", keepUntil: "2031-11-20" }) as unknown,
    "consent.2": expect.objectContaining(refusalOf("2030-01-01")) as unknown,
  });
});
const refusalOf = (keepUntil: string) => ({ ground: "protection", reasons: "Another's words", keepUntil });
