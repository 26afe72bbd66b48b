/** A CRM's own flags against calls: they come in, an objection goes out, and systems that repeat each other's come to rest. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type ConnectorKind, connectorKinds } from "../../../shared/connectors/kinds.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { isSet } from "../../../worker/connectors/records.ts";
import { rescreen } from "../../../worker/connectors/run.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { dump, push, setPolicy, under } from "../helpers.ts";
import { dated } from "../trail/kit.ts";
import { ask, drain, drive, driven, last, own, requestOf, run } from "./drive.ts";
import { espoTime } from "./espocrm.ts";
import { connected, entries, factsOf, lift, number, object, SAYS, twoOf } from "./flagged.ts";
import { type Double, doubleOf, type Fields, fill, marked } from "./kit.ts";

drive();
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(driven.tokens.admin, list, ["+442079469999"]);
});

/** A proven consent. */
async function agree(e164: string, givenAt: string) {
  const { status } = await under(own, "POST", "/v1/consents", {
    token: driven.tokens.compliance,
    body: {
      ...{ number: e164, kind: "notification", givenBy: "J. Doe", giver: "subscriber", how: "web" },
      ...{ givenAt, words: "Yes, ring me", proof: "form 7" },
    },
  });
  expect(status).toBe(201);
}

describe("a flag that the CRM set", () => {
  it("is an entry on every number of its record, which compliance lifts for good until it is set again", async () => {
    const crm = doubleOf("espocrm");
    const [one, two] = [number(), number()];
    const { go, of, ids } = await connected(crm, "espocrm", [
      { phoneNumber: one, phoneNumberData: [two], doNotCall: true },
    ]);
    // A trial brings nothing.
    expect(await entries(one)).toEqual([]);
    await go();
    expect([await entries(one), await entries(two)]).toEqual([[SAYS], [SAYS]]);
    // The slice that brought it was judged with it.
    expect(marked(crm, ids[0]!)[0]).toBe("blocked");
    await go();
    expect(await entries(one)).toEqual([SAYS]);
    await lift(one);
    await go();
    expect([await entries(one), await entries(two)]).toEqual([[], [SAYS]]);
    // Taken back there, it stays here.
    of(0)["doNotCall"] = false;
    await go();
    expect([await entries(one), await entries(two)]).toEqual([[], [SAYS]]);
    driven.now += 1000;
    of(0)["doNotCall"] = true;
    await go();
    expect([await entries(one), await entries(two)]).toEqual([[SAYS], [SAYS]]);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("of one number alone closes that number", async () => {
    const crm = doubleOf("espocrm");
    const [one, two, three] = [number(), number(), number()];
    const modifiedAt = espoTime(driven.now - 3_600_000);
    const { go, of } = await connected(crm, "espocrm", [
      { phoneNumber: one, phoneNumberData: [two, three], optedOut: [two], modifiedAt },
    ]);
    await go();
    expect([await entries(one), await entries(two), await entries(three)]).toEqual([[], [SAYS], []]);
    await lift(two);
    driven.now += 3_600_000;
    await go();
    await go();
    expect(await entries(two)).toEqual([]);
    Object.assign(of(0), { optedOut: [one, two], modifiedAt: espoTime(driven.now) });
    await go();
    expect([await entries(one), await entries(two)]).toEqual([[SAYS], []]);
  });

  it.each([
    ["2026-05-03T10:00:00Z", "2026-05-03T10:00:00.000Z"],
    ["2026-05-03 10:00:00", "2026-05-03T10:00:00.000Z"],
    // Of a day, its end: what was said on the same day was said before.
    ["2026-05-03", "2026-05-03T23:59:59.999Z"],
  ])("is an objection where it says who said so, and when: %s", async (written, heard) => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const one = number();
    const { go } = await connected(crm, "salesforce", [
      { Phone: one, DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: written },
    ]);
    await go();
    const { suppressions } = await factsOf(one);
    expect(suppressions).toEqual([
      {
        kind: "objection",
        reason: "they told us not to call, says the CRM Our CRM: Dora",
        at: heard,
        until: null,
      },
    ]);
  });

  it("becomes an objection once somebody puts their name and a time to it", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const [one, ours] = [number(), number()];
    const { go, of } = await connected(crm, "salesforce", [
      { Phone: one, DoNotCall: true },
      { Phone: ours, DoNotCall: false },
    ]);
    await object(ours);
    await go();
    await lift(ours);
    const said = { Optout_By__c: "Dora", Optout_At__c: "2026-05-03" };
    for (const record of [of(0), of(1)]) Object.assign(record, said);
    await go();
    const objection = "objection: they told us not to call, says the CRM Our CRM: Dora";
    expect((await entries(one)).toSorted()).toEqual([SAYS, objection]);
    expect(await entries(ours)).toEqual([objection]);
  });

  it("is none where the time is to come or ambiguous, or nobody is named: the stricter counts", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const [ahead, nobody, ambiguous] = [number(), number(), number()];
    const { go } = await connected(crm, "salesforce", [
      { Phone: ahead, DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: "2999-01-01" },
      { Phone: nobody, DoNotCall: true, Optout_At__c: "2026-05-03" },
      { Phone: ambiguous, DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: "03/05/2026" },
    ]);
    await go();
    for (const one of [ahead, nobody, ambiguous]) expect(await entries(one)).toEqual([SAYS]);
  });

  it("takes the place of no objection that is yet to be verified, later than it, or closes more", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const [unverified, wide] = [number(), number()];
    await agree(unverified, "2025-06-01T00:00:00Z");
    // As somebody enters it on the public page, since.
    await object(unverified);
    await dated(suppressionsBound, `number = ${unverified.slice(1)}`, { unverified: 1, scope: "unsaid" });
    await object(wide, "person");
    await agree(wide, new Date().toISOString());
    driven.now = Date.now() + 60_000;
    const { go } = await connected(crm, "salesforce", [
      { Phone: unverified, DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: "2024-01-01" },
      {
        Phone: wide,
        DoNotCall: true,
        Optout_By__c: "Dora",
        Optout_At__c: new Date(driven.now).toISOString(),
      },
    ]);
    const before = [(await factsOf(unverified)).suppressions[0], (await factsOf(wide)).suppressions[0]];
    expect(before).toMatchObject([{ scope: "unsaid" }, { scope: "person" }]);
    await go();
    for (const [n, one] of [unverified, wide].entries()) {
      const { suppressions } = await factsOf(one);
      expect(suppressions).toHaveLength(2);
      expect(suppressions).toEqual(
        expect.arrayContaining([before[n], expect.objectContaining({ kind: "house" })]),
      );
    }
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("said after the objection that holds dates it, once: what was agreed between is the earlier word", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const [one, mobile] = [number(), number()];
    const days = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString();
    await object(one, "person");
    const where = `number = ${one.slice(1)}`;
    await dated(suppressionsBound, where, { at: days(9) });
    const { go, of } = await connected(crm, "salesforce", [
      { Phone: one, MobilePhone: mobile, DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: days(3) },
    ]);
    driven.now = Date.now();
    await go();
    await go();
    const words = async () =>
      (
        await env.DB.prepare(
          `SELECT heard_at AS said FROM suppressions WHERE ${where} AND ended_at IS NOT NULL`,
        ).all<{
          said: string;
        }>()
      ).results.map(({ said }) => said.slice(0, 10));
    expect(await words()).toEqual([days(3).slice(0, 10)]);
    await agree(one, days(6));
    expect((await factsOf(one)).suppressions).toMatchObject([
      { scope: "person", at: expect.stringContaining(days(3).slice(0, 10)) as string },
    ]);
    of(0)["Optout_At__c"] = days(1);
    await go();
    expect((await words()).toSorted()).toEqual([days(3).slice(0, 10), days(1).slice(0, 10)]);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("is an objection of which compliance is asked, where another record holds the number beside one that it does not close", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const [one, mobile, alone, further] = [number(), number(), number(), number()];
    const said = { DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: "2026-05-03" };
    const { go, of } = await connected(crm, "salesforce", [
      { Phone: one, DoNotCall: false },
      { Phone: one, MobilePhone: mobile, DoNotCall: false },
      { Phone: alone, MobilePhone: further, DoNotCall: false },
    ]);
    await go();
    for (const n of [0, 2]) Object.assign(of(n), said);
    await go();
    expect((await factsOf(one)).suppressions).toMatchObject([{ kind: "objection", scope: "unsaid" }]);
    expect((await factsOf(mobile)).suppressions).toMatchObject([{ scope: "unsaid", keepsLine: true }]);
    for (const its of [alone, further])
      expect((await factsOf(its)).suppressions[0]).not.toHaveProperty("scope");
  });

  it("closes a number of unclear country in each reading", async () => {
    const crm = doubleOf("salesforce");
    const also = (alsoRegions: string[]) =>
      setPolicy((policy) => ({ ...policy, numbers: { ...policy.numbers, alsoRegions } }));
    await also(["IN"]);
    const { go } = await connected(crm, "salesforce", [{ Phone: "011 3496 0142", DoNotCall: true }]);
    await go();
    expect([await entries("+441134960142"), await entries("+911134960142")]).toEqual([[SAYS], [SAYS]]);
    await also([]);
  });

  it("lifted, comes back by no other record of the same CRM; of a later day it is another word", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const [one, two] = [number(), number()];
    const said = { DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: "2026-05-03" };
    const { go, of } = await connected(crm, "salesforce", [
      { Phone: one, DoNotCall: true },
      { Phone: one, DoNotCall: true },
      { Phone: two, ...said },
    ]);
    await go();
    await lift(one);
    await lift(two);
    await go();
    expect([await entries(one), await entries(two)]).toEqual([[], []]);
    of(2)["Optout_At__c"] = "2026-06-03";
    await go();
    await go();
    expect(await entries(two)).toEqual(["objection: they told us not to call, says the CRM Our CRM: Dora"]);
  });

  it("counts against a proven consent by its day; without one it holds whatever was said", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const [before, after, undated] = [number(), number(), number()];
    for (const one of [before, after, undated]) await agree(one, "2026-06-01T00:00:00Z");
    const said = { DoNotCall: true, Optout_By__c: "Dora" };
    const { go } = await connected(crm, "salesforce", [
      { Phone: before, ...said, Optout_At__c: "2026-05-03" },
      { Phone: after, ...said, Optout_At__c: "2026-07-03" },
      { Phone: undated, DoNotCall: true },
    ]);
    await go();
    const reasons = async (one: string) => {
      const { data } = await under(own, "POST", "/v1/check", {
        token: driven.tokens.agent,
        body: { numbers: [one] },
      });
      const [result] = (data as { results: { reasons: { code: string }[] }[] }).results;
      return result!.reasons.map(({ code }) => code);
    };
    expect(await reasons(before)).not.toContain("objection");
    expect(await reasons(after)).toContain("objection");
    expect(await reasons(undated)).toContain("house");
  });
});

