/**
 * The database fails once, at each statement in turn, while the clock or a queue does its work: nothing is half done, the same work
 * comes again and does what is left, and nothing is done twice that may be done once.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { mail, sendMails } from "../../../worker/mail/outbox.ts";
import { sendErasures } from "../../../worker/recordings/erasure-queue.ts";
import { agreedOf } from "../../../worker/trail/agreed.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { record } from "../../../worker/core/commit.ts";
import { sendHooks } from "../../../worker/webhooks/send.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call, DAY, daysAgo, MINUTE, MONTH } from "../helpers.ts";
import { Queues } from "../jobs/work-queue.ts";
import { arrive, broughtForward, sample, standIn } from "../recordings/kit.ts";
import { dated } from "../trail/kit.ts";
import { tokens, withTeam } from "../privacy-requests/kit.ts";
import { failEach, type Job } from "./faults-kit.ts";

withTeam();
beforeAll(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

const first = async <T>(text: string, ...params: (string | number)[]) =>
  (await env.DB.prepare(text)
    .bind(...params)
    .first<T>())!;

const jobs: Job[] = [
  {
    name: "an erasure: its claim, the store, its certificate",
    pause: 7 * 60 * MINUTE,
    make: async (nth) => {
      const key = `fault-${nth}.mp3`;
      const id = await arrive(env, tokens.admin, sample({ storage: { kind: "r2", key } }));
      await broughtForward(id, daysAgo(1));
      const queues = new Queues();
      return {
        run: async (own, now) => {
          await sendErasures(queues.on(own), now);
          await queues.deliver(queues.on(own), () => now);
        },
        left: async () => {
          const row = await first<
            { state: string; claim: string | null } & Record<"certified" | "said", number>
          >(
            `SELECT state, claim, (SELECT COUNT(*) FROM certificates WHERE recording = ?1) AS certified,
               (SELECT COUNT(*) FROM audit WHERE code = 'recording.erased' AND subject = ?1) AS said
             FROM recordings WHERE id = ?1`,
            id,
          );
          const isOver = Number(row.state === "erased");
          expect([row.certified, row.said]).toEqual([isOver, isOver]);
          const isThere = (await env.RECORDINGS!.head(key)) !== null;
          if (isOver) expect(isThere).toBe(false);
          if (row.state === "erasing")
            expect(
              await first(
                "SELECT COUNT(*) AS n FROM audit WHERE code = 'recording.erasing' AND subject = ?",
                row.claim!,
              ),
            ).toEqual({ n: 1 });
          const { was } = (await env.DB.prepare("SELECT was FROM certificates WHERE recording = ?")
            .bind(id)
            .first<{ was: string | null }>()) ?? { was: null };
          // Its object went by us: nobody is told that it was missing.
          expect(was).not.toBe("missing");
          return { state: row.state, isThere };
        },
      };
    },
    done: { state: "erased", isThere: false },
  },
  {
    name: "a mail: its claim, the service, what was disclosed",
    pause: 2 * 60 * MINUTE,
    make: async (nth) => {
      const to = `fault-${nth}@example.com`;
      const values = { name: "Ann", company: "Example", link: "https://x.test/join#code=cdi_s" };
      await record(env, {
        actor: "system",
        event: { code: "test", subject: "", payload: null },
        statements: [mail({ template: "invite", to, values, key: to })],
      });
      let sent = 0;
      const EMAIL = {
        send: (m: { to: string }) => {
          sent += Number(m.to === to);
          return Promise.resolve();
        },
      } as unknown as SendEmail;
      const counted = async () =>
        (await first<{ n: number | null }>("SELECT SUM(times) AS n FROM disclosures WHERE kind = 'mail'"))
          .n ?? 0;
      const before = await counted();
      const queues = new Queues();
      return {
        run: async (plain, now) => {
          const own = queues.on({ ...plain, MAIL_FROM: "ClearDial <dial@example.com>", EMAIL });
          await sendMails(own, () => now);
          await queues.deliver(own, () => now);
        },
        left: async () => {
          const row = await first<{ state: string; vals: string | null }>(
            "SELECT state, vals FROM outbox WHERE key = ?",
            to,
          );
          const isSent = row.state === "sent";
          expect([row.vals === null, (await counted()) - before]).toEqual([isSent, Number(isSent)]);
          // Twice at most: where the service took it, and that could not be written.
          expect(sent).toBeLessThanOrEqual(2);
          if (isSent) expect(sent).toBeGreaterThan(0);
          return { state: row.state };
        },
      };
    },
    done: { state: "sent" },
  },
  {
    name: "a month: its object, its record, its last events",
    pause: DAY,
    make: async (nth) => {
      const body = { number: `+44${2_079_461_000 + nth}`, reason: "asked" };
      const { data } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
      const { id } = data as { id: string };
      // A month each, all after those before.
      const now = Date.now() + nth * 2 * MONTH;
      vi.useFakeTimers({ now, toFake: ["Date"] });
      await dated(suppressionsBound, `id = '${id}'`, { reason: "asked again" });
      const { seq } = await first<{ seq: number }>("SELECT MAX(seq) AS seq FROM audit");
      return {
        run: async (own) => {
          await archiveMonths(own, now + 2 * MONTH);
          await keepLast(own);
        },
        left: async () => {
          vi.useRealTimers();
          const { agreed } = await agreedOf(env, suppressionsBound, [id]);
          expect([...agreed.keys()]).toEqual([id]);
          const { here, said, objects, last } = await first<
            Record<"here" | "said" | "objects" | "last", number>
          >(
            `SELECT EXISTS (SELECT 1 FROM audit WHERE seq = ?1) AS here,
               (SELECT COUNT(*) FROM audit_archives WHERE last_seq >= ?1) AS said,
               (SELECT COUNT(*) FROM audit_archives) AS objects,
               (SELECT COUNT(*) FROM last_bound WHERE row = 'suppressions/' || ?2) AS last`,
            seq,
            id,
          );
          expect(said > 0).toBe(here === 0);
          const there = await env.ARCHIVE.list({ prefix: "audit/" });
          // One object that no record has yet, at most: the next run writes the same.
          expect([objects, objects + 1]).toContain(there.objects.length);
          return { here, last };
        },
      };
    },
    done: { here: 0, last: 1 },
  },
  {
    name: "a webhook: its delivery, the address, what was disclosed",
    pause: DAY / 2,
    make: async (nth) => {
      await env.DB.exec("DELETE FROM webhook_deliveries; DELETE FROM webhooks; DELETE FROM turned");
      const url = `https://dial-${nth}.example.com/hook`;
      const { data } = await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url } });
      const { id } = data as { id: string };
      await env.DB.prepare(
        `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at)
         VALUES (442079460958, 'clear', 'blocked', 'house', 1, '2026-11-01')`,
      ).run();
      const had: string[] = [];
      standIn((request) => {
        if (request.url === url) had.push(request.headers.get("webhook-id")!);
        return new Response("thanks");
      });
      const queues = new Queues();
      const host = `dial-${nth}.example.com`;
      return {
        run: async (plain, now) => {
          const own = queues.on(plain);
          await sendHooks(own, () => now);
          await queues.deliver(own, () => now);
        },
        left: async () => {
          const { results } = await env.DB.prepare(
            "SELECT id, state FROM webhook_deliveries WHERE webhook = ?",
          )
            .bind(id)
            .all<{ id: string; state: string }>();
          expect(results.length).toBeLessThanOrEqual(1);
          const isTold = results[0]?.state === "delivered";
          const { told, said } = await first<{ told: number; said: number }>(
            `SELECT (SELECT told > 0 FROM webhooks WHERE id = ?1) AS told,
               (SELECT COUNT(*) FROM disclosures WHERE host = ?2) AS said`,
            ...[id, host],
          );
          expect([told, said]).toEqual([Number(isTold), Number(isTold)]);
          // Twice at most, and then as the same message: where it took it, and that could not be written.
          expect(had.length).toBeLessThanOrEqual(2);
          expect(new Set(had).size).toBeLessThanOrEqual(1);
          if (isTold) expect(had[0]).toBe(results[0]!.id);
          return { isTold };
        },
      };
    },
    done: { isTold: true },
  },
];

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe.each(jobs)("$name", (job) => {
  it.each(["refused", "lost"] as const)("each statement %s once", async (how) => {
    await failEach(job, how);
  });
});

it("and the trail is whole", async () => {
  expect(await verify(env)).toMatchObject({ ok: true });
});
