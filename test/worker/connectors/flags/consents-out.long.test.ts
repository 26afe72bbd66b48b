/** Consents on record here go out into a field of their own, and nothing of it comes back. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { type ConnectorKind, connectorKinds } from "../../../../shared/connectors/kinds.ts";
import { dayOf } from "../../../../shared/core/calendar.ts";
import type { ConnectorsAnswer } from "../../../../shared/connectors/api.ts";
import type { ConsentsAnswer } from "../../../../shared/do-not-call/api-consents.ts";
import { readChanges } from "../../../../worker/connectors/changes/poll.ts";
import { objectedOn } from "../../../../worker/connectors/changes/objected.ts";
import type { Connector as Crm, Contact } from "../../../../worker/connectors/connector.ts";
import { leaveConsents } from "../../../../worker/connectors/flags/consents-left.ts";
import { rowOf, setupOf } from "../../../../worker/connectors/rows.ts";
import { rescreen } from "../../../../worker/connectors/run.ts";
import { prepare } from "../../../../worker/core/sql.ts";
import { fieldsOf } from "../../../../shared/policy/disclosed.ts";
import { DAY, dump, MINUTE, push, under } from "../../helpers.ts";
import { ask, drain, drive, driven, own, refusal, requestOf, run, waiting } from "../drive.ts";
import { connected, entries, lift, number, object, SAYS, twoOf } from "../flagged.ts";
import { type Double, doubleOf, edit, type Fields, marked } from "../kit.ts";

drive();
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(driven.tokens.admin, list, ["+442079469999"]);
});

const GIVEN = Date.now() - 20 * DAY;
const day = (ms: number) => dayOf(ms, "Europe/London");
/** A proven consent; answers its id. */
async function agree(e164: string, more: Fields = {}): Promise<string> {
  const { status, data } = await under(own, "POST", "/v1/consents", {
    token: driven.tokens.compliance,
    body: {
      ...{ number: e164, kind: "notification", givenBy: "J. Doe", giver: "subscriber", how: "web" },
      ...{ givenAt: new Date(GIVEN).toISOString(), words: "Yes, ring me", proof: "form 7" },
      ...more,
    },
  });
  expect(status).toBe(201);
  return (data as { id: string }).id;
}
const withdraw = async (id: string, because = "mistake") =>
  expect(
    (
      await under(own, "POST", `/v1/consents/${id}/withdraw?because=${because}`, {
        token: driven.tokens.compliance,
      })
    ).status,
  ).toBe(200);
const consentsOf = async (e164: string) => {
  const path = `/v1/consents?number=${encodeURIComponent(e164)}`;
  return ((await under(own, "GET", path, { token: driven.tokens.compliance })).data as ConsentsAnswer)
    .consents;
};
const claim = { consentAt: "Consent_At__c", consentFor: "Consent_For__c", consentProof: "Consent_Proof__c" };
const OUT = "Out__c";
const naming = (names: Fields = {}, crm = doubleOf("salesforce")): Double => {
  Object.assign(crm.setup.objects[0]!, { consentOut: OUT, ...names });
  return crm;
};
const salesforce = async (rows: Fields[], names: Fields = {}) => {
  const crm = naming(names);
  return { crm, ...(await connected(crm, "salesforce", rows)) };
};
const UNTIL = "2027-03-01";
const told = (id: string, until = ` until ${UNTIL}`) =>
  `ClearDial ${id.slice(0, 8)}: consent to calls${until}, given ${day(GIVEN)}`;
const ended = (id: string, ms = Date.now()) => `ClearDial ${id.slice(0, 8)}: ended on ${day(ms)}`;

/** Of a connector that is on: its next minute, and its next reading of all. */
const switchedOn = async (id: string) => {
  await ask("POST", `/${id}/switch`, { active: true });
  const minute = async (minutes = 1) => {
    driven.now += minutes * MINUTE;
    await readChanges(own, waiting);
  };
  const reading = async () => {
    driven.now += 7 * 60 * MINUTE;
    await rescreen(own, driven.now);
    await drain();
  };
  await minute(2);
  return { minute, reading };
};
/** A claim of a record, 20 days old. */
const claims = { Consent_At__c: day(GIVEN), Consent_For__c: "Offers", Consent_Proof__c: "form 12" };
/** Reviews the one that waits on a number; answers its id. */
async function approve(e164: string): Promise<string> {
  const { id } = (await consentsOf(e164)).find(({ state }) => state === "review")!;
  const { status } = await under(own, "POST", `/v1/consents/${id}/review`, {
    token: driven.tokens.compliance,
    body: { verdict: "good", review: "I saw it", giver: "subscriber", how: "web", proof: "form 12" },
  });
  expect(status).toBe(200);
  return id;
}
const connectorOf = async (id: string) =>
  (await ask<ConnectorsAnswer>("GET", "")).connectors.find((its) => its.id === id)!;

