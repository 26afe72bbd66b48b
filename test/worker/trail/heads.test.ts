import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { AuditAnswer, Head, HeadsAnswer } from "../../../shared/trail/api.ts";
import type { Env } from "../../../worker/env.ts";
import { type HeadDocument, headKey } from "../../../worker/trail/head-files.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import worker from "../../../worker/index.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner, aTeam, call, dump } from "../helpers.ts";

const tokens = aTeam();
/** A deployment without the key. */
const keyless = { ...env, AUDIT_KEY: "" };
beforeEach(async () => {
  await env.DB.exec("DELETE FROM outbox");
});

/** Future days, whatever the year. */
const year = new Date().getUTCFullYear() + 1;
const day = (rest: string) => `${year}-${rest}`;
const on = (day: string) => Date.parse(`${day}T03:17:00.000Z`);
const left = async (day: string) => (await env.ARCHIVE.get(headKey(day)))!.json<HeadDocument>();
const mails = async () => (await dump("outbox")) as { recipient: string; key: string; vals: string }[];
const get = async <T>(path: string) => (await call("GET", path, { token: tokens.compliance })).data as T;
const newest = () =>
  env.DB.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first<{
    seq: number;
    hash: string;
  }>();

describe("the head of a day", () => {
  it("leaves signed to the bucket and by mail to those who watch, once, as one audited step", async () => {
    const head = (await newest())!;
    await publishHead(env, on(day("01-01")));
    const document = await left(day("01-01"));
    expect(document).toMatchObject({ day: day("01-01"), ...head, timestamp: null });
    expect(document.signed).toBe(
      `cleardial-head v1 - ${year}-01-01 ${head.seq} ${head.hash} ${year}-01-01T03:17:00.000Z`,
    );
    const key = await crypto.subtle.importKey("jwk", document.publicKey as JsonWebKey, "Ed25519", false, [
      "verify",
    ]);
    const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const holds = (line: string) =>
      crypto.subtle.verify("Ed25519", key, bytes(document.signature!), new TextEncoder().encode(line));
    expect(await holds(document.signed)).toBe(true);
    expect(await holds(`${document.signed} `)).toBe(false);

    const sent = await mails();
    expect(sent.map((m) => m.recipient).sort()).toEqual(["ada@example.com", "compliance@example.com"]);
    expect(JSON.parse((JSON.parse(sent[0]!.vals) as { document: string }).document)).toEqual(document);
    expect(await newest()).toMatchObject({ seq: head.seq + 1 });

    await publishHead(env, on(day("01-01")) + 3_600_000);
    expect(await left(day("01-01"))).toEqual(document);
    expect(await mails()).toHaveLength(2);
    expect(await newest()).toMatchObject({ seq: head.seq + 1 });
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("after a crash the one that left is the head of the day, and no second one goes out", async () => {
    const crash = {
      ...env,
      LEDGER: { idFromName: () => "x", get: () => ({ commit: () => Promise.reject(new Error("killed")) }) },
    } as unknown as Env;
    await expect(publishHead(crash, on(day("01-02")))).rejects.toThrow("killed");
    const document = await left(day("01-02"));
    await call("GET", "/v1/people", { token: tokens.admin }); // the trail goes on
    await publishHead(env, on(day("01-02")) + 3_600_000);
    expect(await left(day("01-02"))).toEqual(document);
    expect(await get<Head>(`/v1/audit/heads/${year}-01-02`)).toMatchObject({ seq: document.seq });
  });

  it("without a key it leaves unsigned, and says so; with a bad one too, and the run fails", async () => {
    await publishHead(keyless, on(day("01-03")));
    await expect(publishHead({ ...env, AUDIT_KEY: "AAAA" }, on(day("01-04")))).rejects.toThrow();
    for (const each of [day("01-03"), day("01-04")])
      expect(await left(each)).toMatchObject({ signature: null, key: null, publicKey: null });
    const { heads, publicKey } = await get<HeadsAnswer>("/v1/audit/heads");
    expect(publicKey).toMatchObject({ crv: "Ed25519" });
    expect(heads.map((h) => [h.day, h.signature !== null, h.timestamped])).toEqual([
      [day("01-04"), false, false],
      [day("01-03"), false, false],
      [day("01-02"), true, false],
      [day("01-01"), true, false],
    ]);
    expect((await call("GET", `/v1/audit/heads/${year}-02-01`, { token: tokens.admin })).status).toBe(404);
  });

  it("names the company in one word", async () => {
    const { data } = await call("GET", "/v1/policy", { token: tokens.manager });
    const { policy, version } = data as { policy: { identity: object }; version: number };
    const saved = await call("PUT", "/v1/policy", {
      token: tokens.manager,
      body: {
        policy: {
          ...policy,
          identity: { ...policy.identity, company: "A & B Ltd", address: "1 Test Street" },
        },
        why: "test",
      },
      headers: { "if-match": `"${version}"` },
    });
    expect([saved.status, saved.data]).toMatchObject([200, {}]);
    await publishHead(env, on(day("01-05")));
    expect((await left(day("01-05"))).signed).toMatch(
      /^cleardial-head v1 A%20%26%20B%20Ltd \d{4}-01-05 \d+ /,
    );
  });
});

describe("by the clock", () => {
  const run = (cron: string, day: string, own: Env = env) =>
    worker.scheduled(createScheduledController({ cron, scheduledTime: new Date(on(day)) }), own);

  // Cloudflare's mail was there from the start, so that it is a recipient.
  beforeAll(() => adoptRecipients({ ...env, EMAIL: {} as SendEmail, MAIL_FROM: "a@example.com" }));

  it("the daily run does all of its jobs", async () => {
    await run("17 3 * * *", day("03-01"));
    expect((await get<HeadsAnswer>("/v1/audit/heads")).heads[0]).toMatchObject({ day: day("03-01") });
    // The archive comes last but one: what was on the trail before is in it.
    const isOnTrail = async (code: string) => {
      for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null;) {
        const page: AuditAnswer = await get(`/v1/audit?code=${code}&before=${next}`);
        if (page.rows.length > 0) return true;
        next = page.next;
      }
      return false;
    };
    for (const code of ["audit.archived", "reminder.sent"]) expect(await isOnTrail(code), code).toBe(true);
    expect(await dump("invites")).toEqual([]); // swept
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("the other one sends mail and does nothing else", async () => {
    const sent: unknown[] = [];
    const EMAIL = { send: (m: unknown) => Promise.resolve(void sent.push(m)) } as unknown as SendEmail;
    await publishHead(env, on(day("03-02")));
    const before = await dump("audit");
    await run("*/5 * * * *", day("03-03"), { ...env, EMAIL, MAIL_FROM: "a@example.com" });
    expect(sent).toHaveLength(2);
    expect(await dump("audit")).toEqual(before);
  });

  it("a job that fails stops no other, and the run says which failed", async () => {
    const quiet = vi.spyOn(console, "error").mockReturnValue();
    const ARCHIVE = { put: () => Promise.reject(new Error("away")), get: () => Promise.resolve(null) };
    const sent: string[] = [];
    const EMAIL = { send: ({ subject }: { subject: string }) => Promise.resolve(void sent.push(subject)) };
    const own = { ...env, ARCHIVE, EMAIL, MAIL_FROM: "a@example.com" } as unknown as Env;
    await expect(run("17 3 * * *", day("05-01"), own)).rejects.toThrow("failed: head, statements, archive");
    expect(quiet.mock.calls.map((c) => c[0] as string)).toEqual(["head", "statements", "archive"]);
    quiet.mockRestore();
    // Sent after the others failed; the sweep comes after that.
    expect(sent.filter((subject) => subject.includes("TPS"))).not.toEqual([]);
    expect((await mails()).filter((m) => m.key.startsWith("list-age:"))).toEqual([]);
  });
});

describe("the bucket's heads", () => {
  it("a document that somebody else laid there is not published as ours", async () => {
    const then = day("11-01");
    await publishHead(env, on(then));
    const next = day("11-02");
    const other = { ...(await left(then)), day: next, hash: "0".repeat(64) };
    for (const laid of [other, { ...(await left(then)), day: next }, "no document"]) {
      await env.ARCHIVE.put(headKey(next), JSON.stringify(laid));
      const head = await newest();
      await publishHead(env, on(next));
      expect(await left(next)).toMatchObject({ day: next, ...head });
      await asOwner(["heads"], () => env.DB.prepare("DELETE FROM heads WHERE day = ?").bind(next).run());
      await env.ARCHIVE.delete(headKey(next));
    }
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("a head that is another one in the bucket, and rows cut off with theirs: the chain does not hold", async () => {
    const then = day("11-01");
    const document = await left(then);
    await env.ARCHIVE.put(headKey(then), JSON.stringify({ ...document, hash: "0".repeat(64) }));
    expect(await verify(env)).toMatchObject({ ok: false, brokenAt: document.seq });
    await env.ARCHIVE.put(headKey(then), JSON.stringify(document));
    expect(await verify(env)).toMatchObject({ ok: true });
    await asOwner(["audit", "heads"], async () => {
      await env.DB.prepare("DELETE FROM heads WHERE day = ?").bind(then).run();
      await env.DB.prepare("DELETE FROM audit_payload WHERE seq >= ?").bind(document.seq).run();
      await env.DB.prepare("DELETE FROM audit WHERE seq >= ?").bind(document.seq).run();
    });
    expect(await verify(env)).toMatchObject({ ok: false, length: document.seq - 1 });
  });
});