/** How each vendor writes that a flag is set, and that it is not. */
const written: Record<ConnectorKind, [set: unknown, unset: unknown]> = {
  hubspot: ["true", "false"],
  salesforce: [true, false],
  pipedrive: ["yes", null],
  zoho: [true, false],
  dynamics: [true, false],
  espocrm: [true, false],
  rest: [true, 0],
};
const fieldOf: Partial<Record<ConnectorKind, string>> = {
  hubspot: "do_not_call",
  pipedrive: "d".repeat(40),
  zoho: "Do_Not_Call",
  rest: "/flag",
};

describe.each(connectorKinds)("%s", (kind) => {
  it("a flag comes in as it is written, an objection sets it once, and what ClearDial set never comes back", async () => {
    const crm = doubleOf(kind);
    const [setUp] = crm.setup.objects;
    const flag = (setUp!.flag ??= fieldOf[kind]!);
    const phone = setUp!.numbers[0]!;
    const [theirs, open, objected] = [number(), number(), number()];
    const [set, unset] = written[kind];
    const { go, of } = await connected(crm, kind, [
      { [phone]: theirs, [flag]: set },
      { [phone]: open, [flag]: unset },
      { [phone]: objected, [flag]: unset },
    ]);
    await object(objected);
    await go();
    expect([await entries(theirs), await entries(open)]).toEqual([[SAYS], []]);
    expect([of(1)[flag] ?? null, of(2)[flag]]).toEqual([unset, set]);
    crm.writes.length = 0;
    await go();
    expect(crm.writes).toEqual([]);
    // Ended as a mistake, the flag stays there, and is no news: without who and when nobody knows whose it is by then.
    await lift(objected);
    for (let n = 0; n < 2; n++) await go();
    expect(isSet(of(2)[flag])).toBe(setUp!.flagBy === undefined);
    expect(await entries(objected)).toEqual([]);
    // The CRM's own flag stays.
    await lift(theirs);
    await go();
    expect(of(0)[flag]).toEqual(set);
  });
});

