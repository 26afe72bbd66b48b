/** What the card says is behind a reason: the law, the company's own policy by its clause, or both. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import type { Because } from "../../../../shared/check/api-explain.ts";
import { explainedRule } from "../../../../shared/check/explain.ts";

afterEach(() => void vi.unstubAllGlobals());

async function said(because: Because, language = "en-GB"): Promise<string> {
  vi.stubGlobal("navigator", { language });
  vi.resetModules();
  const { Behind } = await import("../../../../extension/page/card/reasons.tsx");
  return renderToStaticMarkup(createElement(Behind, { because })).replace(/<[^>]+>/g, "");
}
const rules = [explainedRule("GB-live")!];

it("the law and the policy's clause, where both decided", async () => {
  const both = { rules, clause: "screening.maxListAgeDays", strict: false };
  expect(await said(both)).toMatch(/PECR 2003 reg 21.*Our own policy: Oldest copy of a register\.$/);
  expect(await said(both, "pl")).toMatch(/PECR 2003 reg 21.*Zasady naszej firmy: .+\.$/);
  const asked = { rules, clause: "campaigns.onRequest", strict: false };
  expect(await said(asked)).toContain("Our own policy: Claims and pensions calls that were asked for.");
});
it("the law alone", async () => {
  expect(await said({ rules, clause: null, strict: false })).not.toMatch(/policy|on record/);
});
it("the policy's clause alone, in words", async () => {
  const own = { rules: [], clause: "screening.offlineMinutes", strict: false };
  expect(await said(own)).toBe("Our own policy: In an outage a clear answer counts for.");
});
it("the strict reading, and what is on record", async () => {
  const none = { rules: [], clause: null };
  expect(await said({ ...none, strict: true })).toBe(
    "No rule of law is known here of such a call: read strictly.",
  );
  expect(await said({ ...none, strict: false })).toBe("What is on record here, or what is missing.");
});
