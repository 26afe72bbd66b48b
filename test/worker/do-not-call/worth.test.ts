/** What a consent on record is worth, end to end: by kind, by who recorded it, and for which calls. */
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { aTeam, call, daysAgo, push } from "../helpers.ts";

const tokens = aTeam();
let next = 0;
const listed = Array.from({ length: 20 }, (_, i) => `+44113496${String(i).padStart(4, "0")}`);
/** A number on the TPS. */
const aListed = () => listed[next++]!;
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) expect((await push(tokens.admin, list, listed)).status).toBe(200);
});

const verdict = async (number: string, purpose: Campaign = "general") => {
  const body = { numbers: [number], purpose };
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body });
  const { verdict, reasons } = (data as CheckAnswer).results[0]!;
  return `${verdict} ${reasons[0]!.code}`;
};
const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const record = async (number: string, more: object, token = tokens.manager) => {
  const body = { number, givenBy: "J. Doe", givenAt: yesterday, ...more };
  const { status, data } = await call("POST", "/v1/consents", { token, body });
  expect(status, JSON.stringify(data)).toBe(201);
};
const said = { words: "yes", how: "web", proof: "form 7" };
const others: Campaign[] = ["automated", "claims-management", "pensions"];

describe("over a register of the United Kingdom", () => {
  it("“solicited”, evidence “x”, by an agent: one general call back, and no other call", async () => {
    const number = aListed();
    expect(await verdict(number)).toBe("blocked tps");
    await record(number, { basis: "solicited", evidence: "x" }, tokens.agent);
    expect(await verdict(number)).toBe("caution call-back");
    for (const purpose of others) expect(await verdict(number, purpose), purpose).toMatch(/^blocked /);
  });

  it("a notification lifts it for general live calls, and for nothing else", async () => {
    const number = aListed();
    await record(number, { kind: "notification", ...said });
    expect(await verdict(number)).toMatch(/^caution /);
    for (const purpose of others) expect(await verdict(number, purpose), purpose).toMatch(/^blocked /);
  });

  it("a notification whose proof nobody knows lifts nothing", async () => {
    const number = aListed();
    await record(number, { kind: "notification" });
    expect(await verdict(number)).toBe("blocked tps");
  });

  it("prior consent counts for the calls that it names, and for no others", async () => {
    const number = aListed();
    await record(number, { kind: "prior", calls: ["automated"], ...said });
    expect(await verdict(number, "automated")).not.toMatch(/^(blocked|clear) /);
    expect(await verdict(number)).toBe("blocked tps");
    for (const purpose of ["claims-management", "pensions"] as const)
      expect(await verdict(number, purpose), purpose).toMatch(/^blocked /);
  });

  it("service lifts nothing that sells", async () => {
    const number = aListed();
    await record(number, { kind: "service", ...said });
    expect(await verdict(number)).toBe("blocked tps");
  });

  it("a call that was asked for is over after its day", async () => {
    const [today, past] = [aListed(), aListed()];
    await record(today, { kind: "solicited", day: daysAgo(0), ...said });
    await record(past, { kind: "solicited", day: daysAgo(1), ...said });
    expect(await verdict(today)).toMatch(/^caution /);
    expect(await verdict(past)).toBe("blocked tps");
  });
});

describe("where the law wants consent", () => {
  /** Of the German range for films and tests. */
  const berlin = (n: number) => `+493023125${String(n).padStart(3, "0")}`;

  it("a number is blocked without it, callable with prior consent, and no other kind will do", async () => {
    expect(await verdict(berlin(1))).toMatch(/^blocked /);
    await record(berlin(1), { kind: "prior", calls: ["general"], ...said });
    expect(await verdict(berlin(1))).toMatch(/^caution /);
    await record(berlin(2), { kind: "notification", ...said });
    expect(await verdict(berlin(2))).toMatch(/^blocked /);
    await record(berlin(3), { kind: "prior", calls: ["general"], ...said }, tokens.agent);
    expect(await verdict(berlin(3))).toMatch(/^blocked /);
  });

  it("its proof is kept from the grant, as that law wants it", async () => {
    await record(berlin(4), { kind: "prior", calls: ["general"], ...said });
    const { data } = await call("GET", `/v1/consents?number=${encodeURIComponent(berlin(4))}`, {
      token: tokens.manager,
    });
    const [consent] = (data as { consents: { keepUntil: string | null }[] }).consents;
    // UWG section 7a: five years.
    expect(Number(consent!.keepUntil?.slice(0, 4))).toBe(Number(yesterday.slice(0, 4)) + 5);
  });
});
