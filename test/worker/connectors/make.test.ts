/** Fields made in a CRM: each vendor, and each fault. */
import { expect, it } from "vitest";
import type { ConnectorFieldsAnswer, ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import { isSetupSaid } from "../../../worker/connectors/checks/bound.ts";
import { ourFields } from "../../../worker/connectors/checks/fields.ts";
import { rowOf } from "../../../worker/connectors/rows.ts";
import { dump, under } from "../helpers.ts";
import { add, ask, drive, driven, own, refusal, run, waiting } from "./drive.ts";
import { doubleOf, fill, marked } from "./kit.ts";
import { making } from "./makers.ts";

drive();

/** `once`: an administrator's own credentials; `denied`: how the vendor refuses; `other`: a field of another type, and a text that is too short. */
const vendors: Record<
  Exclude<ConnectorKind, "rest">,
  {
    once?: Record<string, string>;
    denied: string;
    other: [string, string];
    short: [string, string] | null;
    text: string;
  }
> = {
  hubspot: { denied: "403 MISSING_SCOPES", other: ["number", "number"], short: null, text: "string" },
  salesforce: {
    denied: "403 INSUFFICIENT_ACCESS_OR_READONLY",
    ...{ other: ["double", "double"], short: ["string", "text(80)"], text: "string" },
  },
  pipedrive: {
    denied: "403 ERR_SCOPE_AND_URL_MISMATCH",
    ...{ other: ["double", "double"], short: null, text: "varchar" },
  },
  zoho: {
    denied: "403 OAUTH_SCOPE_MISMATCH",
    ...{ other: ["integer", "integer"], short: ["text", "text(80)"], text: "text" },
  },
  dynamics: {
    denied: "403 0x80040220",
    ...{ other: ["Integer", "Integer"], short: ["String", "text(80)"], text: "String" },
  },
  espocrm: {
    once: { user: "admin", password: "se:cret" },
    ...{ denied: "403", other: ["int", "int"], short: ["varchar", "text(80)"], text: "varchar" },
  },
};
const all = Object.entries(vendors) as [keyof typeof vendors, (typeof vendors)["hubspot"]][];

async function connected(kind: ConnectorKind, names: Record<string, string> = {}) {
  const crm = doubleOf(kind);
  Object.assign(crm.setup.objects[0]!, names);
  if (kind === "pipedrive")
    crm.setup.fields = { verdict: "ClearDial verdict", date: "ClearDial date", reasons: "ClearDial reasons" };
  const schema = making(crm, kind);
  const { id } = await add(crm, kind);
  const { objects, fields } = crm.setup;
  const named = objects.flatMap(({ name }) => Object.values(fields).map((field) => `${name} ${field}`));
  const go = async (make: boolean, secret?: Record<string, string>): Promise<ConnectorFieldsAnswer> =>
    ourFields(own, await rowOf(own.DB, id), { make, ...(secret && { secret }) }, waiting);
  return { crm, schema, id, named, go };
}
const states = ({ fields }: ConnectorFieldsAnswer) => [...new Set(fields.map(({ state }) => state))];
const said = ({ fields }: ConnectorFieldsAnswer) => fields.map(({ object, name }) => `${object} ${name}`);
const madeOf = (done: readonly string[], named: readonly string[]) =>
  done.filter((one) => named.includes(one));

it.each(all)("%s: says what it would make, makes it, and leaves it from then on", async (kind, { once }) => {
  const { schema, named, go } = await connected(kind);
  const would = await go(false, once);
  expect({ states: states(would), said: said(would), done: schema.done }).toEqual({
    ...{ states: ["missing"], said: named, done: [] },
  });
  const first = await go(true, once);
  expect(first).toMatchObject({ ok: true, error: null });
  expect(states(first)).toEqual(["made"]);
  expect(madeOf(schema.done, named)).toEqual(named);
  const before = schema.done.length;
  const second = await go(true, once);
  expect({ ok: second.ok, states: states(second) }).toEqual({ ok: true, states: ["there"] });
  expect(schema.done).toHaveLength(before);
});

it.each(all)(
  "%s: makes what the set-up names for who and when, and for consents here, and leaves what is there",
  async (kind, { once }) => {
    const { verdict } = doubleOf(kind).setup.fields;
    const keys: Partial<Record<ConnectorKind, (what: string) => string>> = {
      pipedrive: (what) => what.length.toString(16).repeat(40),
      dynamics: (what) => `new_cleardial${what.toLowerCase()}`,
    };
    const named = keys[kind] ?? ((what: string) => verdict.replace(/verdict/i, what));
    const names = { flagBy: named("By"), flagAt: named("On"), consentOut: named("Consent") };
    const { schema, crm, go } = await connected(kind, names);
    const object = crm.setup.objects[0]!.name;
    schema.columns.set(`${object} ${names.flagAt}`, { is: "datetime", length: 255, key: names.flagAt });
    const others = Object.values(names).filter((name) => name !== names.flagAt);
    const made = await go(true, once);
    expect(made).toMatchObject({ ok: true, error: null });
    // A key of Pipedrive's is known once somebody has made its field.
    const wanted = kind === "pipedrive" ? [] : others.map((name) => `${object} ${name}`);
    expect(said(made).filter((one) => others.some((name) => one.endsWith(` ${name}`)))).toEqual(wanted);
    expect(said(made)).not.toContain(`${object} ${names.flagAt}`);
    expect(schema.done).toEqual(expect.arrayContaining(wanted));
    expect((await go(true, once)).fields).toHaveLength(3 * crm.setup.objects.length);
  },
);

it.each(all)(
  "%s: a field of another type is said and left, and the others are made",
  async (kind, { once, other, text, short }) => {
    const { schema, named, go } = await connected(kind);
    const [first, , third] = named as [string, string, string];
    schema.columns.set(first, { is: other[0], length: 255, key: "e".repeat(40) });
    schema.columns.set(third, { is: short?.[0] ?? text, length: short ? 80 : 255, key: "f".repeat(40) });
    const answer = await go(true, once);
    const of = (name: string) => answer.fields.find((one) => `${one.object} ${one.name}` === name);
    expect(of(first)).toMatchObject({ state: "other", is: other[1] });
    expect(of(third)).toMatchObject(short ? { state: "other", is: short[1] } : { state: "there" });
    expect(answer.ok).toBe(false);
    expect(madeOf(schema.done, named)).toEqual(named.filter((one) => one !== first && one !== third));
    expect(schema.columns.get(first)).toMatchObject({ is: other[0] });
  },
);

it.each(all)(
  "%s: who may make nothing is told so in the vendor's own words",
  async (kind, { once, denied }) => {
    const { schema, go } = await connected(kind);
    schema.denies = true;
    const answer = await go(true, once);
    expect(answer.ok).toBe(false);
    expect(states(answer)).toEqual(["refused"]);
    for (const { why } of answer.fields) expect(why).toContain(denied);
    expect(schema.done).toEqual([]);
  },
);

it.each(all)("%s: a field whose answer was lost is made once", async (kind, { once }) => {
  const { schema, named, go } = await connected(kind);
  schema.loses = true;
  await go(true, once);
  schema.loses = false;
  const answer = await go(true, once);
  expect(answer).toMatchObject({ ok: true, error: null });
  expect(madeOf(schema.done, named).toSorted()).toEqual(named.toSorted());
  expect([...schema.columns.keys()].toSorted()).toEqual(named.toSorted());
});

const broken: [string, () => Response | Promise<Response>, RegExp][] = [
  ["another shape", () => Response.json({ hello: [1] }), /another answer than documented|refused/],
  ["no JSON", () => new Response("<html>"), /no JSON/],
  [
    "another host",
    () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } }),
    /302/,
  ],
  ["no answer", () => Promise.reject(new TypeError("gone")), /no answer/],
  ["a wait of an hour", () => new Response(null, { status: 429, headers: { "retry-after": "3600" } }), /429/],
];
it.each(
  all.flatMap(([kind, { once }]) => broken.map(([fault, ...rest]) => [kind, fault, once, ...rest] as const)),
)("%s: %s makes nothing, and is said", async (kind, _, once, answer, words) => {
  const { crm, go } = await connected(kind);
  const made: string[] = [];
  crm.instead = (request) => {
    if (request.method === "POST" && !request.url.includes("query")) made.push(request.url);
    return Promise.resolve(answer());
  };
  const came = await go(true, once);
  expect(came.ok).toBe(false);
  expect(came.error).toMatch(words);
  expect(made).toEqual([]);
});

