/**
 * From the version before (migration 0169): what the trail keeps apart of recordings' arrivals goes, also of years ago; that of erasures
 * stays for its time, as no key has its salt.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { record } from "../../../../worker/core/commit.ts";
import { newSalt } from "../../../../worker/core/change.ts";
import { letApartGo } from "../../../../worker/recordings/certificates/apart.ts";
import { saysNothing } from "../../../../worker/recordings/certificates/said.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { dump, migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";
import { walk } from "../../trail/kit.ts";
import { arrive } from "../kit.ts";
import { erased, LATER, long } from "./kit.ts";

interface Apart {
  seq: number;
  salt: string;
  payload: string;
}
const apart = async () => (await dump("audit_payload")) as Apart[];
let was: Apart[];
let admin = "";

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0169"));
  ({ admin } = await newTeam());
  await adopt(env);
  await arrive(env, admin, long());
  const { event, kept } = saysNothing(newSalt());
  await record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: crypto.randomUUID(), ...event },
    statements: [kept],
  });
  // Objects of a few rows, as of years.
  await archiveMonths(env, LATER, 4);
  was = await apart();
  await applyD1Migrations(env.DB, migrationsSince("0169"));
});

it("nothing changes by it", async () => {
  expect(await apart()).toEqual(was);
  expect(await walk()).toMatchObject({ ok: true });
});

it("a run that is killed changes nothing", async () => {
  const killed = {
    ...env,
    DB: { prepare: (text: string) => env.DB.prepare(text), batch: () => Promise.reject(new Error("killed")) },
  } as unknown as typeof env;
  await expect(letApartGo(killed, LATER)).rejects.toThrow("killed");
  expect(await apart()).toEqual(was);
});

it("it goes by some objects a run, each once", async () => {
  const { length } = await dump("audit_archives");
  expect(length).toBeGreaterThan(2);
  const left = [was.length];
  for (let n = 0; n < length; n++) {
    await letApartGo(env, LATER, 1);
    left.push((await apart()).length);
    expect(await walk()).toMatchObject({ ok: true });
  }
  expect(left.toSorted((a, b) => b - a)).toEqual(left);
  const ends = (await dump("audit_archives")) as { last_seq: number }[];
  const last = ends.at(-1)!.last_seq;
  // Of what left, the erasure's alone says nothing and stays.
  const silent = (await apart()).filter(({ seq, payload }) => seq <= last && payload === "null");
  expect(silent.map(({ salt }) => salt.length)).toEqual([32]);
});

it("an erasure of now is of its hour's key", async () => {
  await erased(admin, long());
  expect(await dump("erasure_salts")).toHaveLength(1);
});
