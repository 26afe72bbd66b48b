import { expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { toRead } from "../../../shared/check/to-read.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";

const consent = {
  ...({ kind: "notification", basis: "consent", evidenced: true } as const),
  ...{ givenAt: "2026-11-01T10:00:00Z", until: null },
};
const policy = { ...defaultPolicy, grounds: { tps: "Customers of ours, about their contract" } };
const context = { policy, lists: [], now: Date.parse("2026-11-20T12:00:00Z") };
const factsWith = (...consents: Facts["consents"]): Facts => ({
  ...{ e164: "+442079460001", region: "GB", lists: [], suppressions: [] },
  consents,
});
const product = (facts: Facts | null) => toRead({ code: "product" }, { facts, context });

it("is the declared ground of that register, the consents' products, and nothing else", () => {
  const facts = factsWith({ ...consent, product: "boilers" }, consent, { ...consent, product: "solar" });
  const ground = (list: string) => toRead({ code: "ground", list }, { facts: null, context });
  expect([ground("tps"), ground("ctps")]).toEqual(["Customers of ours, about their contract", ""]);
  expect(product(facts)).toBe("boilers; solar");
  expect(toRead({ code: "tps", list: "tps" }, { facts, context })).toBe("");
  expect([product(null), toRead({ code: "product" }, null)]).toEqual(["", ""]);
});

it("names no product of a consent that does not count for this call", () => {
  const dead: Facts["consents"] = [
    { ...consent, product: "over", until: "2026-11-10" },
    { ...consent, product: "another kind", calls: ["pensions"] },
    { ...consent, product: "messages", medium: "message" },
    { ...consent, product: "unproven", evidenced: false },
    { ...consent, product: "another company's", caller: "Somebody Else Ltd" },
    { ...consent, product: "later", givenAt: "2026-12-01T10:00:00Z" },
  ];
  expect(product(factsWith(...dead, { ...consent, product: "boilers" }))).toBe("boilers");
});