it("Salesforce: a field that its user does not see is shown to it, not made again", async () => {
  const { schema, named, go } = await connected("salesforce");
  const [first] = named as [string];
  schema.columns.set(first, { is: "string", length: 255, open: false });
  expect((await go(false)).fields[0]).toMatchObject({ state: "hidden" });
  expect((await go(true)).fields[0]).toMatchObject({ state: "made" });
  expect(madeOf(schema.done, [first])).toEqual([]);
  expect(schema.columns.get(first)).toMatchObject({ open: true });
});

it("Dynamics: a table is published once its columns are made, and not where nothing was", async () => {
  const { schema, go } = await connected("dynamics");
  await go(true);
  expect(schema.done.filter((one) => one.startsWith("publishes"))).toEqual(
    ["contact", "lead", "account"].map((one) => `publishes ${one}`),
  );
});

it("Pipedrive: its keys become the set-up's, bound to the trail, and before that nothing is read or written", async () => {
  const { crm, id } = await connected("pipedrive");
  const [one] = fill(crm, "pipedrive", ["020 7946 0555"]);
  expect(await ask("POST", `/${id}/test`)).toMatchObject({
    ok: false,
    error: "pipedrive: it has no field ClearDial verdict yet",
  });
  expect(await ask("POST", `/${id}/fields`, { make: true })).toMatchObject({ ok: true });
  const { connectors } = await ask<ConnectorsAnswer>("GET", "");
  const { fields } = connectors.find((each) => each.id === id)!.setup;
  for (const key of Object.values(fields)) expect(key).toMatch(/^[0-9a-f]{40}$/);
  crm.setup.fields = fields;
  await run(id, true);
  expect(await run(id, false)).toMatchObject({ state: "done", written: 1 });
  expect(marked(crm, one!)[0]).toBe("unknown");
  expect(await isSetupSaid(own, await rowOf(own.DB, id))).toBe("this");
});

