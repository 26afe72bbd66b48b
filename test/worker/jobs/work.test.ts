/** Work from queues: mails, webhooks and CRMs; what waits, what is late, what failed, and who sends it again. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Failed, type WorkAnswer, workKind, type WorkKind } from "../../../shared/jobs/api.ts";
import { workEn } from "../../../shared/texts/jobs/desk.en.ts";
import type { Env } from "../../../worker/env.ts";
import { kinds } from "../../../worker/jobs/kinds.ts";
import { tellLate } from "../../../worker/jobs/late.ts";
import { sendMails } from "../../../worker/mail/outbox.ts";
import { sendHooks } from "../../../worker/webhooks/send.ts";
import { aTeam, call, DAY, dump, MINUTE } from "../helpers.ts";
import { arrive, broughtForward, sample, standIn } from "../recordings/kit.ts";
import { delivered, Queues } from "./work-queue.ts";

const HOUR = 60 * MINUTE;
const tokens = aTeam();
let queues: Queues;
let now: number;
const clock = () => now;
beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  [queues, now] = [new Queues(), Date.now()];
  await env.DB.exec(
    "DELETE FROM outbox; DELETE FROM webhook_deliveries; DELETE FROM webhooks; DELETE FROM turned; DELETE FROM work_late",
  );
});
afterEach(() => vi.unstubAllGlobals());

const get = async (token = tokens.admin) =>
  new Map(((await call("GET", "/v1/work", { token })).data as WorkAnswer).work.map((row) => [row.kind, row]));
const failedOf = async (kind: WorkKind) =>
  ((await call("GET", `/v1/work/${kind}/failed`, { token: tokens.admin })).data as { failed: Failed[] })
    .failed;
const leave = (kind: WorkKind, ids: string[], token = tokens.admin) =>
  call("POST", `/v1/work/${kind}/leave`, { token, body: { ids, reason: "Nobody reads there" } });
const again = (kind: WorkKind, ids: string[], token = tokens.admin) =>
  call("POST", `/v1/work/${kind}/again`, { token, body: { ids } });

describe("mail", () => {
  const put = (n: number, state = "waiting", at = now) =>
    env.DB.batch(
      Array.from({ length: n }, (_, i) =>
        env.DB.prepare(
          "INSERT INTO outbox (id, key, template, recipient, vals, state, at, due) VALUES (?1, ?1, 'head', ?2, ?3, ?4, ?5, ?5)",
        ).bind(
          `${state}-${i}`,
          `p${i}@example.com`,
          JSON.stringify({ day: "2026-11-01", seq: i, document: "" }),
          ...[state, new Date(at).toISOString()],
        ),
      ),
    );
  /** A Worker whose mail service takes some milliseconds, or fails. */
  const posting = (sent: string[], fails = () => false): Env =>
    queues.on({
      ...env,
      MAIL_FROM: "dial@example.com",
      EMAIL: {
        send: ({ to }: { to: string }) => {
          if (fails()) throw new Error("550");
          sent.push(to);
          return Promise.resolve();
        },
      } as unknown as SendEmail,
    });

  it("all that is due is sent, however much: each once, though messages come twice or are lost", async () => {
    const sent: string[] = [];
    const own = posting(sent);
    await put(120);
    await sendMails(own, clock);
    await sendMails(own, clock);
    expect(queues.sent.flatMap(({ ids }) => ids)).toHaveLength(120);
    const [lost, twice] = queues.sent.splice(0, 2);
    await Promise.all([1, 2].map(() => delivered(own, twice!, clock)));
    await queues.deliver(own, clock, 2);
    expect(new Set(sent).size).toBe(110);
    expect(sent).toHaveLength(110);
    now += HOUR;
    await sendMails(own, clock);
    expect(queues.sent.flatMap(({ ids }) => ids).sort()).toEqual(lost!.ids.toSorted());
    await queues.deliver(own, clock);
    expect(new Set(sent).size).toBe(120);
  });

  it("one that failed is tried by the queue again after its pause, not before", async () => {
    const sent: string[] = [];
    let fails = true;
    const own = posting(sent, () => fails);
    await put(1);
    await sendMails(own, clock);
    await queues.deliver(own, clock);
    fails = false;
    now += MINUTE;
    await sendMails(own, clock);
    expect(queues.sent).toEqual([]);
    now += 2 * MINUTE;
    await sendMails(own, clock);
    await queues.deliver(own, clock);
    expect(sent).toHaveLength(1);
  });

  it("what failed for good is listed, and sent again by an administrator, on the trail", async () => {
    await put(2, "failed");
    expect((await get()).get("mail")).toMatchObject({ waiting: 0, failed: 2 });
    expect(await failedOf("mail")).toMatchObject([{ id: "failed-0", what: "head" }, { id: "failed-1" }]);
    expect((await again("mail", ["failed-0", "none"])).data).toEqual({ again: 1 });
    expect(await failedOf("mail")).toMatchObject([{ id: "failed-1" }]);
    expect((await get()).get("mail")).toMatchObject({ waiting: 1, failed: 1 });
    expect(((await dump("audit")) as { code: string }[]).at(-2)).toMatchObject({
      code: "work.sent-again",
      subject: "mail",
    });
    expect((await again("mail", ["failed-0"])).status).toBe(404);
  });

  it("what failed says for whom and since when; left out with a reason, it is never sent", async () => {
    await put(2, "failed", now - HOUR);
    const since = new Date(now - HOUR).toISOString();
    expect(await failedOf("mail")).toMatchObject([{ to: "p0@example.com", since }, { to: "p1@example.com" }]);
    const bare = { token: tokens.admin, body: { ids: ["failed-0"] } };
    expect((await call("POST", "/v1/work/mail/leave", bare)).status).toBe(422);
    expect((await leave("mail", ["failed-0"], tokens.compliance)).status).toBe(403);
    expect((await leave("mail", ["failed-0", "none"])).data).toEqual({ left: 1 });
    const [row] = (await dump("outbox")) as { state: string; vals: string | null }[];
    expect(row).toMatchObject({ state: "expired", vals: null });
    expect(await failedOf("mail")).toMatchObject([{ id: "failed-1" }]);
    const [event] = ((await dump("audit")) as { seq: number; code: string }[]).filter(
      ({ code }) => code === "work.left-out",
    );
    const said = await env.DB.prepare("SELECT payload FROM audit_payload WHERE seq = ?")
      .bind(event!.seq)
      .first();
    expect(JSON.parse((said as { payload: string }).payload)).toEqual({
      ids: ["failed-0"],
      reason: "Nobody reads there",
    });
    expect((await leave("mail", ["failed-0"])).status).toBe(404);
    expect((await again("mail", ["failed-0"])).status).toBe(404);
  });
});

