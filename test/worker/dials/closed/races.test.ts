/** What happens to closed dials while something else writes: no object that a row names goes, and nothing is lost or comes back. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { Change } from "../../../../worker/core/change.ts";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import { underNewKey } from "../../../../worker/storage/closed/left.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import type { Env } from "../../../../worker/env.ts";
import { call, DAY, dump, today, under } from "../../helpers.ts";
import { confirmAll, done } from "../../privacy-requests/kit.ts";
import {
  august,
  byDay,
  compliance,
  day,
  erase,
  EVERY,
  FIRST,
  LATER,
  named,
  objects,
  SLICE,
  slow,
  there,
} from "./kit.ts";
import { closeDials } from "./closing.ts";

august();

/** Once, something else happens before an object is listed, before it is written, or once it is read back and is not named yet. */
function meanwhile(when: "before" | "put" | "read-back", work: () => Promise<unknown>): Env {
  const isDue = { before: when === "before", put: when === "put", "read-back": false };
  const once = async (now: typeof when) => {
    const due = isDue[now];
    isDue[now] = false;
    if (due) await work();
  };
  const prepare = (text: string) => {
    if (!text.includes("INTO closed_left")) return env.DB.prepare(text);
    const bind = (...params: unknown[]) => ({
      run: async () => {
        await once("before");
        return env.DB.prepare(text)
          .bind(...params)
          .run();
      },
    });
    return { bind };
  };
  const batch: D1Database["batch"] = (statements) => env.DB.batch(statements);
  let isPut = false;
  const ARCHIVE = {
    put: async (...args: Parameters<R2Bucket["put"]>) => {
      if (!isPut) isDue["read-back"] = when === "read-back";
      isPut = true;
      await once("put");
      return env.ARCHIVE.put(...args);
    },
    get: async (key: string, options: R2GetOptions) => {
      const bytes = await (await env.ARCHIVE.get(key, options))?.arrayBuffer();
      await once("read-back");
      return bytes ? { arrayBuffer: () => Promise.resolve(bytes) } : null;
    },
    delete: (key: string) => env.ARCHIVE.delete(key),
  };
  return { ...env, DB: { prepare, batch }, ARCHIVE } as unknown as Env;
}
/** When months close again that were reopened at `LATER`. */
const AGAIN = LATER + DAY;
it("reopening beside a closing run deletes nothing that a row names", async () => {
  await closeDials(env, LATER, SLICE);
  await reopen(env, "system", LATER);
  await closeDials(
    meanwhile("read-back", () => reopen(env, "system", AGAIN)),
    AGAIN,
    SLICE,
  ).catch(() => undefined);
  await rewriteFiles(env, 0, AGAIN);
  expect(await objects()).toEqual(expect.arrayContaining(await named()));
  expect(await byDay()).toEqual(EVERY);
  // A day later what no row names goes, and that alone.
  await rewriteFiles(env, 0, AGAIN + DAY);
  expect(await objects()).toEqual(await named());
  expect(await byDay()).toEqual(EVERY);
});

it.each(["put", "read-back"] as const)(
  "reopening the last file leaves no object for an earlier Worker, nor lets a run name one (%s)",
  async (when) => {
    await closeDials(env, LATER, { ...SLICE, clock: slow() });
    const answers: unknown[] = [];
    const beside = meanwhile(when, async () => answers.push(await reopen(env, "system", LATER)));
    await expect(closeDials(beside, LATER, SLICE)).rejects.toThrow();
    expect(answers).toEqual([{ files: 0, dials: 2, recordings: 0, certificates: 0 }]);
    expect([await objects(), await named()]).toEqual([[], []]);
    expect(await byDay()).toEqual(EVERY);
    await rewriteFiles(env, 0, LATER + DAY);
    expect(await dump("closed_left")).toEqual([]);
  },
);

it("an object that arrives once it was erased, and whose run is killed, is erased again", async () => {
  let key = "";
  const killed = () => new Promise<void>(() => undefined);
  void underNewKey(
    env,
    { name: "dials", month: "2026-08", first: 1 },
    LATER,
    (its) => ((key = its), killed()),
  );
  await vi.waitFor(() => expect(key).not.toBe(""));
  expect(await reopen(env, "system", LATER)).toEqual({ files: 0, dials: 0, recordings: 0, certificates: 0 });
  await env.ARCHIVE.put(key, "it arrives");
  expect(await dump("closed_left")).toMatchObject([{ key }]);
  await rewriteFiles(env, 0, LATER + 1);
  expect([await objects(), await dump("closed_left")]).toMatchObject([[], [{ key }]]);
  await env.ARCHIVE.put(key, "it arrives once more");
  await rewriteFiles(env, 0, LATER + DAY);
  expect([await objects(), await dump("closed_left")]).toEqual([[], []]);
});

