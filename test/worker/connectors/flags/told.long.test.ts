/** Who said so and when go out with the flag: what is not ClearDial's own word there is somebody's, and stays. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { dayOf } from "../../../../shared/core/calendar.ts";
import { readChanges } from "../../../../worker/connectors/changes/poll.ts";
import { purposeOf, rowOf } from "../../../../worker/connectors/rows.ts";
import { rescreen } from "../../../../worker/connectors/run.ts";
import { seal } from "../../../../worker/core/seal.ts";
import { DAY, dump, MINUTE, push, under } from "../../helpers.ts";
import { ask, drain, drive, driven, own, refusal, requestOf, run, waiting } from "../drive.ts";
import { connected, entries, lift, number, object, SAYS } from "../flagged.ts";
import { doubleOf, edit, type Fields } from "../kit.ts";

drive();
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(driven.tokens.admin, list, ["+442079469999"]);
});

const heard = (e164: string, source = "a letter") =>
  under(own, "POST", "/v1/suppressions", {
    token: driven.tokens.admin,
    body: {
      ...{ number: e164, reason: "They asked", scope: "line", source },
      heardAt: new Date(Date.now() - 3 * DAY).toISOString(),
    },
  });
const named = (names: Fields = { flagBy: "By__c", flagAt: "At__c" }) => {
  const crm = doubleOf("salesforce");
  Object.assign(crm.setup.objects[0]!, names);
  return crm;
};
const toldIn = (record: Fields) => [record["By__c"] ?? null, record["At__c"] ?? null] as (string | null)[];
/** The day on which it was said. */
const SAID = dayOf(Date.now() - 3 * DAY, "Europe/London");
const OURS = expect.stringMatching(/^ClearDial [0-9a-f]{8}: a letter$/) as string;
const THEIRS = "objection: they told us not to call, says the CRM Our CRM: ";

/** A record of two numbers, whose flag ClearDial has set because of an objection on the first. */
async function flagged(fields: Fields = {}, crm = named()) {
  const [one, other] = [number(), number()];
  const its = await connected(crm, "salesforce", [
    { Phone: one, MobilePhone: other, DoNotCall: false, ...fields },
  ]);
  await heard(one);
  await its.go();
  expect(its.of(0)["DoNotCall"]).toBe(true);
  return { ...its, crm, one, other, record: its.of(0) };
}

