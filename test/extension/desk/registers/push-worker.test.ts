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
  return { tell: (data: ToPushWorker) => hear({ data }), last };
}

it("says that a file could not be compared, where the Worker gives no answer", async () => {
  const { tell, last } = await begin();
  tell({ kind: "read", file: new File(["+441632960001\n"], "tps.txt"), region: "GB" });
  expect(await last("read")).toMatchObject({ report: { read: 1 } });
  tell({ kind: "compare", list: "tps" });
  const { id } = await last("send");
  tell({ kind: "answer", id, ok: false });
  expect(await last("compared")).toEqual({ kind: "compared", found: "unknown" });
});
