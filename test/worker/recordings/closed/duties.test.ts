/**
 * What the law asks of a recording reaches one whose row is closed: a hold keeps it, its day erases it, a request finds it, and nothing
 * comes in a second time.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { moveCertificates } from "../../../../worker/recordings/certificates/written.ts";
import type { Env } from "../../../../worker/env.ts";
import { aTeam, call, DAY, dump, integration, under } from "../../helpers.ts";
import { act, confirmAll, done, draft, enter, read, taken } from "../../privacy-requests/kit.ts";
import { deepOf } from "../../trail/kit.ts";
import { aged, imported, laid } from "../kit.ts";
import {
  close,
  closingBefore,
  dialler,
  get,
  here,
  ids,
  isHere,
  LATER,
  listed,
  night,
  numberOf,
  begin,
  reports,
} from "./kit.ts";

const tokens = aTeam();
const officer = () => tokens.compliance;
const HOLD = { reason: "A claim", reviewOn: "2099-01-01" };
const post = (path: string, body: unknown, token = officer(), own: Env = env) =>
  under(own, "POST", path, { token, body });
const stateOf = async (id: string) =>
  ((await get(officer(), `/v1/recordings/${id}`)).data as { state: string; hold: object | null }).state;
const isGone = (id: string) => vi.waitFor(async () => expect(await stateOf(id)).toBe("erased"));
const HELD = 0;
const BY_HAND = 1;
const OPENED = 2;
const FORGOTTEN = 3;
const COPIED = 4;
const REPORTED = 5;
const BY_NUMBER = 6;
const ERASED_RACE = 7;
const HELD_RACE = 8;
const OPEN_RACE = 9;
const LAST = 10;

beforeAll(async () => {
  await begin(tokens.admin, 12);
  await close();
  expect(await here()).toEqual([]);
});

describe("a hold", () => {
  it("by its id keeps one whose row is closed, also on its day", async () => {
    const id = ids[HELD]!;
    const answer = await post(`/v1/recordings/${id}/hold`, HOLD);
    expect(answer).toMatchObject({ status: 201, data: { recording: id } });
    expect(await isHere(id)).toBe(true);
    await night(LATER + 2 * DAY);
    expect(await isHere(id)).toBe(true);
    expect((await post(`/v1/recordings/${id}/erase`, { why: "no" })).data).toMatchObject({
      code: "recording-held",
    });
    expect(await listed(officer(), "show=held")).toMatchObject([{ id }]);
    const { data } = await get(officer(), "/v1/recordings/holds");
    expect(data).toMatchObject({ holds: [{ recording: id, reason: "A claim" }] });
    // Twice is refused as ever.
    expect((await post(`/v1/recordings/${id}/hold`, HOLD)).data).toMatchObject({ code: "recording-held" });
  });

  it("on those of a number, as the list finds them", async () => {
    const number = encodeURIComponent(numberOf(BY_NUMBER));
    const [found] = (await listed(officer(), `number=${number}`)) as { id: string }[];
    expect(found!.id).toBe(ids[BY_NUMBER]);
    expect((await post(`/v1/recordings/${found!.id}/hold`, HOLD)).status).toBe(201);
    expect(await listed(officer(), `number=${number}&show=held`)).toHaveLength(1);
  });

  it("that comes while its month closes is not lost: one of the two is refused", async () => {
    // The row comes back, and before the hold's commit a month closes it again, if anything may.
    const id = ids[HELD_RACE]!;
    const { own, isOver } = closingBefore("recording.held", LATER + 3 * DAY);
    const { status } = await post(`/v1/recordings/${id}/hold`, HOLD, officer(), own);
    expect(isOver()).toBe(true);
    expect([201, 409]).toContain(status);
    if (status === 409) expect((await post(`/v1/recordings/${id}/hold`, HOLD)).status).toBe(201);
    await close(LATER + 3 * DAY);
    expect(await isHere(id)).toBe(true);
    expect(
      await env.DB.prepare("SELECT COUNT(*) AS n FROM recording_holds WHERE recording = ?")
        .bind(id)
        .first("n"),
    ).toBe(1);
    expect((await get(officer(), `/v1/recordings/${id}`)).data).toMatchObject({
      hold: { reason: "A claim" },
    });
  });
});

describe("an erasure", () => {
  it("by hand takes one whose row is closed, with its audio and a certificate", async () => {
    const id = ids[BY_HAND]!;
    const answer = await post(`/v1/recordings/${id}/erase`, { why: "She rang us" });
    expect(answer).toMatchObject({ status: 202, data: { id, rule: "hand" } });
    await isGone(id);
    expect(await env.RECORDINGS!.head(reports[BY_HAND]!.storage.key!)).toBeNull();
    const { data } = await get(officer(), `/v1/recordings/certificates?recording=${id}`);
    expect(JSON.stringify(data)).toContain("She rang us");
  });

  it("that comes while its month closes erases it, or is refused and can be asked again", async () => {
    const id = ids[ERASED_RACE]!;
    const { own, isOver } = closingBefore("recording.erase-asked", LATER + 3 * DAY);
    const { status } = await post(`/v1/recordings/${id}/erase`, { why: "wrong number" }, officer(), own);
    expect(isOver()).toBe(true);
    expect([202, 409]).toContain(status);
    if (status === 409)
      expect((await post(`/v1/recordings/${id}/erase`, { why: "wrong number" })).status).toBe(202);
    await isGone(id);
  });
});

describe("opening", () => {
  it("plays the audio, logs it first, and who may not listen gets nothing", async () => {
    const id = ids[OPENED]!;
    const path = `/v1/recordings/${id}/audio?purpose=quality`;
    expect((await call("GET", path, { token: tokens.agent })).status).toBe(403);
    const opened = await call("GET", path, { token: officer() });
    expect([opened.status, opened.bytes.length]).toEqual([200, 3]);
    const said = await env.DB.prepare("SELECT code FROM audit WHERE subject = ? ORDER BY seq DESC LIMIT 1")
      .bind(id)
      .first("code");
    expect(said).toBe("opened.recording-audio");
  });

  it("while its month closes", async () => {
    const id = ids[OPEN_RACE]!;
    const { own, isOver } = closingBefore("opened.recording-audio", LATER + 3 * DAY);
    const opened = await under(own, "GET", `/v1/recordings/${id}/audio?purpose=quality`, {
      token: officer(),
    });
    expect([opened.status, opened.bytes.length, isOver()]).toEqual([200, 3, true]);
  });

  it("an object that somebody replaced is not opened, and is looked at as ever", async () => {
    const id = ids[11]!;
    const key = reports[11]!.storage.key!;
    await env.RECORDINGS!.put(key, new Uint8Array(5), { httpMetadata: { contentType: "audio/mpeg" } });
    const opened = await call("GET", `/v1/recordings/${id}/audio?purpose=quality`, { token: officer() });
    expect(opened.data).toMatchObject({ code: "object-changed" });
    const look = { why: "The bucket was copied." };
    expect((await post(`/v1/recordings/${id}/look`, look)).status).toBe(201);
    expect((await post(`/v1/recordings/${id}/look/approve`, {}, tokens.admin)).status).toBe(200);
    expect(
      (await call("GET", `/v1/recordings/${id}/audio?purpose=quality`, { token: officer() })).status,
    ).toBe(200);
  });
});

describe("nothing comes in twice", () => {
  it("its integration's report gets the same answer; elsewhere it is refused", async () => {
    const report = reports[REPORTED]!;
    const again = { ...report, startedAt: new Date().toISOString() };
    const answer = await post("/v1/recordings", again, dialler);
    expect(answer).toMatchObject({ status: 200, data: { id: ids[REPORTED] } });
    const other = { ...again, storage: { kind: "r2", key: "dialler/other.mp3" } };
    await laid(env, other as typeof report);
    expect((await post("/v1/recordings", other, dialler)).data).toMatchObject({
      code: "recording-elsewhere",
    });
  });

  it("its object is nobody else's", async () => {
    const report = reports[LAST]!;
    const theirs = { ...report, providerId: "another", startedAt: new Date().toISOString() };
    expect((await post("/v1/recordings", theirs, dialler)).data).toMatchObject({
      code: "recording-object-taken",
    });
    const { data } = await imported(aged(env), tokens.admin, [{ ...theirs, provider: "elsewhere" }]);
    expect((data as { results: object[] }).results).toMatchObject([
      { status: "refused", code: "recording-object-taken" },
    ]);
    expect(
      (await dump("recordings")).filter((row) => (row as { object: string }).object === report.storage.key),
    ).toHaveLength((await isHere(ids[LAST]!)) ? 1 : 0);
  });

  it("an officer's import finds it there", async () => {
    const { data } = await imported(aged(env), tokens.admin, [reports[REPORTED]]);
    expect((data as { results: object[] }).results).toMatchObject([{ status: "there" }]);
  });

  it("another integration may not take the folder in which it lies", async () => {
    const token = await integration(tokens.admin, ["recordings:write"], "A thief");
    const { data } = await call("GET", "/v1/me", { token });
    const { id } = (data as { person: { id: string } }).person;
    const answer = await call("PATCH", `/v1/people/${id}`, {
      token: tokens.admin,
      body: { prefix: "dialler/" },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
});

describe("a request", () => {
  const opened = async (kind: string, n: number) => {
    const id = await enter(officer(), { kind, number: numberOf(n), email: `of${n}@example.com` });
    await done(officer(), id, "identity", { step: "clear", how: "known to us" });
    return id;
  };

  it("for a copy finds it, keeps it, and the copy has its audio", async () => {
    const id = await opened("access", COPIED);
    await done(officer(), id, "match", { everything: true });
    expect(await isHere(ids[COPIED]!)).toBe(true);
    await close(LATER + 4 * DAY);
    expect(await isHere(ids[COPIED]!)).toBe(true);
    const items = await confirmAll(officer(), id);
    expect(items.map(({ kind }) => kind)).toContain("recording");
    await done(officer(), id, "decide", { decision: "comply" });
    await done(officer(), id, "export");
    await taken(officer(), id);
    const { files } = await read(officer(), id);
    expect(files.some(({ purpose, erasedAt }) => purpose === "export" && erasedAt === null)).toBe(true);
  });

  it("for erasure has it erased, and the letter is the same as of one whose row was here", async () => {
    const id = await opened("erasure", FORGOTTEN);
    await done(officer(), id, "match", { everything: true });
    const items = await confirmAll(officer(), id);
    expect(items.filter(({ kind }) => kind === "recording")).toHaveLength(1);
    await done(officer(), id, "decide", { decision: "comply" });
    await eraseDue(env, Date.now());
    await isGone(ids[FORGOTTEN]!);
    const text = await draft(officer(), id, "decision");
    expect(text).not.toContain("archive");
    expect(await env.RECORDINGS!.head(reports[FORGOTTEN]!.storage.key!)).toBeNull();
    expect(await listed(officer(), `number=${encodeURIComponent(numberOf(FORGOTTEN))}`)).toEqual([]);
  });

  it("whose search's commit comes after its month closed is planned again", async () => {
    const id = await opened("access", ERASED_RACE + 4);
    const { own, isOver } = closingBefore("request.search", LATER + 5 * DAY);
    const { status } = await act(officer(), id, "match", { everything: true }, own);
    expect([status, isOver()]).toEqual([200, true]);
    const { items } = await read(officer(), id);
    for (const { id: item } of items.filter(({ kind }) => kind === "recording"))
      expect(await isHere(item.slice("recording.".length))).toBe(true);
  });
});

describe("its day", () => {
  it("comes though the row is closed: it is back in time, and is erased on that very day", async () => {
    const id = ids[REPORTED]!;
    const { eraseAfter } = (await get(officer(), `/v1/recordings/${id}`)).data as { eraseAfter: string };
    const due = Date.parse(`${eraseAfter}T12:00:00Z`);
    await night(due - 10 * DAY);
    await night(due - DAY);
    expect(await isHere(id)).toBe(true);
    await eraseDue(env, due - 2 * DAY);
    expect(await stateOf(id)).toBe("kept");
    await eraseDue(env, due);
    await eraseDue(env, due);
    await isGone(id);
    const { data } = await get(officer(), `/v1/recordings/certificates?recording=${id}`);
    const [certificate] = (data as { certificates: { erasedAt: string; rule: string }[] }).certificates;
    expect(certificate).toMatchObject({ rule: "retention" });
    expect(certificate!.erasedAt.slice(0, 10)).toBe(eraseAfter);
  });

  it("what is under a hold stays, and nothing is doubled", async () => {
    expect(await stateOf(ids[HELD]!)).toBe("kept");
    await moveCertificates(env);
    const { found } = await deepOf(["recordings", "audio", "certificates"], LATER + 400 * DAY);
    expect(found).toEqual([]);
  });
});
