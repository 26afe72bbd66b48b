/** A contact is never clear by some of its numbers: all that a CRM has are screened, or it is not known. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { type ConnectorKind, connectorKinds, kinds } from "../../../shared/connectors/kinds.ts";
import { connectorPlaces } from "../../../shared/texts/connectors/places.en.ts";
import { fieldAt } from "../../../worker/connectors/kinds/rest.ts";
import { call, DAY, dump, MINUTE, push, today, under } from "../helpers.ts";
import { add, ask, drive, driven, own, run } from "./drive.ts";
import { espoTime } from "./espocrm.ts";
import { doubleOf, type Fields, fill, marked } from "./kit.ts";

drive();
beforeAll(async () => {
  for (const list of ["tps", "ctps"])
    await push(driven.tokens.admin, list, ["+442079460000", "+442079460001"]);
});

const CLEAR = "+44 20 7946 0555";
const BARRED = "+44 20 7946 0000";
const UNREAD = "not fully screened: the CRM did not give all of its numbers";

/** An EspoCRM with contacts that were last changed an hour ago, and how often a record was read by itself. */
async function espo(contacts: Fields[], most?: number) {
  const crm = doubleOf("espocrm");
  crm.clock = () => driven.now;
  const modifiedAt = espoTime(driven.now - 60 * MINUTE);
  const ids = fill(
    crm,
    "espocrm",
    contacts.map((fields) => ({ modifiedAt, ...fields })),
  );
  const { id } = await add(crm, "espocrm");
  await run(id, true);
  const singly = () => crm.requests.filter((one) => /^GET .*\/api\/v1\/\w+\/\w+$/.test(one)).length;
  const go = async () => {
    crm.requests.length = 0;
    crm.writes.length = 0;
    return run(id, false, most);
  };
  return { crm, ids, id, singly, go };
}