describe("an objection here", () => {
  it("writes the verdict at once and leaves the flag to the next reading: one that the CRM set meanwhile comes in", async () => {
    const crm = doubleOf("salesforce");
    const [one, other] = [number(), number()];
    const { id, go, of } = await connected(crm, "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false },
    ]);
    await go();
    await ask("POST", `/${id}/switch`, { active: true });
    of(0)["DoNotCall"] = true;
    crm.writes.length = 0;
    await object(one);
    expect(of(0)["ClearDial_Verdict__c"]).toBe("blocked");
    expect(JSON.stringify(crm.writes)).not.toContain("DoNotCall");
    await go();
    expect(await entries(other)).toEqual([SAYS]);
  });

  it("'s flag is ours also where the set-up changes, or the CRM took it and did not answer", async () => {
    const crm = doubleOf("salesforce");
    const [one, other] = [number(), number()];
    const { id, go, of } = await connected(crm, "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false },
    ]);
    await object(one);
    await go();
    expect(of(0)["DoNotCall"]).toBe(true);
    delete crm.setup.objects[0]!.since;
    await ask("PUT", `/${id}`, requestOf(crm, "salesforce"));
    await run(id, true);
    await go();
    expect(await entries(other)).toEqual([]);

    // Another record, and the answer to its mark is lost.
    const [third, fourth] = [number(), number()];
    const [added] = fill(crm, "salesforce", [{ Phone: third, MobilePhone: fourth, DoNotCall: false }]);
    await object(third);
    const answers = globalThis.fetch;
    vi.stubGlobal("fetch", async (...asked: Parameters<typeof fetch>) => {
      const answer = await answers(...asked);
      const { method } = new Request(...asked);
      return method === "PATCH" ? new Response(null, { status: 401 }) : answer;
    });
    await go();
    globalThis.fetch = answers;
    const record = crm.records["Contact"]!.find((its) => its.id === added)!;
    expect(record.fields["DoNotCall"]).toBe(true);
    driven.now += 3_600_000;
    await rescreen(own, driven.now);
    await drain();
    expect(await last(id)).toMatchObject({ state: "done" });
    expect(await entries(fourth)).toEqual([]);
  });

  it("goes out where a connector names the flag, and only there", async () => {
    const crm = doubleOf("hubspot");
    const one = number();
    const { go, of } = await connected(crm, "hubspot", [{ phone: one }]);
    await object(one);
    await go();
    expect(Object.keys(of(0)).filter((key) => !key.startsWith("cleardial"))).toEqual(["phone"]);
  });
});

