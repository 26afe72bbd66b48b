/** From the version before (migration 0152): nothing of recordings changes by it; what is kept closes, and comes back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import { returnDue } from "../../../../worker/recordings/closed/due.ts";
import { asOwner, dump, migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";
import { kept } from "../certificates/kit.ts";

/** A recording of 5 September 2025, as an arrival leaves it. */
const row = (n: number, more: Record<string, string | number> = {}) => {
  const columns = {
    ...{
      id: `r${n}`,
      provider: "dialler",
      ref: String(n).padStart(64, "a"),
      provider_id: `c${n}`,
      number: 442079460000 + n,
    },
    ...{
      agent: "ann",
      direction: "outbound",
      started_at: new Date(Date.UTC(2025, 8, 5, 10) + n).toISOString(),
    },
    ...{
      started_on: "2025-09-05",
      seconds: 5,
      store: "r2",
      object: `folder/${n}.mp3`,
      region: "GB",
      bytes: 3,
      announced: 1,
    },
    ...{
      purpose: "quality",
      erase_after: "2026-09-05",
      rule: "retention",
      months: 12,
      by: "x",
      at: "2025-09-05T10:00:00.000Z",
    },
    ...{
      etag: `e${n}`,
      salt_high: 1,
      salt_low: 2,
      code: 9,
      audio_rev: 1,
      audio_past: "[]",
      audio_high: 3,
      audio_low: 4,
      audio_code: 5,
    },
    ...more,
  };
  const names = Object.keys(columns);
  return env.DB.prepare(
    `INSERT INTO recordings (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  ).bind(...Object.values(columns));
};
const STAY = ["r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];
const here = async () => ((await dump("recordings")) as { id: string }[]).map(({ id }) => id);
const days = () => dump("recording_days");

it("stay as they were, close, and come back as they were", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0152"));
  await newTeam();
  await env.DB.batch([
    row(1),
    row(2),
    // Integers beyond 2^53, and what each of these has beside the others keeps it here.
    row(3, { salt_high: 1, region: "US" }),
    row(4, { failures: 1 }),
    row(5, { flag: "[]" }),
    row(6, { due: "2026-01-01T00:00:00.000Z" }),
    row(7, { object: "requests/7" + "", store: "twilio", etag: "" }),
    row(8, { why: "An officer", rule: "hand" }),
    row(9, { erase_after: "2026-01-15" }),
    // A run is at these, or goes on with them; one of them it could not erase.
    row(10, { claim: "run", state: "erasing" }),
    row(11, { queued_until: "2026-09-05T00:00:00.000Z" }),
    row(12, { storing_until: "2026-09-05T00:00:00.000Z" }),
    row(13, { not_before: "2026-09-05T00:00:00.000Z" }),
    row(14, { error: "refused" }),
    row(15, { claim: "run" }),
  ]);
  await env.DB.exec(
    "UPDATE recordings SET salt_high = -9223372036854775808, salt_low = 9223372036854775807, audio_code = -9007199254740993 WHERE id = 'r1'",
  );
  const before = [await kept(), await days()];
  await applyD1Migrations(env.DB, migrationsSince("0152"));
  expect([await kept(), await days()]).toEqual(before);
  await closeKept(env, Date.UTC(2025, 11, 1));
  expect(await kept()).toEqual(before[0]);
  await closeKept(env, Date.UTC(2025, 11, 2));
  expect(await here()).toEqual(STAY);
  expect(await reopen(env, "system", Date.now())).toEqual({
    files: 0,
    dials: 0,
    recordings: 3,
    certificates: 0,
  });
  expect([await kept(), await days()]).toEqual(before);
});

it("nothing else lets a kept row go", async () => {
  await expect(env.DB.prepare("DELETE FROM recordings WHERE id = 'r1'").run()).rejects.toThrow(
    "recording_erased",
  );
  await asOwner(["recordings"], () => Promise.resolve());
});

it("those of an upload that never came stay", async () => {
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'recordings-closed' OR name = 'dials-reopened'");
  await env.DB.exec(
    "UPDATE recordings SET etag = NULL, bytes = NULL, audio_rev = 0, audio_code = NULL WHERE id = 'r2'",
  );
  await closeKept(env, Date.UTC(2025, 11, 2));
  expect(await here()).toContain("r2");
  expect(await here()).not.toContain("r1");
  // Before its day.
  await returnDue(env, Date.UTC(2026, 8, 3));
  expect(await here()).not.toContain("r1");
  await returnDue(env, Date.UTC(2026, 8, 4));
  expect(await here()).toContain("r1");
});
