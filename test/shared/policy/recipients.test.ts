/** How a change of who receives is said: what is new and what is gone, not two whole registers. */
import { expect, it } from "vitest";
import type { Recipient } from "../../../shared/policy/policy.ts";
import { sayChange } from "../../../shared/texts/policy/clauses.en.ts";

const recipient = (own: Partial<Recipient>): Recipient => ({
  ...{ kind: "webhook", name: "Our dialler", host: "dial.example.com", role: "processor", country: "GB" },
  ...{ contract: "DPA of 1 March", fields: ["number", "verdict"] },
  ...own,
});
const say = (from: Recipient[] | undefined, to: Recipient[] | undefined) =>
  sayChange({ path: "recipients", from, to });
const [one, two] = [recipient({}), recipient({ name: "The lab", host: "lab.example.com" })];

it("names what is new, what is gone, and a row that is another one as both", () => {
  expect(say([one], [one, two])).toBe(
    "Who receives data: new: The lab (lab.example.com): a webhook, processor, GB, DPA of 1 March; number, verdict",
  );
  expect(say([one, two], [two])).toMatch(/^Who receives data: no longer: Our dialler \(dial\.example\.com\)/);
  expect(say([one], [recipient({ contract: "DPA of 1 May" })])).toMatch(
    /^Who receives data: new: Our dialler .* DPA of 1 May; .*; no longer: Our dialler .* DPA of 1 March;/,
  );
});

it("of a policy from before the register, and of nothing but another order", () => {
  expect(say(undefined, [one])).toMatch(/^Who receives data: new: Our dialler/);
  expect(say([one, two], [two, one])).toBe("Who receives data: another order");
});