describe("a consent on record", () => {
  const names: Partial<Record<ConnectorKind, string>> = { pipedrive: "e".repeat(40), rest: "/consentProof" };
  it.each(connectorKinds)(
    "%s: goes out with its end, and not who gave it; and its end replaces it",
    async (kind) => {
      const field = names[kind] ?? "Out_Of";
      const crm = naming({ consentOut: field }, doubleOf(kind));
      const one = number();
      const { go, of } = await connected(crm, kind, [{ [crm.setup.objects[0]!.numbers[0]!]: one }]);
      const id = await agree(one, { until: UNTIL });
      await go();
      expect(of(0)[field]).toBe(told(id));
      crm.writes.length = 0;
      await go();
      expect(crm.writes).toEqual([]);
      await withdraw(id);
      await go();
      expect(of(0)[field]).toBe(ended(id));
      crm.writes.length = 0;
      driven.now += DAY + MINUTE;
      await go();
      expect([crm.writes.length, of(0)[field]]).toEqual([0, ended(id)]);
      const again = await agree(one, { until: "2027-04-01" });
      await go();
      expect(of(0)[field]).toBe(told(again, " until 2027-04-01"));
    },
  );

  it("goes out of general calls alone, and only where each number of the record has one", async () => {
    const [one, two, three, four] = [number(), number(), number(), number()];
    const { go, of } = await salesforce([
      { Phone: one, MobilePhone: two },
      { Phone: three },
      { Phone: four },
      { Phone: "call Ann", MobilePhone: one },
    ]);
    const id = await agree(one, { until: UNTIL });
    await agree(three, { kind: "prior", calls: ["automated"] });
    await agree(four, { giver: "other" });
    await go();
    expect([0, 1, 2, 3].map((n) => of(n)[OUT] ?? null)).toEqual([null, null, null, null]);
    await agree(two, { until: "2028-01-01" });
    await go();
    expect(of(0)[OUT]).toBe(told(id));
  });

  it("ends there where somebody objects, and goes out again once that was a mistake", async () => {
    const one = number();
    const { go, of } = await salesforce([{ Phone: one }]);
    const id = await agree(one, { until: UNTIL });
    await go();
    await object(one);
    await go();
    expect([of(0)["DoNotCall"], of(0)[OUT]]).toEqual([true, ended(id)]);
    await lift(one);
    await go();
    expect(of(0)[OUT]).toBe(told(id));
  });

  it("that a record of the CRM claimed goes out to none of its records", async () => {
    const one = number();
    const { go, of } = await salesforce([{ Phone: one, ...claims }, { Phone: one }], claim);
    await go();
    await approve(one);
    await go();
    expect([of(0)[OUT] ?? null, of(1)[OUT] ?? null]).toEqual([null, null]);
    const other = await agree(one, { until: UNTIL });
    await go();
    expect(of(1)[OUT]).toBe(told(other));
  });

  it("stays here where the set-up names no field for it, also where it names those of a claim", async () => {
    const one = number();
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, claim);
    const { go, of } = await connected(crm, "salesforce", [{ Phone: one }]);
    const before = { ...of(0) };
    await agree(one);
    await go();
    expect(Object.keys(of(0)).filter((key) => !key.startsWith("ClearDial_"))).toEqual(Object.keys(before));
    const twice = requestOf(naming({ ...claim, consentOut: "Consent_For__c" }), "salesforce");
    expect(await refusal("POST", "", twice)).toMatchObject({
      code: "invalid",
      errors: [{ path: "setup.objects.0.consentOut" }],
    });
  });
});

