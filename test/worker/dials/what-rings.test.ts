/** A desk in the United Kingdom that also calls Ireland and India: whose number a page says it is changes no bar. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Dial } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { asRecorded } from "../../../shared/dials/keys.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { call, newTeam, push, setPolicy } from "../helpers.ts";

let tokens: Record<Role, string>;
const LEEDS = "+441134960142";
beforeAll(async () => {
  tokens = await newTeam();
  for (const [id, regions] of Object.entries({ ndd: ["IE"], ncpr: ["IN"], bloctel: ["FR"] })) {
    const body = { name: id, regions, maxAgeDays: 28, daysUntilEffective: 28, covers: "both" };
    const declared = await call("PUT", `/v1/lists/${id}`, { token: tokens.admin, body });
    expect(declared.status, JSON.stringify(declared.data)).toBeLessThan(300);
  }
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, TPS);
  for (const [list, number] of [
    ["ndd", "+353852220000"],
    ["ncpr", "+919876500000"],
    ["bloctel", "+33199000000"],
  ] as const)
    await push(tokens.admin, list, [number]);
});

const TPS = [LEEDS, "+442079460142", "+447700900142"];
/** Without spaces, and as Britain, Ireland, India and France group it. */
const writings = (e164: string): string[] => {
  const [, digits] = /^.44(.*)/.exec(e164)!;
  const cut = (...groups: number[]) => {
    let at = 0;
    return groups.map((n) => `0${digits}`.slice(at, (at += n))).join(" ");
  };
  return [`0${digits}`, cut(4, 3, 4), cut(3, 4, 4), cut(2, 2, 2, 2, 3), `+0${digits}`];
};

const dial = (body: object) =>
  call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ action: "passed", verdict: "clear", reasons: [], seen: null, host: "crm.example.com" },
      ...{ at: new Date().toISOString(), ...body },
    },
  });
const stored = async (body: object): Promise<Dial> => {
  const { status, data } = await dial(body);
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Dial;
};
const find = async (number: string) =>
  (
    (await call("GET", `/v1/dials?number=${encodeURIComponent(number)}`, { token: tokens.admin })).data as {
      dials: Dial[];
    }
  ).dials;

const readNumbers = (numbers: Partial<Policy["numbers"]>) =>
  setPolicy(() => ({ numbers: { ...defaultPolicy.numbers, ...numbers } }));

it.each(["IE", "IN", "FR"])(
  "a number on the TPS is blocked, however it is written, though the page reads it as one of %s",
  async (region) => {
    for (const number of TPS)
      for (const written of writings(number)) {
        const theirs = toE164(written, region);
        const e164 = theirs.e164 ?? theirs.readings?.[0] ?? null;
        const one = await stored({ number: written, e164 });
        expect(one, `${written} as ${e164}`).toMatchObject({ number, written, workerVerdict: "blocked" });
        expect(one.workerReasons.map(({ code }) => code)).toContain("tps");
        expect(one.agrees).toBe(false);
      }
  },
);

describe("two numbers", () => {
  const [HERE, IRISH] = ["+44852222222", "+353852222222"];
  const irish = { number: "085 222 2222", e164: IRISH };

  // An Irish mobile needs consent beforehand.
  beforeAll(async () => {
    const { status } = await call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{
          number: IRISH,
          kind: "prior",
          calls: ["general"],
          giver: "subscriber",
          givenBy: "Ada Quinn",
          how: "web",
        },
        ...{ givenAt: "2026-11-01T00:00:00Z", words: "Do ring me", proof: "form 7" },
      },
    });
    expect(status).toBe(201);
  });

  it("that may both be called: at best a caution, and both are on record", async () => {
    const one = await stored({ ...irish, action: "held", verdict: "caution" });
    expect(one).toMatchObject({
      ...{ number: HERE, recordNumber: IRISH, written: irish.number, agrees: true },
      workerVerdict: "caution",
    });
    expect(one.workerReasons.map(({ code }) => code)).toContain("two-numbers");
    for (const number of [HERE, IRISH]) expect((await find(number))[0], number).toEqual(one);
  });
  it("dialled with its code it is that one", async () => {
    expect(await stored({ number: IRISH, e164: IRISH, verdict: "caution" })).toMatchObject({
      ...{ number: IRISH, recordNumber: null, written: IRISH, workerVerdict: "caution", agrees: true },
    });
  });
  it("cannot be overridden, as nobody knows which was meant", async () => {
    const over = { action: "overridden", verdict: "caution", basis: "service", reason: "Their boiler." };
    const { status, data } = await dial({ ...irish, ...over });
    expect(status).toBe(409);
    expect(data).toMatchObject({
      code: "override-not-allowed",
      detail: expect.stringContaining("country code") as string,
    });
    expect((await find(IRISH))[0]).toMatchObject({ refused: true, recordNumber: IRISH });
  });
  it("of which the page's cannot be what was dialled: not believed, and not stored", async () => {
    const one = await stored({ number: "020 7946 0009", e164: "+353852220000" });
    expect(one).toMatchObject({
      number: "+442079460009",
      recordNumber: null,
      workerVerdict: "clear",
      agrees: false,
    });
  });
});