describe("who said so and when go out with the flag", () => {
  const named = { flagBy: "Optout_By__c", flagAt: "Optout_At__c" };
  const said = (one: Record<string, unknown>) => [one["Optout_By__c"] ?? null, one["Optout_At__c"] ?? null];
  const heard = (number: string, scope = "line") =>
    under(own, "POST", "/v1/suppressions", {
      token: driven.tokens.admin,
      body: { number, reason: "They asked", scope, source: "a letter" },
    });

  it.each(connectorKinds)(
    "%s: as a day, and by our entry, and both are empty once it was a mistake",
    async (kind) => {
      const crm = doubleOf(kind);
      const [setUp] = crm.setup.objects;
      const flag = (setUp!.flag ??= fieldOf[kind]!);
      const [by, at] =
        kind === "pipedrive"
          ? ["e".repeat(40), "f".repeat(40)]
          : kind === "rest"
            ? ["/by", "/at"]
            : ["Out_By", "Out_At"];
      Object.assign(setUp!, { flagBy: by, flagAt: at });
      const one = number();
      const { go, of } = await connected(crm, kind, [
        { [setUp!.numbers[0]!]: one, [flag]: written[kind][1] },
      ]);
      await heard(one);
      await go();
      expect(of(0)[flag]).toEqual(written[kind][0]);
      expect([of(0)[by], of(0)[at]]).toEqual([
        expect.stringMatching(/^ClearDial [0-9a-f]{8}: a letter$/) as string,
        dayOf(Date.now(), "Europe/London"),
      ]);
      crm.writes.length = 0;
      await go();
      expect(crm.writes).toEqual([]);
      expect(await entries(one)).toEqual(["objection: They asked"]);
      await lift(one);
      await go();
      expect([isSet(of(0)[flag]), of(0)[by] ?? null, of(0)[at] ?? null]).toEqual([false, null, null]);
      await go();
      expect(await entries(one)).toEqual([]);
    },
  );

  it("is never read back as news: not of a number that the record holds beside it, nor where the CRM writes the day otherwise", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, named);
    const [one, other, moved] = [number(), number(), number()];
    const { go, of } = await connected(crm, "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false },
    ]);
    await heard(one);
    await go();
    of(0)["Optout_At__c"] = `${String(of(0)["Optout_At__c"])}T00:00:00.000+0000`;
    await go();
    expect(await entries(other)).toEqual([]);
    // The record's number changes: the flag that it has is still not the CRM's word.
    Object.assign(of(0), { Phone: moved, MobilePhone: null });
    await go();
    expect(await entries(moved)).toEqual([]);
  });

  it("is not taken back while somebody else objects, or where somebody put their name to it", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, named);
    const [one, other, third] = [number(), number(), number()];
    const { go, of } = await connected(crm, "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false },
      { Phone: third, DoNotCall: false },
    ]);
    for (const number of [one, other, third]) await heard(number);
    await go();
    await lift(one);
    await lift(third);
    of(1)["Optout_By__c"] = "Dora";
    await go();
    expect([of(0)["DoNotCall"], of(1)["DoNotCall"]]).toEqual([true, true]);
    await lift(other);
    await go();
    expect(of(0)["DoNotCall"]).toBe(false);
  });

  it("nor is a flag that an earlier version set, of which nobody knows for what", async () => {
    const crm = doubleOf("salesforce");
    const one = number();
    const { go, of } = await connected(crm, "salesforce", [{ Phone: one, DoNotCall: false }]);
    await heard(one);
    await go();
    await env.DB.exec("UPDATE connector_records SET said = json_remove(said, '$.\"*\".wrote')");
    await lift(one);
    await go();
    expect(of(0)["DoNotCall"]).toBe(true);
    expect(await entries(one)).toEqual([]);
  });

  it("the flag is set all the same where the CRM refuses who and when", async () => {
    const crm = doubleOf("espocrm");
    Object.assign(crm.setup.objects[0]!, { flagBy: "cBy", flagAt: "cAt" });
    const one = number();
    const { go, of } = await connected(crm, "espocrm", [{ phoneNumber: one, doNotCall: false }]);
    await heard(one);
    crm.instead = async (request) =>
      request.method === "PUT" && (await request.clone().text()).includes("cAt")
        ? new Response("{}", { status: 400 })
        : null;
    await go();
    expect([of(0)["doNotCall"], said(of(0))]).toEqual([true, [null, null]]);
  });

  it("an objection again, after one that ended, sets it again", async () => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, named);
    const one = number();
    const { go, of } = await connected(crm, "salesforce", [{ Phone: one, DoNotCall: false }]);
    await heard(one);
    await go();
    const [first] = said(of(0));
    await lift(one);
    await go();
    await heard(one);
    await go();
    expect(of(0)["DoNotCall"]).toBe(true);
    expect(said(of(0))[0]).toMatch(/^ClearDial /);
    expect(said(of(0))[0]).not.toBe(first);
  });
});

