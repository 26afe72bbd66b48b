/** The same as faults-jobs.long.test.ts has it, while a requester's copy is made in parts. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { HOUR } from "../../../shared/core/time.ts";
import { eraseFiles } from "../../../worker/privacy-requests/files/erasure.ts";
import { sendParts } from "../../../worker/privacy-requests/files/parts/making.ts";
import { partsThere } from "../../../worker/privacy-requests/files/parts/rows.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { DAY } from "../helpers.ts";
import { Queues } from "../jobs/work-queue.ts";
import { act, officer, tokens, withTeam } from "../privacy-requests/kit.ts";
import { BIG, granted, recorded } from "../privacy-requests/files/many.ts";
import { failEach, type Job } from "./faults-kit.ts";

withTeam();
let id: string;
beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const number = "+442079460310";
  id = await granted(number, await recorded(tokens.admin, number, 2, { bytes: BIG }));
});
const first = async <T>(text: string, ...params: string[]) =>
  (await env.DB.prepare(text)
    .bind(...params)
    .first<T>())!;

const jobs: Job[] = [
  {
    name: "a copy in two parts: their files, that they came, what was disclosed",
    // A message that was lost is sent again after an hour.
    pause: 2 * HOUR,
    step: 8,
    make: async () => {
      const counted = () =>
        first<{ n: number; steps: number }>(
          `SELECT (SELECT COALESCE(SUM(times), 0) FROM disclosures WHERE kind = 'export') AS n,
             (SELECT COUNT(*) FROM audit WHERE code = 'request.export' AND subject = ?) AS steps`,
          id,
        );
      const shown = async () => (await partsThere(env.DB, id)).map(({ file }) => file);
      const [before, had] = [await counted(), await shown()];
      expect(await act(officer, id, "export")).toMatchObject({ status: 202, step: { parts: 2 } });
      const { copy } = await first<{ copy: string }>(
        "SELECT copy FROM copy_parts WHERE request = ? ORDER BY at DESC LIMIT 1",
        id,
      );
      const queues = new Queues();
      return {
        run: async (plain, now) => {
          const own = queues.on(plain);
          await sendParts(own, now);
          await queues.deliver(own, () => now);
        },
        left: async () => {
          const { results } = await env.DB.prepare(
            `SELECT p.came_at AS came, p.made IS NOT NULL AS made, f.came_at AS fileCame, p.file, f.object
             FROM copy_parts p LEFT JOIN request_files f ON f.id = p.file WHERE p.copy = ? ORDER BY p.part`,
          )
            .bind(copy)
            .all<{
              came: string | null;
              made: number;
              fileCame: string | null;
              file: string;
              object: string;
            }>();
          const came = results.filter((part) => part.came !== null).length;
          // Both or none, with their files, and told of once.
          expect([0, 2]).toContain(came);
          for (const part of results) {
            expect(part.fileCame !== null).toBe(part.came !== null);
            if (part.made) expect(await env.COPIES!.head(part.object)).not.toBeNull();
          }
          const { n, steps } = await counted();
          expect([n - before.n, steps - before.steps]).toEqual([came / 2, came / 2]);
          // Until it comes, the requester keeps the copy before.
          const files = came === 0 ? had : results.map(({ file }) => file);
          expect((await shown()).toSorted()).toEqual(files.toSorted());
          return { came };
        },
      };
    },
    done: { came: 2 },
  },
];

describe.each(jobs)("$name", (job) => {
  it.each(["refused", "lost"] as const)("statements %s once", async (how) => {
    await failEach(job, how);
  });
});

afterAll(() => vi.restoreAllMocks());

it("and the trail is whole, and no other file is left", async () => {
  expect(await verify(env)).toMatchObject({ ok: true });
  const left = async () => (await env.COPIES!.list()).objects.length;
  // A run of the clock erases some of them.
  for (let runs = 0; runs < 40 && (await left()) > 2; runs++) await eraseFiles(env, Date.now() + 2 * DAY);
  expect(await left()).toBe(2);
});
