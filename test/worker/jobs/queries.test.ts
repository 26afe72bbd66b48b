/** A run of the clock asks no more of the database than Cloudflare gives it. */
import { expect, it } from "vitest";
import { OFTEN_CRON, scheduled } from "../../../worker/jobs/scheduled.ts";
import { dump, MONTH } from "../helpers.ts";
import { allClosed, dialled, left, MOST, nights, watched } from "./nights.ts";

nights();

const jobOf = async (name: string) =>
  (
    (await dump("clock_jobs")) as {
      job: string;
      ended: string | null;
      failing: string | null;
      error: string | null;
    }[]
  ).find(({ job }) => job === name)!;

it("a run of the clock asks no more of the database than Cloudflare gives it, and runs of five minutes close the rest", async () => {
  // A file for each of twenty months, in which entries of the indexes have a block each.
  const months = Array.from({ length: 20 }, (_, n) => Date.now() - Math.round((n + 3.5) * MONTH));
  await dialled(months);
  const asked: number[] = [];
  for (let runs = 0; runs < 10 && (runs === 0 || (await left()).length > 0); runs++) {
    const { own, queries } = watched();
    await scheduled({ cron: runs === 0 ? "17 3 * * *" : OFTEN_CRON, scheduledTime: Date.now() }, own);
    asked.push(queries());
  }
  expect(Math.max(...asked)).toBeLessThan(MOST);
  expect(asked.length).toBeGreaterThan(1);
  await allClosed(months.length);
  for (const job of ["closing", "packing"])
    expect(await jobOf(job)).toMatchObject({ failing: null, ended: expect.any(String) as string });
});
