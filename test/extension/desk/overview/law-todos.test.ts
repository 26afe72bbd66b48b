/** What the overview says that the law asks of the office. */
import { expect, it, vi } from "vitest";
import { DAY } from "../../../../shared/core/time.ts";
import { sourced } from "../../../../shared/law/sources.ts";
import { defaultPolicy, type Policy } from "../../../../shared/policy/policy.ts";
import { lawTodos, waitingTodos } from "../../../../extension/desk/overview/law-todos.ts";
import { NOON, stampOf } from "../../clock.ts";

// The desk's addresses listen to the window.
vi.hoisted(() => Object.assign(globalThis, { addEventListener: () => {} }));

const shown: Policy = {
  ...defaultPolicy,
  identity: { ...defaultPolicy.identity, presentationNumber: "+441134960000" },
};
const { lists } = stampOf(1);
const ids = (policy: Policy, { admin = true, now = NOON } = {}) =>
  lawTodos(lists, policy, { admin, now }).map(({ id }) => id);

it("nothing where the registers are set up, a number is shown and the rules are fresh", () => {
  expect(ids(shown)).toEqual([]);
});

it("the number to show, where none is set", () => {
  expect(ids(defaultPolicy)).toEqual(["presentation"]);
});

it("a register that the law of a called country wants and that is not set up under its id", () => {
  const abroad = { ...shown, numbers: { ...shown.numbers, alsoRegions: ["IE", "DE"] } };
  const [todo, ...others] = lawTodos(lists, abroad, { admin: true, now: NOON });
  expect(others).toEqual([]);
  expect(todo).toMatchObject({ id: "undeclared.ndd", tone: "bad", link: "#/lists" });
  expect(todo!.text).toContain("Ireland");
  expect(todo!.text).toContain("“ndd”");
});

it("rules that nobody looked up for 180 days, to administrators alone", () => {
  const looked = sourced.map(({ source }) => Date.parse(source.lookedUp));
  const old = Math.max(...looked) + 181 * DAY;
  expect(ids(shown, { now: Math.min(...looked) + 180 * DAY })).toEqual([]);
  expect(ids(shown, { now: old })).toEqual(["rules"]);
  expect(ids(shown, { now: old, admin: false })).toEqual([]);
});

it("entries that wait; objections are for officers to settle", () => {
  const waiting = { consents: 2, scopes: 1 };
  expect(waitingTodos(waiting, true).map(({ title }) => title)).toEqual([
    "2 consents wait for their review",
    "1 objection leaves open whom it is meant for",
  ]);
  expect(waitingTodos(waiting, false)).toHaveLength(1);
  expect(waitingTodos({ consents: 0, scopes: 0 }, true)).toEqual([]);
});
