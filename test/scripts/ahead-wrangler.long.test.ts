/** Rows are copied ahead by wrangler itself, and its migrations find them; on a local database. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { askOf } from "../../scripts/ahead/ask.ts";
import { at } from "../../scripts/lib/paths.ts";
import { must, wranglerOf } from "../../scripts/lib/wrangler.ts";
import { ahead, files, FIRST, rows } from "./ahead-kit.ts";

const folder = mkdtempSync(join(tmpdir(), "cleardial-ahead-"));
const local = ["--local", "--persist-to", join(folder, "state")];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let starts = 0;

/** A database of before, or of now, to wrangler. */
function configured(name: string, which: (file: string) => boolean) {
  const own = join(folder, name);
  mkdirSync(join(own, "migrations"), { recursive: true });
  for (const file of files.filter((one) => which(one)))
    copyFileSync(at("worker/migrations", file), join(own, "migrations", file));
  const config = join(own, "wrangler.toml");
  writeFileSync(
    config,
    `name = "x"\ncompatibility_date = "2026-01-01"\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "x"\ndatabase_id = "11111111-0000-4000-8000-000000000000"\nmigrations_dir = "migrations"\n`,
  );
  const wrangler = wranglerOf(config);
  return (...args: string[]) => {
    starts++;
    return wrangler(...args);
  };
}

it("copies, and the migrations apply", async () => {
  const [older, newer] = [configured("older", (file) => file < FIRST), configured("newer", () => true)];
  const migrate = (wrangler: typeof older) =>
    must(wrangler("d1", "migrations", "apply", "DB", ...local), "Applying the migrations");
  await migrate(older);
  const ask = askOf(newer, "DB", local);
  const asked =
    "SELECT (SELECT COUNT(*) FROM recordings) AS r, (SELECT COUNT(*) FROM calls) AS c, (SELECT MAX(seq) FROM audit) AS a";
  const before = (await ask([...rows(900), asked])).at(-1)!.rows;
  const said: string[] = [];
  await ahead({ ask }, { first: 600, say: (line) => said.push(line) });
  expect(said).toEqual([
    "  copied 900 recordings ahead of 0165_recordings_slim.sql",
    expect.stringMatching(/^ {2}copied 90\d rows of the audit trail ahead of 0166_trail_slim.sql$/),
    "  copied 900 calls ahead of 0168_call_ids.sql",
  ]);
  await migrate(newer);
  const [after, left] = await ask([asked, "SELECT name FROM sqlite_schema WHERE name GLOB '*_ahead*'"]);
  expect(after!.rows).toEqual(before);
  expect(left!.rows).toEqual([]);
  // Each takes seconds of an upgrade.
  expect(starts).toBeLessThanOrEqual(25);
});
