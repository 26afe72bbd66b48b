/** The web worker of a push, by its messages, and what the page makes of them. */
import { afterEach, expect, it, vi } from "vitest";
import { heard, type PushState } from "../../../../extension/desk/registers/usePush.ts";
import type { FromPushWorker, ToPushWorker } from "../../../../extension/desk/registers/push-worker.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** What it says, and a way to tell it something. */
async function begin() {
  const said: FromPushWorker[] = [];
  let hear: (event: { data: ToPushWorker }) => void = () => undefined;
  vi.stubGlobal("postMessage", (message: FromPushWorker) => said.push(message));
  vi.stubGlobal("addEventListener", (_: string, listener: typeof hear) => (hear = listener));
  vi.resetModules();
  await import("../../../../extension/desk/registers/push-worker.ts");
  const last = async <K extends FromPushWorker["kind"]>(kind: K) => {
    await expect.poll(() => said.at(-1)?.kind).toBe(kind);
    return said.at(-1) as Extract<FromPushWorker, { kind: K }>;
  };
  return { tell: (data: ToPushWorker) => hear({ data }), last, said };
}

const headed = { id: "tps", version: 3, numbers: 1, asOf: "2026-11-01" };
const reads = async ({ tell, last }: Awaited<ReturnType<typeof begin>>) => {
  tell({ kind: "read", file: new File(["+441632960001\n"], "tps.txt"), region: "GB" });
  expect(await last("read")).toMatchObject({ report: { read: 1 } });
};

it("says which request failed, where what differs could not be sent", async () => {
  const worker = await begin();
  const { tell, last } = worker;
  await reads(worker);
  tell({ kind: "stage", list: "tps", asOf: "2026-11-20", turn: 1 });
  const { id } = await last("send");
  tell({ kind: "answer", id, ok: false });
  expect(await last("failed")).toEqual({ kind: "failed", id, turn: 1 });
});

it("of a date that was left it sends nothing more, and says neither what would change nor that it failed", async () => {
  const worker = await begin();
  const { tell, last, said } = worker;
  await reads(worker);
  tell({ kind: "stage", list: "tps", asOf: "2026-11-02", turn: 1 });
  const left = await last("send");
  tell({ kind: "stage", list: "tps", asOf: "2026-11-20", turn: 2 });
  await expect.poll(() => said.filter(({ kind }) => kind === "send").length).toBe(2);
  const answers = { id: 0, ok: true };
  tell({ kind: "answer", ...answers, id: left.id, data: headed });
  tell({ kind: "answer", ...answers, id: (await last("send")).id, data: headed });
  const digests = await last("send");
  expect(digests).toMatchObject({ path: "/v1/lists/tps/digests?after=-1" });
  tell({ kind: "answer", ...answers, id: digests.id, data: { version: 3, blocks: [], next: null } });
  const opens = await last("send");
  expect(opens).toMatchObject({ path: "/v1/lists/tps/uploads", body: { asOf: "2026-11-20", parent: 3 } });
  tell({ kind: "leave", turn: 3 });
  tell({ kind: "answer", id: opens.id, ok: false });
  // What comes after it shows that nothing came of it.
  tell({ kind: "read", file: new File(["+441632960002\n"], "other.txt"), region: "GB" });
  await last("read");
  const kinds = said.map(({ kind }) => kind);
  expect(kinds).not.toContain("failed");
  expect(kinds).not.toContain("staged");
  expect(kinds.filter((kind) => kind === "send").length).toBe(4);
});

it("what the page hears of a date that it left, as the message was on its way, says nothing of the one after it", () => {
  const read = {
    file: new File([], "tps.txt"),
    found: { read: 1, lines: 1, duplicates: 0, skipped: { total: 0, reasons: {}, first: [] } },
  };
  const staging: PushState = { at: "staging", ...read, asOf: "2026-11-20", share: 0 };
  const ready: PushState = { at: "ready", ...read, error: null };
  const found = { version: 3, now: 1, then: 1, added: 0, removed: 0, unchanged: false };
  for (const now of [staging, ready])
    for (const late of [
      { kind: "staged", found, turn: 1 },
      { kind: "failed", id: 7, turn: 1 },
    ] as const)
      expect(heard(now, late, 2)).toBe(now);
  const mine = { kind: "staged", found, turn: 2 } as const;
  expect(heard(staging, mine, 2)).toMatchObject({ at: "staged", asOf: "2026-11-20", compared: found });
  expect(heard(staging, { kind: "failed", id: 8, turn: 2 }, 2, "why")).toMatchObject({
    at: "ready",
    error: "why",
  });
});