describe("what somebody wrote in its field", () => {
  it.each([
    ["a word of their own", () => "do not ring before ten"],
    ["a word behind ClearDial's", (text: string) => `${text}; no longer, says Anna`],
    ["a word in them", (text: string) => text.replace("calls", "e-mail")],
    ["a consent that ClearDial does not know", () => "ClearDial 00000000: consent to calls"],
  ])("%s stays, whatever becomes of the consent", async (_, wrote) => {
    const one = number();
    const { crm, go, of } = await salesforce([{ Phone: one }]);
    const id = await agree(one, { until: UNTIL });
    await go();
    const text = wrote(told(id));
    of(0)[OUT] = text;
    crm.writes.length = 0;
    await go();
    await withdraw(id);
    driven.now += 2 * DAY;
    await go();
    expect([crm.writes.length, of(0)[OUT]]).toEqual([0, text]);
    expect([await entries(one), (await consentsOf(one)).length]).toEqual([[], 1]);
  });

  it("ClearDial's own, cut, is its own", async () => {
    const one = number();
    const { crm, go, of } = await salesforce([{ Phone: one }]);
    const id = await agree(one, { until: UNTIL });
    await go();
    of(0)[OUT] = told(id).slice(0, 45);
    crm.writes.length = 0;
    await go();
    expect(crm.writes).toEqual([]);
    await withdraw(id);
    await go();
    expect(of(0)[OUT]).toBe(ended(id));
  });

  it("an older copy that another program puts back is replaced once a day", async () => {
    const one = number();
    const { crm, go, of } = await salesforce([{ Phone: one }]);
    const id = await agree(one, { until: UNTIL });
    await go();
    await withdraw(id);
    await go();
    const withdrawn = of(0)[OUT] as string;
    expect(withdrawn).toBe(ended(id));
    crm.writes.length = 0;
    for (let hours = 0; hours < 48; hours += 4) {
      of(0)[OUT] = told(id);
      driven.now += 4 * 60 * MINUTE;
      await go();
    }
    expect(crm.writes.length).toBe(2);
  });

  it("nothing where ClearDial wrote is no withdrawal; it is written again a day later, and told of meanwhile", async () => {
    const crm = naming();
    crm.clock = () => driven.now;
    const one = number();
    const { id, ids, of, go } = await connected(crm, "salesforce", [{ Phone: one }]);
    const consent = await agree(one, { until: UNTIL });
    await go();
    await ask("POST", `/${id}/switch`, { active: true });
    const contested = async () => (await connectorOf(id)).changes?.contested;
    driven.now += 11 * MINUTE;
    edit(crm, ids[0]!, { [OUT]: null });
    crm.writes.length = 0;
    await readChanges(own, waiting);
    expect([of(0)[OUT], crm.writes.length, await contested()]).toMatchObject([null, 0, { records: 1 }]);
    driven.now += 7 * 60 * MINUTE;
    await rescreen(own, driven.now);
    await drain();
    expect([of(0)[OUT], crm.writes.length]).toEqual([null, 0]);
    driven.now += DAY;
    await rescreen(own, driven.now);
    await drain();
    expect([of(0)[OUT], crm.writes.length]).toEqual([told(consent), 1]);
    expect([await entries(one), (await consentsOf(one))[0]!.withdrawnAt]).toEqual([[], null]);
  });
});

describe("a withdrawn consent's text is taken back", () => {
  /** With the text out, and the connector on. */
  async function toldOn(
    rows: (one: string, two: string) => Fields,
    kind: ConnectorKind = "salesforce",
    field = OUT,
  ) {
    const crm = naming({ consentOut: field }, doubleOf(kind));
    crm.clock = () => driven.now;
    const [one, two] = [number(), number()];
    const its = await connected(crm, kind, [rows(one, two)]);
    const id = await agree(one, { until: UNTIL });
    await agree(two, { until: "2028-01-01" });
    await its.go();
    expect(its.of(0)[field]).toBe(told(id));
    return { ...its, crm, one, two, consent: id };
  }

  it("within the minute, and so goes out what was given just now", async () => {
    const { id, of, one, consent } = await toldOn((Phone) => ({ Phone }));
    const { minute } = await switchedOn(id);
    // What ClearDial itself wrote is no change there any more.
    await minute(11);
    await withdraw(consent);
    await minute();
    expect(of(0)[OUT]).toBe(ended(consent));
    await minute(11);
    const again = await agree(one, { until: "2027-04-01" });
    await minute();
    expect(of(0)[OUT]).toBe(told(again, " until 2027-04-01"));
  });

  it("within the minute beside a run that waits, and where nobody knows whether the text arrived", async () => {
    const { id, of, crm, one, consent } = await toldOn((Phone) => ({ Phone }));
    const { minute } = await switchedOn(id);
    await ask("POST", `/${id}/runs`, { trial: false });
    await withdraw(consent);
    await minute();
    expect(of(0)[OUT]).toBe(ended(consent));
    await drain();
    // The CRM takes the next one, and its answer is lost.
    const again = await agree(one, { until: "2027-04-01" });
    crm.instead = async (request) => {
      if (!(await request.clone().text()).includes(again.slice(0, 8))) return null;
      of(0)[OUT] = told(again, " until 2027-04-01");
      return new Response("{}", { status: 401 });
    };
    await minute(11);
    expect(of(0)[OUT]).toBe(told(again, " until 2027-04-01"));
    crm.instead = () => null;
    await withdraw(again);
    await minute(61);
    expect(of(0)[OUT]).toBe(ended(again));
  });

  it("of a record whose further numbers are read one by one, and none is where nothing ended", async () => {
    const { id, of, crm, two, consent } = await toldOn(
      (one, other) => ({ phoneNumber: one, phoneNumberData: [other] }),
      ...(["espocrm", "cOut"] as const),
    );
    const { minute } = await switchedOn(id);
    crm.writes.length = 0;
    await agree(two, { until: "2029-01-01" });
    await minute(11);
    expect([crm.writes, of(0)["cOut"]]).toEqual([[], told(consent)]);
    await withdraw(consent);
    await minute();
    expect(of(0)["cOut"]).toBe(ended(consent));
  });

  it("where a run did not see the record for a while, also under another number", async () => {
    const { crm, go, of, consent } = await toldOn((Phone) => ({ Phone }));
    const away = crm.records["Contact"]!.splice(0);
    const other = number();
    crm.records["Contact"]!.push({ id: "003000000000999", fields: { Phone: other }, at: driven.now });
    await go();
    expect(await dump("connector_records")).toEqual([]);
    await withdraw(consent);
    crm.records["Contact"]!.push(...away);
    for (let n = 0; n < 2; n++) await go();
    expect(of(0)[OUT]).toBe(ended(consent));
    Object.assign(of(0), { [OUT]: told(consent), Phone: number() });
    driven.now += 2 * DAY;
    await env.DB.exec("UPDATE connector_records SET consent_out = ''");
    await go();
    expect(of(0)[OUT]).toBe(ended(consent));
  });

  it.each(["removed and connected again", "set up without the field for a while"])(
    "where the connector was %s, by its next reading",
    async (how) => {
      const { id, crm, go, of, consent } = await toldOn((Phone) => ({ Phone }));
      const request = requestOf(crm, "salesforce");
      if (how.startsWith("removed")) {
        await ask("DELETE", `/${id}`);
        await withdraw(consent);
        const again = await ask<{ id: string }>("POST", "", request);
        await run(again.id, true);
        await run(again.id, false);
      } else {
        const { consentOut: _, ...bare } = request.setup.objects[0]!;
        await ask("PUT", `/${id}`, { ...request, setup: { ...request.setup, objects: [bare] } });
        await withdraw(consent);
        expect((await connectorOf(id)).consentsLeft).toMatchObject([
          { object: "Contact", field: OUT, until: UNTIL },
        ]);
        await run(id, true);
        await go();
        expect(of(0)[OUT]).toBe(told(consent));
        await ask("PUT", `/${id}`, request);
        expect((await connectorOf(id)).consentsLeft).toEqual([]);
        await run(id, true);
        await go();
      }
      expect(of(0)[OUT]).toBe(ended(consent));
    },
  );

  it("once the connector is on again", async () => {
    const { id, of, consent } = await toldOn((Phone) => ({ Phone }));
    const { minute } = await switchedOn(id);
    await ask("POST", `/${id}/switch`, { active: false });
    await withdraw(consent);
    await minute();
    expect(of(0)[OUT]).toBe(told(consent));
    await switchedOn(id);
    expect(of(0)[OUT]).toBe(ended(consent));
  });
});