it("a webhook's messages go to each address by itself, and one that was turned off is sent all since", async () => {
  const own = queues.on(env);
  const add = async (host: string) =>
    (
      await call("POST", "/v1/webhooks", {
        token: tokens.admin,
        body: { url: `https://${host}.example.com/` },
      })
    ).data as { id: string };
  const [good, bad] = [await add("good"), await add("bad")];
  await env.DB.prepare(
    `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at)
     VALUES (442079460000, 'clear', 'blocked', 'tps', 1, ?)`,
  )
    .bind(new Date(now).toISOString())
    .run();
  const arrived: string[] = [];
  let down = true;
  standIn(({ url }) => {
    const { hostname } = new URL(url);
    if (!hostname.endsWith(".example.com")) return null;
    if (hostname.startsWith("bad") && down) return new Response("gone", { status: 410 });
    arrived.push(hostname);
    return new Response("ok");
  });
  await sendHooks(own, clock);
  expect(queues.sent.map(({ ids }) => ids).sort()).toEqual([[good.id], [bad.id]].sort());
  const twice = queues.sent.map((work) => ({ ...work }));
  await queues.deliver(own, clock, 2);
  queues.sent.push(...twice);
  await queues.deliver(own, clock);
  expect(arrived).toEqual(["good.example.com"]);
  await sendHooks(own, clock);
  expect(queues.sent).toEqual([]);

  expect(await failedOf("webhooks")).toMatchObject([{ id: bad.id, what: "https://bad.example.com/" }]);
  down = false;
  expect((await again("webhooks", [bad.id])).status).toBe(200);
  now += MINUTE;
  await sendHooks(own, clock);
  await queues.deliver(own, clock);
  expect(arrived).toEqual(["good.example.com", "bad.example.com"]);
  expect(await failedOf("webhooks")).toEqual([]);

  // Left out, it stays off, and is listed again only if it is turned off anew.
  const off = (at: number) =>
    env.DB.prepare("UPDATE webhooks SET off_at = ?, off_why = 'gone' WHERE id = ?")
      .bind(new Date(at).toISOString(), bad.id)
      .run();
  await off(now - MINUTE);
  expect((await failedOf("webhooks"))[0]).toMatchObject({ since: new Date(now - MINUTE).toISOString() });
  expect((await leave("webhooks", [bad.id])).data).toEqual({ left: 1 });
  expect(await failedOf("webhooks")).toEqual([]);
  expect((await get()).get("webhooks")).toMatchObject({ failed: 0 });
  expect(await dump("webhooks")).toMatchObject([{ id: good.id, off_at: null }, { off_why: "gone" }]);
  await off(Date.now() + MINUTE);
  expect(await failedOf("webhooks")).toHaveLength(1);
});

