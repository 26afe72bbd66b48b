/** What happens to closed dials while something else writes: no object that a row names goes, and nothing is lost or comes back. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import type { DialsAnswer } from "../../../../shared/dials/api.ts";
import type { Change } from "../../../../worker/core/change.ts";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import { dialsBound } from "../../../../worker/dials/bound.ts";
import { closeDials } from "../../../../worker/dials/closed/close.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { reopen, rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import { closedRows } from "../../../../worker/dials/closed/verified.ts";
import type { Env } from "../../../../worker/env.ts";
import { scheduled } from "../../../../worker/jobs/scheduled.ts";
import { call, DAY, dump, MINUTE, newTeam, today, under } from "../../helpers.ts";
import { done } from "../../privacy-requests/kit.ts";

const LATER = Date.UTC(2026, 10, 20);
const FIRST = 442079460950;
const EACH = 6;
const SLICE = { rows: 2 };
let compliance: string;

const day = (n: number) => Date.UTC(2026, 7, 3 + n);
beforeAll(async () => {
  ({ compliance } = await newTeam());
  await env.DB.prepare(
    `INSERT INTO dial_texts (num, month, text) VALUES (1, '2026-08', '[]'),
       (2, '2026-08', '{"host":"crm.example.com","purpose":"general"}'), (3, '2026-08', '{"policy":1,"lists":[]}')`,
  ).run();
});
beforeEach(async () => {
  for (const key of await objects()) await env.ARCHIVE.delete(key);
  await env.DB.batch(
    ["dials", "closed_files", "closed_numbers", "closed_calls", "closed_out", "closed_left"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
  await env.DB.exec("DELETE FROM marks WHERE name = 'dials-closed'");
  await env.DB.batch(
    Array.from({ length: EACH }, (_, n) =>
      env.DB.prepare(
        `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons,
           state, salt_high, salt_low, code, written, layer, medium)
         SELECT ?1, p.num, ?2, 0, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0 FROM people p WHERE p.role = 'agent'`,
      ).bind(day(n) * 64, FIRST + n),
    ),
  );
});

/** Once, something else happens before an object is written, or once it is read back and is not named yet. */
function meanwhile(when: "before" | "read-back", work: () => Promise<unknown>): Env {
  const isDue = { before: when === "before", "read-back": false };
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
/** Something else happens around the first reading of a file. */
function whileRead(when: "before" | "after", work: () => Promise<unknown>): Env {
  let isDue = true;
  const get = async (key: string, options: R2GetOptions) => {
    const once = async (now: typeof when) => {
      if (!isDue || now !== when) return;
      isDue = false;
      await work();
    };
    await once("before");
    const bytes = await (await env.ARCHIVE.get(key, options))?.arrayBuffer();
    await once("after");
    return bytes ? { arrayBuffer: () => Promise.resolve(bytes) } : null;
  };
  return { ...env, ARCHIVE: { get } } as unknown as Env;
}
/** Everything that a search by day finds, page after page. */
async function byDay(own: Env = env): Promise<number[]> {
  const all: number[] = [];
  for (let after = ""; ;) {
    const { status, data } = await under(own, "GET", `/v1/dials?from=2026-08-01&to=2026-08-31${after}`, {
      token: compliance,
    });
    expect(status, JSON.stringify(data)).toBe(200);
    const page = data as DialsAnswer;
    all.push(...page.dials.map(({ number }) => Number(number!.slice(1)) - FIRST));
    if (page.next === null) return all.sort();
    after = `&after=${page.next}`;
  }
}
const there = async () => ((await dump("dials")) as { num: number }[]).map(({ num }) => String(num));
const objects = async () =>
  (await env.ARCHIVE.list({ prefix: "dials/" })).objects.map(({ key }) => key).sort();
const named = async () => ((await dump("closed_files")) as { key: string }[]).map(({ key }) => key).sort();
const EVERY = [0, 1, 2, 3, 4, 5];

it("reopening beside a closing run deletes nothing that the run then names", async () => {
  await closeDials(env, LATER, SLICE);
  await reopen(env, "system", LATER);
  await closeDials(
    meanwhile("read-back", () => reopen(env, "system", LATER)),
    LATER,
    SLICE,
  ).catch(() => undefined);
  await rewriteFiles(env, 0, LATER);
  expect(await objects()).toEqual(expect.arrayContaining(await named()));
  expect(await byDay()).toEqual(EVERY);
  // A day later what no row names goes, and that alone.
  await rewriteFiles(env, 0, LATER + 2 * DAY);
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

const erase = (n: number) =>
  env.DB.prepare("DELETE FROM dials WHERE number = ?")
    .bind(FIRST + n)
    .run();

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

/** A clock that a reading of it puts on by two minutes. */
const slow = () => {
  let at = LATER;
  return () => (at += 2 * MINUTE);
};

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

const rewritten = () =>
  recall(env, [`+${FIRST}`])
    .then(() => erase(0))
    .then(() => rewriteFiles(env, 0, LATER));

it("a search finds each dial once while files are written once more, their dials come back, and others close", async () => {
  const one = () => closeDials(env, LATER, { ...SLICE, clock: slow() });
  await one();
  expect(await byDay(whileRead("before", one))).toEqual(EVERY);
  expect(await byDay(whileRead("after", one))).toEqual(EVERY);
  expect(await named()).toHaveLength(3);
  expect(await byDay(whileRead("after", () => recall(env, [`+${FIRST + 4}`])))).toEqual(EVERY);
  expect(await byDay(whileRead("before", () => recall(env, [`+${FIRST + 5}`])))).toEqual(EVERY);
  await recall(env, [`+${FIRST}`]);
  await erase(0);
  expect(await byDay(whileRead("before", () => rewriteFiles(env, 0, LATER)))).toEqual([1, 2, 3, 4, 5]);
  expect(await byDay(whileRead("before", () => reopen(env, "system", LATER)))).toEqual([1, 2, 3, 4, 5]);
});

it("a number is recalled from a file that is written once more, or comes back, meanwhile", async () => {
  await closeDials(env, LATER, SLICE);
  await recall(whileRead("before", rewritten), [`+${FIRST + 1}`]);
  expect(await there()).toEqual([String(day(1) * 64)]);
  await recall(
    whileRead("before", () => reopen(env, "system", LATER)),
    [`+${FIRST + 5}`],
  );
  expect(await there()).toContain(String(day(5) * 64));
});

it("verifying looks again before it says that a dial is lost, or its file", async () => {
  await closeDials(env, LATER, SLICE);
  const rows = closedRows(dialsBound.select);
  const none = { unread: [], unnumbered: [] };
  expect(await rows.after(whileRead("before", rewritten), "0", 50)).toMatchObject(none);
  expect(
    await rows.after(
      whileRead("before", () => recall(env, [`+${FIRST + 2}`])),
      "0",
      50,
    ),
  ).toMatchObject(none);
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
});

it("is the last job of the night", async () => {
  await scheduled({ cron: "17 3 * * *", scheduledTime: Date.now() }, env).catch(() => undefined);
  const { results } = await env.DB.prepare("SELECT job, ran, failing FROM clock_jobs").all<{
    job: string;
    ran: string;
  }>();
  const ran = results.map((one) => one.ran ?? "").sort();
  expect(results.find(({ job }) => job === "closing")!.ran).toBe(ran.at(-1));
});
