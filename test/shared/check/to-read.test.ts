import { expect, it } from "vitest";
import { toRead } from "../../../shared/check/to-read.ts";

const consent = { basis: "consent" as const, givenAt: "2026-11-01T10:00:00Z", until: null };
const policy = { grounds: { tps: "Customers of ours, about their contract" } };
const facts = { consents: [{ ...consent, product: "boilers" }, consent, { ...consent, product: "solar" }] };

it("is the declared ground of that register, the consents' products, and nothing else", () => {
  expect(toRead({ code: "ground", list: "tps" }, policy, facts)).toBe(
    "Customers of ours, about their contract",
  );
  expect(toRead({ code: "ground", list: "ctps" }, policy, facts)).toBe("");
  expect(toRead({ code: "product" }, policy, facts)).toBe("boilers; solar");
  expect(toRead({ code: "tps", list: "tps" }, policy, facts)).toBe("");
  expect(toRead({ code: "product" }, null, null)).toBe("");
});