describe("the connector's page says where the text stays once the set-up does not name its field", () => {
  const left = { host: expect.any(String) as string, object: "Contact", at: expect.any(String) as string };
  async function changing() {
    const crm = naming();
    const its = await connected(crm, "salesforce", [{ Phone: number() }]);
    const consent = await agree(its.of(0)["Phone"] as string, { until: UNTIL });
    await its.go();
    expect(its.of(0)[OUT]).toBe(told(consent));
    const request = requestOf(crm, "salesforce");
    const change = async (more: Fields) => {
      const objects = [{ ...request.setup.objects[0]!, ...more }];
      await ask("PUT", `/${its.id}`, { ...request, setup: { ...request.setup, objects } });
      return (await connectorOf(its.id)).consentsLeft;
    };
    return { ...its, consent, request, change };
  }

  it("also after two changes without a run between", async () => {
    const { change } = await changing();
    expect(await change({ numbers: ["MobilePhone"] })).toEqual([]);
    expect(await change({ consentOut: "Other__c" })).toEqual([{ ...left, field: OUT, until: UNTIL }]);
  });

  it("also after a change back to it and away again without a run between, and no more once a run found it ended", async () => {
    const { id, go, consent, change } = await changing();
    const away = [{ ...left, field: OUT, until: UNTIL }];
    expect(await change({ consentOut: "Other__c" })).toEqual(away);
    expect(await change({})).toEqual([]);
    expect(await change({ consentOut: "Third__c" })).toEqual(away);
    expect(await change({})).toEqual([]);
    await withdraw(consent);
    await run(id, true);
    await go();
    expect(await change({ consentOut: "Other__c" })).toEqual([]);
  });

  it("also where the connector was off for so long that its records are forgotten", async () => {
    const { id, request } = await changing();
    await env.DB.exec("DELETE FROM connector_records");
    const objects = [{ ...request.setup.objects[0]!, consentOut: "Other__c" }];
    const wanted = { kind: "salesforce" as const, setup: { ...request.setup, objects } };
    const row = await rowOf(env.DB, id);
    for (const [days, are] of [
      [59, []],
      [61, [{ ...left, field: OUT, until: "9999-12-31" }]],
    ] as const) {
      const at = new Date(Date.now() + days * DAY).toISOString();
      await prepare(env.DB, leaveConsents(row, wanted, at)).run();
      // Its page shows it once the set-up does not name the field, as is still to be stored here.
      expect(JSON.parse((await rowOf(env.DB, id)).consentsLeft)).toEqual(are);
    }
  });

  it("and nothing where its words have all ended", async () => {
    const { go, consent, change } = await changing();
    await withdraw(consent);
    await go();
    expect(await change({ consentOut: "Other__c" })).toEqual([]);
  });
});

