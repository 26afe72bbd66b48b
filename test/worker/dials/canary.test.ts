/** The browsers' own tests: what a report can say, and of whom; whom a pass and a missing test alarm. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { CanaryAnswer, CanaryState } from "../../../shared/canary/api.ts";
import { CANARY, type CanaryLayer, canaryLayers } from "../../../shared/canary/number.ts";
import { dayOf, daysLater } from "../../../shared/core/calendar.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { tellMissing } from "../../../worker/dials/canary/missing.ts";
import { record } from "../../../worker/core/commit.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { makeStatements } from "../../../worker/proof/statement.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { deep, namesColumn } from "../trail/kit.ts";
import { aTeam, call, DAY, dump, integration, join } from "../helpers.ts";

const tokens = aTeam();
const ONE = "0".repeat(32);
const TWO = "1".repeat(32);
const now = Date.now();
const today = dayOf(now, "Europe/London");
const yesterday = daysLater(today, -1);
let fleet = "";
beforeAll(async () => {
  fleet = await integration(tokens.admin, ["check"], "The fleet");
});
beforeEach(async () => {
  await env.DB.exec(
    "DELETE FROM canary_browsers; DELETE FROM canary_results; DELETE FROM audit_payload; DELETE FROM outbox; DELETE FROM marks WHERE name = 'canary-missing'",
  );
});

const report = (body: object, token = tokens.agent) =>
  call("POST", "/v1/canary", { token, body: { browser: ONE, version: "0.1.0", results: [], ...body } });
const all = (held: boolean, layers: readonly CanaryLayer[] = canaryLayers) => ({
  day: today,
  results: layers.map((layer) => ({ layer, held })),
});
const begins = async (token = tokens.agent, browser = ONE) => {
  const { status, data } = await report({ browser }, token);
  expect(status, JSON.stringify(data)).toBe(200);
  return data as CanaryAnswer;
};
const tried = async (body: object, token = tokens.agent) => {
  const { status, data } = await report(body, token);
  expect(status, JSON.stringify(data)).toBe(200);
};
const state = async () => (await call("GET", "/v1/canary", { token: tokens.admin })).data as CanaryState;
const mails = async (template: string) =>
  ((await dump("outbox")) as { template: string; recipient: string; vals: string }[]).filter(
    (row) => row.template === template,
  );
const events = async (code: string) =>
  ((await dump("audit")) as { code: string; subject: string; actor: string }[]).filter(
    (row) => row.code === code,
  );
const moved = (to: string, from = today) =>
  env.DB.batch(
    ["canary_browsers", "canary_results"].map((table) =>
      env.DB.prepare(`UPDATE ${table} SET day = ? WHERE day = ?`).bind(to, from),
    ),
  );

describe("a report", () => {
  it("says the day and when it ends; a browser without results is in use, and missing", async () => {
    const { day, until } = await begins();
    expect(day).toBe(today);
    expect(dayOf(Date.parse(until), "Europe/London")).toBe(daysLater(today, 1));
    expect(await state()).toMatchObject({
      today: {
        ...{ day: today, browsers: 1 },
        layers: canaryLayers.map((layer) => ({ layer, tried: 0, held: 0, passed: 0, missing: 1 })),
      },
      yesterday: { day: yesterday, browsers: 0 },
    });
  });

  it("counts once a day, browser and layer, however often it comes", async () => {
    for (let n = 0; n < 3; n++) await tried(all(true));
    await tried(all(true, ["link"]));
    expect((await state()).today).toMatchObject({
      browsers: 1,
      layers: canaryLayers.map((layer) => ({ layer, tried: 1, held: 1, passed: 0, missing: 0 })),
    });
  });

  it("of yesterday, or of tomorrow, is no test of today", async () => {
    for (const day of [yesterday, daysLater(today, 1)]) {
      const { status, data } = await report({ ...all(true), day });
      expect([status, (data as { code: string }).code]).toEqual([409, "canary-day"]);
    }
    expect((await report({ results: all(true).results })).status).toBe(422);
    expect(await dump("canary_results")).toEqual([]);
  });

  it("of a pass counts whenever it arrives, and is told", async () => {
    await tried({ ...all(false, ["script"]), day: yesterday });
    expect((await state()).passes).toMatchObject([{ day: today, layer: "script" }]);
  });

  it("of a pass that was taken on its own day, and is sent once more, is no second one", async () => {
    const before = (await events("canary.passed")).length;
    await tried(all(false, ["script"]));
    await moved(yesterday);
    await env.DB.exec("DELETE FROM audit_payload");
    await tried({ ...all(false, ["script", "frame"]), day: yesterday });
    expect((await state()).today.layers.map(({ passed }) => passed)).toEqual([0, 0, 1, 0]);
    expect(await events("canary.passed")).toHaveLength(before + 2);
    // Nor does that browser's pass say anything of another.
    await tried({ ...all(false, ["script"]), day: yesterday }, tokens.manager);
    expect((await state()).today.layers[1]).toMatchObject({ layer: "script", passed: 1 });
  });

  it("cannot take a pass back", async () => {
    await tried(all(false, ["frame"]));
    await tried(all(true));
    const frame = (await state()).today.layers.find(({ layer }) => layer === "frame");
    expect(frame).toMatchObject({ tried: 1, held: 0, passed: 1 });
    // A browser that held may pass later that day, as a new version does.
    await tried(all(false, ["link"]));
    expect((await state()).today.layers[0]).toMatchObject({ layer: "link", passed: 1 });
  });

  it("of a pass counts, as the trail has it, also where somebody takes it out of the database, or makes it one that held", async () => {
    const link = async () => (await state()).today.layers[0];
    const passes = { layer: "link", tried: 3, held: 0, passed: 3, missing: 0 };
    await tried(all(false, ["link"]));
    for (const browser of [ONE, TWO]) await tried({ ...all(false, ["link"]), browser }, fleet);
    expect(await link()).toEqual(passes);
    await env.DB.exec(
      `DELETE FROM canary_results WHERE browser = '${TWO}'; UPDATE canary_results SET held = 1 WHERE browser <> '${TWO}'`,
    );
    expect(await link()).toEqual(passes);
    // An earlier release did not say which browser of a token it was.
    await tried({ ...all(false, ["script"]), browser: TWO }, fleet);
    const [{ token }] = (await dump("canary_results")).filter(
      (row) => (row as { browser: string }).browser === TWO,
    ) as [{ token: string }];
    for (const layers of [["script"], ["frame"]])
      await record(env, {
        actor: "system",
        event: { code: "canary.passed", subject: token, payload: { day: today, layers, version: "0.1.0" } },
        statements: [],
      });
    expect((await state()).today.layers.map(({ passed }) => passed)).toEqual([3, 1, 1, 0]);
    await env.DB.exec("UPDATE audit_payload SET payload = 'x'");
    expect((await state()).today.layers.map(({ passed }) => passed)).toEqual([0, 1, 0, 0]);
  });

  it("is of the browser that sends it: a person's token is one, and none speaks for another", async () => {
    const other = await join(tokens.admin, "agent", "other@example.com");
    const others = canaryLayers.slice(1).map(() => ({}));
    await begins(other, TWO);
    // Under whatever name, it is this browser's.
    for (const browser of [ONE, TWO, "f".repeat(32)]) await tried({ ...all(true), browser });
    expect((await state()).today).toMatchObject({
      browsers: 2,
      layers: [{ tried: 1, missing: 1 }, ...others],
    });
    await begins(fleet, TWO);
    await tried({ ...all(true), browser: ONE }, fleet);
    expect((await state()).today).toMatchObject({
      browsers: 4,
      layers: [{ tried: 2, missing: 2 }, ...others],
    });
  });

  it("may be of the browser's gate, which a browser need not have; a pass of it alarms as any", async () => {
    await begins();
    await tried(all(true));
    const gateOf = async () => (await state()).today.layers.find(({ layer }) => layer === "browser");
    expect(await gateOf()).toBeUndefined();
    expect((await state()).today.layers.map(({ missing }) => missing)).toEqual(canaryLayers.map(() => 0));
    await tried({ day: today, results: [{ layer: "browser", held: true }] });
    expect(await gateOf()).toEqual({ layer: "browser", tried: 1, held: 1, passed: 0, missing: 0 });
    await tried({ day: today, results: [{ layer: "browser", held: false }] });
    expect(await mails("canary-passed")).toMatchObject([{ recipient: "ada@example.com" }]);
    // It takes the place of none that every browser has.
    await env.DB.exec("DELETE FROM canary_results WHERE layer = 'link'");
    await moved(yesterday);
    expect((await state()).missing).toHaveLength(1);
  });

  it("of a pass that somebody takes out of the database is missing in no list, as in no figure", async () => {
    await tried({ ...all(false), gate: true });
    await tried({ day: today, results: [{ layer: "browser", held: false }], gate: true });
    await env.DB.exec("DELETE FROM canary_results");
    expect((await state()).today.layers.map(({ missing }) => missing)).toEqual(
      [...canaryLayers, "browser"].map(() => 0),
    );
    await env.DB.exec(
      `UPDATE canary_browsers SET day = '${yesterday}'; UPDATE audit_payload SET payload = replace(payload, '${today}', '${yesterday}')`,
    );
    const { missing, yesterday: figures } = await state();
    expect([missing, figures.layers.map((layer) => layer.missing)]).toEqual([
      [],
      figures.layers.map(() => 0),
    ]);
    await tellMissing(env, now);
    expect(await mails("canary-missing")).toEqual([]);
  });

  it("of a browser whose gate is on is missing where nothing was heard of the gate, in the figures and by name", async () => {
    const gateOf = async () => (await state()).today.layers.find(({ layer }) => layer === "browser");
    await tried({ ...all(true), gate: false });
    expect(await gateOf()).toBeUndefined();
    // It was turned on in the day.
    await tried({ results: [], gate: true });
    await tried({ ...all(true), gate: false }, tokens.manager);
    await tried({ ...all(true), gate: true }, tokens.admin);
    await tried({ day: today, results: [{ layer: "browser", held: true }], gate: true }, tokens.admin);
    expect(await gateOf()).toEqual({ layer: "browser", tried: 1, held: 1, passed: 0, missing: 1 });
    // A pass that somebody takes out of the database is one by the trail, and not missing as well.
    await tried({ day: today, results: [{ layer: "browser", held: false }], gate: true }, tokens.admin);
    await env.DB.exec("DELETE FROM canary_results WHERE layer = 'browser'");
    expect(await gateOf()).toEqual({ layer: "browser", tried: 1, held: 0, passed: 1, missing: 1 });
    await tried({ day: today, results: [{ layer: "browser", held: true }], gate: true }, tokens.admin);
    await moved(yesterday);
    expect((await state()).missing.map(({ name }) => name)).toEqual(["The agent"]);
  });

  it("takes nothing else", async () => {
    const [link] = all(true).results;
    for (const body of [
      { results: [link, link], day: today },
      { results: [{ layer: "carrier pigeon", held: true }], day: today },
      { results: [{ layer: "link", held: "yes" }], day: today },
      { browser: "me" },
      // It is said in a mail.
      { version: "see evil.example" },
    ])
      expect((await report(body)).status, JSON.stringify(body)).toBe(422);
    const recorder = await integration(tokens.admin, ["recordings:write"], "Recorder");
    expect((await report({}, recorder)).status).toBe(403);
    expect(await dump("canary_browsers")).toEqual([]);
  });
});

describe("a pass", () => {
  it("is on the trail with who reported it, and administrators are told at once, once a day for each layer", async () => {
    const before = (await events("canary.passed")).length;
    await tried(all(false, ["link", "frame"]));
    const [event, ...others] = (await events("canary.passed")).slice(before);
    expect(others).toEqual([]);
    const agent = await env.DB.prepare("SELECT id FROM people WHERE name = 'The agent'").first<{
      id: string;
    }>();
    expect(event!.actor).toBe(agent!.id);
    const told = await mails("canary-passed");
    expect(told.map(({ recipient }) => recipient)).toEqual(["ada@example.com", "ada@example.com"]);
    expect(told.map(({ vals }) => JSON.parse(vals) as object)).toMatchObject([
      { layer: "a link", name: "The agent", version: "0.1.0" },
      { layer: "a frame" },
    ]);
    // A broken version passes in every browser: a row of the trail each, and no further mail.
    await tried(all(false, ["link"]), tokens.manager);
    expect(await events("canary.passed")).toHaveLength(before + 2);
    expect(await mails("canary-passed")).toHaveLength(2);
    // The same again says nothing new.
    await tried(all(false, ["link", "frame"]));
    expect(await events("canary.passed")).toHaveLength(before + 2);
    expect((await state()).passes.map(({ name, layer }) => `${name} ${layer}`).sort()).toEqual([
      "The agent frame",
      "The agent link",
      "The manager link",
    ]);
  });
});

describe("in the morning", () => {
  const tomorrow = now + DAY;

  it("one mail names how many browsers in use reported no test, and comes once", async () => {
    const idle = await join(tokens.admin, "agent", "idle@example.com");
    expect((await call("GET", "/v1/me", { token: idle })).status).toBe(200);
    await begins();
    await begins(tokens.manager);
    await tried(all(true, ["link", "script"]), tokens.manager);
    await tried(all(true), tokens.compliance);
    await tried(all(false), tokens.admin);
    await tellMissing(env, now);
    expect(await mails("canary-missing")).toEqual([]);
    for (let run = 0; run < 2; run++) await tellMissing(env, tomorrow);
    const told = await mails("canary-missing");
    expect(told.map(({ recipient }) => recipient)).toEqual(["ada@example.com"]);
    // Not the one that did nothing but ask who it is.
    expect(JSON.parse(told[0]!.vals)).toEqual({ day: today, browsers: 4, n: 2 });
    expect((await events("canary.missing")).filter(({ subject }) => subject === today)).toHaveLength(1);
    await moved(yesterday);
    expect((await state()).missing.map(({ name }) => name)).toEqual(["The agent", "The manager"]);
  });

  /** As if it were the same morning `days` later, with the browsers' tokens used since or not. */
  const triedDaysAgo = async (days: number, token = tokens.agent) => {
    await tried(all(true), token);
    await moved(daysLater(today, -days));
  };
  const silent = async () =>
    (await mails("canary-missing")).map(({ vals }) => JSON.parse(vals) as { day: string; n: number });
  const used = (at: number) =>
    env.DB.prepare("UPDATE tokens SET last_used_at = ?").bind(new Date(at).toISOString()).run();

  it("a browser that tried in the week before, is used, and of whose pages nothing is heard any more is missing", async () => {
    await triedDaysAgo(7);
    for (let run = 0; run < 2; run++) await tellMissing(env, tomorrow);
    expect(await silent()).toEqual([{ day: today, browsers: 1, n: 1 }]);
    await moved(yesterday);
    expect((await state()).missing).toMatchObject([{ name: "The agent", version: "0.1.0" }]);
    expect((await state()).yesterday.layers[0]).toMatchObject({ tried: 0, missing: 1 });
  });

  it("a browser that nobody used on that day is not, nor one whose last try is older", async () => {
    await triedDaysAgo(2);
    await used(now - 2 * DAY);
    await tellMissing(env, tomorrow);
    await env.DB.exec("DELETE FROM marks WHERE name = 'canary-missing'");
    await used(now);
    await moved(daysLater(today, -8), daysLater(today, -2));
    // That it was in use is no try: else it would be missing for good.
    await begins();
    await moved(yesterday);
    await tellMissing(env, tomorrow);
    expect(await silent()).toEqual([]);
  });

  it("a browser in which somebody dialled is, though it never tried; a program's dial says nothing", async () => {
    const dialled = (token: string) =>
      call("POST", "/v1/dials", {
        token,
        body: {
          ...{ number: "020 7946 0001", e164: "+442079460001", action: "held", verdict: "blocked" },
          ...{ reasons: [], seen: null, host: "crm.example.com", at: new Date().toISOString() },
        },
      });
    await used(now - 2 * DAY);
    expect([(await dialled(fleet)).status, (await dialled(tokens.manager)).status]).toEqual([201, 201]);
    await tellMissing(env, tomorrow);
    expect(await silent()).toEqual([{ day: today, browsers: 1, n: 1 }]);
    await env.DB.exec("DELETE FROM dials");
  });

  describe("the browser's gate", () => {
    const gate = (held: boolean) => ({ day: today, results: [{ layer: "browser", held }] });
    const missed = async () => {
      await tellMissing(env, tomorrow);
      return (await silent()).map(({ n }) => n);
    };
    it("that is on and was not tried makes its browser missing", async () => {
      await tried({ ...all(true), gate: true });
      expect(await missed()).toEqual([1]);
    });
    it("that passes is no missing one, and one that is off is not", async () => {
      await tried({ ...all(true), gate: true });
      await tried({ ...gate(false), gate: true });
      await tried({ ...all(true), gate: false }, tokens.manager);
      expect(await missed()).toEqual([]);
    });
    it("of which an older extension says nothing any more is missing for a week", async () => {
      await tried(gate(true));
      await moved(daysLater(today, -7));
      await tried(all(true));
      expect(await missed()).toEqual([1]);
    });
    it("that it tried longer ago, or that was said to be off since, is not", async () => {
      await tried(gate(true));
      await moved(daysLater(today, -8));
      await tried({ ...gate(true), gate: true }, tokens.manager);
      await moved(daysLater(today, -2));
      await tried({ ...all(true), gate: false }, tokens.manager);
      await moved(daysLater(today, -1));
      await tried(all(true));
      await tried(all(true), tokens.manager);
      expect(await missed()).toEqual([]);
    });
  });

  it("days that a run missed are told as well, and a day without a gap is not", async () => {
    // As on the morning of the day before that one.
    await tellMissing(env, now - 3 * DAY);
    await begins();
    await moved(daysLater(today, -3));
    await tried(all(true));
    await tellMissing(env, tomorrow);
    expect(
      (await mails("canary-missing")).map(({ vals }) => (JSON.parse(vals) as { day: string }).day),
    ).toEqual([daysLater(today, -3)]);
  });

  it("its rows go after 30 days", async () => {
    await tried(all(true));
    await moved(daysLater(today, -29));
    await sweep(env, now);
    expect(await dump("canary_results")).toHaveLength(canaryLayers.length);
    await sweep(env, now + 3 * DAY);
    expect([await dump("canary_browsers"), await dump("canary_results")]).toEqual([[], []]);
  });

  it("the day's statement has the figures", async () => {
    await adopt(env);
    await begins();
    await tried({ ...all(true), gate: true }, tokens.manager);
    await tried(all(false, ["script"]), tokens.admin);
    vi.useFakeTimers({ toFake: ["Date"], now: tomorrow });
    await makeStatements(env, tomorrow);
    const { data } = await call("GET", `/v1/statements/${today}`, { token: tokens.admin });
    expect((data as { statement: { figures: object } }).statement.figures).toMatchObject({
      held: { dials: 0 },
      canary: {
        browsers: 3,
        layers: [
          { layer: "link", tried: 1, held: 1, passed: 0, missing: 2 },
          { layer: "script", tried: 2, held: 1, passed: 1, missing: 1 },
          { layer: "frame", tried: 1, held: 1, passed: 0, missing: 2 },
          { layer: "softphone", tried: 1, held: 1, passed: 0, missing: 2 },
          { layer: "browser", tried: 0, held: 0, passed: 0, missing: 1 },
        ],
      },
    });

    // And it binds each result.
    const found = async (at = tomorrow) =>
      (await deep("canary_results", at)).findings.map(
        ({ what, key, columns }) => `${what} ${key} ${columns.join()}`,
      );
    expect(await found()).toEqual([]);
    expect((await deep("canary_results")).bound).toEqual({ every: 5, some: 0, none: 0 });
    const key = (await env.DB.prepare(
      "SELECT batch || '/' || place AS key FROM canary_results WHERE held = 0",
    ).first<string>("key"))!;
    await env.DB.exec("UPDATE canary_results SET held = 1 WHERE held = 0");
    expect(await found()).toEqual([namesColumn(key, "held")]);
    await env.DB.exec(
      "UPDATE canary_results SET held = 0, code = NULL WHERE layer = 'script' AND num = (SELECT MAX(num) FROM canary_results)",
    );
    expect(await found()).toEqual([`extra ${key} `]);
    await makeStatements(env, tomorrow + DAY);
    expect(await found()).toEqual([`extra ${key} `]);
    await env.DB.exec("DELETE FROM canary_results WHERE code IS NULL");
    expect(await found()).toEqual([`missing ${key} `]);
    // The day is over, wherever the policy's zone moves to: what is found now is of the next.
    expect(await begins()).toMatchObject({ day: daysLater(today, 2) });
    expect(await found(now + 34 * DAY)).toEqual([]);
    vi.useRealTimers();
  });
});

