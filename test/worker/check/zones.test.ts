import { describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Hours, Policy } from "../../../shared/policy/policy.ts";
import { aTeam, call, setPolicy } from "../helpers.ts";

const team = aTeam();

const check = async (...numbers: string[]) => {
  const { data } = await call("POST", "/v1/check", { token: team.agent, body: { numbers } });
  return (data as CheckAnswer).results;
};
const save = (change: Partial<Policy>) => setPolicy(() => change);
const every = (open: Hours["mon"]): Hours => ({
  ...{ mon: open, tue: open, wed: open, thu: open, fri: open, sat: open, sun: open },
});

describe("the zones of a number", () => {
  it("stand in its facts, unless the rules of its region name the only one", async () => {
    const [us, freephone, gb, jersey, bern] = await check(
      "+14155550134",
      "+18005550100",
      "+442079460001",
      "+441534123456",
      "+41313700000",
    );
    expect(us?.facts?.zones).toEqual(["America/Los_Angeles"]);
    expect(freephone?.facts?.zones).toContain("Pacific/Honolulu");
    expect(gb?.facts).not.toHaveProperty("zones");
    expect(jersey?.facts).not.toHaveProperty("zones");
    expect(bern?.facts?.zones).toEqual(["Europe/Zurich"]);
  });

  it("say when it is inside hours: all day it is, and on no day it is not", async () => {
    const codes = async (open: Hours["mon"]) => {
      await save({ hours: { US: every(open), GB: every(open) } });
      const results = await check("+14155550134", "+18005550100", "+442079460001");
      return results.map(({ reasons }) => reasons.some(({ code }) => code === "out-of-hours"));
    };
    expect(await codes(["00:00", "24:00"])).toEqual([false, false, false]);
    expect(await codes(null)).toEqual([true, true, true]);
  });
});
