/** For the tests of the trail by the command line: a Worker with a key, mail and a timestamp service, whose days are moved. */
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Head } from "../../../shared/trail/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { type Own, withWorker } from "./kit.ts";
import { hasOpenssl, startTsa } from "./tsa.ts";

interface Trail {
  /** Where openssl is installed. */
  tsa?: Awaited<ReturnType<typeof startTsa>>;
  /** Of the Worker's key. */
  thumbprint: string;
  get: <T>(path: string) => Promise<T>;
  jobs: (cron: string, time: number) => Promise<boolean>;
  /** Runs the daily jobs of that day. True if no job failed. */
  daily: (day: string) => Promise<boolean>;
  head: (day: string) => Promise<Head>;
}

export const dayFromNow = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);

/** Called once in a file. */
export function withTrail(name: string): { own: Own; trail: Trail } {
  const trail: Trail = {
    thumbprint: "",
    get: (path) => call(own.worker.url, own.token, "GET", path),
    jobs: async (cron, time) =>
      (await fetch(`${own.worker.url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}&time=${time}`))
        .ok,
    daily: (day) => trail.jobs("17 3 * * *", Date.parse(`${day}T03:17:00.000Z`)),
    head: (day) => trail.get<Head>(`/v1/audit/heads/${day}`),
  };
  const own = withWorker(name, async () => {
    if (hasOpenssl) trail.tsa = await startTsa(join(own.dir, "tsa"));
    const made = await own.cli(["--json", "audit", "key"]);
    const { key, thumbprint } = JSON.parse(made.stdout) as { key: string; thumbprint: string };
    trail.thumbprint = thumbprint;
    return {
      AUDIT_KEY: key,
      MAIL_FROM: "ClearDial <dial@example.com>",
      ...(trail.tsa && { TSA_URL: trail.tsa.url }),
    };
  });
  afterAll(() => trail.tsa?.stop());
  return { own, trail };
}