describe("no record is told that a consent has ended which has not", () => {
  it("one that its own CRM claims, and that another program brought there from another CRM", async () => {
    const one = number();
    const { a, b, round } = await twoOf(
      () => salesforce([{ Phone: one, ...claims }], claim),
      () => salesforce([{ Phone: one }]),
    );
    await round(() => {});
    const id = await approve(one);
    const text = `ClearDial ${id.slice(0, 8)}: consent to calls, given ${day(GIVEN)}`;
    for (let n = 0; n < 20; n++) {
      await round((ran) => {
        if (ran === 1) a.of(0)[OUT] = b.of(0)[OUT];
        else b.of(0)[OUT] = a.of(0)[OUT];
      });
      expect([a.of(0)[OUT], b.of(0)[OUT]], `day ${n}`).toEqual([text, text]);
      driven.now += DAY;
    }
    expect([await entries(one), (await consentsOf(one))[0]!.withdrawnAt]).toEqual([[], null]);
    a.of(0)["Consent_At__c"] = null;
    await round(() => {});
    const over = ended(id, driven.now);
    expect([a.of(0)[OUT], b.of(0)[OUT]]).toEqual([over, over]);
  });

  it.each([20, 2])("where the record claims another, %i days old, the text is taken away", async (days) => {
    const one = number();
    const its = { ...claims, Consent_At__c: day(Date.now() - days * DAY) };
    const { go, of } = await salesforce([{ Phone: one, ...its }], claim);
    const ours = await agree(one, { until: UNTIL, givenAt: new Date(GIVEN - DAY).toISOString() });
    await go();
    expect(of(0)[OUT]).toBe(told(ours).replace(day(GIVEN), day(GIVEN - DAY)));
    await withdraw(ours);
    await go();
    expect(of(0)[OUT] ?? null).toBeNull();
  });

  it("where another number of the record has none, the text is taken away; where that could not be read, it stays", async () => {
    const one = number();
    const { go, of } = await salesforce([{ Phone: one }]);
    const id = await agree(one, { until: UNTIL });
    await go();
    of(0)["MobilePhone"] = "call Ann";
    await go();
    expect(of(0)[OUT]).toBe(told(id));
    of(0)["MobilePhone"] = number();
    await go();
    expect(of(0)[OUT] ?? null).toBeNull();
  });

  it("once an objection was a mistake, where nothing else is to be said", async () => {
    const [one, two] = [number(), number()];
    const { go, of } = await salesforce([{ Phone: one }]);
    const id = await agree(one, { until: UNTIL });
    await go();
    await object(one);
    await go();
    expect(of(0)[OUT]).toBe(ended(id));
    await lift(one);
    of(0)["MobilePhone"] = two;
    await go();
    expect(of(0)[OUT] ?? null).toBeNull();
  });
});

it("what was sent to whom has it", async () => {
  const one = number();
  const { go, of } = await salesforce([{ Phone: one }]);
  await agree(one);
  await go();
  expect(of(0)[OUT]).toContain("consent to calls");
  expect(fieldsOf("connector", "marks")).toContain("consent");
});

it("in the fields of a claim it is none, and takes none of the record's own back; its date, taken out there, does", async () => {
  const one = number();
  const { go, of } = await salesforce(
    [{ Phone: one, Consent_At__c: "2026-05-03", Consent_For__c: "Offers", Consent_Proof__c: "form 12" }],
    claim,
  );
  await go();
  const open = async () => (await consentsOf(one)).map(({ withdrawnAt }) => withdrawnAt === null);
  expect(await open()).toEqual([true]);
  const ours = "ClearDial 1f0c22ab: consent to calls until 2027-03-01";
  Object.assign(of(0), { Consent_For__c: ours, Consent_Proof__c: ours });
  await go();
  Object.assign(of(0), { Consent_At__c: ours });
  await go();
  expect([await open(), await entries(one)]).toEqual([[true], []]);
  Object.assign(of(0), { Consent_At__c: null });
  await go();
  expect(await open()).toEqual([false]);
  expect(await entries(one)).toEqual(["objection: They withdrew their consent to calls."]);
  Object.assign(of(0), { Consent_At__c: "2026-06-03" });
  await go();
  expect(await open()).toEqual([false]);
});

it("where the CRM refuses the field, verdict and flag go out without it, the trail says so, and it is tried a day later", async () => {
  const crm = naming({ consentOut: "cOut" }, doubleOf("espocrm"));
  const one = number();
  const { go, of, ids } = await connected(crm, "espocrm", [{ phoneNumber: one, doNotCall: false }]);
  const id = await agree(one, { until: UNTIL });
  let tries = 0;
  crm.instead = async (request) => {
    if (request.method !== "PUT" || !(await request.clone().text()).includes("consent to calls")) return null;
    tries++;
    return new Response("{}", { status: 400 });
  };
  await go();
  expect([marked(crm, ids[0]!)[0], of(0)["cOut"] ?? null]).toEqual(["clear", null]);
  expect(JSON.stringify(await dump("audit_payload"))).toContain("untold");
  await go();
  expect(tries).toBe(1);
  const known = await env.DB.prepare("SELECT consent_out FROM connector_records").first<string>(
    "consent_out",
  );
  expect(JSON.parse(known!)).toEqual({ at: expect.any(String) as string, sent: told(id), refused: true });
  crm.instead = () => null;
  driven.now += DAY + MINUTE;
  await go();
  expect(of(0)["cOut"]).toBe(told(id));
});

