/** The same as faults-jobs.long.test.ts has it, while numbers in a CRM are marked. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { markTurned } from "../../../worker/connectors/turned.ts";
import { verify } from "../../../worker/trail/verify.ts";
import type { Env } from "../../../worker/env.ts";
import { DAY, MINUTE, push, under } from "../helpers.ts";
import { add, ask, drive, driven, own, run, waiting } from "../connectors/drive.ts";
import { doubleOf, fill, marked } from "../connectors/kit.ts";
import { failEach, type Job } from "./faults-kit.ts";

drive();
beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  for (const list of ["tps", "ctps"]) await push(driven.tokens.admin, list, ["+442079460000"]);
});

/** A CRM with one contact of this number, tried. */
async function tried(number: string) {
  for (const { id } of (await ask<{ connectors: { id: string }[] }>("GET", "")).connectors)
    await ask("DELETE", `/${id}`);
  driven.sent = [];
  driven.now = Date.now();
  const crm = doubleOf("hubspot");
  const [contact] = fill(crm, "hubspot", [number]);
  const { id } = await add(crm);
  await run(id, true);
  return { crm, id, verdict: () => marked(crm, contact!)[0] };
}
/** This database, and the queue that is worked off by hand. */
const onQueue = (plain: Env, now: number): Env => {
  driven.now = now;
  return { ...plain, SLICES: own.SLICES };
};

const jobs: Job[] = [
  {
    name: "a mark: the CRM's field, what was disclosed, the cursor",
    pause: DAY / 2,
    make: async (nth) => {
      const number = `+4420794${String(70_000 + nth)}`;
      const { crm, id, verdict } = await tried(number);
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
          if (isOver) expect(verdict()).toBe("blocked");
          return { isOver };
        },
      };
    },
    done: { isOver: true },
  },
];

describe.each(jobs)("$name", (job) => {
  it.each(["refused", "lost"] as const)("each third statement %s once", async (how) => {
    await failEach(job, how, 3);
  });
});

it("and the trail is whole", async () => {
  expect(await verify(env)).toMatchObject({ ok: true });
});