describe("over ClearDial's own words", () => {
  it.each([
    ["a word behind them", (by: string) => ({ By__c: `${by}; told Anna by phone` })],
    ["a later day", () => ({ At__c: dayOf(Date.now() - DAY, "Europe/London") })],
    ["another name", () => ({ By__c: "Anna", At__c: SAID })],
  ])("%s is somebody's objection: it comes in, and stays there once ours was a mistake", async (_, edits) => {
    const { go, one, other, record } = await flagged();
    expect(toldIn(record)).toEqual([OURS, SAID]);
    Object.assign(record, edits(record["By__c"] as string));
    const [by, at] = toldIn(record);
    await go();
    expect(await entries(other)).toEqual([`${THEIRS}${by}`]);
    await lift(one);
    await go();
    expect([record["DoNotCall"], ...toldIn(record)]).toEqual([true, by, at]);
    expect(await entries(one)).toEqual([`${THEIRS}${by}`]);
  });

  it("a name with the time of ClearDial's writing is somebody's objection, the time alone a rule's stamp", async () => {
    const { go, one, other, record } = await flagged();
    const at = new Date(driven.now + MINUTE).toISOString();
    driven.now += 2 * MINUTE;
    record["At__c"] = at;
    await go();
    expect(await entries(other)).toEqual([]);
    record["By__c"] = "Anna";
    await go();
    expect(await entries(other)).toEqual([`${THEIRS}Anna`]);
    await lift(one);
    await go();
    expect([record["DoNotCall"], ...toldIn(record)]).toEqual([true, "Anna", at]);
  });

  it("on lines and with blanks of its source, which a CRM does not keep, they are ours", async () => {
    const [one, other] = [number(), number()];
    const { go, of } = await connected(named(), "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false },
    ]);
    await heard(one, "a  letter\r\nof May\tby post");
    await go();
    expect(of(0)["By__c"]).toMatch(/^ClearDial [0-9a-f]{8}: a letter of May by post$/);
    await go();
    expect(await entries(other)).toEqual([]);
  });

  it("a name alone is the CRM's own flag", async () => {
    const { go, other, record } = await flagged();
    Object.assign(record, { By__c: "Anna", At__c: null });
    await go();
    expect(await entries(other)).toEqual([SAYS]);
  });

  it("a word of the same day as ClearDial's writing comes in, too", async () => {
    const { go, other, record } = await flagged();
    Object.assign(record, { By__c: "Anna", At__c: new Date(driven.now).toISOString().slice(0, 10) });
    await go();
    expect(await entries(other)).toEqual([`${THEIRS}Anna`]);
  });

  it.each([
    ["with the day as a time, and are taken back", true, () => ({ At__c: `${SAID}T00:00:00.000+0000` })],
    ["cut, and stay", false, (by: string) => ({ By__c: by.slice(0, 20) })],
    ["without the day, and stay", false, () => ({ At__c: null })],
    ["without either, and stay", false, () => ({ By__c: null, At__c: null })],
  ])("they are still ours %s", async (_, goes, edits) => {
    const { go, one, other, record } = await flagged();
    Object.assign(record, edits(record["By__c"] as string));
    const words = toldIn(record);
    await go();
    expect(await entries(other)).toEqual([]);
    await lift(one);
    await go();
    expect([record["DoNotCall"], ...toldIn(record)]).toEqual(goes ? [false, null, null] : [true, ...words]);
    await go();
    expect(await entries(one)).toEqual([]);
  });
});

describe("fields that hold something", () => {
  const dora = { By__c: "Dora", At__c: "2026-05-03" };
  it("are left, are no news with the flag that ClearDial sets, and stay with it", async () => {
    const { go, one, other, record } = await flagged(dora);
    expect(toldIn(record)).toEqual(["Dora", "2026-05-03"]);
    await go();
    expect(await entries(other)).toEqual([]);
    await lift(one);
    await go();
    expect([record["DoNotCall"], ...toldIn(record)]).toEqual([true, "Dora", "2026-05-03"]);
    await go();
    expect(await entries(one)).toEqual([]);
  });

  it("are left where they have the day of an objection alone: nobody wrote there as ClearDial", async () => {
    const [one, other] = [number(), number()];
    const { go, of } = await connected(named(), "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false, At__c: SAID },
    ]);
    await heard(one);
    await lift(one);
    await object(one);
    await go();
    expect([of(0)["DoNotCall"], ...toldIn(of(0))]).toEqual([true, null, SAID]);
  });

  it("come in once somebody changes them", async () => {
    const { go, other, record } = await flagged(dora);
    record["At__c"] = "2026-06-03";
    await go();
    expect(await entries(other)).toEqual([`${THEIRS}Dora`]);
  });

  it("are written over where they are ClearDial's to the letter, and left where somebody added a word", async () => {
    const { go, one, record } = await flagged();
    const before = toldIn(record);
    await lift(one);
    await go();
    Object.assign(record, { By__c: before[0], At__c: before[1] });
    await heard(one, "a form");
    await go();
    expect(record["By__c"]).toMatch(/^ClearDial [0-9a-f]{8}: a form$/);
    await lift(one);
    await go();
    record["By__c"] = `${before[0]}; told Anna`;
    await heard(one);
    await go();
    expect([record["DoNotCall"], record["By__c"]]).toEqual([true, `${before[0]}; told Anna`]);
  });

  it("of a set-up that names one twice are not written, and no such set-up is taken", async () => {
    const crm = named({ flagBy: "By__c", flagAt: "By__c", source: "By__c" });
    expect(await refusal("POST", "", requestOf(crm, "salesforce"))).toMatchObject({
      code: "invalid",
      errors: [{ path: "setup.objects.0.flagBy" }, { path: "setup.objects.0.flagAt" }],
    });
    const verdicts = named({ flagBy: doubleOf("salesforce").setup.fields.reasons });
    expect(await refusal("POST", "", requestOf(verdicts, "salesforce"))).toMatchObject({ code: "invalid" });
    // As an earlier version stored it.
    const stored = named();
    const one = number();
    const { id, of } = await connected(stored, "salesforce", [{ Phone: one, DoNotCall: false }]);
    const row = await rowOf(env.DB, id);
    const before = crypto.randomUUID();
    const secret = await seal(env, purposeOf(before), stored.secret);
    await env.DB.prepare(
      `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at)
       VALUES (?, ?, ?, json_set(?, '$.objects[0].source', 'At__c'), ?, ?, ?, ?)`,
    )
      .bind(before, row.kind, row.name, row.setup, row.way, secret, row.by, row.at)
      .run();
    await heard(one);
    await run(before, true);
    await run(before, false);
    expect([of(0)["DoNotCall"], ...toldIn(of(0))]).toEqual([true, OURS, null]);
  });
});

