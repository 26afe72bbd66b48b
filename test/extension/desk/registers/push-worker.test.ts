/** The web worker of a push, by its messages. */
import { afterEach, expect, it, vi } from "vitest";
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
  tell({ kind: "stage", list: "tps", asOf: "2026-11-20" });
  const { id } = await last("send");
  tell({ kind: "answer", id, ok: false });
  expect(await last("failed")).toEqual({ kind: "failed", id });
});

it("of a date that was left it sends nothing more, and says neither what would change nor that it failed", async () => {
  const worker = await begin();
  const { tell, last, said } = worker;
  await reads(worker);
  tell({ kind: "stage", list: "tps", asOf: "2026-11-02" });
  const left = await last("send");
  tell({ kind: "stage", list: "tps", asOf: "2026-11-20" });
  await expect.poll(() => said.filter(({ kind }) => kind === "send").length).toBe(2);
  const answers = { id: 0, ok: true };
  tell({ kind: "answer", ...answers, id: left.id, data: headed });
  tell({ kind: "answer", ...answers, id: (await last("send")).id, data: headed });
  const digests = await last("send");
  expect(digests).toMatchObject({ path: "/v1/lists/tps/digests?after=-1" });
  tell({ kind: "answer", ...answers, id: digests.id, data: { version: 3, blocks: [], next: null } });
  const opens = await last("send");
  expect(opens).toMatchObject({ path: "/v1/lists/tps/uploads", body: { asOf: "2026-11-20", parent: 3 } });
  tell({ kind: "leave" });
  tell({ kind: "answer", id: opens.id, ok: false });
  // What comes after it shows that nothing came of it.
  tell({ kind: "read", file: new File(["+441632960002\n"], "other.txt"), region: "GB" });
  await last("read");
  const kinds = said.map(({ kind }) => kind);
  expect(kinds).not.toContain("failed");
  expect(kinds).not.toContain("staged");
  expect(kinds.filter((kind) => kind === "send").length).toBe(4);
});
