/** For which kind of call something was said. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { beforeAll, expect, it, vi } from "vitest";
import type * as CallKinds from "../../../../extension/page/card/call-kind.tsx";
import { type Campaign, defaultPolicy, type Policy } from "../../../../shared/policy/policy.ts";

let own: typeof CallKinds;
beforeAll(async () => {
  vi.stubGlobal("navigator", { language: "en-GB" });
  own = await import("../../../../extension/page/card/call-kind.tsx");
});
const all: Campaign[] = ["general", "automated", "claims-management", "pensions"];

it("words are for those calls alone for which they count", () => {
  const { kindsFor } = own;
  expect(kindsFor(all, "notification")).toEqual(["general"]);
  expect(kindsFor(["claims-management", "pensions"], "notification")).toEqual([]);
  expect(kindsFor(all, "solicited")).toEqual(["general", "claims-management", "pensions"]);
  expect(kindsFor(all, "prior")).toEqual(all);
});
it("it is the only one that they may be for, or the one that was chosen", () => {
  const { meantOf } = own;
  expect(meantOf(["pensions"], "")).toBe("pensions");
  expect(meantOf(["general", "pensions"], "")).toBeUndefined();
  expect(meantOf(["general", "pensions"], "pensions")).toBe("pensions");
  // Chosen for other words, for which it may be no more.
  expect(meantOf(["general", "pensions"], "automated")).toBeUndefined();
});
it("where the agent said nothing it may be each that policy runs, though the call is judged as general", () => {
  const policy = {
    ...defaultPolicy,
    campaigns: { ...defaultPolicy.campaigns, runs: ["general", "pensions"] },
  } as Policy;
  expect(own.askedKinds({ policy })).toEqual(["general", "pensions"]);
  expect(own.askedKinds({ policy, purpose: "pensions" })).toEqual(["pensions"]);
  expect(own.askedKinds({ policy: defaultPolicy })).toEqual(["general"]);
  expect(own.askedKinds(null)).toEqual(["general"]);
});
it("is asked where it may be several", () => {
  const { CallKind } = own;
  const asked = (kinds: Campaign[]) =>
    renderToStaticMarkup(createElement(CallKind, { kinds, kind: "", choose: () => undefined, wrong: null }));
  expect(asked(["pensions"])).toBe("");
  expect(asked(["general", "pensions"]).match(/type="radio"/g)).toHaveLength(2);
});
