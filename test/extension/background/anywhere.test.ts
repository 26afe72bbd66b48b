import { expect, it } from "vitest";
import { openAnywhere } from "../../../extension/background/check/anywhere.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import type { Answer } from "../../../extension/messages.ts";
import type { PolicyContext } from "../../../extension/policy-context.ts";
import type { Facts } from "../../../shared/check/api.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { MemoryArea } from "../double.ts";

const NOW = Date.parse("2026-11-25T10:00:00Z");
const lists = ["tps", "ctps"].map((id) => ({
  ...{
    id,
    name: id.toUpperCase(),
    regions: ["GB"],
    version: 1,
    asOf: "2026-11-24",
    count: 1,
    maxAgeDays: 28,
  },
}));
const context = {
  policy: defaultPolicy,
  stamp: { seq: 1, policy: 1, lists },
  clockOffset: 0,
} as unknown as PolicyContext;
const factsOf = (e164: string, listed: boolean): Facts => ({
  ...{ e164, region: "GB", suppressions: [], consents: [] },
  lists: listed ? [{ id: "tps", asOf: "2026-11-24" }] : [],
});

function world(answer: Answer<"ui.check">) {
  let at = NOW;
  let opened = 0;
  const anywhere = openAnywhere({
    session: openCachedStorage(new MemoryArea()),
    now: () => at,
    lookUp: () => Promise.resolve(answer),
    open: () => Promise.resolve(void opened++),
  });
  return { anywhere, opened: () => opened, pass: (ms: number) => (at += ms) };
}
const none: Answer<"ui.check"> = { ok: false, trouble: "offline" };

it("brings what was asked to the popup, once, and only while it is fresh", async () => {
  const { anywhere, opened, pass } = world(none);
  expect(anywhere.take()).toBeNull();
  await anywhere.ask("  call 020 7946 0958 ");
  expect(opened()).toBe(1);
  expect(anywhere.take()).toBe("call 020 7946 0958");
  expect(anywhere.take()).toBeNull();
  await anywhere.ask("020 7946 0958");
  pass(61_000);
  expect(anywhere.take()).toBeNull();
});

it("says each number's verdict and why in the address bar, in the words of the badges", async () => {
  const number = (e164: string, written: string, listed: boolean) => ({
    ...{ written, e164, readings: [], said: [e164], facts: [factsOf(e164, listed)] },
  });
  const { anywhere } = world({
    ok: true,
    context,
    numbers: [
      number("+442079460958", "<020 7946 0958>", true),
      number("+442079460959", "020 7946 0959", false),
    ],
  });
  expect(await anywhere.suggest("020 7946 0958, 020 7946 0959", "en-GB")).toEqual([
    { content: "<020 7946 0958>", description: "+442079460958: Do not call. On TPS (list of 24 Nov 2026)." },
    { content: "020 7946 0959", description: "+442079460959: No bar found: TPS and CTPS as of 24 Nov 2026." },
  ]);
});

it("writes what Chrome reads as XML", async () => {
  const open = { written: "4 <b>&", e164: null, readings: ["+14155550134"], said: ["+1 415"], facts: [] };
  const [first] = await world({ ok: true, context, numbers: [open] }).anywhere.suggest("x", "en");
  expect(first?.description).toMatch(/^“4 &#60;b&#62;&#38;”: Could be \+1 415/);
});

it("says nothing where there is no number, and no answer", async () => {
  const nothing = { written: "ab & <c>", e164: null, readings: [], said: [], facts: [] };
  expect(await world({ ok: true, context, numbers: [nothing] }).anywhere.suggest("ab & <c>", "en")).toEqual(
    [],
  );
  expect(await world(none).anywhere.suggest("020 7946 0958", "en")).toEqual([]);
});
