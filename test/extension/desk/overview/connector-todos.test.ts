/** What the overview says of connectors: those that fail, and those to which somebody has to sign in again soon. */
import { expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import { kinds } from "../../../../shared/connectors/kinds.ts";
import { connectorTodos } from "../../../../extension/desk/overview/connector-todos.ts";

// The desk's addresses listen to the window.
vi.hoisted(() =>
  Object.assign(globalThis, { addEventListener: () => {}, location: new URL("https://desk.example/") }),
);

const NOW = Date.parse("2026-11-29T09:00:00Z");
const connector = (endsAt: string | null, error: string | null = null): Connector => ({
  ...{ id: "c", kind: "salesforce", name: "Our CRM", way: "signIn", active: true, verified: false, error },
  setup: { settings: {}, objects: [], fields: kinds.salesforce.fields, dates: "changed" },
  ...{ triedAt: "2026-11-01T09:00:00Z", last: null, nextAt: null, by: "a", at: "2026-11-01T09:00:00Z" },
  signIn: { at: "2026-11-01T09:00:00Z", account: "https://acme.my.salesforce.com", endsAt },
});
const titles = (one: Connector) =>
  connectorTodos({ connectors: [one] }, NOW).map(({ tone, title }) => [tone, title]);

it("names a sign-in 14 days before it ends, not earlier, and a failure before anything else", () => {
  expect(titles(connector(null))).toEqual([]);
  expect(titles(connector("2026-12-14T09:00:00Z"))).toEqual([]);
  expect(titles(connector("2026-12-13T08:00:00Z"))).toEqual([["warn", "Access to Our CRM ends"]]);
  expect(
    titles(connector("2026-12-13T08:00:00Z", "salesforce: the sign-in is over, 400 invalid_grant")),
  ).toEqual([["bad", "The connector Our CRM fails"]]);
});

it("names access that the CRM has ended in its words, and a connector that is on though nobody has signed in", () => {
  const one = connector(null);
  const over = "hubspot: the sign-in is over, 400 invalid_grant";
  const [todo] = connectorTodos({ connectors: [{ ...one, signIn: { ...one.signIn!, over } }] }, NOW);
  expect(todo).toMatchObject({ tone: "bad", title: "The connector Our CRM fails" });
  expect(todo!.text).toContain(over);
  const out = { at: null, account: "", endsAt: null, over: null };
  expect(titles({ ...one, signIn: out })).toEqual([["bad", "Nobody has signed in to Our CRM"]]);
  expect(titles({ ...one, active: false, signIn: out })).toEqual([]);
});

it("names one whose changes cannot be read, from the third failure on and as long as that lasts", () => {
  const one = connector(null);
  const read = (failures: number | undefined, own: object = {}) =>
    connectorTodos(
      {
        connectors: [
          {
            ...one,
            ...own,
            changes: { readAt: null, error: "hubspot: 500", ...(failures !== undefined && { failures }) },
          },
        ],
      },
      NOW,
    );
  expect([read(undefined), read(2), read(3, { active: false })]).toEqual([[], [], []]);
  const [todo] = read(3);
  expect(todo).toMatchObject({ tone: "bad", title: "The connector Our CRM fails" });
  expect(todo!.text).toContain("hubspot: 500");
});

it("names a secret 30 days before its last day, one that is over, and one of which nobody said when it ends", () => {
  const dynamics = (secretEnds?: string, own: object = {}): Connector => ({
    ...connector(null),
    ...{ kind: "dynamics", signIn: null, ...own },
    setup: {
      ...connector(null).setup,
      settings: secretEnds === undefined ? {} : { secretEnds },
    },
  });
  expect(titles(dynamics("2026-12-30"))).toEqual([]);
  expect(titles(dynamics("2026-12-29"))).toEqual([["warn", "The secret of Our CRM ends"]]);
  expect(titles(dynamics("2026-11-29"))).toEqual([["warn", "The secret of Our CRM ends"]]);
  expect(titles(dynamics("2026-11-28"))).toEqual([["bad", "The secret of Our CRM has ended"]]);
  expect(titles(dynamics())).toEqual([["warn", "Nobody has said when the secret of Our CRM ends"]]);
  expect(titles(dynamics(undefined, { active: false }))).toEqual([]);
  // A header may be good for ever.
  expect(titles(dynamics(undefined, { kind: "rest" }))).toEqual([]);
});