it.each([
  ["a name and a day, which is somebody's objection", { day: true, by: "The integration" }],
  ["a name and a moment, which is, too", { day: false, by: "The integration" }],
  ["a moment, which is nobody's", { day: false }],
])(
  "a CRM's own stamp on the flag that ClearDial set: of %s",
  async (_, { day, by }: { day: boolean; by?: string }) => {
    const crm = doubleOf("salesforce");
    Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
    const one = number();
    const its = await connected(crm, "salesforce", [{ Phone: one, DoNotCall: false }]);
    await object(one);
    await its.go();
    expect(its.of(0)["DoNotCall"]).toBe(true);
    const now = new Date(driven.now).toISOString();
    driven.now += 60_000;
    Object.assign(its.of(0), { Optout_At__c: day ? now.slice(0, 10) : now, ...(by && { Optout_By__c: by }) });
    await its.go();
    await lift(one);
    await its.go();
    const integration = "objection: they told us not to call, says the CRM Our CRM: The integration";
    expect(await entries(one)).toEqual(by ? [integration] : []);
  },
);

it("a flag that dated another's entry stands by itself once that was a mistake", async () => {
  const crm = doubleOf("salesforce");
  Object.assign(crm.setup.objects[0]!, { flagBy: "Optout_By__c", flagAt: "Optout_At__c" });
  const one = number();
  const its = await connected(crm, "salesforce", [{ Phone: one, DoNotCall: false }]);
  await under(own, "POST", "/v1/suppressions", {
    token: driven.tokens.admin,
    body: { number: one, reason: "They asked", scope: "line", heardAt: "2026-06-01T10:00:00.000Z" },
  });
  Object.assign(its.of(0), { DoNotCall: true, Optout_By__c: "Dora", Optout_At__c: "2026-06-03" });
  await its.go();
  expect(await entries(one)).toEqual(["objection: They asked"]);
  await lift(one);
  await its.go();
  expect(await entries(one)).toEqual(["objection: they told us not to call, says the CRM Our CRM: Dora"]);
});