it("where the CRM refuses who and when, the trail says so, and nothing there counts as ClearDial's", async () => {
  const crm = doubleOf("espocrm");
  Object.assign(crm.setup.objects[0]!, { flagBy: "cBy", flagAt: "cAt" });
  const [one, other] = [number(), number()];
  const { go, of, ids } = await connected(crm, "espocrm", [
    { phoneNumber: one, phoneNumberData: [other], doNotCall: false },
  ]);
  await heard(one);
  crm.instead = async (request) =>
    request.method === "PUT" && (await request.clone().text()).includes("cAt")
      ? new Response("{}", { status: 400 })
      : null;
  await go();
  const payloads = JSON.stringify(await dump("audit_payload"));
  expect(payloads).toContain("untold");
  const said = await env.DB.prepare("SELECT said FROM connector_records WHERE record = ?")
    .bind(ids[0]!)
    .first<string>("said");
  expect(JSON.parse(said!)).toEqual({
    "*": {
      ...{ by: "ours", at: expect.any(String) as string, wrote: expect.any(String) as string },
      ...{ left: { by: "", at: "" }, put: true },
    },
  });
  Object.assign(of(0), { cBy: `ClearDial ${"0".repeat(8)}: a letter`, cAt: "2026-06-03" });
  await go();
  expect(await entries(other)).toHaveLength(1);
});

