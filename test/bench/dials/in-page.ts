/** A page without the extension in which dials are judged by the guard's own code (page/dials.ts). */
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { START_MS } from "../../../scripts/lib/browser.ts";
import { installChromium } from "../../../scripts/lib/chromium.ts";
import { at } from "../../../scripts/lib/paths.ts";
import type { DayDial } from "../../corpus/day.ts";
import type { JudgeAll } from "../page/dials.ts";

const AT_ONCE = 2000;

/** How each dial is handled, in their order. */
export type Judge = (dials: readonly DayDial[], barred?: string) => Promise<ReturnType<JudgeAll>>;

export async function inPage<T>(run: (judge: Judge) => Promise<T>): Promise<T> {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [at("test/bench/page/dials.ts")],
    bundle: true,
    write: false,
  });
  const browser = await chromium.launch({
    executablePath: await installChromium(),
    args: ["--no-sandbox"],
    timeout: START_MS,
  });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0]!.text });
    return await run(async (dials, barred) => {
      const all: ReturnType<JudgeAll> = [];
      for (let i = 0; i < dials.length; i += AT_ONCE)
        all.push(
          ...(await page.evaluate(
            ([some, begin]) => (window as unknown as { judgeAll: JudgeAll }).judgeAll(some, begin),
            [dials.slice(i, i + AT_ONCE), barred ?? null] as const,
          )),
        );
      return all;
    });
  } finally {
    await browser.close();
  }
}