/** Two CRMs with a record of one number each; `writes`: how many there were in both. */
async function repeating(one: string, first: Fields = {}, second: Fields = {}) {
  const doubles: Double[] = [];
  const making = (kind: "salesforce" | "espocrm", names: Fields, record: Fields) => () => {
    const crm = doubleOf(kind);
    Object.assign(crm.setup.objects[0]!, names);
    doubles.push(crm);
    return connected(crm, kind, [record]);
  };
  const its = await twoOf(
    making("salesforce", first, { Phone: one, DoNotCall: false }),
    making("espocrm", second, { phoneNumber: one, doNotCall: false }),
  );
  return { ...its, writes: () => doubles.reduce((sum, { writes }) => sum + writes.length, 0) };
}

it("two CRMs that repeat each other's flags come to rest", async () => {
  const one = number();
  const { writes, ...its } = await repeating(one);
  const round = () =>
    its.round(() => {
      const [a, b] = [its.a.of(0), its.b.of(0)];
      a["DoNotCall"] = b["doNotCall"] = a["DoNotCall"] === true || b["doNotCall"] === true;
    });
  await object(one);
  for (let n = 0; n < 3; n++) await round();
  const count = async () => (await dump("suppressions")).length;
  const settled = await count();
  const before = writes();
  for (let n = 0; n < 3; n++) await round();
  expect(await count()).toBe(settled);
  expect(writes()).toBe(before);
  expect(await entries(one)).toContain("objection: They asked");
  // Lifted, the repeated flag is the other CRM's own word, once. Lifted as well, all stays open, although both repeat it.
  await lift(one);
  await round();
  expect(await entries(one)).toEqual([SAYS]);
  await lift(one);
  for (let n = 0; n < 2; n++) await round();
  expect(await entries(one)).toEqual([]);
});

it("two CRMs that repeat each other's flags with who and when come to rest, and bring nothing back that was a mistake", async () => {
  const one = number();
  const { writes, ...its } = await repeating(
    one,
    { flagBy: "By__c", flagAt: "At__c" },
    { flagBy: "cBy", flagAt: "cAt" },
  );
  // As the stubbornest of echoes does: what one has, the other gets; nothing is ever taken back.
  const round = () =>
    its.round(() => {
      const [a, b] = [its.a.of(0), its.b.of(0)];
      a["DoNotCall"] = b["doNotCall"] = a["DoNotCall"] === true || b["doNotCall"] === true;
      a["By__c"] = b["cBy"] = a["By__c"] ?? b["cBy"] ?? null;
      a["At__c"] = b["cAt"] = a["At__c"] ?? b["cAt"] ?? null;
    });
  await object(one);
  for (let n = 0; n < 3; n++) await round();
  const count = async () => (await dump("suppressions")).length;
  const settled = await count();
  const rests = async () => {
    const before = writes();
    for (let n = 0; n < 3; n++) {
      driven.now += 3_600_000;
      await round();
    }
    expect(await count()).toBe(settled);
    expect(writes()).toBe(before);
  };
  await rests();
  expect(await entries(one)).toEqual(["objection: They asked"]);
  await lift(one);
  for (let n = 0; n < 2; n++) await round();
  await rests();
  expect(await entries(one)).toEqual([]);
});
