/** Once for all e2e tests: the extension's build, one real Worker with people and registers, and the fixture pages. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { BulkAnswer } from "../../../shared/do-not-call/api.ts";
import { DAY } from "../../../shared/core/time.ts";
import { buildExtension } from "../../../scripts/build.ts";
import { grantedCopy, launchBrowser } from "../../../scripts/lib/browser.ts";
import { installChromium } from "../../../scripts/lib/chromium.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addPerson, call, daysAgo, push, type Role, setUp, type Tokens } from "../../../scripts/lib/seed.ts";
import { startWorker } from "../../../scripts/lib/worker.ts";
import { buildPages } from "../../pages/build.ts";
import { servePages } from "../../pages/server.ts";
import { allNumbers, standingOf } from "./model.ts";

export interface E2e {
  workerUrl: string;
  tokens: Tokens;
  /** The fixture pages, and the same from another site. */
  pagesUrl: string;
  otherUrl: string;
  chromium: string;
  /** The real build, and a copy of it that holds the permission for this machine's own pages. */
  build: string;
  granted: string;
  /** A new profile with that copy in it, to copy from. */
  profile: string;
}

declare module "vitest" {
  interface ProvidedContext {
    e2e: E2e;
  }
}

/** Who each seeded person is, to invite them again: a new invite adds a device. */
export const emailOf = (role: Role): string => `${role}@fixture.example`;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-e2e-"));
  const setupCode = "e2e-setup-code";
  const [chromium, build, worker, pages] = await Promise.all([
    installChromium(),
    buildExtension().then((b) => b.directory),
    startWorker({ port: await freePort(), stateDir: join(folder, "state"), setupCode }),
    buildPages().then(servePages),
  ]);
  const stop = async () => {
    await Promise.all([worker.stop(), pages.stop()]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const granted = grantedCopy(build, join(folder, "extension"), [
      "http://localhost/*",
      "http://127.0.0.1/*",
    ]);
    const [tokens, profile] = await Promise.all([
      seed(worker.url, setupCode),
      newProfile(chromium, granted, join(folder, "profile")),
    ]);
    project.provide("e2e", {
      workerUrl: worker.url,
      tokens,
      pagesUrl: pages.url,
      otherUrl: pages.otherUrl,
      chromium,
      build,
      granted,
      profile,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/**
 * Of a new profile, Chromium takes 3 to 5 seconds to say that no enterprise policy is there; only then the welcome page
 * opens and can be closed.
 */
async function newProfile(executablePath: string, extension: string, profile: string): Promise<string> {
  const browser = await launchBrowser({ executablePath, extension, profile, headless: true });
  await browser.close();
  return profile;
}

async function seed(url: string, setupCode: string): Promise<Tokens> {
  const who = (role: Role) => ({ name: `The ${role}`, email: emailOf(role) });
  const admin = await setUp(url, setupCode, who("admin"));
  const others = ["agent", "manager", "compliance"] as const;
  const [agent, manager, compliance] = await Promise.all(
    others.map((role) => addPerson(url, admin, { ...who(role), role })),
  );
  const tokens = { admin, agent: agent!, manager: manager!, compliance: compliance! };

  const numbers = allNumbers();
  const on = (...standings: (string | null)[]) => numbers.filter((n) => standings.includes(standingOf(n)));
  await push(url, admin, "tps", on("tps", "consented"), daysAgo(1));
  await push(url, admin, "ctps", on("ctps"), daysAgo(1));
  const reason = "As the fixtures say";
  const barred = (kind: "objection" | "house") =>
    on(kind).map((number) => ({ number, kind, reason, source: "staff" }));
  await bulk(url, manager!, "/v1/suppressions/bulk", [...barred("objection"), ...barred("house")]);
  const givenAt = new Date(Date.now() - DAY).toISOString();
  await bulk(
    url,
    manager!,
    "/v1/consents/bulk",
    on("consented").map((number) => ({
      // To be read before the call, as it is for one product: evidence alone would let it pass.
      ...{
        number,
        kind: "notification",
        product: "boilers",
        giver: "subscriber",
        givenBy: "The subscriber",
        givenAt,
      },
      ...{ words: "You may call me", how: "web", proof: reason },
    })),
  );
  // The same people agreed to messages, in writing: by default policy these pass.
  await bulk(
    url,
    manager!,
    "/v1/consents/bulk",
    on("consented").map((number) => ({
      ...{
        number,
        kind: "prior",
        medium: "message",
        calls: ["general"],
        giver: "subscriber",
        givenBy: "The subscriber",
        givenAt,
      },
      ...{ words: "You may write to me", how: "web", proof: reason },
    })),
  );
  return tokens;
}

/** Stores rows by a route that takes up to 500 at once: one request each would take ten seconds of a core. */
async function bulk(url: string, token: string, path: string, rows: object[]): Promise<void> {
  const { results } = await call<BulkAnswer>(url, token, "POST", path, { rows });
  const refused = results.find((result) => result.status === "refused");
  if (refused) throw new Error(`${path}: ${JSON.stringify(refused)}`);
}
