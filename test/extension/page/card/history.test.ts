/** The lines of a number's history in the card. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import type { HistoryAnswer } from "../../../../shared/check/api-history.ts";

async function lines(language: string, crm: HistoryAnswer["crm"]): Promise<string[]> {
  vi.stubGlobal("navigator", { language });
  vi.resetModules();
  const { Lines } = await import("../../../../extension/page/card/history.tsx");
  const none = { number: "+441134960001", called: null, held: null, objections: [] };
  const html = renderToStaticMarkup(createElement(Lines, { ...none, crm }));
  vi.unstubAllGlobals();
  return [...html.matchAll(/<dd>(.*?)<\/dd>/g)].map(([, text]) => text!).slice(3);
}
const held = { name: "Sales", object: "Contact", since: "2026-03-02T09:00:00Z" };

it("says where a CRM's records say they have the number from, since when, and what the person was told", async () => {
  const from = [{ source: "Trade fair", since: "May 2025", notice: "By post" }, { source: "Her brother" }];
  expect(await lines("en-GB", [{ ...held, from }])).toEqual([
    "Sales, as Contact, seen there since 2 Mar 2026",
    "Trade fair, there since May 2025, notice given: By post",
    "Her brother",
  ]);
  expect(await lines("pl-PL", [{ ...held, from }])).toContain(
    "Trade fair, w CRM od May 2025, poinformowano: By post",
  );
});

it("says only which CRM has it where its records say nothing, and that none has it", async () => {
  expect(await lines("en-GB", [held])).toEqual(["Sales, as Contact, seen there since 2 Mar 2026"]);
  expect(await lines("en-GB", [])).toEqual(["no connected CRM"]);
});
