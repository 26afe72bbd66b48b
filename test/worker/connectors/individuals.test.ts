/** Salesforce's consent objects, by its Object Reference: an Individual's opt-outs, and consents by kind of contact point and by number. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Consent, ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import { readChanges } from "../../../worker/connectors/changes/poll.ts";
import { ask, drive, driven, own, refusal, requestOf, run, waiting } from "./drive.ts";
import { connected, entries, factsOf, lift, number, object, SAYS } from "./flagged.ts";
import { type Double, doubleOf } from "./kit.ts";
import { DAY, MINUTE, under } from "../helpers.ts";

drive();

interface Row extends Record<string, unknown> {
  at?: number;
}
/** What is in the organisation besides records. */
interface Org {
  Individual: Row[];
  ContactPointTypeConsent: Row[];
  ContactPointPhone: Row[];
  ContactPointConsent: Row[];
}
const ME = "0PK000000000001AAA";
const OTHER = "0PK000000000002AAA";
const iso = (ms: number) => new Date(ms).toISOString();
const idsIn = (list: string) => [...list.matchAll(/'(\w+)'/g)].map(([, id]) => id);

/** Answers the queries that Salesforce documents for these objects, two rows at a time. */
function organisation(crm: Double): Org {
  const org: Org = {
    Individual: [],
    ContactPointTypeConsent: [],
    ContactPointPhone: [],
    ContactPointConsent: [],
  };
  const pages = new Map<string, Row[]>();
  const answer = (rows: Row[]): Response => {
    const [some, rest] = [rows.slice(0, 2), rows.slice(2)];
    const next = `/services/data/v61.0/query/01g-${pages.size}`;
    if (rest.length > 0) pages.set(next, rest);
    return Response.json({
      ...{ done: rest.length === 0, records: some },
      ...(rest.length > 0 && { nextRecordsUrl: next }),
    });
  };
  crm.instead = (request) => {
    const url = new URL(request.url);
    const more = pages.get(url.pathname);
    if (more) return answer(more);
    const q = url.searchParams.get("q") ?? "";
    const [, changed = "", since = ""] =
      /WHERE IndividualId IN \(SELECT \w+ FROM (\w+) WHERE (?:ContactPointType = 'Phone' AND )?SystemModstamp >= (\S+)\)/.exec(
        q,
      ) ?? [];
    if (changed !== "") {
      const ids = org[changed as keyof Org].flatMap((row) =>
        (row.at ?? 0) >= Date.parse(since) ? [row["PartyId"] ?? row["Id"]] : [],
      );
      const [, names = "", object = ""] = /^SELECT (.+?) FROM (\w+) WHERE/.exec(q)!;
      return answer(
        (crm.records[object] ?? []).flatMap(({ id, fields }) =>
          ids.includes(fields["IndividualId"] as string)
            ? [
                {
                  Id: id,
                  ...Object.fromEntries(
                    names
                      .split(", ")
                      .slice(1)
                      .map((name) => [name, fields[name] ?? null]),
                  ),
                },
              ]
            : [],
        ),
      );
    }
    const [, table = "", where = ""] =
      /^SELECT [\w., ]+ FROM (Individual|ContactPointTypeConsent|ContactPointPhone|ContactPointConsent) WHERE (.+)$/.exec(
        q,
      ) ?? [];
    if (table === "") return null;
    const ids = idsIn(/ IN \((.+?)\)/.exec(where)![1]!);
    const key = {
      Individual: "Id",
      ContactPointTypeConsent: "PartyId",
      ContactPointPhone: "ParentId",
      ContactPointConsent: "ContactPointId",
    }[table]!;
    return answer(org[table as keyof Org].filter((row) => ids.includes(row[key] as string)));
  };
  return org;
}
const consent = (status: string, at: number, more: Row = {}): Row => ({
  ...{ Id: "0ZY000000000001AAA", PartyId: ME, PrivacyConsentStatus: status, CaptureDate: iso(at) },
  ...{ CaptureSource: "web form 7", EffectiveTo: null, DataUsePurpose: { Name: "Calls about boilers" }, at },
  ...more,
});
async function organised(phones: string[]) {
  const crm = doubleOf("salesforce");
  crm.setup.settings["individuals"] = "yes";
  crm.clock = () => driven.now;
  const org = organisation(crm);
  const made = await connected(
    crm,
    "salesforce",
    phones.map((Phone, n) => ({ Phone, IndividualId: [ME, OTHER][n] })),
  );
  return { crm, org, ...made };
}
const consentsOf = async (e164: string): Promise<Consent[]> => {
  const path = `/v1/consents?number=${encodeURIComponent(e164)}`;
  const { data } = await under(own, "GET", path, { token: driven.tokens.compliance });
  return (data as ConsentsAnswer).consents;
};
const kindsOf = async (phone: string) => (await factsOf(phone)).suppressions.map(({ kind }) => kind);

