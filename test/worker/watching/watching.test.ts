/** Watching: which numbers a change affects; each is told once, even if a run dies in between. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import type { StatusChangesAnswer, WatchAnswer } from "../../../shared/watching/api.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { openScreening, screenPart } from "../../../worker/screening/record.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { watch } from "../../../worker/watching/watch.ts";
import { watchDigest } from "../../../worker/watching/notify.ts";
import { aTeam, call, DAY, daysAgo, dump, MINUTE, push, setPolicy, today, under } from "../helpers.ts";
import { redated } from "../registers/redated.ts";

/** Fictional numbers of two blocks: 020 7946 00xx and 0113 496 00xx. */
const london = (n: number) => `+4420794600${String(n).padStart(2, "0")}`;
const leeds = (n: number) => `+4411349600${String(n).padStart(2, "0")}`;

const tokens = aTeam();
let parts = 0;
let version = 0;
beforeAll(async () => {
  await push(tokens.admin, "tps", [london(99), leeds(99)], { asOf: daysAgo(3) });
  await push(tokens.admin, "ctps", [leeds(98)], { asOf: daysAgo(3) });
});

const screen = async (...numbers: string[]) => {
  const screening = await openScreening(env, "system", { source: "api", name: "test" });
  return screenPart(env, "system", screening, ++parts, numbers);
};
/** Waits for the work behind the answer: status changes are found by then. */
const request = (method: string, path: string, body?: unknown, role: Role = "manager") =>
  under(env, method, path, { token: tokens[role], ...(body === undefined ? {} : { body }) });
const change = async (list: string, body: { add?: string[]; remove?: string[] }, asOf = today()) => {
  const wanted = { add: [], remove: [], allowShrink: true, ...body, asOf };
  const { status, data } = await request("POST", `/v1/lists/${list}/changes`, wanted, "admin");
  if (status !== 200) throw new Error(JSON.stringify(data));
  version = (data as { version: number }).version;
};
const object = (number: string, more = {}) =>
  request("POST", "/v1/suppressions", { number, kind: "objection", reason: "stop", ...more });