describe("a flag that is unset there within a day", () => {
  async function polled() {
    const crm = named();
    crm.clock = () => driven.now;
    const [one, other] = [number(), number()];
    const { id, ids, of, go } = await connected(crm, "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: false },
    ]);
    await go();
    await ask("POST", `/${id}/switch`, { active: true });
    driven.now += 2 * MINUTE;
    const poll = () => readChanges(own, waiting);
    await poll();
    await heard(one);
    await poll();
    expect(of(0)["DoNotCall"]).toBe(true);
    crm.writes.length = 0;
    const clear = async (minutes: number, fields: Fields = { DoNotCall: false }) => {
      driven.now += minutes * MINUTE;
      edit(crm, ids[0]!, fields);
      await poll();
    };
    const contested = async () =>
      (
        await ask<{ connectors: { id: string; changes: { contested?: object } }[] }>("GET", "")
      ).connectors.find((its) => its.id === id)!.changes.contested;
    const flags = () => crm.writes.length;
    const read = async () => {
      driven.now += 7 * 60 * MINUTE;
      await rescreen(own, driven.now);
      await drain();
    };
    return { crm, of, one, other, clear, contested, flags, poll, read };
  }

  it("is set again a day later, once, and told of meanwhile", async () => {
    const { of, clear, contested, flags } = await polled();
    for (let n = 0; n < 5; n++) await clear(11);
    expect([flags(), of(0)["DoNotCall"]]).toEqual([0, false]);
    expect(await contested()).toMatchObject({ records: 1 });
    await clear(DAY / MINUTE);
    expect([flags(), of(0)["DoNotCall"]]).toEqual([1, true]);
    for (let n = 0; n < 5; n++) await clear(11);
    expect(flags()).toBe(1);
  });

  it("is told of by a reading of all flags, too, where a rule there unset it at once", async () => {
    const { of, clear, contested, read } = await polled();
    // Without ClearDial's words the answer may be from before they were written.
    await clear(1, { DoNotCall: false, By__c: null, At__c: null });
    expect([of(0)["DoNotCall"], await contested()]).toEqual([false, undefined]);
    await read();
    expect([of(0)["DoNotCall"], await contested()]).toMatchObject([false, { records: 1 }]);
  });

  it("is somebody's own where they set it again, though it was unset and emptied within minutes", async () => {
    const { of, one, other, clear, read } = await polled();
    await lift(one);
    await clear(1, { DoNotCall: false, By__c: null, At__c: null });
    await clear(4, { DoNotCall: false });
    await clear(23, { DoNotCall: true });
    await read();
    expect([of(0)["DoNotCall"], await entries(one), await entries(other)]).toEqual([true, [SAYS], [SAYS]]);
  });

  it("taken back, and read as unset, is somebody's own where they set it within minutes", async () => {
    const { of, one, other, clear, poll } = await polled();
    await lift(one);
    await poll();
    expect([of(0)["DoNotCall"], ...toldIn(of(0))]).toEqual([false, null, null]);
    driven.now += MINUTE;
    await poll();
    await clear(2, { DoNotCall: true });
    expect([await entries(one), await entries(other)]).toEqual([[SAYS], [SAYS]]);
  });

  it("taken back, and set by another program with ClearDial's words, is no news", async () => {
    const { of, one, other, clear, poll, read } = await polled();
    const words = { By__c: of(0)["By__c"], At__c: of(0)["At__c"] };
    await lift(one);
    await poll();
    driven.now += MINUTE;
    await poll();
    await clear(2, { DoNotCall: true, ...words });
    await read();
    expect([await entries(one), await entries(other)]).toEqual([[], []]);
    expect(of(0)).toMatchObject({ DoNotCall: true, ...words });
  });

  it("is set at once for another objection, and is the CRM's own where somebody sets it again", async () => {
    const { crm, of, one, other, clear, flags, poll, read } = await polled();
    await clear(11);
    await object(other);
    // Its verdict may be written by then.
    crm.writes.length = 0;
    driven.now += MINUTE;
    await poll();
    expect([flags(), of(0)["DoNotCall"]]).toEqual([1, true]);
    await clear(11, { DoNotCall: false, By__c: null, At__c: null });
    await clear(11, { DoNotCall: true });
    // While an objection holds it says nothing more.
    expect(await entries(one)).toEqual(["objection: They asked"]);
    await lift(one);
    await lift(other);
    await read();
    expect([of(0)["DoNotCall"], await entries(one), await entries(other)]).toEqual([true, [SAYS], [SAYS]]);
  });
});