it("an Individual who opted out is closed here, and the others of their page are not", async () => {
  const [one, other] = [number(), number()];
  const { org, go } = await organised([one, other]);
  org.Individual = [
    { Id: ME, HasOptedOutSolicit: true, HasOptedOutProcessing: false },
    { Id: OTHER, HasOptedOutSolicit: false, HasOptedOutProcessing: false },
  ];
  await go();
  expect([await entries(one), await entries(other)]).toEqual([[SAYS], []]);
});

it("what somebody wrote as who said so and when is left with an objection's flag, whatever the Individual says", async () => {
  const one = number();
  const crm = doubleOf("salesforce");
  crm.setup.settings["individuals"] = "yes";
  Object.assign(crm.setup.objects[0]!, { flagBy: "By__c", flagAt: "At__c" });
  organisation(crm);
  const dora = { By__c: "Dora", At__c: "2026-05-03" };
  const { go, of } = await connected(crm, "salesforce", [
    { Phone: one, DoNotCall: false, IndividualId: ME, ...dora },
  ]);
  await object(one);
  await go();
  expect(of(0)).toMatchObject({ DoNotCall: true, ...dora });
});

it("an opt-out of calls that says when and how is an objection of that day; of e-mail it is nothing", async () => {
  const [one, other] = [number(), number()];
  const { org, go } = await organised([one, other]);
  const at = driven.now - 3 * DAY;
  org.ContactPointTypeConsent = [
    consent("OptIn", at - DAY, { PartyId: OTHER }),
    consent("Seen", at - DAY, { PartyId: OTHER }),
    consent("OptOut", at - DAY),
    consent("OptOut", at, { CaptureSource: "telephone" }),
  ];
  await go();
  expect(await entries(one)).toEqual([
    `objection: they told us not to call, says the CRM Our CRM: telephone`,
  ]);
  expect((await factsOf(one)).suppressions[0]).toMatchObject({ at: iso(at) });
  expect(await kindsOf(other)).toEqual([]);
});

it("an opt-out of one number closes that number alone", async () => {
  const [one, other] = [number(), number()];
  const { org, go, of } = await organised([one]);
  of(0)["MobilePhone"] = other;
  org.ContactPointPhone = [
    { Id: "0Os000000000001AAA", ParentId: ME, TelephoneNumber: one },
    { Id: "0Os000000000002AAA", ParentId: ME, TelephoneNumber: other },
    { Id: "0Os000000000003AAA", ParentId: ME, TelephoneNumber: null },
  ];
  org.ContactPointConsent = [
    { ContactPointId: "0Os000000000002AAA", PrivacyConsentStatus: "OptOut" },
    { ContactPointId: "0Os000000000001AAA", PrivacyConsentStatus: "OptIn" },
  ];
  await go();
  expect([await entries(one), await entries(other)]).toEqual([[], [SAYS]]);
});

it("an opt-in with day, purpose and source is proposed; over by its own term it ends and is no objection; opted out it is one", async () => {
  const [one, other] = [number(), number()];
  const { org, go } = await organised([one, other]);
  const at = driven.now - 20 * DAY;
  org.ContactPointTypeConsent = [
    consent("OptIn", at),
    consent("OptIn", at, { PartyId: OTHER, Id: "0ZY000000000002AAA" }),
    // Of no purpose, it is proof of none.
    consent("OptIn", at + DAY, { DataUsePurpose: null }),
  ];
  await go();
  expect(await consentsOf(one)).toMatchObject([
    {
      ...{ givenAt: iso(at), state: "review", words: "Calls about boilers", withdrawnAt: null },
      proof: "web form 7: ContactPointTypeConsent 0ZY000000000001AAA",
    },
  ]);
  org.ContactPointTypeConsent = [
    consent("OptIn", at, { EffectiveTo: iso(driven.now - DAY) }),
    consent("OptOut", driven.now - MINUTE, { PartyId: OTHER, Id: "0ZY000000000002AAA" }),
  ];
  await go();
  for (const phone of [one, other])
    expect((await consentsOf(phone)).map(({ withdrawnAt }) => withdrawnAt)).not.toContain(null);
  expect(await kindsOf(one)).toEqual([]);
  expect(await kindsOf(other)).toEqual(["objection"]);
});

it("a tick of DoNotCall beside a dated opt-out holds whatever was agreed since", async () => {
  const one = number();
  const { org, go, of } = await organised([one]);
  of(0)["DoNotCall"] = true;
  org.ContactPointTypeConsent = [consent("OptOut", driven.now - DAY)];
  await go();
  expect(await entries(one)).toEqual([SAYS]);
});