describe("EspoCRM, which tells further numbers by the single record", () => {
  it("bars a contact by its second number, and an account by its billing country", async () => {
    const { crm, ids, go, id } = await espo([
      { phoneNumber: CLEAR, phoneNumberData: [BARRED] },
      { phoneNumber: CLEAR, phoneNumberData: ["+44 20 7946 0556"] },
      { phoneNumber: "", phoneNumberData: [] },
    ]);
    const [account] = fill(
      crm,
      "espocrm",
      [{ phoneNumber: "020 7946 0001", billingAddressCountry: "United Kingdom" }],
      2,
    );
    expect(await go()).toMatchObject({ state: "done", blocked: 2, clear: 1, none: 1 });
    expect(marked(crm, ids[0]!)).toEqual([
      "blocked",
      today(),
      expect.stringMatching(/^\+44 20 7946 0000: on /),
    ]);
    expect(marked(crm, ids[1]!)[0]).toBe("clear");
    expect(marked(crm, account!)[0]).toBe("blocked");

    // A further number whose verdict changes is marked without the CRM being read.
    await ask("POST", `/${id}/switch`, { active: true });
    crm.requests.length = 0;
    await under(own, "POST", "/v1/suppressions", {
      token: driven.tokens.admin,
      body: { number: "+442079460556", reason: "They asked", scope: "line" },
    });
    expect(marked(crm, ids[1]!)).toEqual(["blocked", today(), "+44 20 7946 0556: told us not to call"]);
    expect(crm.requests).toHaveLength(1);
    const rows = (await dump("connector_numbers")) as { field: string; record: string }[];
    expect(
      rows
        .filter(({ record }) => record === ids[1])
        .map(({ field }) => field)
        .sort(),
    ).toEqual(["phoneNumber", "phoneNumberData"]);
  });

  it("reads a record by itself only where it changed since, in a lasting way", async () => {
    const { crm, ids, go, singly } = await espo(
      Array.from({ length: 7 }, () => ({ phoneNumber: CLEAR, phoneNumberData: ["+44 20 7946 0557"] })),
    );
    expect(await go()).toMatchObject({ clear: 7, written: 7 });
    expect(singly()).toBe(7);
    // Each was written to, a moment ago: it might change again in the same second.
    await go();
    expect(singly()).toBe(7);
    driven.now += 20 * MINUTE;
    await go();
    expect(singly()).toBe(7);
    await go();
    expect(singly()).toBe(0);
    const at = crm.records["Contact"]!.find(({ id }) => id === ids[3])!;
    Object.assign(at.fields, { phoneNumberData: [BARRED], modifiedAt: espoTime(driven.now) });
    expect(await go()).toMatchObject({ clear: 6, blocked: 1, written: 1 });
    expect(singly()).toBe(1);
    expect(marked(crm, ids[3]!)[0]).toBe("blocked");

    // A Worker of before forgets the numbers of another set-up, and knows of no further ones.
    driven.now += 20 * MINUTE;
    await go();
    await env.DB.exec("DELETE FROM connector_numbers");
    expect(await go()).toMatchObject({ clear: 6, blocked: 1, written: 0 });
  });

  it("bars a contact within 14 days by a further number that came without a new time of change", async () => {
    const { crm, ids, go, singly } = await espo(
      Array.from({ length: 16 }, () => ({ phoneNumber: CLEAR, phoneNumberData: ["+44 20 7946 0557"] })),
    );
    await go();
    driven.now += 20 * MINUTE;
    await go();
    for (const { fields } of crm.records["Contact"]!) fields["phoneNumberData"] = [BARRED];
    driven.now += 6 * DAY;
    expect(await go()).toMatchObject({ clear: 16 });
    expect(singly()).toBe(0);
    // Some sooner, so that not all are due at once.
    driven.now += 4 * DAY;
    const some = (await go()).blocked;
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(16);
    driven.now += 4 * DAY;
    expect(await go()).toMatchObject({ blocked: 16 });
    expect(marked(crm, ids[0]!)[0]).toBe("blocked");
  });

  it("leaves a contact not known whose record it may not read, and says so", async () => {
    const { crm, ids, go } = await espo([
      { phoneNumber: CLEAR },
      { phoneNumber: CLEAR },
      { phoneNumber: BARRED },
      {},
    ]);
    const odd = new Set([ids[0], ids[2], ids[3]]);
    crm.instead = ({ method, url }) =>
      method === "GET" && odd.has(url.split("/").at(-1)) ? new Response(null, { status: 403 }) : null;
    expect(await go()).toMatchObject({ unknown: 2, clear: 1, blocked: 1, invalid: 0, state: "done" });
    expect(marked(crm, ids[0]!)).toEqual(["unknown", today(), UNREAD]);
    expect(marked(crm, ids[3]!)).toEqual(["unknown", today(), UNREAD]);
    expect(marked(crm, ids[2]!)[0]).toBe("blocked");
  });

  it.each([
    ["no JSON", () => new Response("<html>")],
    ["a list", () => Response.json([])],
    ["nothing", () => new Response(null)],
    ["no numbers", () => Response.json({ id: "x", modifiedAt: "2026-01-01 00:00:00" })],
    [
      "numbers that are none",
      () => Response.json({ phoneNumberData: [null], modifiedAt: "2026-01-01 00:00:00" }),
    ],
    ["a server's failure", () => new Response("secret words of a record", { status: 500 })],
    ["another host", () => Response.redirect("https://evil.example/api/v1/Contact/1", 302)],
  ])(
    "answered with %s, one contact is not known, and a CRM that always answers so fails",
    async (_, answer) => {
      const { crm, ids, go } = await espo(Array.from({ length: 6 }, () => ({ phoneNumber: CLEAR })));
      const single = (url: string) => /Contact\/\w+$/.test(new URL(url).pathname);
      crm.instead = ({ method, url }) => (method === "GET" && url.endsWith(ids[1]!) ? answer() : null);
      expect(await go()).toMatchObject({ state: "done", clear: 5, unknown: 1 });
      expect(marked(crm, ids[1]!)).toEqual(["unknown", today(), UNREAD]);
      crm.instead = ({ method, url }) => (method === "GET" && single(url) ? answer() : null);
      driven.now += 20 * MINUTE;
      const { state, failures, error } = await go();
      expect({ state, failures }).toEqual({ state: "running", failures: 1 });
      expect(error).toMatch(/^espocrm: /);
      expect(error).not.toContain("secret words");
      expect(crm.requests.some((one) => one.includes("evil"))).toBe(false);
    },
  );

  it.each([
    ["with", { "retry-after": "3600" }],
    ["without", {}],
  ])("told to wait, %s a time, reads no further, and goes on then", async (_, headers) => {
    const { crm, ids, go } = await espo(Array.from({ length: 20 }, () => ({ phoneNumber: CLEAR })));
    crm.instead = ({ method, url }) =>
      method === "GET" && url.endsWith(ids[2]!)
        ? new Response(null, { status: 429, headers: headers as Record<string, string> })
        : null;
    const { state, failures, due } = await go();
    expect({ state, failures }).toEqual({ state: "running", failures: 0 });
    expect(Date.parse(due!)).toBeGreaterThan(driven.now + 50 * MINUTE);
    // Those that were on their way, and none of the rest.
    expect(crm.requests.length).toBeLessThan(100);
    expect(marked(crm, ids[0]!)[0]).toBeNull();
  });

  it("ends a slice after so many records that were read by themselves", async () => {
    const { go, singly } = await espo(Array.from({ length: 401 }, () => ({ phoneNumber: CLEAR })));
    const done = await go();
    expect(done).toMatchObject({ state: "done", contacts: 401, clear: 401 });
    expect(singly()).toBe(401);
    const slices = (await dump("audit_payload")) as { payload: string }[];
    const read = slices.flatMap(({ payload }) => {
      const said = JSON.parse(payload) as { run?: string; slice?: number; contacts?: number } | null;
      return said?.run === done.id && said.slice !== undefined ? [said.contacts] : [];
    });
    expect(read).toEqual([200, 200, 1]);
  });
});