it("its end is written also where the CRM refuses who objected and when", async () => {
  const crm = naming({ consentOut: "cOut", flagBy: "cBy", flagAt: "cAt" }, doubleOf("espocrm"));
  const one = number();
  const { go, of } = await connected(crm, "espocrm", [{ phoneNumber: one, doNotCall: false }]);
  const id = await agree(one, { until: UNTIL });
  await go();
  crm.instead = async (request) =>
    request.method === "PUT" && (await request.clone().text()).includes("cAt")
      ? new Response("{}", { status: 400 })
      : null;
  await object(one);
  await go();
  expect([of(0)["doNotCall"], of(0)["cBy"] ?? null, of(0)["cOut"]]).toEqual([true, null, ended(id)]);
});

it("two CRMs that repeat each other's changes for twenty rounds make no entry and no withdrawal, and come to rest", async () => {
  const [one, two] = [number(), number()];
  const first = naming(claim);
  let second = first;
  const {
    a,
    b,
    round: inTurns,
  } = await twoOf(
    () => connected(first, "salesforce", [{ Phone: one }]),
    () => {
      second = naming(
        { consentOut: "cOut", consentAt: "cAt", consentFor: "cFor", consentProof: "cProof" },
        doubleOf("espocrm"),
      );
      return connected(second, "espocrm", [{ phoneNumber: two, phoneNumberData: [one] }]);
    },
  );
  // The field of one goes to that of the other, and to the fields of its claims.
  const from = (
    ours: Fields,
    theirs: Fields,
    [out, purpose, proof]: string[],
    other: string,
    back: boolean,
  ) => {
    if (theirs[other]) Object.assign(ours, { [purpose!]: theirs[other], [proof!]: theirs[other] });
    if (back ? theirs[other] : theirs[other] && !ours[out!]) ours[out!] = theirs[other];
  };
  const FIRST = [OUT, "Consent_For__c", "Consent_Proof__c"];
  const SECOND = ["cOut", "cFor", "cProof"];
  let seed = 7;
  const chance = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const round = async () => {
    await inTurns((ran) => {
      const [x, y] = [a.of(0), b.of(0)];
      if (chance() < 0.5 && ran === 0) from(y, x, SECOND, OUT, chance() < 0.5);
      if (chance() < 0.5 && ran === 1) from(x, y, FIRST, "cOut", chance() < 0.5);
      // Some programs take away what they do not know.
      if (chance() < 0.1) (chance() < 0.5 ? x : y)[chance() < 0.5 ? OUT : "cOut"] = null;
    });
    driven.now += 3 * 60 * MINUTE;
  };
  const ids = [await agree(one, { until: UNTIL }), await agree(two, { until: "2027-06-01" })];
  const withdrawn = async () =>
    [...(await consentsOf(one)), ...(await consentsOf(two))].filter((its) => its.withdrawnAt !== null).length;
  const before = [(await dump("suppressions")).length, (await dump("consents")).length];
  for (let n = 0; n < 20; n++) {
    if (n === 7) await withdraw(ids[0]!);
    if (n === 13) ids[0] = await agree(one, { until: "2027-05-01" });
    const writes = first.writes.length + second.writes.length;
    await round();
    expect(first.writes.length + second.writes.length - writes, `round ${n}`).toBeLessThanOrEqual(4);
  }
  expect([(await dump("suppressions")).length, (await dump("consents")).length]).toEqual([
    before[0],
    before[1]! + 1,
  ]);
  expect([await withdrawn(), await entries(one), await entries(two)]).toEqual([1, [], []]);
  // Sixty hours have a write a day and record, and those of three changes here, beside the first verdict.
  expect(first.writes.length + second.writes.length).toBeLessThanOrEqual(2 * (3 + 3 + 1));
  expect(await entries(one)).not.toContain(SAYS);
});

it("what an objection asks for comes first, also of records that are told of consents", async () => {
  const [told, agreed, bare] = [number(), number(), number()];
  const { id, ids, go } = await salesforce([
    { Phone: told, DoNotCall: false },
    { Phone: agreed, DoNotCall: false },
    { Phone: bare, DoNotCall: false },
  ]);
  await agree(agreed);
  await go();
  const heard = await env.DB.prepare("SELECT MAX(seq) AS seq FROM changes").first<number>("seq");
  await agree(told);
  for (const one of [agreed, bare]) await object(one);
  const row = await rowOf(env.DB, id);
  const records = (kind: string, some: readonly string[]) =>
    Promise.resolve(some.map((one) => ({ object: kind, id: one }) as Contact));
  const { found } = await objectedOn(env.DB, row, { records } as Crm, setupOf(row), heard, 2);
  expect(found.map(({ contact }) => contact.id).sort()).toEqual([ids[1], ids[2]].sort());
});

