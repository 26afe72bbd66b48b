/** A connector's state in a word: what an administrator is to look at comes before what goes on. */
import { expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import { statusOf } from "../../../../extension/desk/connectors/status.ts";

// The desk's addresses listen to the window.
vi.hoisted(() =>
  Object.assign(globalThis, { addEventListener: () => {}, location: new URL("https://desk.example/") }),
);

const of = (own: object): Connector =>
  ({ active: true, triedAt: "2026-11-01", error: null, last: null, ...own }) as unknown as Connector;
const changes = { readAt: null, error: "hubspot: 403", failures: 3 };
const last = (state: string, failures = 0) => ({ state, failures });

it.each([
  ["new", { active: false, triedAt: null }],
  ["tried", { active: false }],
  ["on", {}],
  ["on", { last: last("done") }],
  ["running", { last: last("running") }],
  ["failing", { last: last("running", 1) }],
  // A run that goes on may end what failed before it, but not that changes cannot be read.
  ["running", { last: last("running"), error: "hubspot: 500" }],
  ["failing", { last: last("running"), changes }],
  ["failing", { last: last("done"), changes }],
  ["on", { changes: { ...changes, failures: 2 } }],
  ["tried", { active: false, changes }],
  ["failing", { last: last("failed") }],
  ["failing", { error: "hubspot: 500" }],
  ["failing", { signIn: { at: "2026-11-01", over: "invalid_grant" } }],
  ["failing", { signIn: { at: null, over: null } }],
  ["tried", { active: false, signIn: { at: null, over: null } }],
])("%s: %j", (status, own) => {
  expect(statusOf(of(own))).toBe(status);
});
