/** The way of one held dial, with everything that it does to the world written down in order. */
import { expect, it } from "vitest";
import type { Outcome } from "../../../../extension/held-dial.ts";
import type { Answer } from "../../../../extension/messages.ts";
import type { Assessment } from "../../../../extension/page/guard/assess.ts";
import { newHeld, runHeld, shownOf } from "../../../../extension/page/guard/held-dial-flow.ts";
import type { Verdict } from "../../../../shared/check/api.ts";
import { withheld } from "../../../../shared/dials/withheld.ts";

const NUMBER = "+442079460000";
const seen = (verdict: Verdict, code = "tps"): Assessment => ({
  ...{ e164: NUMBER, readings: [], line: { e164: NUMBER }, offers: [] },
  decision: { verdict, reasons: [{ code }] },
  handling: verdict === "clear" ? "pass" : verdict === "caution" ? "warn" : "hold",
});
const UNKNOWN = seen("unknown", "offline");

/** `known`: what is known at first, and from each question to the Worker on. */
async function run(
  written: string,
  known: Assessment[],
  outcomes: Outcome[],
  words: (Answer<"page.dial"> | null)[] = [],
) {
  const events: string[] = [];
  const problems: (string | undefined)[] = [];
  const queue = [...known];
  const dial = {
    ...{ written, medium: "call" as const, via: "tel:", element: null },
    resume: (instead?: string) => void events.push(`dials ${instead ?? written}`),
  };
  await runHeld(newHeld("id", dial, withheld(written), known[0]!), {
    assess: () => queue[0]!,
    context: () => null,
    confirm(numbers) {
      events.push(`confirms ${numbers.join()}`);
      if (queue.length > 1) queue.shift();
      return Promise.resolve();
    },
    ask(held) {
      events.push(`asks ${held.seen.decision.verdict}`);
      problems.push(held.problem?.code);
      return Promise.resolve(outcomes.shift() ?? { kind: "stop" });
    },
    close: () => void events.push("closes"),
    note: (action, { written }, { decision }) =>
      void events.push(`notes ${action} ${written} ${decision.verdict}`),
    record(_, override) {
      events.push(override ? `records ${override.basis}` : "records passed");
      return Promise.resolve(words.length > 0 ? words.shift()! : { ok: true, verdict: null });
    },
    country: (_, { country }) => (events.push(`keeps ${country}`), Promise.resolve()),
    refresh: () => void events.push("refreshes"),
  });
  return { events, problems };
}

it("unknown that turns out clear goes on by itself, its evidence first", async () => {
  const { events } = await run(NUMBER, [UNKNOWN, seen("clear")], []);
  expect(events).toEqual([`confirms ${NUMBER}`, "records passed", `dials ${NUMBER}`]);
});

it("blocked is asked about at once, without a question to the Worker", async () => {
  const { events } = await run(NUMBER, [seen("blocked")], [{ kind: "stop" }]);
  expect(events).toEqual([`notes held ${NUMBER} blocked`, "asks blocked", "closes"]);
});

it("what cannot be recorded, or is refused, is asked about again, with the reason", async () => {
  const override: Outcome = { kind: "override", basis: "service", reason: "x" };
  const words: (Answer<"page.dial"> | null)[] = [null, { ok: false, detail: "No." }];
  const { events, problems } = await run(NUMBER, [seen("blocked")], [override, override, override], words);
  expect(problems).toEqual([undefined, "not-recorded", "refused"]);
  expect(events.slice(-3)).toEqual(["records service", "closes", `dials ${NUMBER}`]);
});

it("a clear number whose record failed is asked about, with the reason", async () => {
  const { events, problems } = await run(NUMBER, [UNKNOWN, seen("clear")], [{ kind: "stop" }], [null]);
  expect(problems).toEqual(["not-recorded"]);
  expect(events.at(-1)).toBe("closes");
});

it("a country is kept before the number is read again", async () => {
  const country: Outcome = { kind: "country", country: "US", wholeSite: false };
  const { events } = await run(NUMBER, [seen("blocked"), seen("clear")], [country]);
  expect(events.slice(2)).toEqual([
    "keeps US",
    `confirms ${NUMBER}`,
    "records passed",
    "closes",
    `dials ${NUMBER}`,
  ]);
});

it("a dial code is on record as blocked, and left out of what is dialled", async () => {
  const { events } = await run("141 020 7946 0000", [seen("clear")], [{ kind: "call" }, { kind: "without" }]);
  expect(events).toEqual([
    "notes held 141 020 7946 0000 blocked",
    `confirms ${NUMBER}`,
    "asks clear",
    "refreshes",
    "asks clear",
    "records passed",
    "closes",
    "dials 02079460000",
  ]);
});

it("what the dialog shows is the number without its dial code", () => {
  const dial = {
    written: "141 020 7946 0000",
    medium: "message" as const,
    via: "sms:",
    element: null,
    resume: () => {},
  };
  const held = newHeld("id", dial, withheld(dial.written), seen("caution"));
  expect(shownOf(held, null, null)).toEqual({
    ...{ written: "02079460000", e164: NUMBER, readings: [], medium: "message", problem: null },
    ...{ rings: [], offers: [] },
    ...{ decision: held.seen.decision, handling: "warn", context: null, facts: null },
    hidden: held.code,
  });
});
