/** Recordings that an access request is about are not erased before it is closed, whatever their day. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type {
  HoldsAnswer,
  Recording,
  RecordingsAnswer,
  RecordingsState,
} from "../../../shared/recordings/api.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { asOwner, call, dump } from "../helpers.ts";
import { arrive, broughtForward, sample } from "../recordings/kit.ts";
import {
  act,
  called,
  confirmAll,
  done,
  draft,
  letter,
  read,
  taken,
  today,
  verified,
  withdraw,
  officer,
  tokens,
  withTeam,
} from "./kit.ts";

withTeam();

const get = async <T>(path: string) => (await call("GET", `/v1/${path}`, { token: officer })).data as T;
const one = (id: string) => get<Recording>(`recordings/${id}`);
/** Makes the recording due, and runs the erasure. */
async function overdue(id: string): Promise<Recording> {
  await broughtForward(id, today());
  await eraseDue(env, Date.now());
  return one(id);
}
const reason = { reason: "because" };

it("it stands as a hold with that reason, and the copy holds the recording; closed, the next run erases it", async () => {
  const { number, recording } = await called(tokens.admin);
  const theirs = await arrive(env, tokens.admin, sample({ number }));
  const id = await verified(officer, number);
  const { reference } = (await read(officer, id)).request;
  // An item holds its recording before anyone has judged it.
  expect(await overdue(recording)).toMatchObject({
    state: "kept",
    hold: { request: id, reason: `Access request ${reference}` },
  });
  await confirmAll(officer, id);
  await done(officer, id, "items", {
    items: [{ id: `recording.${theirs}`, verdict: "rejected" }],
    reason: "someone else's",
  });
  expect(await overdue(theirs)).toMatchObject({ state: "erased" });
  // Its own request does not see it as a hold; other requests do.
  expect((await read(officer, id)).items.map((item) => item.held)).toEqual([false, false]);

  const { holds } = await get<HoldsAnswer>("recordings/holds");
  expect(holds).toMatchObject([{ recording, request: id, reason: `Access request ${reference}` }]);
  expect(await get<RecordingsState>("recordings/state")).toMatchObject({
    held: 1,
    overdue: 0,
    holdsToReview: 0,
  });
  expect((await get<RecordingsAnswer>("recordings?show=held")).recordings.map((r) => r.id)).toEqual([
    recording,
  ]);
  const erase = { token: officer, body: { why: "now" } };
  expect((await call("POST", `/v1/recordings/${recording}/erase`, erase)).data).toMatchObject({
    code: "recording-held",
  });
  const release = () => call("POST", `/v1/recordings/${recording}/release`, { token: officer, body: reason });
  expect((await release()).data).toMatchObject({ code: "recording-not-held" });
  await expect(
    env.DB.prepare("UPDATE recordings SET state = 'erasing' WHERE id = ?").bind(recording).run(),
  ).rejects.toThrow("recording_held");

  // A legal hold comes and goes independently.
  const hold = { token: officer, body: { reason: "claim 17", reviewOn: "2099-01-01" } };
  expect((await call("POST", `/v1/recordings/${recording}/hold`, hold)).status).toBe(201);
  expect((await one(recording)).hold).toMatchObject({ reason: "claim 17", request: null });
  expect((await release()).data).toMatchObject({ hold: { request: id } });

  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  await done(officer, id, "letters", {
    ...letter,
    kind: "decision",
    text: await draft(officer, id, "decision"),
  });
  expect(await overdue(recording)).toMatchObject({ state: "kept" });
  await taken(officer, id);
  await done(officer, id, "close");
  expect((await one(recording)).hold).toBeNull();
  expect(await overdue(recording)).toMatchObject({ state: "erased" });
});

it("taken back, it holds nothing; an erasure of the same waits for it; one that is on its way is not held", async () => {
  const { number, recording } = await called(tokens.admin);
  const gone = await arrive(env, tokens.admin, sample({ number }));
  const access = await verified(officer, number);
  const erasure = await verified(officer, number, { kind: "erasure" });
  await confirmAll(officer, erasure);
  expect(await act(officer, erasure, "decide", { decision: "comply" })).toMatchObject({ why: "free" });
  expect((await read(officer, erasure)).items.map((item) => item.held)).toEqual([true, true]);
  await env.DB.prepare("DELETE FROM request_items WHERE request = ? AND ref = ?").bind(access, gone).run();
  await broughtForward(gone, "2026-01-01", ", state = 'erasing', claim = 'x'");
  await done(officer, access, "match");
  await eraseDue(env, Date.now());
  expect(await one(gone)).toMatchObject({ state: "erased" });
  await withdraw(access);
  await done(officer, erasure, "decide", { decision: "comply" });
  expect(await one(recording)).toMatchObject({ state: "erased", hold: null });
  // An erasure request holds nothing: retention may erase first.
  const next = await called(tokens.admin);
  await confirmAll(officer, await verified(officer, next.number, { kind: "erasure" }));
  expect(await overdue(next.recording)).toMatchObject({ state: "erased" });
});

it.each([
  [
    "its item was said to be another's",
    "request_items",
    "UPDATE request_items SET verdict = 'rejected' WHERE request = ?",
  ],
  [
    "the request was said to be closed",
    "requests",
    "UPDATE requests SET state = 'closed', closed_at = '2026-01-01' WHERE id = ?",
  ],
  [
    "the request was said to be of another kind",
    "requests",
    "UPDATE requests SET kind = 'complaint' WHERE id = ?",
  ],
])("where %s by the database's owner, the recording stays", async (_, table, text) => {
  const { number, recording } = await called(tokens.admin);
  const id = await verified(officer, number);
  await asOwner([table], () => env.DB.prepare(text).bind(id).run());
  expect(await overdue(recording)).toMatchObject({ state: "kept" });
  expect(await dump("kept_back")).toContainEqual(expect.objectContaining({ row: `recordings/${recording}` }));
});
