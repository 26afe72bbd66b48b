/** A recording that goes between a request's search and its decision, on its own day or by hand: its call is the requester's still. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { dayOf } from "../../../shared/core/calendar.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { refsOf } from "../../../worker/privacy-requests/export/data.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import type { Env } from "../../../worker/env.ts";
import { call, dump } from "../helpers.ts";
import {
  allBack,
  closeAgain,
  closingBefore,
  files,
  LATER,
  made,
  registers,
} from "../dials/closed/calls-kit.ts";
import { dial } from "../proof/kit.ts";
import { arrive, broughtForward, sample } from "../recordings/kit.ts";
import { deepOf } from "../trail/kit.ts";
import { confirmAll, done, enter, fileOn, officer, read, tokens, upload, withTeam } from "./kit.ts";

withTeam();
beforeAll(() => registers(tokens));

let numbers = 0;
const newNumber = (): string => `+4420794609${50 + numbers++}`;
const recorded = (number: string, startedAt = made.at): Promise<string> =>
  arrive(env, tokens.admin, sample({ number, startedAt, agent: "agent@example.com" }));
const logged = async (number: string): Promise<string[]> =>
  ((await dump("calls")) as { number: number; ref: string }[]).flatMap((one) =>
    `+${one.number}` === number ? [one.ref] : [],
  );
const dialsOf = async (number: string): Promise<object[]> =>
  ((await dump("dials")) as { number: number }[]).filter((one) => `+${one.number}` === number);
const ZONE = "Europe/London";
const timeOf = (ms: number): string =>
  new Date(ms).toLocaleTimeString("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
async function asked(number: string, search: object = {}): Promise<string> {
  const id = await enter(officer, { kind: "erasure", number, email: `of${number.slice(1)}@example.com` });
  await done(officer, id, "identity", { step: "clear", how: "known to us" });
  await done(officer, id, "match", search);
  return id;
}
const comply = (id: string, own?: Env) => done(officer, id, "decide", { decision: "comply" }, own);
const kinds = async (id: string): Promise<string[]> =>
  (await read(officer, id)).items.map(({ kind }) => kind).sort();
async function erasedByHand(recording: string): Promise<void> {
  const path = `/v1/recordings/${recording}/erase`;
  expect((await call("POST", path, { token: officer, body: { why: "recorded by mistake" } })).status).toBe(
    202,
  );
  await isGone(recording);
}
async function isGone(recording: string): Promise<void> {
  await eraseDue(env, Date.now(), { only: recording });
  const state = env.DB.prepare("SELECT state FROM recordings WHERE id = ?").bind(recording);
  expect(await state.first("state")).toBe("erased");
}
async function rejectOf(id: string, number: string): Promise<void> {
  const its = await env.DB.prepare(
    `SELECT i.kind || '.' || i.ref AS item FROM request_items i LEFT JOIN calls c ON c.id = i.ref LEFT JOIN recordings r ON r.id = i.ref
     WHERE i.request = ?1 AND ?2 IN (c.number, r.number)`,
  )
    .bind(id, Number(number.slice(1)))
    .all<{ item: string }>();
  const items = its.results.map(({ item }) => ({ id: item, verdict: "rejected" }));
  expect(items).toHaveLength(1);
  await done(officer, id, "items", { items, reason: "somebody else's" });
}

afterEach(() => void vi.useRealTimers());

describe("an erasure takes the call of a recording that went", () => {
  it("by hand, and its log brings it back no more", async () => {
    const number = newNumber();
    const recording = await recorded(number);
    const [ref] = await logged(number);
    const id = await asked(number);
    expect(await kinds(id)).toEqual(["recording"]);
    await confirmAll(officer, id);
    await erasedByHand(recording);
    expect(await logged(number)).toEqual([ref]);
    await comply(id);
    expect(await logged(number)).toEqual([]);
    expect(await dump("calls_erased")).toContainEqual(expect.objectContaining({ ref }));
    expect((await deepOf(["calls"])).found).toEqual([]);
  });

  it("on its day, of a further number that was searched for", async () => {
    const [own, further] = [newNumber(), newNumber()];
    const recording = await recorded(further);
    const id = await asked(own, { numbers: [further] });
    await confirmAll(officer, id);
    await broughtForward(recording, "2026-01-01");
    await isGone(recording);
    expect(await logged(further)).toHaveLength(1);
    await comply(id);
    expect(await logged(further)).toEqual([]);
    expect((await deepOf(["calls"])).found).toEqual([]);
  });

  it("and nobody else's that began at the same moment", async () => {
    const [own, recordedToo, loggedAlone, unasked] = [newNumber(), newNumber(), newNumber(), newNumber()];
    const recording = await recorded(own);
    await recorded(recordedToo);
    await recorded(unasked);
    const rows = [{ provider: "3cx", providerId: "alone", number: loggedAlone, startedAt: made.at }];
    const { status } = await call("POST", "/v1/calls/import", {
      token: tokens.manager,
      body: { rows: rows.map((one) => ({ ...one, seconds: 9 })), dryRun: false },
    });
    expect(status).toBe(200);
    const id = await asked(own, { numbers: [recordedToo, loggedAlone] });
    await confirmAll(officer, id);
    for (const other of [recordedToo, loggedAlone]) await rejectOf(id, other);
    await erasedByHand(recording);
    await comply(id);
    expect(await logged(own)).toEqual([]);
    for (const other of [recordedToo, loggedAlone, unasked]) expect(await logged(other)).toHaveLength(1);
  });

  for (const when of ["has closed since", "closes meanwhile"])
    it(`also where its month ${when}`, async () => {
      const number = newNumber();
      // The dial arrives after the time that the requester names, and the call begins once the registers are there.
      const end = Math.floor(Date.now() / MINUTE + 2) * MINUTE;
      vi.useFakeTimers({ toFake: ["Date"], now: end + 1000 });
      await dial(tokens.agent, { number, e164: number, seen: null });
      const recording = await recorded(number, new Date(end - 1).toISOString());
      const id = await enter(officer, { kind: "erasure", number, email: "closed@example.com" });
      await done(officer, id, "identity", { step: "clear", how: "known to us" });
      await upload(id, "scan");
      const named = { date: dayOf(end - 5 * MINUTE, ZONE), time: timeOf(end - 5 * MINUTE), windowMinutes: 5 };
      await done(officer, id, "match", {
        ...{ ...named, narrowed: "that call alone", narrowedIn: await fileOn(id, "scan") },
      });
      expect(await kinds(id)).toEqual(["recording"]);
      await confirmAll(officer, id);
      await erasedByHand(recording);
      if (when === "closes meanwhile") await comply(id, closingBefore(/'of-' \|\|/));
      else {
        await closeAgain();
        expect(await logged(number)).toEqual([]);
        await comply(id);
      }
      expect(await files()).toHaveLength(1);
      await allBack();
      expect(await logged(number)).toEqual([]);
      expect(await dialsOf(number)).toHaveLength(1);
      expect((await deepOf(["calls", "dials"], LATER)).found).toEqual([]);
    });
});

it("a requester's page and copy tell of that call", async () => {
  const number = newNumber();
  const recording = await recorded(number);
  const id = await asked(number);
  await confirmAll(officer, id);
  const before = await refsOf(env.DB, id, "call");
  expect(before).toHaveLength(1);
  await erasedByHand(recording);
  expect(await refsOf(env.DB, id, "call")).toEqual(before);
});
