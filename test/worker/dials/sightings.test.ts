/** One call, seen by a page and by the telephone system: two rows, one call, and what it used or counted is used once. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { GateAnswer } from "../../../shared/dials/api-gate.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { aTeam, call, dump, integration, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const LISTED = "+442079460500";
let system = "";
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [LISTED]);
  system = await integration(tokens.admin, ["gate"], "The exchange");
});

let ids = 0;
const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const page = async (number: string, more: object = {}): Promise<Dial> => {
  const body = {
    ...{ number, e164: number, action: "passed", verdict: "clear", reasons: [], seen: null },
    ...{ host: "crm.example.com", at: at(0), ...more },
  };
  const { status, data } = await call("POST", "/v1/dials", { token: tokens.agent, body });
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Dial;
};
const gate = async (to: string, more: object = {}): Promise<GateAnswer> => {
  const body = { to, agent: "agent@example.com", callId: `c${++ids}`, ...more };
  const { status, data } = await call("POST", "/v1/gate", { token: system, body });
  expect(status, JSON.stringify(data)).toBe(200);
  return data as GateAnswer;
};
const dials = async (query: string) =>
  ((await call("GET", `/v1/dials${query}`, { token: tokens.admin })).data as DialsAnswer).dials;
const sightingOf = async (id: string) => (await dials("")).find((dial) => dial.id === id)!.sighting;

describe("a page's dial and the gate's", () => {
  it("of one number and agent share an id, and each says who saw the call", async () => {
    const one = await page("+442079460301");
    const { evidence } = await gate("+442079460301");
    const [late, early] = await dials("?number=%2B442079460301");
    expect([late, early]).toMatchObject([
      { id: evidence, sighting: one.id, layers: ["page", "server"] },
      { id: one.id, sighting: null, layers: ["page", "server"] },
    ]);
    expect((await dials(`?sighting=${one.id}`)).map(({ id }) => id)).toEqual([evidence, one.id]);
  });
  it("whichever came first, also where the page's arrives late", async () => {
    const { evidence } = await gate("+442079460302");
    expect(await page("+442079460302", { at: at(-20) })).toMatchObject({ sighting: evidence });
    const other = await gate("+442079460303");
    expect(await page("+442079460303", { at: at(-40) })).toMatchObject({ sighting: null });
    expect(await sightingOf(other.evidence)).toBeNull();
  });
  it("by somebody else, or by nobody who is known, are two calls", async () => {
    await page("+442079460304");
    for (const agent of ["manager@example.com", "nobody@example.com", ""])
      expect(await sightingOf((await gate("+442079460304", { agent })).evidence)).toBeNull();
  });
  it("two in one layer are two calls, and each finds its own", async () => {
    const [one, two] = [await page("+442079460305"), await page("+442079460305")];
    const seen = [await gate("+442079460305"), await gate("+442079460305"), await gate("+442079460305")];
    const shared = await Promise.all(seen.map(async ({ evidence }) => sightingOf(evidence)));
    expect(new Set(shared)).toEqual(new Set([one.id, two.id, null]));
  });
  it("of three layers are one call", async () => {
    const one = await page("+442079460306");
    await gate("+442079460306");
    expect(await page("+442079460306", { layer: "protocol" })).toMatchObject({
      ...{ sighting: one.id, layers: ["page", "protocol", "server"] },
    });
  });
  it("that come at the same moment are one call", async () => {
    for (let n = 0; n < 5; n++) {
      const number = `+44207946031${n}`;
      await Promise.all([page(number), gate(number)]);
      const both = await dials(`?number=${encodeURIComponent(number)}`);
      expect(both.map(({ layers }) => layers)).toEqual([
        ["page", "server"],
        ["page", "server"],
      ]);
    }
  });
});

describe("is one call", () => {
  it("by the law's count: the gate does not deny what its own page has counted", async () => {
    // France: four calls in thirty days. With consent on record they may be called.
    const number = "+33199000005";
    await call("PUT", "/v1/lists/bloctel", {
      token: tokens.admin,
      body: { name: "Bloctel", regions: ["FR"], maxAgeDays: 28, daysUntilEffective: 28, covers: "both" },
    });
    const attempts = async () => {
      const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
      return (data as CheckAnswer).results[0]!.facts!.contacts!.attempts.length;
    };
    for (let n = 0; n < 3; n++) await page(number, { at: at(-3600 * (n + 1)) });
    expect(await attempts()).toBe(3);
    await page(number);
    const fourth = await gate(number);
    expect(fourth.reasons.map(({ code }) => code)).not.toContain("cap");
    const fifth = await gate(number);
    expect(fifth.reasons.map(({ code }) => code)).toContain("cap");
    expect(await attempts()).toBe(4);
  });
  it("by what it uses: one call back is one call, seen by two", async () => {
    await setPolicy(({ consents }) => ({ consents: { ...consents, amber: "pass" } }));
    const asked = {
      number: LISTED,
      kind: "solicited",
      giver: "subscriber",
      givenBy: "Jo Doe",
      words: "Ring me",
      how: "telephone",
    };
    const { status } = await call("POST", "/v1/consents", {
      token: tokens.manager,
      body: { ...asked, proof: "recording 7", givenAt: at(-60) },
    });
    expect(status).toBe(201);
    for (let n = 0; n < 5; n++) {
      await page(LISTED, { verdict: "caution" });
      expect(await gate(LISTED), `call ${n}`).toMatchObject({ answer: "allow" });
    }
    expect(await dump("consent_uses")).toHaveLength(5);
    expect(await gate(LISTED)).toMatchObject({ answer: "deny" });
  });
});

it("a page whose request is tried again is no second sighting", async () => {
  const [body, key] = [{ number: "+442079460390" }, "a-key-of-a-page"];
  const sent = {
    token: tokens.agent,
    headers: { "idempotency-key": key },
    body: {
      ...{ ...body, e164: body.number, action: "passed", verdict: "clear", reasons: [], seen: null },
      ...{ host: "crm.example.com", at: at(0) },
    },
  };
  const one = await call("POST", "/v1/dials", sent);
  expect((await call("POST", "/v1/dials", sent)).data).toEqual(one.data);
  expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM dials WHERE number = 442079460390").first()).toEqual(
    {
      n: 1,
    },
  );
});