describe("a run in which the CRM refuses all verdicts fails, whatever becomes of a consent", () => {
  it.each(["refused", "taken"])("%s", async (how) => {
    const crm = naming({ consentOut: "cOut" }, doubleOf("espocrm"));
    const rows = Array.from({ length: 12 }, () => ({ phoneNumber: number() }));
    const { go } = await connected(crm, "espocrm", rows);
    await go();
    const id = await agree(rows[0]!.phoneNumber, { until: UNTIL });
    await go();
    await withdraw(id);
    await agree(rows[0]!.phoneNumber, { until: "2027-04-01" });
    for (const { fields } of crm.records["Contact"]!.slice(1)) fields[crm.setup.fields.verdict] = "";
    crm.instead = async (request) =>
      request.method === "PUT" &&
      (how === "refused" || (await request.clone().text()).includes(crm.setup.fields.verdict))
        ? new Response("{}", { status: 403 })
        : null;
    expect(await go()).toMatchObject({ state: "failed", written: 0, refused: 11 });
  });
});

it("a consent alone does not prove that the CRM keeps ClearDial's own fields", async () => {
  const crm = naming();
  const [one, two] = [number(), number()];
  const { go, of } = await connected(crm, "salesforce", [{ Phone: one }, { Phone: two }]);
  await agree(one, { until: UNTIL });
  // As it would be marked, by a run of before.
  await go();
  const held = { ...of(0), [OUT]: null };
  Object.assign(of(0), held);
  of(1)[crm.setup.fields.verdict] = "";
  await env.DB.exec("UPDATE connector_records SET consent_out = ''");
  crm.instead = async (request) => {
    if (request.method !== "PATCH") return null;
    const { records } = await request.clone().json<{ records: Fields[] }>();
    return crm.setup.fields.verdict in records[0]!
      ? Response.json(records.map((its) => ({ id: its["id"], success: true, errors: [] })))
      : null;
  };
  expect(await go()).toMatchObject({
    ...{ state: "running", error: "salesforce: Contact: what was written is not in its field" },
  });
});

it("two CRMs of which one's record has a number without a consent come to rest", async () => {
  const [one, two] = [number(), number()];
  const crms: Double[] = [];
  const made = async (rows: Fields[]) => {
    const its = await salesforce(rows);
    crms.push(its.crm);
    return its;
  };
  const { a, b, round } = await twoOf(
    () => made([{ Phone: one }]),
    () => made([{ Phone: one, MobilePhone: two }]),
  );
  await agree(one, { until: UNTIL });
  const writes: number[] = [];
  for (let n = 0; n < 12; n++) {
    let count = 0;
    await round((ran) => {
      const [from, to] = ran === 0 ? [a, b] : [b, a];
      to.of(0)[OUT] = from.of(0)[OUT] ?? null;
    });
    for (const crm of crms) count += crm.writes.splice(0).length;
    writes.push(count);
    driven.now += DAY + MINUTE;
  }
  expect(writes.slice(-8)).toEqual(Array.from({ length: 8 }, () => 0));
  expect([a.of(0)[OUT], b.of(0)[OUT]]).toEqual([null, null]);
});

it("of a consent that is on none of the record's numbers is taken away, as in a copied record", async () => {
  const [one, two] = [number(), number()];
  const { go, of } = await salesforce([{ Phone: one }, { Phone: two }]);
  await agree(one, { until: UNTIL });
  await go();
  of(1)[OUT] = of(0)[OUT];
  await go();
  expect([of(0)[OUT], of(1)[OUT] ?? null]).toEqual([expect.stringContaining("consent to calls"), null]);
  Object.assign(of(1), { [OUT]: of(0)[OUT], MobilePhone: "call Ann" });
  driven.now += 2 * DAY;
  await go();
  expect(of(1)[OUT]).toBe(of(0)[OUT]);
});

it("of a consent whose subscriber had it erased is taken away, and no new sentence is written", async () => {
  const one = number();
  const { go, of } = await salesforce([{ Phone: one }]);
  const id = await agree(one, { until: UNTIL });
  await go();
  expect(of(0)[OUT]).toBe(told(id));
  await env.DB.prepare(
    "INSERT INTO restricted (kind, ref, until, request) VALUES ('consent', ?, '2099-01-01', 'x')",
  )
    .bind(id)
    .run();
  await go();
  expect(of(0)[OUT] ?? null).toBeNull();
});

it("once it is over, the connector's page tells of a record where somebody changed it to words of their own", async () => {
  const crm = naming();
  crm.clock = () => driven.now;
  const one = number();
  const { id, of, go } = await connected(crm, "salesforce", [{ Phone: one }]);
  const consent = await agree(one, { until: UNTIL });
  await go();
  const { minute, reading } = await switchedOn(id);
  const contested = async () => (await connectorOf(id)).changes?.contested ?? null;
  await minute(11);
  edit(crm, crm.records["Contact"]![0]!.id, { [OUT]: `<p>${told(consent)}; ok</p>` });
  await minute();
  await reading();
  expect(await contested()).toBeNull();
  await withdraw(consent);
  await minute();
  expect([of(0)[OUT], await contested()]).toMatchObject([`<p>${told(consent)}; ok</p>`, { records: 1 }]);
});