describe("the number", () => {
  it("is barred by the decision: no objection is shown, no consent helps, and nothing else is said", async () => {
    const objection = { number: CANARY, reason: "asked us to stop" };
    expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body: objection })).status).toBe(
      201,
    );
    const { data } = await call("POST", "/v1/check", {
      token: tokens.agent,
      body: { numbers: ["03069 990879", "03069 990878"] },
    });
    const { results } = data as { results: { verdict: string; reasons: { code: string }[] }[] };
    expect(results[0]).toMatchObject({ verdict: "blocked", reasons: [{ code: "canary" }] });
    expect(results[0]!.reasons).toHaveLength(1);
    expect(results[1]!.reasons.map(({ code }) => code)).not.toContain("canary");
  });

  it("in a file has its own verdict, and lends it to no number with the same facts", async () => {
    const opened = await call("POST", "/v1/screenings", { token: tokens.manager, body: { name: "a.csv" } });
    const { id } = opened.data as { id: string };
    const numbers = [CANARY, "+443069990877", "+443069990876"];
    for (const [part, order] of [numbers, numbers.toReversed()].entries()) {
      const { data } = await call("PUT", `/v1/screenings/${id}/parts/${part + 1}`, {
        token: tokens.manager,
        body: { numbers: order },
      });
      const { outcomes, of } = data as { outcomes: { reasons: { code: string }[] }[]; of: number[] };
      const codes = order.map((number, i) => [number, outcomes[of[i]!]!.reasons[0]!.code] as const);
      for (const [number, code] of codes) expect(code === "canary", number).toBe(number === CANARY);
    }
  });

  it("that a page dials again and again is counted without the number, and told once a day and browser", async () => {
    const probe = (token: string) =>
      call("POST", "/v1/dials", {
        token,
        body: {
          ...{ number: CANARY, e164: CANARY, action: "held", verdict: "blocked", reasons: [] },
          ...{ seen: null, host: "crm.example.com", at: new Date().toISOString() },
        },
      });
    await env.DB.exec("DELETE FROM canary_probes");
    for (let n = 0; n < 4; n++) expect((await probe(tokens.agent)).status).toBe(409);
    expect(await mails("canary-probed")).toEqual([]);
    for (let n = 0; n < 3; n++) await probe(tokens.agent);
    await probe(tokens.manager);
    const told = await mails("canary-probed");
    expect(told.map(({ recipient, vals }) => [recipient, JSON.parse(vals) as object])).toEqual([
      ["ada@example.com", { name: "The agent", device: "a managed browser", host: "crm.example.com", n: 5 }],
    ]);
    expect(await events("canary.probed")).toHaveLength(1);
    expect((await dump("canary_probes")).map((row) => (row as { times: number }).times).sort()).toEqual([
      1, 7,
    ]);
    expect(await dump("dials")).toEqual([]);
    expect(JSON.stringify(await dump("canary_probes"))).not.toContain("3069990879");
  });

  it("is no dial, whatever a page or a program says it did; beside another number it is one", async () => {
    const dial = (body: object) =>
      call("POST", "/v1/dials", {
        token: tokens.agent,
        body: {
          ...{
            number: CANARY,
            e164: CANARY,
            action: "held",
            verdict: "blocked",
            reasons: [{ code: "canary" }],
          },
          ...{ seen: null, host: "crm.example.com", at: new Date().toISOString(), ...body },
        },
      });
    const said = { basis: "service", reason: "a parcel" };
    for (const body of [{}, { action: "passed", verdict: "clear" }, { action: "overridden", ...said }]) {
      const { status, data } = await dial(body);
      expect([status, (data as { code: string }).code]).toEqual([409, "canary"]);
    }
    expect(await dump("dials")).toEqual([]);
    // Its digits ring another: said to be the canary's, it is that one's.
    expect((await dial({ number: "020 7946 0001" })).status).toBe(201);
    expect((await dial({ number: `${CANARY};ext=12`, action: "passed" })).status).toBe(201);
    expect(await dump("dials")).toHaveLength(2);
  });
});

