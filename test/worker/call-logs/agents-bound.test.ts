/** Whoever owns the database says who an agent of the logs is, so that calls are another's: verify --deep names it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { adopt } from "../../../worker/trail/adopt.ts";
import { aTeam, call, dump, racing, under } from "../helpers.ts";
import { deepOf, namesColumn, run } from "../trail/kit.ts";

const tokens = aTeam();
interface Said {
  id: string;
  agent: string;
  person: string;
}
let people: string[];
const say = async (agent: string, person: string | null) =>
  (await call("PUT", "/v1/calls/agents", { token: tokens.manager, body: { agent, person } })).status;
const rows = async () => (await dump("call_agents")) as unknown as Said[];
const found = async () => (await deepOf(["call_agents"])).found;
beforeAll(async () => {
  const { results } = await env.DB.prepare("SELECT id FROM people ORDER BY id").all<{ id: string }>();
  people = results.map(({ id }) => id);
  await adopt(env);
});

it("who an agent is, altered, taken away or put there, is named", async () => {
  expect([await say("Ext 7", people[0]!), await say("ext 8", people[1]!)]).toEqual([200, 200]);
  expect(await deepOf(["call_agents"])).toEqual({ found: [], bound: { every: 2, none: 0 } });
  const [row] = await rows();
  // The trail names neither the agent nor the person by it.
  expect(row!.id).toMatch(/^[0-9a-f-]{32,36}$/);
  for (const [column, value] of Object.entries({
    person: people[2]!,
    agent: "ext 9",
    by: "x",
    at: "2026-01-01",
  })) {
    const was = (row as unknown as Record<string, string>)[column]!;
    await run(`UPDATE call_agents SET ${column} = ? WHERE id = ?`, value, row!.id);
    expect((await found())[0], column).toEqual(namesColumn(`call_agents ${row!.id}`, column));
    await run(`UPDATE call_agents SET ${column} = ? WHERE id = ?`, was, row!.id);
  }
  await run("CREATE TABLE aside AS SELECT * FROM call_agents WHERE id = ?", row!.id);
  await run("DELETE FROM call_agents WHERE id = ?", row!.id);
  expect(await found()).toEqual([`call_agents ${row!.id}: missing`]);
  await run("INSERT INTO call_agents SELECT * FROM aside");
  expect(await found()).toEqual([]);
  await run(
    "INSERT INTO call_agents (agent, person, by, at) VALUES ('ext 10', ?, 'x', '2026-01-01')",
    people[0]!,
  );
  expect(await found()).toEqual([expect.stringMatching(/^call_agents \S+: extra$/)]);
  await run("DELETE FROM call_agents WHERE agent = 'ext 10'");
});

it("said otherwise, or taken back, it is another word; the one before, put back, is named", async () => {
  const before = (await rows()).find(({ agent }) => agent === "ext 7")!;
  expect(await say("EXT 7", people[1]!)).toBe(200);
  const now = (await rows()).find(({ agent }) => agent === "ext 7")!;
  expect(now.person).toBe(people[1]);
  expect(now.id).not.toBe(before.id);
  expect(await deepOf(["call_agents"])).toEqual({ found: [], bound: { every: 2, none: 0 } });
  expect(await say("ext 7", null)).toBe(200);
  // Nothing to take back.
  expect(await say("ext 7", null)).toBe(200);
  expect(await found()).toEqual([]);
  await run("INSERT INTO call_agents SELECT * FROM aside");
  expect(await found()).toEqual([`call_agents ${before.id}: back`]);
  await run("DELETE FROM call_agents WHERE id = ?", before.id);
  await run("DROP TABLE aside");
  const both = await Promise.all([say("ext 7", people[0]!), say("ext 7", people[1]!)]);
  expect(both).toEqual([200, 200]);
  expect((await rows()).filter(({ agent }) => agent === "ext 7")).toHaveLength(1);
  expect(await found()).toEqual([]);
});

it.each([true, false])(
  "taken back while another says otherwise, that is taken back (said before: %s)",
  async (isSaid) => {
    await say("ext 70", isSaid ? people[0]! : null);
    const race = racing(() => say("ext 70", people[1]!));
    const body = { agent: "ext 70", person: null };
    const { status } = await under(race.env, "PUT", "/v1/calls/agents", { token: tokens.manager, body });
    expect(race.isOver()).toBe(true);
    expect(status).toBe(200);
    expect((await rows()).filter(({ agent }) => agent === "ext 70")).toEqual([]);
    expect(await found()).toEqual([]);
  },
);