it("once it is over, the connector's page tells of a record whose CRM refuses the words of its end", async () => {
  const crm = naming();
  crm.clock = () => driven.now;
  const one = number();
  const { id, of, go } = await connected(crm, "salesforce", [{ Phone: one }]);
  const consent = await agree(one, { until: UNTIL });
  await go();
  const { minute, reading } = await switchedOn(id);
  await minute(11);
  crm.instead = async (request) => {
    if (request.method !== "PATCH" || !(await request.clone().text()).includes("ended on")) return null;
    return Response.json([{ success: false, errors: [{ statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION" }] }]);
  };
  await withdraw(consent);
  await minute();
  await reading();
  expect([of(0)[OUT], (await connectorOf(id)).changes?.contested]).toMatchObject([
    told(consent),
    { records: 1 },
  ]);
});

it("of a trial of the field that was interrupted is taken out by the next run", async () => {
  const { of, go } = await salesforce([{ Phone: number() }]);
  await go();
  of(0)[OUT] = "ClearDial tries whether this field takes its longest text.";
  await go();
  expect(of(0)[OUT] ?? null).toBeNull();
});

it("of a consent that ClearDial does not know, the connector's page tells of, and it stays", async () => {
  const { id, of, go } = await salesforce([{ Phone: number() }]);
  await go();
  const { reading } = await switchedOn(id);
  of(0)[OUT] = "ClearDial 0badf00d: consent to calls until 2027-03-01, given 2026-05-03";
  await reading();
  expect([of(0)[OUT], (await connectorOf(id)).changes?.contested]).toMatchObject([
    expect.stringContaining("0badf00d"),
    { records: 1 },
  ]);
});

it("is not written by the minute's reading where another number, which is new, cannot be read", async () => {
  const one = number();
  const { id, of, go } = await salesforce([{ Phone: one }]);
  await go();
  const { minute } = await switchedOn(id);
  // It was written there a moment ago, and is not told of as a change yet.
  of(0)["MobilePhone"] = "call Ann";
  await agree(one, { until: UNTIL });
  await minute();
  expect(of(0)[OUT] ?? null).toBeNull();
  of(0)["MobilePhone"] = null;
  await go();
  expect(of(0)[OUT]).toContain("consent to calls");
});

it("where it fails after a flag was set, that the CRM took the flag is known", async () => {
  const crm = naming({ consentOut: "cOut", flagBy: "cBy", flagAt: "cAt" }, doubleOf("espocrm"));
  const one = number();
  const { go, of } = await connected(crm, "espocrm", [{ phoneNumber: one, doNotCall: false }]);
  await agree(one, { until: UNTIL });
  await go();
  crm.instead = async (request) => {
    const body = request.method === "PUT" ? await request.clone().text() : "";
    if (body.includes("cOut")) return new Response("{}", { status: 503 });
    return body.includes("cAt") ? new Response("{}", { status: 400 }) : null;
  };
  await object(one);
  expect(await go()).toMatchObject({ state: "running", failures: 1 });
  expect(of(0)["doNotCall"]).toBe(true);
  const said = await env.DB.prepare("SELECT said FROM connector_records").first<string>("said");
  expect(JSON.parse(said!)).toMatchObject({ "*": { by: "ours", put: true } });
  expect(await entries(one)).toEqual(["objection: They asked"]);
});

it("is sent a second time, also where that failed the first time it was tried", async () => {
  const crm = naming();
  crm.clock = () => driven.now;
  const one = number();
  const { id, of, go } = await connected(crm, "salesforce", [{ Phone: one }]);
  const consent = await agree(one, { until: UNTIL });
  await go();
  const { reading } = await switchedOn(id);
  edit(crm, crm.records["Contact"]![0]!.id, { [OUT]: null });
  driven.now += DAY + MINUTE;
  crm.instead = async (request) =>
    request.method === "PATCH" && (await request.clone().text()).includes("consent to calls")
      ? new Response("{}", { status: 503 })
      : null;
  await reading();
  expect(of(0)[OUT]).toBeNull();
  crm.instead = () => null;
  driven.now += DAY + MINUTE;
  await reading();
  expect(of(0)[OUT]).toBe(told(consent));
});

it("that ended is told as it is where another program brings its end there first", async () => {
  const crm = naming();
  crm.clock = () => driven.now;
  const one = number();
  const { id, of, go } = await connected(crm, "salesforce", [{ Phone: one }]);
  const consent = await agree(one, { until: UNTIL });
  await go();
  const { minute, reading } = await switchedOn(id);
  await minute(11);
  await withdraw(consent);
  of(0)[OUT] = ended(consent);
  await reading();
  expect([of(0)[OUT], (await connectorOf(id)).changes?.contested ?? null]).toEqual([ended(consent), null]);
});
