/** What the desk says is behind a reason: the law, the company's own policy by its clause, or both. */
import { MantineProvider } from "@mantine/core";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Because } from "../../../../shared/check/api-explain.ts";
import { explainedRule } from "../../../../shared/check/explain.ts";

beforeEach(() => {
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("location", new URL("https://desk.example/"));
});
afterEach(() => void vi.unstubAllGlobals());

async function markup(because: Because): Promise<string> {
  const { Behind } = await import("../../../../extension/desk/check/Explanation.tsx");
  return renderToStaticMarkup(createElement(MantineProvider, null, createElement(Behind, { because })));
}
const said = async (because: Because) => (await markup(because)).replace(/<style.*?<\/style>|<[^>]+>/gs, "");
const rules = [explainedRule("GB-live")!];

it("the law and the policy's clause, where both decided, with a link to each", async () => {
  const both = { rules, clause: "screening.maxListAgeDays", strict: false };
  expect(await said(both)).toMatch(/PECR 2003 reg 21.*Our policy: Oldest copy of a register$/);
  expect(await markup(both)).toMatch(/href="https:\/\/www\.legislation\.gov\.uk\/[^"]*".*href="#\/policy\?/s);
});
it("the law, the clause or the strict reading alone, or what is on record", async () => {
  expect(await said({ rules, clause: null, strict: false })).not.toMatch(/policy|on record/);
  expect(await said({ rules: [], clause: "hours", strict: false })).toBe("Our policy: Calling hours");
  const none = { rules: [], clause: null };
  expect(await said({ ...none, strict: true })).toBe(
    "No rule of law is known here of such a call: read strictly.",
  );
  expect(await said({ ...none, strict: false })).toBe("What is on record here, or what is missing.");
});