it("what changes in a consent object counts within the minute, though its contact did not change", async () => {
  const [one, other] = [number(), number()];
  const { org, go, id } = await organised([one, other]);
  await go();
  await ask("POST", `/${id}/switch`, { active: true });
  driven.now += 20 * MINUTE;
  await readChanges(own, waiting);
  expect([await entries(one), await entries(other)]).toEqual([[], []]);
  org.ContactPointTypeConsent = [consent("OptOut", driven.now)];
  org.Individual = [{ Id: OTHER, HasOptedOutSolicit: true, HasOptedOutProcessing: false, at: driven.now }];
  driven.now += MINUTE;
  await readChanges(own, waiting);
  expect(await ask("GET", "")).toMatchObject({ connectors: [{ changes: { error: null } }] });
  expect([await kindsOf(one), await entries(other)]).toEqual([["objection"], [SAYS]]);
});

it("without Data Protection and Privacy a run fails by Salesforce's word; who does not name them is asked nothing of them", async () => {
  const crm = doubleOf("salesforce");
  crm.setup.settings["individuals"] = "yes";
  const { id } = await connected(crm, "salesforce", [{ Phone: number(), IndividualId: ME }]);
  const was = crm.instead;
  crm.instead = (request) =>
    /FROM Individual/.test(new URL(request.url).searchParams.get("q") ?? "")
      ? Response.json([{ errorCode: "INVALID_TYPE", message: "…" }], { status: 400 })
      : was(request);
  expect(await run(id, true)).toMatchObject({ error: "salesforce: 400 INVALID_TYPE" });
  crm.setup.settings["individuals"] = "no";
  expect(await refusal("POST", "", requestOf(crm, "salesforce"))).toMatchObject({ code: "invalid" });
});

describe("beside the flag of the record", () => {
  async function opted(names: Row = { flagBy: "By__c", flagAt: "At__c" }) {
    const crm = doubleOf("salesforce");
    const org = organisation(crm);
    Object.assign(crm.setup.objects[0]!, names);
    crm.setup.settings["individuals"] = "yes";
    const [one, other] = [number(), number()];
    const its = await connected(crm, "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false, IndividualId: ME },
    ]);
    org.Individual = [{ Id: ME, HasOptedOutSolicit: false, HasOptedOutProcessing: false }];
    await object(one);
    await its.go();
    expect(its.of(0)["DoNotCall"]).toBe(true);
    const out = (is: boolean) =>
      (org.Individual = [{ Id: ME, HasOptedOutSolicit: is, HasOptedOutProcessing: false }]);
    return { ...its, one, other, record: its.of(0), out };
  }

  it("an Individual's opt-out comes in behind the flag that ClearDial set, which ends by itself", async () => {
    const { go, one, other, record, out } = await opted();
    out(true);
    await go();
    expect(await entries(other)).toEqual([SAYS]);
    await lift(one);
    await go();
    expect([record["DoNotCall"], await entries(one), await entries(other)]).toEqual([false, [SAYS], [SAYS]]);
    // Lifted, it comes back when the person opts out again, and not before.
    await lift(one);
    await lift(other);
    await go();
    expect([await entries(one), await entries(other)]).toEqual([[], []]);
    out(false);
    await go();
    driven.now += MINUTE;
    out(true);
    await go();
    expect(await entries(other)).toEqual([SAYS]);
  });

  it("somebody's own words there stay, whatever the Individual says", async () => {
    const { go, one, record, out } = await opted();
    const anna = { DoNotCall: false, By__c: "Anna: e-mail only", At__c: "2026-06-05" };
    Object.assign(record, anna);
    out(true);
    await go();
    await lift(one);
    await go();
    expect(record).toMatchObject(anna);
  });

  it("nothing is written where the set-up names no flag", async () => {
    const crm = doubleOf("salesforce");
    organisation(crm);
    delete crm.setup.objects[0]!.flag;
    crm.setup.settings["individuals"] = "yes";
    const one = number();
    const { go, of } = await connected(crm, "salesforce", [{ Phone: one, IndividualId: ME }]);
    await object(one);
    await go();
    expect(Object.keys(of(0))).not.toContain("undefined");
  });

  it("what an earlier version took for the record's own is the Individual's: lifted, it does not come back", async () => {
    const { go, one, other, record, out } = await opted();
    Object.assign(record, { DoNotCall: false, By__c: null, At__c: null });
    out(true);
    await go();
    await lift(other);
    await env.DB.exec(
      `UPDATE connector_records SET said = json_object('*', json(said -> '$.person')) WHERE said -> '$.person' IS NOT NULL`,
    );
    await go();
    expect(await entries(other)).toEqual([]);
    await lift(one);
    await go();
    expect(await entries(one)).toEqual([SAYS]);
  });
});