const takeBack = (number: string) =>
  request("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, { reason: "mistake" });
const savePolicy = async (edit: (policy: Policy) => Policy) => {
  await setPolicy(edit);
  await watch(env, Date.now());
};

interface Row {
  num: number;
  number: number;
  from_verdict: string;
  to_verdict: string;
  reason: string;
  list: string | null;
  version: number | null;
  seq: number;
}
const rows = async () => (await dump("turned")) as Row[];
/** The status changes since the last call, in words. */
let seen = 0;
const turned = async () => {
  const all = (await rows()).filter(({ num }) => num > seen);
  seen = Math.max(seen, ...all.map(({ num }) => num));
  return all
    .map((r) => `${e164Of(r.number)} ${r.from_verdict}-${r.to_verdict} ${r.reason} ${r.version ?? ""}`.trim())
    .sort();
};

/** As if the run after the change had died before it wrote anything. */
const died = async (list: number, to: number) => {
  await env.DB.prepare("DELETE FROM turned WHERE num > ?").bind(seen).run();
  await env.DB.prepare("UPDATE watch_lists SET done = ?2, seen = ?2 WHERE list = ?1").bind(list, to).run();
};

describe("a register's new version", () => {
  beforeAll(async () => {
    await screen(...[1, 2, 3, 4].map(london), ...[1, 2].map(leeds), london(99));
    await turned();
  });

  it("turns those whom it lists, by its number, and nobody else; the same again writes nothing", async () => {
    await change("tps", { add: [london(2), leeds(1), london(50)] });
    expect(await turned()).toEqual([
      `${leeds(1)} clear-blocked tps ${version}`,
      `${london(2)} clear-blocked tps ${version}`,
    ]);
    // Versions younger than SETTLE are looked at once more, and then never again.
    for (const later of [1, 3, 5]) expect(await watch(env, Date.now() + later * MINUTE)).toBe(0);
    expect(await dump("watch_lists")).toMatchObject([
      { list: 1, done: version, seen: version, upto: null },
      { list: 2 },
    ]);
    expect(await turned()).toEqual([]);
  });

  it("is on the trail with what it found", async () => {
    const row = (await rows()).find(({ number }) => e164Of(number) === london(2))!;
    const audit = await env.DB.prepare(
      "SELECT code, subject, payload FROM audit JOIN audit_payload USING (seq) WHERE seq = ?",
    )
      .bind(row.seq)
      .first<{ code: string; subject: string; payload: string }>();
    expect(audit).toMatchObject({ code: "watch.turned", subject: `tps/${version}` });
    expect(JSON.parse(audit!.payload)).toMatchObject({
      turned: expect.arrayContaining([
        [row.number, "clear", "blocked", "tps", "tps", version, today()],
      ]) as object,
    });
  });

  it("several versions at once: each number by the one that brought it, and none that came and went", async () => {
    await change("tps", { add: [london(3), london(4)] });
    const brought = version;
    await change("tps", { remove: [london(4)], add: [leeds(2)] });
    await died(1, brought - 1);
    await watch(env, Date.now());
    expect(await turned()).toEqual([
      `${leeds(2)} clear-blocked tps ${version}`,
      `${london(3)} clear-blocked tps ${brought}`,
    ]);
  });

  it("tells when a number that was told of is let go, also by a roll-back", async () => {
    await change("tps", { remove: [london(2)] });
    expect(await turned()).toEqual([`${london(2)} blocked-clear not-listed ${version}`]);
    const wanted = { to: version - 1, parent: version, why: "a mistake" };
    expect((await request("POST", "/v1/lists/tps/rollback", wanted, "admin")).status).toBe(201);
    expect(await turned()).toEqual([`${london(2)} clear-blocked tps ${version + 1}`]);
  });

  it("a whole push, and what two registers list, is told once", async () => {
    const listed = [1, 2, 3, 99].map(london);
    expect((await push(tokens.admin, "ctps", [...listed, leeds(98)])).status).toBe(200);
    await expect.poll(async () => (await rows()).at(-1)?.list).toBe("ctps");
    expect(await turned()).toEqual([`${london(1)} clear-blocked ctps 2`]);
  });

  it("who was told of is not let go while another register's copy is too old, and is once it is not", async () => {
    await screen(london(7));
    await change("tps", { add: [london(7)] });
    await turned();
    const ctpsOf = (asOf: string) => redated("as_of = ?", "list = 2", asOf);
    await ctpsOf(daysAgo(100));
    await change("tps", { remove: [london(7)] });
    expect(await turned()).toEqual([]);
    await ctpsOf(today());
    await watch(env, Date.now() + DAY);
    expect(await turned()).toEqual([`${london(7)} blocked-clear not-listed ${version}`]);
  });

  it("night turns nobody, and a register of which policy only warns neither, until policy says otherwise", async () => {
    const own = { name: "Ours", regions: ["GB"], maxAgeDays: 28, daysUntilEffective: 0 };
    await call("PUT", "/v1/lists/mine", { token: tokens.admin, body: own });
    await push(tokens.admin, "mine", [london(90)]);
    await screen(london(5), london(6));
    const never = { mon: null, tue: null, wed: null, thu: null, fri: null, sat: null, sun: null };
    await savePolicy((p) => ({
      ...p,
      registers: { mine: "warn" },
      outOfHours: "hold",
      hours: { GB: never },
    }));
    expect(await turned()).toEqual([]);
    await change("mine", { add: [london(5)] });
    await object(london(6));
    expect(await turned()).toEqual([`${london(6)} clear-blocked objection`]);
    await savePolicy((p) => ({ ...p, registers: {}, outOfHours: "warn", hours: {} }));
    expect(await turned()).toEqual([`${london(5)} clear-blocked mine ${version}`]);
  });
});

describe("whatever dies in between", () => {
  it("goes on block by block from where it was, and of two runs at once nothing is written twice", async () => {
    const many = Array.from({ length: 12 }, (_, n) => `+441614960${String(n * 80).padStart(3, "0")}`);
    const wide = [
      ...many,
      ...[10, 11, 12].map(london),
      ...[10, 11].map(leeds),
      "+441214960001",
      "+441514960001",
    ];
    await screen(...wide);
    await change("tps", { add: wide });
    await died(1, version - 1);
    // Each run is interrupted after one step of one block, and judges two numbers at a time.
    const small = { steps: 1, changed: 1, numbers: 2 };
    expect(await watch(env, Date.now(), small)).toBeLessThan(wide.length);
    for (let n = 0; n < 8; n++) await Promise.all([1, 2].map(() => watch(env, Date.now(), small)));
    const found = await turned();
    expect(found).toHaveLength(wide.length);
    expect(new Set(found.map((row) => row.split(" ")[0]))).toEqual(new Set(wide));
    // Nor on the trail.
    const { results } = await env.DB.prepare(
      "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE subject = ? ORDER BY seq",
    )
      .bind(`tps/${version}`)
      .all<{ payload: string }>();
    const written = results.flatMap(
      ({ payload }) => (JSON.parse(payload) as { turned?: unknown[] }).turned ?? [],
    );
    expect(written).toHaveLength(2 * wide.length); // by the run that died, and by those after it
  });

  it("a list's first version, where no undo says what came, is read as it stands", async () => {
    await request(
      "PUT",
      "/v1/lists/own",
      { name: "Own", regions: ["IE"], maxAgeDays: 28, daysUntilEffective: 0, covers: "both", source: "us" },
      "admin",
    );
    await screen(...[20, 21, 22, 23].map(london));
    expect((await push(tokens.admin, "own", [london(20), london(23), london(80)])).status).toBe(200);
    const both = [`${london(20)} clear-blocked own 1`, `${london(23)} clear-blocked own 1`];
    await expect.poll(async () => (await rows()).filter(({ list }) => list === "own").length).toBe(2);
    await died(4, 0);
    for (let n = 0; n < 20; n++) await watch(env, Date.now(), { steps: 1, whole: 1 });
    expect(await turned()).toEqual(both);
    // As if its undo had been erased: every number with a status change is judged again.
    await env.DB.exec("UPDATE lists SET history_from = 9 WHERE id = 'own'");
    await change("own", { remove: [london(20)] });
    expect((await turned())[0]).toMatch(`${london(20)} blocked-clear not-listed`);
    await env.DB.exec("UPDATE lists SET history_from = 0 WHERE id = 'own'");
  });

  it("a screening that judged by the version before, and is written down after the run, is caught up with", async () => {
    await change("tps", { add: [london(30)] });
    // It read the facts before the change.
    await env.DB.prepare("INSERT INTO watched (number, on_day, screening) VALUES (?, ?, 1)")
      .bind(Number(london(30).slice(1)), today())
      .run();
    await watch(env, Date.now() + 5 * MINUTE);
    expect(await turned()).toEqual([`${london(30)} clear-blocked tps ${version}`]);
  });
});

describe("entries of our own, and consents", () => {
  it("an objection, one from the public page, and the end of a mistaken entry", async () => {
    await screen(london(40), london(41), london(42));
    await object(london(40));
    await under(env, "POST", "/v1/requests", {
      body: { kind: "objection", number: london(41), email: "x@example.com", name: "X", details: "" },
    });
    expect(await turned()).toEqual([
      `${london(40)} clear-blocked objection`,
      `${london(41)} clear-blocked objection`,
    ]);
    await takeBack(london(40));
    expect(await turned()).toEqual([`${london(40)} blocked-clear not-listed ${version}`]);
  });

  it("nothing is told while policy watches nobody, and all that still holds once it does again", async () => {
    await screen(...[43, 44].map(london));
    await savePolicy((p) => ({ ...p, screening: { ...p.screening, watch: false } }));
    await object(london(42), { kind: "house" });
    await object(london(43));
    await takeBack(london(43));
    await takeBack(london(41));
    await change("tps", { add: [london(44)] });
    // However long watching was off.
    await env.DB.exec("DELETE FROM changes");
    await watch(env, Date.now());
    expect(await turned()).toEqual([]);
    await savePolicy((p) => ({ ...p, screening: { ...p.screening, watch: true } }));
    expect(await turned()).toEqual([
      `${london(41)} blocked-clear not-listed ${version}`,
      `${london(42)} clear-blocked house`,
      `${london(44)} clear-blocked tps ${version}`,
    ]);
  });

  it("a consent that is withdrawn, or ends, or a service entry that does", async () => {
    const consent = {
      ...{ kind: "notification", words: "yes", how: "web", proof: "form" },
      giver: "subscriber",
      givenBy: "A",
      givenAt: "2026-01-01T00:00:00.000Z",
    };
    const give = async (number: string, until?: string) =>
      (await request("POST", "/v1/consents", { ...consent, number, until })).data as {
        id: string;
      };
    await change("tps", { add: [london(45), london(46)] });
    const { id } = await give(london(45));
    await give(london(46), today());
    await screen(london(45), london(46), london(47));
    await request("POST", `/v1/consents/${id}/withdraw?because=mistake`);
    await object(london(47), { kind: "house", until: today() });
    await watch(env, Date.now());
    expect(await turned()).toEqual([
      `${london(45)} caution-blocked tps ${version}`,
      `${london(47)} clear-blocked house`,
    ]);
    await watch(env, Date.now() + DAY);
    expect(await turned()).toEqual([
      `${london(46)} caution-blocked tps ${version}`,
      `${london(47)} blocked-clear not-listed ${version}`,
    ]);
  });

  it("days of grace, more or fewer: told on the day from which the listing counts", async () => {
    const grace = (graceDays: number) =>
      savePolicy((p) => ({ ...p, screening: { ...p.screening, graceDays } }));
    await grace(2);
    expect(await turned()).toContain(`${london(44)} blocked-caution grace ${version}`);
    await screen(london(60));
    await change("tps", { add: [london(60), london(61)] });
    await screen(london(61), london(62));
    await change("tps", { add: [london(62)] });
    expect(await turned()).toEqual([]);
    await watch(env, Date.now() + 2 * DAY);
    expect(await turned()).toEqual(
      expect.arrayContaining(
        [60, 61, 62].map((n) => expect.stringContaining(`${london(n)} caution-blocked tps`) as string),
      ),
    );
    await grace(1);
    await grace(0);
    await turned();
  });

  it("a call that was asked for, when its named day is over, or its seven days", async () => {
    const ask = (number: string, more: object) =>
      request("POST", "/v1/consents", {
        ...{
          number,
          kind: "solicited",
          giver: "subscriber",
          givenBy: "A",
          words: "ring me",
          how: "telephone",
          ...more,
        },
      });
    await change("tps", { add: [london(64), london(65), london(66)] });
    const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
    await ask(london(64), { givenAt: ago(1), day: today() });
    await ask(london(65), { givenAt: ago(7) });
    await ask(london(66), { givenAt: ago(1) });
    await screen(london(64), london(65), london(66));
    await watch(env, Date.now());
    await turned();
    await watch(env, Date.now() + DAY);
    const asked = [64, 65, 66].map(london);
    expect((await turned()).filter((row) => asked.some((number) => row.startsWith(number)))).toEqual([
      `${london(64)} caution-blocked tps ${version}`,
      `${london(65)} caution-blocked tps ${version}`,
    ]);
  });
});

describe("told", () => {
  const mails = async () =>
    ((await dump("outbox")) as { template: string; recipient: string; vals: string }[])
      .filter(({ template }) => template === "turned")
      .map(({ recipient, vals }) => ({ to: recipient, ...(JSON.parse(vals) as object) }));
  beforeEach(() => env.DB.exec("DELETE FROM outbox"));

  it("once a day to the roles that policy names, without a number in it", async () => {
    await Promise.all([watchDigest(env, Date.now()), watchDigest(env, Date.now())]);
    const told = await mails();
    expect(told.map(({ to }) => to).sort()).toEqual(["compliance@example.com", "manager@example.com"]);
    expect(JSON.stringify(told)).toMatch(
      /numbers that were screened clear are now blocked\..*TPS, version \d+: \d+\./,
    );
    expect(JSON.stringify(told)).not.toMatch(/794600|1349600/);
    await watchDigest(env, Date.now() + DAY);
    expect(await mails()).toHaveLength(2);
  });

  it("at once, or never", async () => {
    await savePolicy((p) => ({ ...p, watching: { mail: "at-once", mailTo: ["admin"] } }));
    await screen(london(71), london(72));
    await object(london(71));
    expect(await mails()).toMatchObject([
      {
        to: "ada@example.com",
        what: "1 number that was screened clear is now blocked.",
        why: "Our own entries and consents: 1.",
      },
    ]);
    await savePolicy((p) => ({ ...p, watching: { ...p.watching, mail: "none" } }));
    await object(london(72));
    await watchDigest(env, Date.now());
    expect(await mails()).toHaveLength(1);
  });

  it("on the desk: filtered, paged, with who was told, and marked as seen by somebody", async () => {
    const get = async (query = "") =>
      (await call("GET", `/v1/watch/turned${query}`, { token: tokens.manager })).data as StatusChangesAnswer;
    const state = async () => (await call("GET", "/v1/watch", { token: tokens.manager })).data as WatchAnswer;
    const spent = async () =>
      ((await dump("asked")) as { numbers: number }[]).reduce((sum, { numbers }) => sum + numbers, 0);
    const asked = await spent();
    const all = await get("?limit=500");
    // Nobody named these numbers: each tells what is listed.
    expect((await spent()) - asked).toBe(all.turned.length);
    expect(all.turned).toHaveLength((await rows()).length);
    expect(all.turned.map(({ num }) => num)).toEqual(all.turned.map(({ num }) => num).sort((a, b) => b - a));
    expect(all.turned[0]).toMatchObject({
      number: london(72),
      mailedAt: null,
      mailedTo: [],
      hooks: [],
      seenBy: null,
    });
    expect(all.turned[1]).toMatchObject({ number: london(71), mailedTo: ["Ada Admin"] });
    const first = await get("?limit=2");
    expect((await get(`?limit=2&after=${first.next}`)).turned[0]!.num).toBe(all.turned[2]!.num);
    expect((await get(`?since=${all.turned[2]!.num}`)).turned).toEqual(all.turned.slice(0, 2));
    const counts = async (query: string) => (await get(`?limit=500&${query}`)).turned.length;
    expect(await counts(`number=${encodeURIComponent(london(40))}`)).toBe(2);
    expect((await counts("to=blocked")) + (await counts("to=open"))).toBe(all.turned.length);
    expect(await counts("why=objection")).toBe(
      all.turned.filter(({ reason }) => reason === "objection").length,
    );
    expect(await counts(`from=${today()}&until=${today()}`)).toBeGreaterThan(0);
    expect(await counts(`until=${daysAgo(1)}`)).toBe(0);

    const before = await state();
    expect(before).toMatchObject({ unseen: all.turned.length, newest: all.turned[0]!.num });
    const see = (body: unknown) => call("POST", "/v1/watch/seen", { token: tokens.manager, body });
    expect((await see({ nums: [all.turned[0]!.num] })).data).toEqual({ seen: 1 });
    expect((await get("?seen=true")).turned).toMatchObject([{ number: london(72), seenBy: "The manager" }]);
    expect((await see({ upTo: before.newest })).data).toEqual({ seen: all.turned.length - 1 });
    expect(await state()).toMatchObject({ unseen: 0 });
    expect((await see({ upTo: before.newest })).data).toEqual({ seen: 0 });
  });
});

it("what a watched number turned into is swept when policy's months are over; what is unlooked-at in changes stays", async () => {
  const before = (await rows()).length;
  await sweep(env, Date.now() + 23 * 30 * DAY);
  expect((await rows()).length).toBe(before);
  await sweep(env, Date.now() + 25 * 31 * DAY);
  expect(await rows()).toEqual([]);
  expect(await dump("watch_digests")).toEqual([]);
});