it("once no file is said to be left, no run names one, nor does another begin within a day", async () => {
  const answers: unknown[] = [];
  const beside = meanwhile("before", async () => answers.push(await reopen(env, "system", LATER)));
  await expect(closeDials(beside, LATER, SLICE)).rejects.toThrow();
  expect(answers).toEqual([{ files: 0, dials: 0, recordings: 0, certificates: 0 }]);
  expect([await named(), await objects()]).toEqual([[], []]);
  await closeDials(env, AGAIN - 1, SLICE);
  expect([await named(), await objects()]).toEqual([[], []]);
  expect(await byDay()).toEqual(EVERY);
  await closeDials(env, AGAIN, SLICE);
  expect(await named()).toHaveLength(3);
});

it("a month that is opened again beside a run is not said to be closed, and closes again", async () => {
  const get = () => ({
    commit: async (change: Change) => {
      if (change.event.code === "audit.dials-month-closed")
        while ((await reopen(env, "system", LATER)).files > 0);
      return ledgerOf(env).commit(change);
    },
  });
  const LEDGER = { idFromName: () => "x", get } as unknown as Env["LEDGER"];
  // One stays in any case.
  await env.DB.exec(
    "INSERT INTO restricted (kind, ref, request, until, id) SELECT 'dial', MAX(num), 'r', '9999', 'x' FROM dials",
  );
  await expect(closeDials({ ...env, LEDGER }, LATER, SLICE)).rejects.toThrow();
  expect([await named(), (await there()).length]).toEqual([[], 6]);
  await closeDials(env, AGAIN, SLICE);
  expect(await named()).toHaveLength(3);
  await env.DB.exec("DELETE FROM restricted");
});

it("a commit whose answer is lost keeps its object", async () => {
  const get = () => ({
    commit: async (change: Change) => {
      await ledgerOf(env).commit(change);
      throw new Error("lost");
    },
  });
  const LEDGER = { idFromName: () => "x", get } as unknown as Env["LEDGER"];
  await expect(closeDials({ ...env, LEDGER }, LATER, SLICE)).rejects.toThrow("lost");
  expect(await named()).toHaveLength(1);
  expect(await objects()).toEqual(await named());
  expect(await byDay()).toEqual(EVERY);
});

it("two runs that close at once keep apart, and none deletes what the other wrote", async () => {
  // The second has read the lines, and writes its object, once the first is done.
  const second = closeDials(
    meanwhile("before", () => closeDials(env, LATER, SLICE)),
    LATER,
    SLICE,
  );
  await expect(second).rejects.toThrow();
  await Promise.allSettled([closeDials(env, LATER, SLICE), closeDials(env, LATER, SLICE)]);
  for (const now of [LATER, LATER + 2 * DAY]) {
    await rewriteFiles(env, 0, now);
    expect(await objects()).toEqual(expect.arrayContaining(await named()));
    expect(await byDay()).toEqual(EVERY);
  }
  expect(await objects()).toEqual(await named());
});

it("an object of before that is not yet named is not named once its time is over", async () => {
  const late = meanwhile("read-back", () => rewriteFiles(env, 0, LATER + 2 * DAY));
  await expect(closeDials(late, LATER, SLICE)).rejects.toThrow();
  expect([await named(), await objects()]).toEqual([[], []]);
  expect(await byDay()).toEqual(EVERY);
});

it("two rewrites at once keep apart", async () => {
  await closeDials(env, LATER, SLICE);
  await recall(env, [`+${FIRST}`]);
  await erase(0);
  await rewriteFiles(
    meanwhile("before", () => rewriteFiles(env, 0, LATER)),
    0,
    LATER,
  ).catch(() => undefined);
  for (const now of [LATER, LATER + 2 * DAY]) {
    await rewriteFiles(env, 0, now);
    expect(await objects()).toEqual(expect.arrayContaining(await named()));
    expect(await byDay()).toEqual([1, 2, 3, 4, 5]);
  }
  expect(await objects()).toEqual(await named());
});

it("a number that is asked for while its file is written once more is there once, and not after its erasure", async () => {
  await closeDials(env, LATER, SLICE);
  await recall(env, [`+${FIRST}`]);
  await erase(0);
  await rewriteFiles(
    meanwhile("read-back", () => recall(env, [`+${FIRST + 1}`])),
    0,
    LATER,
  );
  expect(await byDay()).toEqual([1, 2, 3, 4, 5]);
  await erase(1);
  expect(await byDay()).toEqual([2, 3, 4, 5]);
  await rewriteFiles(env, 0, LATER);
  expect(await byDay()).toEqual([2, 3, 4, 5]);
  expect(await dump("closed_out")).toEqual([]);
});

