import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { FiguresAnswer } from "../../../shared/overview/api.ts";
import type { Dial } from "../../../shared/dials/api.ts";
import { newSalt } from "../../../worker/core/change.ts";
import { prepare } from "../../../worker/core/sql.ts";
import { dialFrom } from "../../../worker/dials/row-number.ts";
import { insertDial } from "../../../worker/dials/rows.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { figuresOf } from "../../../worker/overview/routes.ts";
import { eventsOfNumber } from "../../../worker/proof/number.ts";
import { screeningsOf } from "../../../worker/proof/screenings.ts";
import { startOf } from "../../../worker/trail/start.ts";
import { findRows } from "../../../worker/proof/trail.ts";
import { aTeam, call } from "../helpers.ts";

const tokens = aTeam();
const now = Date.parse("2026-11-02T12:00:00.000Z");
let by = "";
const dial = (
  at: string,
  own: Partial<Pick<Dial, "action" | "refused"> & { verdict: Dial["verdict"]; reasons: string[] }> = {},
) => {
  const { action = "passed", refused = false, verdict = "clear", reasons = ["not-listed"] } = own;
  const row: Dial = {
    ...{ id: String(dialFrom(at)), number: "+442079460958", written: null, action, refused, agrees: true },
    ...{ recordNumber: null, layer: "page", sighting: null, medium: "call", via: null },
    ...{ verdict: "blocked", reasons: [{ code: "offline" }], seen: null, policy: 0, lists: [] },
    ...{ workerVerdict: verdict, workerReasons: reasons.map((code) => ({ code })) },
    ...{ basis: null, reason: null, purpose: "general", host: "x", by, byName: null, deviceAt: at, at },
  };
  return insertDial(row, newSalt(), null).statements.map((s) => prepare(env.DB, s));
};
const request = (id: string, decideBy: string, state = "open") =>
  env.DB.prepare(
    `INSERT INTO requests (id, ref, kind, channel, state, asked_on, name, number, received_on, days, decide_by, by, at)
     VALUES (?1, ?1, 'access', 'post', ?3, IIF(?3 = 'asked', '2026-10-02', NULL), 'Dora', 1, '2026-10-01', 30, ?2, 'x',
       '2026-10-01T00:00:00.000Z')`,
  ).bind(id, decideBy, state);

beforeAll(async () => {
  by = (await env.DB.prepare("SELECT id FROM people LIMIT 1").first<{ id: string }>())!.id;
  await env.DB.batch([
    ...dial("2026-10-24T22:59:59.999Z"), // the 24th in London, still in summer time
    ...dial("2026-10-24T23:00:00.000Z"), // the 25th, a day of 25 hours
    ...dial("2026-10-25T23:59:59.999Z", {
      action: "held",
      verdict: "blocked",
      reasons: ["tps", "stale-list", "stale-list"],
    }),
    ...dial("2026-10-26T00:00:00.000Z", {
      action: "held",
      verdict: "blocked",
      reasons: ["tps", "not-listed"],
    }),
    ...dial("2026-10-26T10:00:00.000Z", { action: "held", verdict: "clear" }), // the page had no answer
    ...dial("2026-10-26T11:00:00.000Z", { action: "overridden", verdict: "blocked", reasons: ["house"] }),
    ...dial("2026-10-26T12:00:00.000Z", {
      action: "overridden",
      refused: true,
      verdict: "blocked",
      reasons: ["objection"],
    }),
    request("r1", "2026-10-31"),
    request("r2", "2026-11-02"),
    request("r3", "2026-11-09"),
    request("r4", "2026-11-09", "asked"), // its clock is paused, but the proof is to be chased
  ]);
  await makeDuties(env, now);
});

describe("the overview's figures", () => {
  it("calls by the days of a zone, why they were held, requests by days left", async () => {
    const figures = await figuresOf(env.DB, { from: "2026-10-24", to: "2026-10-27" }, now);
    expect(figures.zone).toBe("Europe/London");
    expect(figures.days).toEqual([
      { day: "2026-10-24", passed: 1, held: 0, overridden: 0 },
      { day: "2026-10-25", passed: 1, held: 1, overridden: 0 },
      { day: "2026-10-26", passed: 0, held: 3, overridden: 1 },
      { day: "2026-10-27", passed: 0, held: 0, overridden: 0 },
    ]);
    expect(figures.heldBy).toEqual([
      { name: "tps", count: 2 },
      { name: "objection", count: 1 },
      { name: "offline", count: 1 },
      { name: "stale-list", count: 1 },
    ]);
    expect(figures.requests).toEqual([
      { daysLeft: -2, count: 1 },
      { daysLeft: -1, count: 1 },
      { daysLeft: 0, count: 1 },
      { daysLeft: 7, count: 1 },
    ]);
    const inDelhi = await figuresOf(
      env.DB,
      { from: "2026-10-25", to: "2026-10-26", zone: "Asia/Kolkata" },
      now,
    );
    expect(inDelhi.days).toEqual([
      { day: "2026-10-25", passed: 2, held: 0, overridden: 0 },
      { day: "2026-10-26", passed: 0, held: 4, overridden: 1 },
    ]);
  });

  it("over the route: by default where the policy is; no such zone, too long a time and a wrong order are refused", async () => {
    const ask = async (query: string) => call("GET", `/v1/figures?${query}`, { token: tokens.manager });
    const { status, data } = await ask("from=2026-10-26&to=2026-10-26");
    expect([status, (data as FiguresAnswer).days.length]).toEqual([200, 1]);
    for (const query of [
      "from=2026-10-26&to=2026-10-26&zone=Europe/Nowhere",
      "from=2026-01-01&to=2026-10-26",
      "from=2026-10-26&to=2026-10-25",
    ])
      expect((await ask(query)).data, query).toMatchObject({ code: "invalid" });
  });

  it("reads by indices: no table that grows is read whole for a period or a number", async () => {
    const asked: string[] = [];
    const real = env.DB.prepare.bind(env.DB);
    const spy = vi.spyOn(env.DB, "prepare").mockImplementation((text) => {
      asked.push(text);
      return real(text);
    });
    await figuresOf(env.DB, { from: "2026-10-24", to: "2026-10-27" }, now);
    const period = { start: "2026-10-24T00:00:00.000Z", end: "2026-10-27T00:00:00.000Z" };
    const { told } = await screeningsOf(env, await startOf(env), "+442079460958", period);
    const facts = await eventsOfNumber(env, "+442079460958", period.start, period.end, told);
    await findRows(
      env,
      facts.map(({ claim }) => claim),
    );
    spy.mockRestore();
    const plans = await Promise.all(
      asked.map(async (text) => {
        const unbound = text.replace(/\?\d*/g, "NULL");
        const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${unbound}`).all<{ detail: string }>();
        return results.map(({ detail }) => detail);
      }),
    );
    const scanned = plans
      .flat()
      .filter((detail) =>
        /^SCAN (d|dials|a|audit_rows|i|p|audit_payload|s|suppressions|calls|c|t|turned)\b(?!.*VIRTUAL)|^SCAN (r|recordings)$/.test(
          detail,
        ),
      );
    expect(scanned).toEqual([]);
    expect(plans.flat()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^SEARCH d USING INTEGER PRIMARY KEY \(rowid>/),
        expect.stringMatching(/dials_number/),
        expect.stringMatching(/suppressions_number/),
        expect.stringMatching(/audit_subject/),
        expect.stringMatching(
          /^SEARCH audit_rows USING INDEX audit_code \(code=\? AND rowid>\? AND rowid<\?\)/,
        ),
      ]),
    );
  });
});
