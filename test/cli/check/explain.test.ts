/** `cleardial explain`: what it asks, and what it says. */
import { Command } from "commander";
import { expect, it } from "vitest";
import type { ExplainAnswer, ExplainedRule } from "../../../shared/check/api-explain.ts";
import type { Ask } from "../../../worker/cli/client.ts";
import { addExplainCommand, sayExplained } from "../../../worker/cli/check/explain.ts";
import type { Cli } from "../../../worker/cli/cli.ts";

const rule: ExplainedRule = {
  ...{ id: "GB-live", region: "GB", name: "PECR 2003 reg 21", url: "https://law.example/21" },
  ...{ seen: "text", lookedUp: "2026-11-25", from: "2003-12-11", until: null },
};
const answer: ExplainAnswer = {
  number: "+442079460001",
  at: "2026-11-27T12:00:00.000Z",
  as: "general",
  medium: "call",
  past: true,
  verdict: "blocked",
  reasons: [
    {
      ...{ code: "tps", list: "tps", asOf: "2026-11-20", rule: "GB-live" },
      text: "On TPS (list of 20 Nov 2026).",
      because: { rules: [rule], clause: null, strict: false },
    },
    {
      ...{ code: "out-of-hours", text: "It is outside calling hours where they are." },
      because: { rules: [], clause: "hours", strict: false },
    },
    { code: "offline", text: "No answer.", because: { rules: [], clause: null, strict: false } },
  ],
  facts: {
    ...{ e164: "+442079460001", region: "GB", lists: [], suppressions: [], consents: [], line: "fixed" },
    party: { party: "company", source: "officer", at: "2026-11-01T00:00:00.000Z" },
  },
  opening: [
    { duty: "name", rules: [rule] },
    { duty: "contact", rules: [rule] },
  ],
  presents: [{ shows: "no-mobile", rules: [rule] }],
  stamp: null,
};

async function run(...args: string[]): Promise<{ paths: string[]; printed: unknown[] }> {
  const paths: string[] = [];
  const printed: unknown[] = [];
  const ask: Ask = <T>(method: string, path: string) => {
    paths.push(`${method} ${path}`);
    return Promise.resolve(answer as T);
  };
  const program = new Command("cleardial").exitOverride().configureOutput({ writeErr: () => {} });
  addExplainCommand({
    ...({ program, signedIn: () => ask } as unknown as Cli),
    print: (object, text) => void printed.push(object, text),
  });
  program.commands.forEach((command) => command.exitOverride().configureOutput({ writeErr: () => {} }));
  await program.parseAsync(["explain", ...args], { from: "user" });
  return { paths, printed };
}

it("asks for the number as it was written, at a day, as a kind of call", async () => {
  expect((await run("020 7946 0001")).paths).toEqual(["GET /v1/explain/020%207946%200001"]);
  const full = await run("+442079460001", "--at", "2026-08-11", "--as", "pensions");
  expect(full.paths).toEqual(["GET /v1/explain/%2B442079460001?at=2026-08-11&as=pensions"]);
  expect(full.printed).toEqual([answer, sayExplained(answer)]);
  const message = await run("+442079460001", "--as", "general", "--message");
  expect(message.paths).toEqual(["GET /v1/explain/%2B442079460001?as=general&medium=message"]);
});

it.each([
  ["--at", "yesterday"],
  ["--at", "2026-02-31T12:00"],
  ["--as", "robot"],
])("refuses %s %s", async (option, value) => {
  await expect(run("+442079460001", option, value)).rejects.toThrow();
});

it("says whether a text or chat was asked about", () => {
  expect(sayExplained({ ...answer, medium: "message" })).toContain(
    "A general text or chat at 2026-11-27 12:00",
  );
});

it("says the verdict, and of each reason by which rule, which source, looked up when", () => {
  expect(sayExplained(answer).split("\n")).toEqual([
    "+442079460001: Do not call",
    "A general call at 2026-11-27 12:00 (UTC). By what was on record then.",
    "Country GB, a fixed line, a company’s (an officer said so).",
    "- On TPS (list of 20 Nov 2026).",
    "    PECR 2003 reg 21 (GB-live), looked up on 25 Nov 2026: the law’s own text. In force since 11 Dec 2003.",
    "- It is outside calling hours where they are.",
    "    Our own policy: Calling hours (hours).",
    "- No answer.",
    "    What is on record here, or what is missing.",
    "The law wants you to say first: your name or the company’s and an address or a freephone number, if they ask.",
    "    PECR 2003 reg 21 (GB-live), looked up on 25 Nov 2026: the law’s own text. In force since 11 Dec 2003.",
    "Do not show a mobile number of their country.",
    "    PECR 2003 reg 21 (GB-live), looked up on 25 Nov 2026: the law’s own text. In force since 11 Dec 2003.",
  ]);
});

it("says the policy's clause beside the law where both decided, and the strict reading where no law is known", () => {
  const saying = (because: ExplainAnswer["reasons"][number]["because"]) =>
    sayExplained({ ...answer, reasons: [{ code: "stale-list", text: "Too old.", because }] })
      .split("\n")
      .slice(3, 6);
  expect(saying({ rules: [rule], clause: "screening.maxListAgeDays", strict: false })).toEqual([
    "- Too old.",
    "    PECR 2003 reg 21 (GB-live), looked up on 25 Nov 2026: the law’s own text. In force since 11 Dec 2003.",
    "    Our own policy: Oldest copy of a register (screening.maxListAgeDays).",
  ]);
  expect(saying({ rules: [], clause: null, strict: true })[1]).toBe(
    "    No rule of law is known here of such a call: read strictly.",
  );
});
