/** What a change would have done to the last month's dials is told before it is saved, and saves nothing. */
import { beforeAll, expect, it } from "vitest";
import type { PolicyPreview } from "../../../shared/policy/api.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { aTeam, call, dump, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const [CLEAR, LISTED] = ["+442079460001", "+442079460000"];
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const closed = Object.fromEntries(days.map((day) => [day, null])) as Policy["hours"][string];
const policy = (outOfHours: Policy["outOfHours"]): Policy => ({
  ...defaultPolicy,
  hours: { ...defaultPolicy.hours, GB: closed },
  outOfHours,
});

const dial = async (number: string, action: "held" | "passed") => {
  const body = {
    ...{ number, e164: number, action, verdict: "caution", reasons: [{ code: "out-of-hours" }], seen: null },
    ...{ host: "crm.example", at: new Date().toISOString() },
  };
  const { status, data } = await call("POST", "/v1/dials", { token: tokens.agent, body });
  expect(status, JSON.stringify(data)).toBe(201);
};
const preview = async (next: Policy, token = tokens.manager) => {
  const { status, data } = await call("POST", "/v1/policy/preview", { token, body: { policy: next } });
  expect(status, JSON.stringify(data)).toBe(200);
  return data as PolicyPreview;
};

beforeAll(async () => {
  for (const list of ["tps", "ctps"]) expect((await push(tokens.admin, list, [LISTED])).status).toBe(200);
  await setPolicy(() => policy("warn"));
  for (let i = 0; i < 3; i++) await dial(CLEAR, "passed");
  await setPolicy(() => policy("hold"));
  for (let i = 0; i < 2; i++) await dial(CLEAR, "held");
  await dial(LISTED, "held");
});

it("of the dials that were held, those that nothing else holds would have gone out", async () => {
  const none = { days: 30, looked: true, held: 3, freed: 0, warned: 3, stopped: 0 };
  expect(await preview(policy("hold"))).toEqual(none);
  expect(await preview(policy("warn"))).toEqual({ ...none, freed: 2 });
});

it("of those that went out with a warning, it says how many would have been held", async () => {
  await setPolicy(() => policy("warn"));
  // The policy in force holds the number on the register alone.
  expect(await preview(policy("hold"))).toEqual({
    days: 30,
    looked: true,
    held: 1,
    freed: 0,
    warned: 3,
    stopped: 3,
  });
});

it("says where it did not look", async () => {
  const open = policy("warn");
  const wider = { ...open, hours: defaultPolicy.hours };
  const abroad = { ...open, numbers: { ...open.numbers, defaultRegion: "IE" as const } };
  for (const next of [wider, abroad, { ...wider, outOfHours: "hold" as const }])
    expect(await preview(next)).toMatchObject({ looked: false });
  expect(await preview({ ...open, registers: { ...open.registers, other: "warn" } })).toMatchObject({
    looked: true,
  });
});

it("saves nothing", async () => {
  const before = await dump("policies");
  await preview(policy("hold"), tokens.admin);
  expect(await dump("policies")).toEqual(before);
});
