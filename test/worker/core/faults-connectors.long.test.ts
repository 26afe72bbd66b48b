/** The same as faults-jobs.long.test.ts has it, while a CRM is read and screened, and numbers in it are marked. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { HOUR } from "../../../shared/core/time.ts";
import { rescreen, takeSlice } from "../../../worker/connectors/run.ts";
import { markTurned } from "../../../worker/connectors/turned.ts";
import { verify } from "../../../worker/trail/verify.ts";
import type { Env } from "../../../worker/env.ts";
import { DAY, MINUTE, push, under } from "../helpers.ts";
import { add, ask, drive, driven, own, run, waiting } from "../connectors/drive.ts";
import { doubleOf, fill, marked } from "../connectors/kit.ts";
import { failEach, type Job } from "./faults-kit.ts";

/** On the register. */
const BARRED = "+442079460000";

drive();
beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  for (const list of ["tps", "ctps"]) await push(driven.tokens.admin, list, [BARRED]);
});

/** A CRM with a contact of each of these numbers, tried. */
async function tried(...numbers: string[]) {
  for (const { id } of (await ask<{ connectors: { id: string }[] }>("GET", "")).connectors)
    await ask("DELETE", `/${id}`);
  driven.sent = [];
  driven.now = Date.now();
  const crm = doubleOf("hubspot");
  // Each is a record of another kind, and so a page of its own.
  const contacts = numbers.flatMap((number, kind) => fill(crm, "hubspot", [number], kind));
  const { id } = await add(crm);
  await run(id, true);
  const verdicts = () => contacts.map((contact) => marked(crm, contact)[0]);
  return { crm, id, verdicts };
}
/** This database, and the queue that is worked off by hand. */
const onQueue = (plain: Env, now: number): Env => {
  driven.now = now;
  return { ...plain, SLICES: own.SLICES };
};

const jobs: Job[] = [
  {
    name: "a run: its slices, the screening, the marks",
    // What did not move is taken up by the clock, once nobody can be at work on it any more.
    pause: HOUR,
    step: 5,
    make: async (nth) => {
      const clear = `+4420794${String(80_000 + nth)}`;
      const { crm, id, verdicts } = await tried(clear, BARRED);
      crm.writes.length = 0;
      await env.DB.exec("DELETE FROM disclosures");
      await ask("POST", `/${id}/runs`, { trial: false });
      const { num, screening } = (await env.DB.prepare(
        "SELECT num, screening FROM connector_runs ORDER BY num DESC LIMIT 1",
      ).first<{ num: number; screening: string }>())!;
      return {
        run: async (plain, now) => {
          const worker = onQueue(plain, now);
          await rescreen(worker, now);
          for (let slice = driven.sent.shift(); slice; slice = driven.sent.shift())
            await takeSlice(worker, slice, waiting, 1);
        },
        left: async () => {
          const row = (await env.DB.prepare(
            `SELECT r.state, r.slice, r.contacts, r.numbers, r.clear, r.blocked, r.written, s.state AS screening,
               (SELECT SUM(numbers) FROM screening_parts WHERE screening = s.num) AS screened,
               (SELECT COUNT(*) FROM connector_numbers WHERE connector = r.connector) AS known,
               (SELECT COUNT(*) FROM audit a JOIN audit_payload p ON p.seq = a.seq
                WHERE a.code = 'connector.slice' AND p.payload LIKE '%' || r.id || '%') AS said,
               (SELECT SUM(items) FROM disclosures WHERE kind = 'connector') AS told
             FROM connector_runs r JOIN screenings s ON s.id = ?2 WHERE r.num = ?1`,
          )
            .bind(num, screening)
            .first<Record<string, number | string>>())!;
          const { state, screening: screens, slice, said, ...counts } = row;
          expect(said).toBe(slice);
          // Each contact, number and mark counts once, with the slice that has it.
          if (state === "done") {
            expect(verdicts()).toEqual(["clear", "blocked"]);
            expect(counts).toMatchObject({
              contacts: 2,
              numbers: 2,
              clear: 1,
              blocked: 1,
              known: 2,
              screened: 2,
            });
            // What was written before the database failed is told of all the same.
            expect(counts["told"]).toBeGreaterThanOrEqual(2);
            expect(new Set(crm.writes).size).toBe(2);
          } else expect(counts["contacts"]).toBe(slice);
          expect(crm.writes.length).toBeLessThanOrEqual(4);
          return { state, screening: screens };
        },
      };
    },
    done: { state: "done", screening: "done" },
  },
  {
    name: "a mark: the CRM's field, what was disclosed, the cursor",
    pause: DAY / 2,
    step: 3,
    make: async (nth) => {
      const number = `+4420794${String(70_000 + nth)}`;
      const { crm, id, verdicts } = await tried(number);
      await run(id, false);
      await ask("POST", `/${id}/switch`, { active: true });
      crm.writes.length = 0;
      // As if another marker were at work while the objection comes.
      const soon = new Date(driven.now + 10 * MINUTE).toISOString();
      await env.DB.prepare("UPDATE connectors SET due = ?").bind(soon).run();
      await under(own, "POST", "/v1/suppressions", {
        token: driven.tokens.admin,
        body: { number, reason: "They asked", scope: "line" },
      });
      expect(crm.writes).toEqual([]);
      await env.DB.prepare("UPDATE connectors SET due = NULL").run();
      return {
        run: (plain, now) => markTurned(onQueue(plain, now), waiting),
        left: async () => {
          const { turned, newest } = (await env.DB.prepare(
            "SELECT turned, (SELECT MAX(num) FROM turned) AS newest FROM connectors WHERE id = ?",
          )
            .bind(id)
            .first<Record<"turned" | "newest", number>>())!;
          expect(crm.writes.length).toBeLessThanOrEqual(2);
          // The cursor passes nothing that is not marked.
          const isOver = turned === newest;
          if (isOver) expect(verdicts()).toEqual(["blocked"]);
          return { isOver };
        },
      };
    },
    done: { isOver: true },
  },
];

describe.each(jobs)("$name", (job) => {
  it.each(["refused", "lost"] as const)("statements %s once", async (how) => {
    await failEach(job, how);
  });
});

it("and the trail is whole", async () => {
  expect(await verify(env)).toMatchObject({ ok: true });
});
