/** Of a test that fails: what its browsers' pages showed, for the report. What fails on a busy machine is seldom seen twice. */
import type { BrowserContext } from "playwright-core";
import { afterEach } from "vitest";
import { pause } from "../../../scripts/lib/processes.ts";
import { open } from "./harness.ts";

declare module "vitest" {
  interface TaskMeta {
    shown?: string[];
  }
}
/** Characters of a page's text. */
const MOST = 1200;

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  task.meta.shown = (await Promise.all([...open].map(textsOf))).flat();
});

const textsOf = (context: BrowserContext): Promise<string[]> =>
  Promise.all(
    context.pages().map(async (page) => {
      const text = page.evaluate(() => document.body.innerText).catch((error: unknown) => String(error));
      const shown = await Promise.race([text, pause(3000).then(() => "no answer in 3 s")]);
      return `${page.url()}: ${shown.replace(/\s+/g, " ").slice(0, MOST)}`;
    }),
  );