it("whoever makes fields: administrators, with credentials that are kept nowhere, at a host that may be sent to", async () => {
  const { id, schema } = await connected("espocrm");
  const path = `/v1/connectors/${id}/fields`;
  const once = { user: "admin", password: "se:cret" };
  for (const role of ["agent", "manager", "compliance"] as const) {
    const { status } = await under(own, "POST", path, {
      token: driven.tokens[role],
      body: { make: true, secret: once },
    });
    expect(status).toBe(403);
  }
  // Its own key makes nothing.
  expect(states(await ask<ConnectorFieldsAnswer>("POST", `/${id}/fields`, { make: true }))).toEqual([
    "refused",
  ]);
  expect(schema.done).toEqual([]);
  expect(await refusal("POST", `/${id}/fields`, { make: true, secret: { token: "x" } })).toMatchObject({
    code: "invalid",
  });
  expect(await ask("POST", `/${id}/fields`, { make: true, secret: once })).toMatchObject({ ok: true });
  const kept = JSON.stringify([
    await dump("connectors"),
    await dump("audit_payload"),
    await dump("idempotency"),
  ]);
  expect(kept).not.toContain("se:cret");
});

it("no field is made while a run goes on, or in a mapped CRM", async () => {
  const { id } = await connected("hubspot");
  await ask("POST", `/${id}/runs`, { trial: true });
  expect(await refusal("POST", `/${id}/fields`, { make: true })).toMatchObject({ code: "connector-running" });
  const crm = doubleOf("rest");
  const { id: mapped } = await add(crm, "rest");
  expect(await ask("POST", `/${mapped}/fields`, { make: true })).toMatchObject({
    ...{ ok: false, fields: [], error: "rest: ClearDial cannot make its fields" },
  });
});
