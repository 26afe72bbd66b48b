/** Consents that a CRM's records claim are proposed and withdrawn; flags and consents are read by themselves between runs. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Connector, ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import type { Consent, ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import { rescreen } from "../../../worker/connectors/run.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { DAY, dump, push, under } from "../helpers.ts";
import { ask, drain, drive, driven, own } from "./drive.ts";
import { connected, entries, factsOf, number, object, SAYS } from "./flagged.ts";
import { eventsOf, proofOf } from "../proof/kit.ts";
import { doubleOf, type Fields } from "./kit.ts";

drive();
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(driven.tokens.admin, list, ["+442079469999"]);
});

const names = { consentAt: "Consent_At__c", consentFor: "Consent_For__c", consentProof: "Consent_Proof__c" };
const agrees = (at: string): Fields => ({
  ...{ Consent_At__c: at, Consent_For__c: "Offers by telephone", Consent_Proof__c: "form 12, page 1" },
});
async function salesforce(rows: Fields[]) {
  const crm = doubleOf("salesforce");
  Object.assign(crm.setup.objects[0]!, names);
  return { crm, ...(await connected(crm, "salesforce", rows)) };
}
const consentsOf = async (e164: string): Promise<Consent[]> => {
  const path = `/v1/consents?number=${encodeURIComponent(e164)}`;
  const { data } = await under(own, "GET", path, { token: driven.tokens.compliance });
  return (data as ConsentsAnswer).consents;
};
const WITHDREW = "objection: They withdrew their consent to calls.";
const as = (path: string, body?: object) =>
  under(own, "POST", path, { token: driven.tokens.compliance, body });

describe("a consent of a record", () => {
  it("is proposed with its date, purpose and proof, counts for no call, and after its review for those it names", async () => {
    const one = number();
    const given = new Date(driven.now - 10 * DAY).toISOString();
    const { go, of } = await salesforce([
      { Phone: one, ...agrees(new Date(driven.now - 8 * DAY).toISOString()) },
    ]);
    await go();
    // A Worker of before takes one that waits for an agent's own, which holds for a week.
    expect(await consentsOf(one)).toEqual([]);
    of(0)["Consent_At__c"] = given;
    await go();
    const [proposed] = await consentsOf(one);
    expect(proposed).toMatchObject({
      ...{ kind: "notification", state: "review", givenAt: given, words: "Offers by telephone" },
      ...{ proof: "form 12, page 1", evidenced: false, giver: null, medium: null },
    });
    // An agent's own entry would hold for one call back.
    expect((await factsOf(one)).consents).toEqual([]);
    await go();
    expect(await consentsOf(one)).toHaveLength(1);
    await as(`/v1/consents/${proposed!.id}/review`, {
      verdict: "good",
      review: "I saw the form",
      giver: "subscriber",
      how: "telephone",
      proof: "call 12",
    });
    expect((await factsOf(one)).consents).toMatchObject([{ kind: "notification", evidenced: true }]);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("is withdrawn when the record says so no more, and never comes back by the same date", async () => {
    const [one, two] = [number(), number()];
    const { go, of } = await salesforce([
      { Phone: one, ...agrees("2026-05-03") },
      { Phone: two, ...agrees("2026-05-03") },
    ]);
    await go();
    const [first] = await consentsOf(one);
    await as(`/v1/consents/${first!.id}/review`, {
      verdict: "good",
      review: "I saw the form",
      giver: "subscriber",
      how: "telephone",
      proof: "call 12",
    });
    const [second] = await consentsOf(two);
    await as(`/v1/consents/${second!.id}/withdraw`);
    of(0)["Consent_At__c"] = null;
    await go();
    expect((await consentsOf(one)).map(({ withdrawnAt }) => withdrawnAt !== null)).toEqual([true]);
    expect((await factsOf(one)).consents).toEqual([]);
    // Nobody calls on the line of who withdrew, though no register lists it.
    expect(await entries(one)).toEqual([WITHDREW]);
    await go();
    expect(await entries(one)).toEqual([WITHDREW]);
    // A proof finds where the trail says so, and tells nothing of the others that it names there.
    const { document } = await proofOf(own, driven.tokens.compliance, one);
    const rowOf = (seq: number) => document.proof.trail.rows.find((row) => row.seq === seq)!;
    for (const what of ["consent", "consent-withdrawn", "suppression"]) {
      const event = eventsOf(document).find((its) => its.what === what)!;
      const row = event.rows.map(rowOf).find(({ code }) => code === "connector.consents");
      expect(row, what).toMatchObject({ withheld: true, payload: null });
    }
    // Written again with the old date, or still there: what was withdrawn stays so.
    of(0)["Consent_At__c"] = "2026-05-03";
    await go();
    expect([await consentsOf(one), await consentsOf(two)].map((all) => all.length)).toEqual([1, 1]);
    // Of a later day, but before the withdrawal: the later word counts.
    of(0)["Consent_At__c"] = "2026-06-03";
    await go();
    expect(await consentsOf(one)).toHaveLength(1);
  });

  it("that is of another day closes nothing, and is proposed though nobody reviewed the one before", async () => {
    const one = number();
    const { go, of } = await salesforce([{ Phone: one, ...agrees("2026-05-03") }]);
    await go();
    of(0)["Consent_At__c"] = "2026-06-03";
    await go();
    const all = await consentsOf(one);
    expect(all.map((its) => `${its.givenAt.slice(0, 10)} ${its.withdrawnAt === null}`).toSorted()).toEqual([
      "2026-05-03 false",
      "2026-06-03 true",
    ]);
    expect(await entries(one)).toEqual([]);
    // Not claimed any more before anybody reviewed it, it keeps no agent's own entry back.
    of(0)["Consent_For__c"] = "";
    await go();
    const asked = await under(own, "POST", "/v1/consents", {
      token: driven.tokens.agent,
      body: {
        ...{ number: one, kind: "solicited", givenBy: "J. Doe", giver: "subscriber" },
        ...{ givenAt: new Date().toISOString(), how: "telephone", words: "Ring me back" },
      },
    });
    expect(asked.status, JSON.stringify(asked.data)).toBe(201);
  });

  it("is told from an agent's own, whose evidence begins with the same word", async () => {
    const one = number();
    await under(own, "POST", "/v1/consents", {
      token: driven.tokens.agent,
      body: {
        ...{ number: one, kind: "notification", givenBy: "J. Doe", giver: "subscriber" },
        ...{ givenAt: new Date().toISOString(), evidence: "Connector trade fair, form 12" },
      },
    });
    expect((await factsOf(one)).consents).toMatchObject([{ provisional: true, left: 1 }]);
  });

  it("is none where something is missing or to come, or somebody objected since", async () => {
    const all = Array.from({ length: 5 }, number);
    await object(all[4]!);
    const { go } = await salesforce([
      { Phone: all[0], ...agrees("2026-05-03"), Consent_For__c: "" },
      { Phone: all[1], ...agrees("2026-05-03"), Consent_Proof__c: null },
      { Phone: all[2], ...agrees("2999-01-01") },
      { Phone: all[3], ...agrees("03/05/2026") },
      { Phone: all[4], ...agrees("2026-05-03") },
    ]);
    await go();
    for (const one of all) expect(await consentsOf(one)).toEqual([]);
  });
});

describe("between runs", () => {
  const shown = async (id: string): Promise<Connector> =>
    (await ask<ConnectorsAnswer>("GET", "")).connectors.find((one) => one.id === id)!;
  const later = async (ms: number) => {
    driven.now += ms;
    await rescreen(own, driven.now);
  };

  it("flags and consents are read every six hours; nothing is screened, and of ours the flag alone is written", async () => {
    const [one, two] = [number(), number()];
    const { crm, id, go, of } = await salesforce([
      { Phone: one, ...agrees("2026-05-03"), DoNotCall: false },
      { Phone: two, DoNotCall: false },
    ]);
    await go();
    await ask("POST", `/${id}/switch`, { active: true });
    const begun = (await shown(id)).flags!.readAt!;
    const next = (ms: number) => new Date(Date.parse(begun) + ms).toISOString();
    expect((await shown(id)).flags).toEqual({ readAt: begun, nextAt: next(DAY / 4), error: null });
    const screenings = (await dump("screenings")).length;
    Object.assign(of(0), { DoNotCall: true, Consent_At__c: "", ClearDial_Verdict__c: "by hand" });
    await later(DAY / 4 - 600_000);
    expect(driven.sent).toEqual([]);
    await later(1_200_000);
    crm.writes.length = 0;
    await drain(1);
    expect((await entries(one)).toSorted()).toEqual([SAYS, WITHDREW]);
    expect((await consentsOf(one)).map(({ withdrawnAt }) => withdrawnAt !== null)).toEqual([true]);
    expect((await dump("screenings")).length).toBe(screenings);
    const { last, flags } = await shown(id);
    expect([last!.trial, Date.parse(flags!.readAt!) > Date.parse(begun)]).toEqual([false, true]);
    expect(await verify(env)).toMatchObject({ ok: true });

    // Somebody objects while the CRM is away, so that no mark reaches it: the reading sets the flag.
    crm.instead = () => new Response(null, { status: 401 });
    await object(two);
    crm.instead = () => null;
    of(1)["ClearDial_Verdict__c"] = "theirs";
    await later(DAY / 4 + 600_000);
    await drain();
    expect([of(1)["DoNotCall"], of(1)["ClearDial_Verdict__c"]]).toEqual([true, "theirs"]);
  });

  it("says why a reading failed, and a run takes the place of one that goes on", async () => {
    const { crm, id, go } = await salesforce([{ Phone: number(), DoNotCall: false }]);
    await go();
    await ask("POST", `/${id}/switch`, { active: true });
    await later(DAY / 4 + 600_000);
    crm.records["Contact"] = [];
    await drain();
    expect((await shown(id)).flags).toMatchObject({
      error: expect.stringContaining("no record was read") as string,
    });
    await later(DAY / 4 + 600_000);
    const [reading] = driven.sent;
    crm.records["Contact"] = [{ id: "003000000000000009", fields: { Phone: number() }, at: 0 }];
    await ask("POST", `/${id}/runs`, { trial: false });
    await drain();
    const { results } = await env.DB.prepare("SELECT state FROM connector_runs WHERE id = ?")
      .bind(reading!.run)
      .all();
    expect(results).toEqual([{ state: "stopped" }]);
    expect(await shown(id)).toMatchObject({ last: { state: "done" }, flags: { error: null } });
  });

  it("nothing is read of a set-up that names neither", async () => {
    const crm = doubleOf("hubspot");
    const { id, go } = await connected(crm, "hubspot", [{ phone: number() }]);
    await go();
    await ask("POST", `/${id}/switch`, { active: true });
    expect((await shown(id)).flags).toBeNull();
    await later(2 * DAY);
    expect(driven.sent).toEqual([]);
  });
});
