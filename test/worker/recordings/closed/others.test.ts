/** What else goes by kept recordings goes by closed ones: a random sample, the last one of a number, and what the database's owner alters. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { DrawsAnswer } from "../../../../shared/overview/api-announced.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { aTeam, asOwner, call, DAY, dump, today } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { begin, close, get, here, ids, isHere, LATER, named, night, numberOf, registered } from "./kit.ts";

const tokens = aTeam();
const DAYS = { from: new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10), to: today() };
const DUE = Date.now() + 366 * DAY;

beforeAll(async () => {
  await begin(tokens.admin, 4);
  // Of the same number, the later one; and one that was not announced.
  await registered(1, { number: numberOf(0) });
  await registered(1, { announced: false });
  await close();
  expect(await here()).toEqual([]);
});
const deep = async (now = LATER) => (await deepOf(["recordings", "audio"], now)).found;

describe("a random sample", () => {
  const drawn = async (count: number) => {
    const { status, data } = await call("POST", "/v1/announced/draws", {
      token: tokens.compliance,
      body: { ...DAYS, count },
    });
    expect(status, JSON.stringify(data)).toBe(201);
    return (data as DrawsAnswer).drawn;
  };

  it("is of closed ones, too: each once, among all that are announced, and none that is not", async () => {
    const first = await drawn(2);
    expect(first.map(({ among }) => among)).toEqual([5, 5]);
    for (const { recording } of first) expect(await isHere(recording)).toBe(true);
    const rest = await drawn(20);
    expect(rest.map(({ among }) => among)).toEqual([3, 3, 3]);
    expect([...first, ...rest].map(({ recording }) => recording).toSorted()).toEqual(
      ids.slice(0, 5).toSorted(),
    );
    expect(await drawn(5)).toEqual([]);
    // What is drawn stays where it is named.
    await close(LATER + 3 * DAY);
    for (const id of ids.slice(0, 5)) expect(await isHere(id)).toBe(true);
    const { data } = await call("GET", "/v1/announced", { token: tokens.admin });
    expect((data as DrawsAnswer).drawn.every(({ kept }) => kept)).toBe(true);
  });
});

describe("the last recording of a number", () => {
  it("is not the last while another lies in a file", async () => {
    const [older] = await registered(1, { number: "+442079460990" });
    const [newer] = await registered(1, { number: "+442079460990" });
    await run(
      `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at)
       VALUES ('c', 'espocrm', 'Our CRM', '{"settings":{},"objects":[],"fields":{}}', 'token', 'x', 'p', '2026-01-01')`,
    );
    await run(
      `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
       SELECT num, 'Contact', 'her', 'phone', 0, 442079460990, 'clear', '2024-01-01', 1 FROM connectors WHERE id = 'c'`,
    );
    await run("DELETE FROM marks WHERE name LIKE '%-closed'");
    await close(LATER + 5 * DAY);
    expect([await isHere(older!), await isHere(newer!)]).toEqual([false, false]);
    // One comes back, as somebody held it once; then its day comes.
    const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
    expect((await call("POST", `/v1/recordings/${older}/hold`, hold)).status).toBe(201);
    const release = { token: tokens.compliance, body: { reason: "settled" } };
    expect((await call("POST", `/v1/recordings/${older}/release`, release)).status).toBe(200);
    expect([await isHere(older!), await isHere(newer!)]).toEqual([true, false]);
    await eraseDue(env, DUE, { only: older! });
    expect((await get(tokens.compliance, `/v1/recordings/${older}`)).data).toMatchObject({ state: "erased" });
    expect(await dump("system_left")).toEqual([]);
    await night(DUE - DAY);
    await eraseDue(env, DUE, { only: newer! });
    expect(await dump("system_left")).toMatchObject([{ record: "her" }]);
  });
});

describe("whoever owns the database", () => {
  beforeAll(async () => {
    await registered(4);
    await run("DELETE FROM marks WHERE name LIKE '%-closed'");
    await close(LATER + 7 * DAY);
  });
  const last = () => ids.slice(-4);

  it("and takes a legal hold away before a month closes, has it erased by nobody", async () => {
    const [id] = await registered(1);
    const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
    expect((await call("POST", `/v1/recordings/${id}/hold`, hold)).status).toBe(201);
    await asOwner(["recording_holds"], () => run("DELETE FROM recording_holds WHERE recording = ?", id!));
    await run("DELETE FROM marks WHERE name LIKE '%-closed'");
    await close(LATER + 9 * DAY);
    for (const days of [8, 1]) await night(DUE - days * DAY);
    for (let n = 0; n < 2; n++) await eraseDue(env, DUE + DAY);
    expect((await get(tokens.compliance, `/v1/recordings/${id}`)).data).toMatchObject({ state: "kept" });
    expect(await dump("kept_back")).toMatchObject([{ row: `recordings/${id}` }]);
  });

  it("and takes a file out of the list of files, is found out: each recording of it is missing", async () => {
    const [id] = await registered(1);
    await run("DELETE FROM marks WHERE name LIKE '%-closed'");
    await close(LATER + 11 * DAY);
    expect(await isHere(id!)).toBe(false);
    const key = (await named()).at(-1);
    const table = "closed_kept_files";
    const rows = (await dump(table)) as Record<string, string | number>[];
    const row = rows.find((one) => one["key"] === key)!;
    await asOwner([table], () => run(`DELETE FROM ${table} WHERE key = ?`, key!));
    expect((await deep()).some((one) => one.includes("missing"))).toBe(true);
    const columns = Object.keys(row);
    await run(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      ...Object.values(row),
    );
    expect((await deep()).filter((one) => one.includes("missing"))).toEqual([]);
    expect(last()).toContain(id);
  });
});