it("a CRM that was turned off is not tried, and not listed", async () => {
  const add = (id: string, active: number) =>
    env.DB.prepare(
      `INSERT INTO connectors (id, kind, name, setup, way, secret, active, tried_at, failures, error, by, at)
       VALUES (?1, 'zoho', ?1, '{}', 'oauth', '', ?2, '2026-01-01', 4, 'zoho: 500', 'x', '2026-01-01')`,
    )
      .bind(id, active)
      .run();
  await add("on", 1);
  await add("off", 0);
  expect(await failedOf("marks")).toMatchObject([{ id: "on", what: "on", to: null, error: "zoho: 500" }]);
  await env.DB.exec("DELETE FROM connectors");
});

describe("recordings", () => {
  it("what failed is sent again by compliance too, who see nothing of other kinds", async () => {
    const id = await arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: "one" } }));
    await broughtForward(id, "2026-01-01");
    await env.DB.prepare(
      "UPDATE recordings SET failures = 4, error = 'r2: 500', due = '2099-01-01' WHERE id = ?",
    )
      .bind(id)
      .run();
    const seen = await get(tokens.compliance);
    expect([...seen.keys()]).toEqual(["erasure", "files", "copies"]);
    expect(seen.get("erasure")).toMatchObject({ waiting: 1, oldest: "2026-01-01T00:00:00.000Z", failed: 1 });
    for (const kind of ["mail", "webhooks", "marks"] as const) {
      expect((await again(kind, [id], tokens.compliance)).status).toBe(403);
      const path = `/v1/work/${kind}/failed`;
      expect((await call("GET", path, { token: tokens.compliance })).status).toBe(403);
    }
    expect(await failedOf("erasure")).toMatchObject([{ id, what: "r2", failures: 4, error: "r2: 500" }]);
    expect((await again("erasure", [id], tokens.compliance)).data).toEqual({ again: 1 });
    // It stays on the list until it is gone: only a certificate says so.
    expect(await failedOf("erasure")).toMatchObject([{ id, due: null, since: "2026-01-01T00:00:00.000Z" }]);
    // Nobody leaves an erasure out, nor what a CRM must be told.
    for (const kind of ["erasure", "marks"] as const)
      expect((await leave(kind, [id])).data).toMatchObject({ status: 409, code: "work-stays" });
  });
});