it("the policy says where the telephones are; an administrator only", async () => {
  await readNumbers({ defaultRegion: "GB", alsoRegions: ["IN"], lineRegion: "IN" });
  expect(await stored({ number: "0113 496 0142", e164: LEEDS })).toMatchObject({
    ...{ number: "+911134960142", recordNumber: LEEDS, workerVerdict: "blocked" },
  });
  expect(await stored({ number: "0044 113 496 0142", e164: LEEDS })).toMatchObject({
    number: LEEDS,
    agrees: false,
  });
  await readNumbers({});
});

describe("a message", () => {
  it("is one by the address that it goes by, whatever the page calls it; else it is a call", async () => {
    const via = async (address?: string) =>
      (await stored({ number: LEEDS, e164: LEEDS, ...(address === undefined ? {} : { via: address }) }))
        .medium;
    expect(await via("sms:")).toBe("message");
    expect(await via("https://wa.me/")).toBe("message");
    for (const other of [undefined, "tel:", "sip:", "web+unheard:", "message", "https://crm.example/sms:"])
      expect(await via(other), other).toBe("call");
  });
});

it("what is dialled is stored as the trail can repeat it, whatever characters it has", async () => {
  const odd = '020 7946\u0001 0009\u2028\u007f"\\é';
  const one = await stored({ number: odd, e164: null, action: "held", verdict: "unknown" });
  expect(one.written).toBe('020 7946  0009\u2028 "\\é');
  const { data } = await call("GET", `/v1/audit?subject=${one.id}`, { token: tokens.admin });
  expect((data as { rows: object[] }).rows).toMatchObject([
    { payload: { written: one.written, layer: "page" } },
  ]);
  const { verify } = await import("../../../worker/trail/verify.ts");
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("an emergency call and an extension of the own exchange are no calls to a subscriber", async () => {
  for (const [number, code] of [
    ["999", "emergency"],
    ["112", "emergency"],
    ["213", "internal"],
  ] as const)
    expect(await stored({ number, e164: null, reasons: [{ code }] })).toMatchObject({
      ...{ number: null, workerVerdict: "clear", workerReasons: [{ code }], agrees: true },
    });
  expect(await stored({ number: "1001", e164: null })).toMatchObject({ workerVerdict: "unknown" });
});

it("a code that shows our number changes nothing of what rings", async () => {
  const said = async (number: string, e164: string | null) => {
    const { workerVerdict, agrees } = await stored({
      number,
      e164,
      verdict: "blocked",
      reasons: [{ code: "tps" }],
    });
    return [workerVerdict, agrees];
  };
  for (const number of ["1470 0113 496 0142", "0113 496 0142"])
    expect(await said(number, LEEDS), number).toEqual(["blocked", true]);
});

it("a dial with more separators than a record has room for is on record with its number", async () => {
  const number = asRecorded(`+${"-".repeat(1900)}441134960001`);
  const { data } = await dial({ number, e164: "+441134960001" });
  expect(data).toMatchObject({ number: "+441134960001", written: "+441134960001" });
});
