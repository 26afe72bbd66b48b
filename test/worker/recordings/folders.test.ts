/**
 * What the database's owner can do to folders of integrations, with the triggers dropped and put back: what concerns such a folder is
 * neither registered nor erased, and officers are told of it.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { ImportAnswer } from "../../../shared/recordings/api.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import {
  asOwner,
  aTeam,
  call,
  DAY,
  dump,
  integration,
  integrationOfBefore,
  MONTH,
  under,
} from "../helpers.ts";
import { namesColumn, findingsIn, run } from "../trail/kit.ts";
import { aged, laid, sample } from "./kit.ts";

const tokens = aTeam();
const now = Date.now();
let [one, two, carried] = ["", "", ""];
let [idOfOne, idOfTwo] = ["", ""];
const idOf = async (token: string) =>
  ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
let n = 0;
/** Lays an object below a folder and registers it. */
const register = async (token: string, folder: string) => {
  const body = await laid(env, sample({ storage: { kind: "r2", key: `${folder}${++n}.mp3` } }));
  return call("POST", "/v1/recordings", { token, body });
};
const outcome = async (token: string, folder: string) => {
  const { status, data } = await register(token, folder);
  return status === 201 ? "registered" : (data as Problem).code;
};
const added = async (token: string, folder: string) =>
  ((await register(token, folder)).data as { id: string }).id;
const bend = (text: string, ...params: string[]) => asOwner(["owners"], () => run(text, ...params));
const stateOf = async (id: string) =>
  env.DB.prepare("SELECT state FROM recordings WHERE id = ?").bind(id).first<string>("state");
const told = async () =>
  ((await dump("outbox")) as { template: string; vals: string }[])
    .filter(({ template }) => template === "rows-unlike")
    .map(({ vals }) => vals)
    .join();
const dueOf = async (id: string) =>
  Date.parse(
    (await env.DB.prepare("SELECT erase_after FROM recordings WHERE id = ?").bind(id).first("erase_after"))!,
  ) + DAY;

beforeAll(async () => {
  await adopt(env);
  one = await integration(tokens.admin, ["recordings:write"], "One", "one/");
  two = await integration(tokens.admin, ["recordings:write"], "Two", "two/");
  carried = await integrationOfBefore(tokens.admin, ["recordings:write"], "Carried");
  [idOfOne, idOfTwo] = [await idOf(one), await idOf(two)];
  await run("CREATE TABLE folders_aside AS SELECT * FROM owners");
});
afterEach(async () => {
  await asOwner(["owners"], async () => {
    await run("DELETE FROM owners");
    await run("INSERT INTO owners SELECT * FROM folders_aside");
  });
  await run("DELETE FROM outbox");
  await run("DELETE FROM kept_back");
  expect(await findingsIn("owners")).toEqual([]);
  expect([await outcome(one, "one/"), await outcome(carried, "2026/")]).toEqual(["registered", "registered"]);
});

it("moved to another integration: that one registers nothing there, nor does who has none; officers are told once", async () => {
  await asOwner(["owners"], async () => {
    await run("UPDATE owners SET prefix = 'aside/' WHERE id = ?", idOfOne);
    await run("UPDATE owners SET prefix = 'one/' WHERE id = ?", idOfTwo);
  });
  for (const [token, folder] of [
    [two, "one/"],
    [two, "two/"],
    [one, "one/"],
    [one, "aside/"],
    [carried, "2026/"],
  ] as const)
    expect(await outcome(token, folder), folder).toBe("key-not-yours");
  for (const id of [idOfOne, idOfTwo]) expect(await told()).toContain(`owners/${id}`);
  expect((await findingsIn("owners")).sort()).toEqual(
    [idOfOne, idOfTwo].sort().map((id) => namesColumn(id, "prefix")),
  );
});

it.each([
  ["is gone", "DELETE FROM owners WHERE id = ?", "missing"],
  [
    "says that nothing binds it",
    "UPDATE owners SET code = NULL, past = NULL, rev = 0 WHERE id = ?",
    "altered",
  ],
])("one that %s: nobody registers there, and no officer imports what may be its", async (_, text, what) => {
  await bend(text, idOfOne);
  expect([await outcome(one, "one/"), await outcome(carried, "one/")]).toEqual([
    "key-not-yours",
    "key-not-yours",
  ]);
  // Another's own folder is as it was.
  expect(await outcome(two, "two/")).toBe("registered");
  const rows = [await laid(env, sample({ storage: { kind: "r2", key: `one/${++n}.mp3` } }))];
  const tried = await under(aged(env), "POST", "/v1/recordings/import", {
    token: tokens.compliance,
    body: { rows },
  });
  expect((tried.data as ImportAnswer).results.map(({ code }) => code)).toEqual(["key-not-yours"]);
  expect(await findingsIn("owners")).toContainEqual(expect.stringContaining(`${what} ${idOfOne}`));
});

it("one that no event tells of takes nothing", async () => {
  await bend("INSERT INTO owners (id, prefix, at) VALUES (?, '2027/', '2026-01-01')", await idOf(carried));
  expect(await outcome(carried, "2027/")).toBe("key-not-yours");
  expect(await findingsIn("owners")).toEqual([`extra ${await idOf(carried)}`]);
});

it("what lies in one that was moved is kept back on its day, and goes once it is as it was", async () => {
  const [theirs, others] = [await added(one, "one/"), await added(two, "two/")];
  await bend("UPDATE owners SET prefix = 'aside/' WHERE id = ?", idOfOne);
  await eraseDue(env, await dueOf(theirs), { only: theirs });
  await eraseDue(env, await dueOf(others), { only: others });
  expect([await stateOf(theirs), await stateOf(others)]).toEqual(["kept", "erased"]);
  expect(await dump("kept_back")).toEqual([expect.objectContaining({ row: `recordings/${theirs}` })]);
  await bend("UPDATE owners SET prefix = 'one/' WHERE id = ?", idOfOne);
  await run("DELETE FROM kept_back");
  await eraseDue(env, await dueOf(theirs), { only: theirs });
  expect(await stateOf(theirs)).toBe("erased");
});

it("the same once its month is archived, also where the row of the trail is kept as the last one", async () => {
  await archiveMonths(env, now + 2 * MONTH);
  await keepLast(env);
  expect(await outcome(one, "one/")).toBe("registered");
  await bend("UPDATE owners SET prefix = 'one/more/' WHERE id = ?", idOfOne);
  expect(await outcome(one, "one/more/")).toBe("key-not-yours");
  await bend("DELETE FROM owners WHERE id = ?", idOfOne);
  expect(await outcome(carried, "one/")).toBe("key-not-yours");
});