describe("a flag and words are taken back only by the connector that set them, and that never saw them unset", () => {
  it.each([0, 2 * DAY])(
    "unset and set again beside the words, it is somebody's (%i ms later)",
    async (later) => {
      const { go, one, other, record } = await flagged();
      const words = toldIn(record);
      record["DoNotCall"] = false;
      await go();
      await lift(one);
      await go();
      driven.now += later;
      await go();
      expect(toldIn(record)).toEqual(words);
      record["DoNotCall"] = true;
      for (let n = 0; n < 2; n++) {
        await go();
        expect(await entries(other)).toEqual([SAYS]);
        expect([record["DoNotCall"], ...toldIn(record)]).toEqual([true, ...words]);
        driven.now += MINUTE;
      }
    },
  );

  it("known from an echo alone, it stays, and set again beside its words it is somebody's", async () => {
    const { one, record } = await flagged();
    const [words, other] = [{ By__c: record["By__c"], At__c: record["At__c"] }, number()];
    const { go, of } = await connected(named(), "salesforce", [
      { Phone: one, MobilePhone: other, DoNotCall: true, ...words },
    ]);
    await go();
    await lift(one);
    await go();
    expect(await entries(other)).toEqual([]);
    expect(of(0)).toMatchObject({ DoNotCall: true, ...words });
    of(0)["DoNotCall"] = false;
    await go();
    of(0)["DoNotCall"] = true;
    await go();
    expect(await entries(other)).toEqual([SAYS]);
  });

  it("set again by another program with words that were not there meanwhile, it is no news, and stays", async () => {
    const { go, one, other, record } = await flagged();
    const words = { By__c: record["By__c"], At__c: record["At__c"] };
    driven.now += 11 * MINUTE;
    Object.assign(record, { DoNotCall: false, By__c: null, At__c: null });
    await go();
    Object.assign(record, { DoNotCall: true, ...words });
    await go();
    await lift(one);
    await go();
    expect(await entries(other)).toEqual([]);
    expect(record).toMatchObject({ DoNotCall: true, ...words });
  });

  it.each([
    ["who said so alone", { flagBy: "By__c" }],
    ["when alone", { flagAt: "At__c" }],
    ["neither", {}],
  ])("where the set-up names %s, it stays", async (_, names) => {
    const { go, one, record } = await flagged({}, named(names));
    const words = toldIn(record);
    await lift(one);
    await go();
    expect([record["DoNotCall"], ...toldIn(record)]).toEqual([true, ...words]);
    expect(await entries(one)).toEqual([]);
  });

  it("where no fields are named and it is unset, it is set again at once, and set by somebody it is theirs", async () => {
    const { go, one, other, record } = await flagged({}, named({}));
    record["DoNotCall"] = false;
    await go();
    expect(record["DoNotCall"]).toBe(true);
    await lift(one);
    record["DoNotCall"] = false;
    await go();
    record["DoNotCall"] = true;
    await go();
    expect(await entries(other)).toEqual([SAYS]);
  });

  it.each(["refused", "never sent"])("of a write that was %s, it is somebody's", async (how) => {
    const crm = doubleOf("espocrm");
    crm.clock = () => driven.now;
    Object.assign(crm.setup.objects[0]!, { flagBy: "cBy", flagAt: "cAt" });
    const [one, other] = [number(), number()];
    const { id, ids, of, go } = await connected(crm, "espocrm", [
      { phoneNumber: one, phoneNumberData: [other], doNotCall: false },
    ]);
    await go();
    await ask("POST", `/${id}/switch`, { active: true });
    driven.now += 2 * MINUTE;
    const poll = () => readChanges(own, waiting);
    await poll();
    await heard(one);
    let tries = 0;
    crm.instead = async (request) => {
      if (request.method !== "PUT" || !(await request.clone().text()).includes("doNotCall")) return null;
      tries++;
      return new Response("{}", { status: how === "refused" ? 400 : 401 });
    };
    await poll();
    expect(tries).toBeGreaterThan(0);
    crm.instead = () => null;
    driven.now += 11 * MINUTE;
    edit(crm, ids[0]!, { doNotCall: true });
    await poll();
    expect(await entries(other)).toEqual([SAYS]);
    await lift(one);
    driven.now += MINUTE;
    await poll();
    expect(of(0)["doNotCall"]).toBe(true);
    expect(await entries(other)).toEqual([SAYS]);
  });
});

it("what a CRM said goes out as a CRM's, without its ids", async () => {
  const one = number();
  const from = await connected(named(), "salesforce", [
    { Phone: one, DoNotCall: true, By__c: "Anna", At__c: SAID },
  ]);
  await from.go();
  expect(await entries(one)).toEqual([`${THEIRS}Anna`]);
  const { go, of } = await connected(named(), "salesforce", [{ Phone: one, DoNotCall: false }]);
  await go();
  expect(toldIn(of(0))).toEqual([expect.stringMatching(/^ClearDial [0-9a-f]{8}: a CRM$/), SAID]);
});