describe("who tries their own softphone", () => {
  const line = async (token: string) => {
    const { status, data } = await call("GET", "/v1/canary/line", { token });
    expect(status).toBe(200);
    return (data as { ago: number | null; named: boolean }).ago;
  };
  const isNamed = async (token: string) =>
    ((await call("GET", "/v1/canary/line", { token })).data as { named: boolean }).named;
  const asks = async (token: string, body: object) =>
    expect((await call("POST", "/v1/gate", { token, body })).data).toMatchObject({ answer: "deny" });

  it("hears whether a telephone system asked just now: for them, or for nobody by name", async () => {
    const system = await integration(tokens.admin, ["gate"], "The exchange");
    expect(await line(tokens.agent)).toBeNull();
    // Another number is none of theirs to hear of.
    await call("POST", "/v1/gate", { token: system, body: { to: "+442079460000", callId: "other" } });
    expect(await line(tokens.agent)).toBeNull();
    await asks(system, { to: CANARY, agent: "manager@example.com", callId: "hers" });
    expect(await line(tokens.agent)).toBeNull();
    expect(await line(tokens.manager)).toBeLessThan(60_000);
    expect([await isNamed(tokens.manager), await isNamed(tokens.agent)]).toEqual([true, false]);
    await asks(system, { to: "03069990879", callId: "unnamed" });
    expect(await line(tokens.agent)).toBeLessThan(60_000);
    // The last one may be anybody's.
    expect([await isNamed(tokens.manager), await isNamed(tokens.agent)]).toEqual([false, false]);
    expect(await line(fleet)).toBeLessThan(60_000);
  });

  it("hears nothing of one that is five minutes old", async () => {
    vi.useFakeTimers({ now: Date.now() + 6 * MINUTE, toFake: ["Date"] });
    try {
      expect(await line(tokens.manager)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});