describe("what waits too long", () => {
  const run = (text: string, ...params: (string | number)[]) =>
    env.DB.prepare(text)
      .bind(...params)
      .run();
  const turned = (at: string) =>
    run(
      `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at)
       VALUES (442079460000, 'clear', 'blocked', 'tps', 1, ?)`,
      at,
    );
  const connector = () =>
    run(
      `INSERT INTO connectors (num, id, kind, name, setup, way, secret, active, tried_at, by, at)
       VALUES (900, 'crm', 'zoho', 'CRM', '{}', 'oauth', '', 1, '2026-01-01', 'x', '2026-01-01')`,
    );
  const request = async (at: string): Promise<string> => {
    const { data } = await call("POST", "/v1/requests/entries", {
      token: tokens.compliance,
      body: {
        ...{ kind: "access", channel: "email", receivedOn: at.slice(0, 10), name: "Dora Data" },
        ...{ number: "+442079460958", email: "dora@example.com" },
      },
    });
    return (data as { id: string }).id;
  };
  /** One that waits since a moment (ISO 8601). */
  const waits: Record<WorkKind, (at: string) => Promise<unknown>> = {
    erasure: async (at) => {
      const key = `late/${Math.random()}`;
      const id = await arrive(env, tokens.admin, sample({ storage: { kind: "r2", key } }));
      await broughtForward(id, "2026-01-01", `, waits_until = '${at}'`);
    },
    files: async (at) => {
      await run(
        `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
         VALUES ('late', ?1, 'scan', 'r2-files', 'requests/late', '', 'image/png', 1, 'x', ?2)`,
        ...[await request(at), at],
      );
      await run(
        "INSERT INTO file_erasures (file, store, since, due) VALUES ('late', 'r2-files', ?1, ?1)",
        at,
      );
    },
    mail: (at) =>
      run(
        `INSERT INTO outbox (id, key, template, recipient, vals, state, at, due)
         VALUES ('late', 'late', 'head', 'p@example.com', '{}', 'waiting', ?1, ?1)`,
        at,
      ),
    webhooks: async (at) => {
      await run(
        `INSERT INTO webhooks (id, url, secret, by, at, since, told)
         SELECT 'late', 'https://late.example.com/', '', id, ?, 0, 0 FROM people LIMIT 1`,
        at,
      );
      await turned(at);
    },
    marks: async (at) => {
      await connector();
      await run(
        `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
         VALUES (900, 'contacts', '7', 'phone', 0, 442079460000, 'clear', ?, 1)`,
        at,
      );
      await turned(at);
    },
    runs: async (at) => {
      await connector();
      await run(
        `INSERT INTO connector_runs (id, connector, trial, state, by, at, moved_at)
         VALUES ('late', 900, 0, 'running', 'x', ?1, ?1)`,
        at,
      );
    },
    copies: async (at) => {
      await run(
        `INSERT INTO copy_parts (id, request, copy, part, parts, refs, first_at, last_at, by, origin, at, due)
         VALUES ('late', ?1, 'copy', 1, 1, '[]', ?2, ?2, 'x', '', ?2, ?2)`,
        ...[await request(at), at],
      );
    },
  };

  it.each(workKind.options)(
    "of %s: people get one mail a day, once that has lasted for an hour; and the list says since when",
    async (kind) => {
      const mails = async () =>
        ((await dump("outbox")) as { template: string; vals: string; recipient: string }[]).filter(
          ({ template, vals }) => template === "work-late" && vals.includes(workEn.kinds[kind]),
        );
      const { limit } = kinds[kind];
      await run("UPDATE recordings SET erase_after = '2099-01-01'");
      await waits[kind](new Date(now - limit + MINUTE).toISOString());
      await tellLate(env, now);
      expect((await get()).get(kind)).toMatchObject({ waiting: 1, late: null });
      const since = now + 2 * MINUTE;
      await tellLate(env, since);
      expect((await get()).get(kind)).toMatchObject({ late: new Date(since).toISOString() });
      await tellLate(env, since + HOUR - MINUTE);
      expect(await mails()).toEqual([]);
      for (const later of [0, 5 * MINUTE]) await tellLate(env, since + HOUR + later);
      expect((await mails()).map(({ recipient }) => recipient).sort()).toEqual([
        "ada@example.com",
        "compliance@example.com",
      ]);
      await env.DB.exec(
        "UPDATE recordings SET erase_after = '2099-01-01'; DELETE FROM outbox; DELETE FROM turned; DELETE FROM connectors; DELETE FROM copy_parts; DELETE FROM file_erasures",
      );
      await tellLate(env, now + DAY);
      expect((await get()).get(kind)).toMatchObject({ late: null, waiting: 0, oldest: null });
    },
  );
});
