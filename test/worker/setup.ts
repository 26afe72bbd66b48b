import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, vi } from "vitest";

async function isEmpty(): Promise<boolean> {
  const table = await env.DB.prepare("SELECT 1 FROM sqlite_master WHERE name = 'people'").first();
  const buckets = [env.ARCHIVE, env.RECORDINGS, env.FILES, env.COPIES];
  const stored = await Promise.all(buckets.map((bucket) => bucket!.list({ limit: 1 })));
  return table === null && stored.every(({ objects }) => objects.length === 0);
}

// Without queues the Worker does its work within the request or the clock's run. Tests of queues bring their own, and no
// message of one file reaches the next.
for (const queue of ["ERASURE", "MAIL", "WEBHOOKS", "MARKS"] as const) delete env[queue];

// Every file starts with an empty, migrated database, and leaves the shared workerd as it found it.
beforeAll(async () => {
  // Work that the last file left running keeps its storage open, so a reset would miss it.
  do await reset();
  while (!(await isEmpty()));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