it("a run that takes long stops, and the next goes on", async () => {
  await closeDials(env, LATER, { rows: 1, clock: slow() });
  expect(await named()).toHaveLength(1);
  await closeDials(env, LATER, SLICE);
  expect(await named()).toHaveLength(4);
  await recall(
    env,
    EVERY.map((n) => `+${FIRST + n}`),
  );
  await env.DB.exec("DELETE FROM dials");
  await rewriteFiles(env, 0, LATER, slow());
  expect(await named()).toHaveLength(3);
  await rewriteFiles(env, 0, LATER);
  expect(await named()).toEqual([]);
});

/** A deployment in which all closes just before an event is written, once. */
function closingBefore(code: string, dial: number): Env {
  let due = true;
  const get = () => ({
    written: () => ledgerOf(env).written(),
    archived: (...args: Parameters<ReturnType<typeof ledgerOf>["archived"]>) =>
      ledgerOf(env).archived(...args),
    commit: async (change: Change) => {
      if (due && change.event.code === code) {
        due = false;
        await closeDials(env, LATER, SLICE);
        expect(await there()).not.toContain(String(dial));
      }
      return ledgerOf(env).commit(change);
    },
  });
  return { ...env, LEDGER: { idFromName: () => "x", get } } as unknown as Env;
}

it("a call that names a dial which closes meanwhile brings it back first", async () => {
  const row = { provider: "3cx", providerId: "late", number: `+${FIRST}`, agent: "agent@example.com" };
  const { status, data } = await under(
    closingBefore("call.imported", day(0) * 64),
    "POST",
    "/v1/calls/import",
    {
      token: compliance,
      body: { rows: [{ ...row, startedAt: new Date(day(0)).toISOString(), seconds: 9 }], dryRun: false },
    },
  );
  expect([status, data]).toMatchObject([200, { results: [{ status: "added" }] }]);
  const [stored] = (await dump("calls")) as { dial: string }[];
  expect(stored!.dial).toBe(String(day(0) * 64));
  expect(await there()).toContain(stored!.dial);
});

it("a call whose agent is named later brings back its dial, though that closes meanwhile", async () => {
  const at = new Date(day(2)).toISOString();
  const row = { provider: "3cx", providerId: "named", number: `+${FIRST + 2}`, agent: "7001" };
  await call("POST", "/v1/calls/import", {
    token: compliance,
    body: { rows: [{ ...row, startedAt: at, seconds: 9 }], dryRun: false },
  });
  // Its log came before the dial did.
  await env.DB.exec("UPDATE calls SET dial = NULL");
  const { id } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<{
    id: string;
  }>())!;
  const { status, data } = await under(
    closingBefore("call.agent-said", day(2) * 64),
    "PUT",
    "/v1/calls/agents",
    { token: compliance, body: { agent: "7001", person: id } },
  );
  expect(status, JSON.stringify(data)).toBe(200);
  const stored = (await dump("calls")) as { provider_id: string; dial: string; person: string }[];
  expect(stored.find(({ provider_id }) => provider_id === "named")).toMatchObject({
    ...{ dial: String(day(2) * 64), person: id },
  });
  expect(await there()).toContain(String(day(2) * 64));
});

it("a request's search that finds a dial which closes meanwhile brings it back first", async () => {
  const entry = { kind: "erasure", name: "Dora Data", email: "dora@example.com", number: `+${FIRST + 1}` };
  const { id } = (
    await call("POST", "/v1/requests/entries", {
      token: compliance,
      body: { ...entry, channel: "email", receivedOn: today() },
    })
  ).data as { id: string };
  await done(compliance, id, "identity", { step: "clear", how: "known to us" });
  const found = await under(
    closingBefore("request.search", day(1) * 64),
    "POST",
    `/v1/requests/${id}/match`,
    {
      token: compliance,
      body: { everything: true },
    },
  );
  expect(found.status, JSON.stringify(found.data)).toBe(200);
  const items = (await dump("request_items")) as { ref: string }[];
  expect(items.map(({ ref }) => ref)).toEqual([String(day(1) * 64)]);
  expect(await there()).toContain(items[0]!.ref);
  // Should one have closed all the same, the decision brings it back before it erases.
  await env.DB.exec("UPDATE request_items SET ref = 'x' || ref");
  while ((await reopen(env, "system", LATER)).files > 0);
  await closeDials(env, AGAIN, SLICE);
  expect(await there()).not.toContain(items[0]!.ref);
  await env.DB.exec("UPDATE request_items SET ref = substr(ref, 2)");
  await confirmAll(compliance, id);
  await done(compliance, id, "decide", { decision: "comply" });
  expect(await byDay()).not.toContain(1);
  await rewriteFiles(env, 0, LATER);
  expect(await byDay()).not.toContain(1);
});
