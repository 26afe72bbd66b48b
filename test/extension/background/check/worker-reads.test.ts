import { describe, expect, it } from "vitest";
import { API } from "../../../../extension/background/api-version.ts";
import { openWorkerReads } from "../../../../extension/background/check/worker-reads.ts";
import type { Fault } from "../../../../extension/background/worker-client.ts";
import { NoAnswer } from "../../../../extension/background/worker-errors.ts";
import { NOON, stampOf } from "../../clock.ts";

/** A link that gives one answer, and fails where the answer's form is wrong, as the real one does. */
function world(answer: unknown) {
  const kept = new Map<string, unknown>();
  const asked: string[] = [];
  const told = { time: NOON, answer, before: () => {} };
  const reads = openWorkerReads({
    worker: {
      call: <T>(method: string, path: string, question: { fault?: (data: T) => Fault } = {}) => {
        asked.push(`${method} ${path}`);
        told.before();
        const wrong = question.fault?.(told.answer as T);
        if (wrong) return Promise.reject(new NoAnswer(wrong.trouble, 0, wrong.why));
        return Promise.resolve({ data: told.answer as T, from: NOON, to: NOON });
      },
    },
    storage: {
      get: <T>(key: string) => kept.get(key) as T | undefined,
      set: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
    now: () => told.time,
  });
  return { reads, asked, told, kept };
}
const changes = { seq: 7, stamp: stampOf(7), numbers: [], lists: [], reset: false };

describe("the API's version", () => {
  it("is checked once an hour, and again after any failure", async () => {
    const { reads, asked, told } = world({ api: API });
    for (const minutes of [0, 59, 60, 61]) {
      told.time = NOON + minutes * 60_000;
      await reads.checkApi(0);
    }
    expect(asked).toHaveLength(2);
    told.answer = { nonsense: true };
    await expect(reads.changes(0, 1)).rejects.toMatchObject({ trouble: "offline" });
    told.answer = { api: API };
    await reads.checkApi(0);
    expect(asked.at(-1)).toBe("GET /v1/health");
    expect(asked).toHaveLength(4);
  });
  it("that is newer than ours stops us, and one that is missing is not ClearDial's", async () => {
    await expect(world({ api: API + 1 }).reads.checkApi(0)).rejects.toMatchObject({ trouble: "too-old" });
    const { reads, kept } = world({ ok: true });
    await expect(reads.checkApi(0)).rejects.toMatchObject({ trouble: "offline" });
    expect(kept.size).toBe(0);
  });
});

describe("an answer is refused", () => {
  it.each([
    ["no stamp", { ...changes, stamp: undefined }],
    ["a stamp without lists", { ...changes, stamp: { seq: 1, policy: 1 } }],
    ["no numbers", { ...changes, numbers: null }],
    ["an older stamp", { ...changes, seq: 4 }],
  ])("changes with %s", async (_, answer) => {
    await expect(world(answer).reads.changes(0, 5)).rejects.toMatchObject({ trouble: "offline" });
  });
  it("but a smaller stamp of a restored database is taken", async () => {
    const { reads } = world({ ...changes, seq: 4, reset: true });
    expect((await reads.changes(0, 5)).data.seq).toBe(4);
  });
  it("a policy older than the stamp's", async () => {
    const { reads } = world({ version: 3, policy: {} });
    await expect(reads.policy(0, 4)).rejects.toMatchObject({ message: "an older policy than the stamp's" });
    expect((await reads.policy(0, 3)).version).toBe(3);
    await expect(world({ version: 3 }).reads.policy(0, 3)).rejects.toMatchObject({ trouble: "offline" });
  });
  it("a check with fewer results than numbers", async () => {
    const { reads } = world({ stamp: stampOf(7), results: [{}] });
    await expect(reads.check(0, ["1", "2"])).rejects.toMatchObject({ trouble: "offline" });
    expect((await reads.check(0, ["1"])).data.results).toHaveLength(1);
  });
  it("to a question of another account, asked before or answered after the change", async () => {
    const { reads, asked, told, kept } = world(changes);
    const asker = reads.asker();
    reads.reset();
    await expect(reads.changes(asker, 1)).rejects.toThrow("the account changed meanwhile");
    expect(asked).toEqual([]);
    told.before = () => reads.reset();
    kept.set("health", NOON);
    await expect(reads.changes(reads.asker(), 1)).rejects.toThrow("the account changed meanwhile");
    expect(kept.size).toBe(0);
  });
});