/** Every field that the form begins with. */
const places = connectorKinds.flatMap((kind) =>
  kinds[kind].objects.flatMap(({ name, numbers }, object) =>
    numbers.map((field) => [kind, name, field, object] as const),
  ),
);
it.each(connectorKinds)(
  "%s: a number in any of its fields alone bars its record",
  async (kind: ConnectorKind) => {
    const crm = doubleOf(kind);
    const its = places.filter(([of]) => of === kind);
    const ids = its.map(([, , field, object], n) => {
      // Each before other numbers, which are clear.
      const others = kinds[kind].objects[object]!.numbers.map((one) => [one, `020 7946 06${10 + n}`]);
      const [id] = fill(crm, kind, [{ ...Object.fromEntries(others), [field]: BARRED }], object);
      return id!;
    });
    const { id } = await add(crm, kind);
    await run(id, true);
    await run(id, false);
    expect(ids.map((one, n) => [its[n]!.slice(1, 3).join(" "), marked(crm, one)[0]])).toEqual(
      its.map(([, name, field]) => [`${name} ${field}`, "blocked"]),
    );
    // What the form says of further places.
    expect(connectorPlaces[kind].length).toBeGreaterThan(50);
  },
);

describe("a field that holds several, or something else", () => {
  it("Pipedrive: each number of a person counts, and one that cannot be read is not known", async () => {
    const crm = doubleOf("pipedrive");
    const [second, odd, text] = fill(crm, "pipedrive", [
      { phones: [{ value: CLEAR }, { value: BARRED, label: "mobile" }] },
      { phones: [{ value: CLEAR }, null] },
      { phones: [{ value: CLEAR }, { value: "ask reception" }] },
    ]);
    const { id } = await add(crm, "pipedrive");
    await run(id, true);
    await run(id, false);
    expect([second, odd, text].map((one) => marked(crm, one!)[0])).toEqual(["blocked", "clear", "unknown"]);
  });

  it("another CRM: a list counts with each entry, and what is no text makes it not known", async () => {
    const crm = doubleOf("rest");
    crm.setup.objects[0]!.numbers = ["/phone", "/phones/*/value"];
    const [list, nested, object, deep] = fill(crm, "rest", [
      { phone: [CLEAR, BARRED] },
      { phone: CLEAR, phones: [{ value: CLEAR }, { value: BARRED }] },
      { phone: { main: BARRED } },
      { phone: CLEAR, phones: { value: BARRED } },
    ]);
    const { id } = await add(crm, "rest");
    await run(id, true);
    await run(id, false);
    expect([list, nested, object, deep].map((one) => marked(crm, one!)[0])).toEqual([
      "blocked",
      "blocked",
      "unknown",
      "unknown",
    ]);
    expect(fieldAt({ a: [{ b: [1, 2] }, { b: [3] }] }, "/a/*/b/*")).toEqual([[1, 2], [3]]);
    expect(fieldAt({ a: 1 }, "/b/*")).toBeUndefined();
  });
});

it("source, date and notice of a number come along to its facts, and go with the connector", async () => {
  const crm = doubleOf("hubspot");
  Object.assign(crm.setup.objects[0]!, { notice: "notice_given" });
  fill(crm, "hubspot", [
    {
      phone: CLEAR,
      hs_analytics_source: "Trade fair\0",
      createdate: "2025-05-03T09:00:00Z",
      notice_given: "By post, 10 May 2025",
    },
    { phone: "+44 20 7946 0556" },
  ]);
  const { id } = await add(crm);
  await run(id, true);
  const sources = async (number: string) => {
    const { data } = await call("POST", "/v1/check", {
      token: driven.tokens.agent,
      body: { numbers: [number] },
    });
    return (data as CheckAnswer).results[0]!.facts!.sources;
  };
  expect(await sources(CLEAR)).toBeUndefined();
  await run(id, false);
  expect(await sources(CLEAR)).toEqual([
    {
      ...{ crm: "Our CRM", source: "Trade fair\\u0000", since: "2025-05-03T09:00:00Z" },
      notice: "By post, 10 May 2025",
    },
  ]);
  expect(await sources("+442079460556")).toBeUndefined();
  await ask("DELETE", `/${id}`);
  expect(await sources(CLEAR)).toBeUndefined();
  expect(await dump("connector_records")).toEqual([]);
});
