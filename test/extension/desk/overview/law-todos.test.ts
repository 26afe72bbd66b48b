/** What the overview says that the law asks of the office. */
import { expect, it, vi } from "vitest";
import { DAY } from "../../../../shared/core/time.ts";
import { sourced } from "../../../../shared/law/sources.ts";
import { defaultPolicy, type Policy } from "../../../../shared/policy/policy.ts";
import { lawTodos, waitingTodos } from "../../../../extension/desk/overview/law-todos.ts";
import { NOON, stampOf } from "../../clock.ts";

// The desk's addresses listen to the window.
vi.hoisted(() =>
  Object.assign(globalThis, { addEventListener: () => {}, location: new URL("https://desk.example/") }),
);

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

it("no register whose law has ended: France's is of before 11 August 2026", () => {
  const french = { ...shown, numbers: { ...shown.numbers, alsoRegions: ["FR"] } };
  const then = Date.parse("2026-08-10T12:00:00Z");
  expect(ids(french, { now: then, admin: false })).toEqual(["undeclared.bloctel"]);
  expect(ids(french, { now: then + DAY, admin: false })).toEqual([]);
});

it("rules that nobody looked up for 180 days, to administrators alone", () => {
  const looked = sourced.map(({ source }) => Date.parse(source.lookedUp));
  const old = Math.max(...looked) + 181 * DAY;
  expect(ids(shown, { now: Math.min(...looked) + 180 * DAY })).toEqual([]);
  expect(ids(shown, { now: old })).toEqual(["rules"]);
  expect(ids(shown, { now: old, admin: false })).toEqual([]);
});

it("entries that wait; objections are for officers to settle", () => {
  const waiting = { consents: 2, scopes: 1, tasks: 1 };
  const may = { consents: true, scopes: true, tasks: true };
  expect(waitingTodos(waiting, may).map(({ title, link }) => [title, link])).toEqual([
    ["2 consents wait for their review", "#/consents?state=review"],
    ["1 objection leaves open whom it is meant for", "#/do-not-call?asks=yes"],
    ["1 task in connected CRMs since recordings were erased", "#/requests/systems"],
  ]);
  const idsOf = (mine: typeof may) => waitingTodos(waiting, mine).map(({ id }) => id);
  expect(idsOf({ ...may, scopes: false, tasks: false })).toEqual(["waiting.consents"]);
  expect(idsOf({ ...may, consents: false })).toEqual(["waiting.scopes", "waiting.tasks"]);
  expect(waitingTodos({ consents: 0, scopes: 0 }, may)).toEqual([]);
});
