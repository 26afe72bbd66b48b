import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { readConfig } from "../../../worker/cli/registers/sync-config.ts";

it("the configuration in docs/lists.md is one that sync takes", async () => {
  const example = /```json\n([^]*?)```/.exec(readFileSync(at("docs/lists.md"), "utf8"))?.[1] ?? "";
  const dir = mkdtempSync(join(tmpdir(), "cleardial-config-"));
  try {
    const file = join(dir, "sync.json");
    writeFileSync(file, example);
    const { state, lists } = await readConfig(file);
    expect(state).toBe("/var/lib/cleardial/sync.state.json");
    expect(lists.map(({ list, from }) => [list, from.kind])).toEqual([
      ["tps", "sftp"],
      ["ctps", "https"],
      ["ndd", "folder"],
    ]);
    expect(lists[0]).toMatchObject({ from: { port: 22 }, quietDays: 8 });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
