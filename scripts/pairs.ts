/**
 * `npm run shots:pairs -- COMMIT`: the screens of scripts/pairs-screens.ts before and after, side by side in build/shots/pairs.
 *
 * Checks COMMIT out below the temporary folder, where it stays for the next run, installs and builds it, and has the tests of both
 * states, and scripts/pairs-walk.ts, take their pictures. A test that fails after its picture spoils nothing. What tests that
 * already ran left in build/shots is taken as it is: `--again` takes all anew.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { installChromium } from "./lib/chromium.ts";
import { pairs, WALK } from "./pairs-screens.ts";
import { at, root } from "./lib/paths.ts";
import { capture, main, Plain, run } from "./lib/processes.ts";

type State = "before" | "after";
const folders = { before: "", after: root };
const picture = (state: State, name: string) => join(folders[state], "build/shots", `${name}.png`);
const missing = (state: State) =>
  pairs.flatMap((pair) => {
    const one = pair[state];
    return one && !existsSync(picture(state, one[1])) ? [one] : [];
  });

await main(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { again: { type: "boolean" } },
  });
  const [commit] = positionals;
  if (commit === undefined) throw new Plain("Usage: npm run shots:pairs -- COMMIT [--again]");
  const hash = (await capture("git", ["rev-parse", "--verify", `${commit}^{commit}`])).trim();
  folders.before = join(tmpdir(), `cleardial-${hash.slice(0, 12)}`);
  if (!existsSync(folders.before)) {
    await capture("git", ["clone", "--quiet", "--no-checkout", root, folders.before]);
    await capture("git", ["checkout", "--quiet", "--detach", hash], { cwd: folders.before });
  }
  for (const state of ["before", "after"] as const) {
    if (values.again) rmSync(join(folders[state], "build/shots"), { recursive: true, force: true });
    await take(state);
  }
  await layOut(hash.slice(0, 8));
  const lacking = (["before", "after"] as const).flatMap((state) =>
    missing(state).map(([from, name]) => `${state}: ${name} (${from})`),
  );
  if (lacking.length > 0) throw new Plain(`These pictures were not taken:\n${lacking.join("\n")}`);
  process.exit(0);
});

/** Has the tests, and the walk, take what is missing. Their failures are told by their own output. */
async function take(state: State): Promise<void> {
  const wanted = missing(state);
  if (wanted.length === 0) return;
  const cwd = folders[state];
  const env = { ...process.env, SHOTS: "1" };
  const own = (...args: string[]) => run(process.execPath, ["scripts/run.mjs", ...args], { cwd, env });
  await own("build");
  const sources = Map.groupBy(wanted, ([from]) =>
    from === WALK
      ? WALK
      : // Long tests run by themselves.
        `${/e2e\/desk/.test(from) ? "desk" : "e2e"}${from.includes(".long") ? " long" : ""}`,
  );
  for (const [source, of] of sources) {
    console.log(`\n== ${state}: ${source}`);
    if (source === WALK) {
      if (state === "before") copyFileSync(at("scripts/pairs-walk.ts"), join(cwd, "scripts/pairs-walk.ts"));
      await own("pairs-walk");
    } else {
      const files = [...new Set(of.map(([from]) => from))];
      const vitest = ["node_modules/vitest/vitest.mjs", "run", `--project=${source.split(" ")[0]}`, ...files];
      await run(process.execPath, vitest, { cwd, env });
    }
  }
}

/** One page of HTML for each pair, photographed. */
async function layOut(commit: string): Promise<void> {
  const target = at("build/shots/pairs");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const browser = await chromium.launch({ executablePath: await installChromium(), args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1960, height: 600 } });
  for (const { name, asks, ...states } of pairs) {
    const side = (state: State, title: string) => {
      const one = states[state];
      const shown =
        one === null
          ? "<p>There was no such screen.</p>"
          : existsSync(picture(state, one[1]))
            ? `<img src="data:image/png;base64,${readFileSync(picture(state, one[1])).toString("base64")}">`
            : "<p>No picture was taken.</p>";
      return `<section><h2>${title}</h2>${shown}</section>`;
    };
    await page.setContent(`<!doctype html><style>
      body { margin: 20px; font: 15px system-ui; background: #e8e8ec; color: #222 }
      main { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; align-items: start }
      h1 { font-size: 20px } h2 { font-size: 15px }
      img { max-width: 100%; border: 1px solid #999 }
      p { padding: 80px 20px; text-align: center; border: 1px dashed #999 }
    </style><h1>${name.replaceAll("-", " ")}: ${asks}</h1>
    <main>${side("before", `Before (${commit})`)}${side("after", "After")}</main>`);
    await page.screenshot({ path: join(target, `${name}.png`), fullPage: true });
  }
  await browser.close();
  console.log(`${pairs.length} pairs: ${pathToFileURL(target).href}`);
}
