/** The trail by the command line: a timestamp service that is wrong, months that are closed, and a bucket that was lost. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ArchivesAnswer, HeadsAnswer } from "../../../shared/trail/api.ts";
import { dayFromNow, withTrail } from "./trail-kit.ts";
import { hasOpenssl, type Manner } from "./tsa.ts";

const { own, trail } = withTrail("audit-long");

describe("timestamps by a service outside", () => {
  beforeEach(({ skip }) => skip(!hasOpenssl, "openssl is not installed"));

  it("one that is wrong is not kept: the head leaves without, the run fails, and it is asked for again", async () => {
    const wrong: Manner[] = ["other-text", "other-nonce", "refusal", "nonsense", "away"];
    for (const [n, manner] of wrong.entries()) {
      trail.tsa!.answer(manner);
      expect(await trail.daily(dayFromNow(n)), manner).toBe(false);
      expect(await trail.head(dayFromNow(n)), manner).toMatchObject({
        timestamp: null,
        key: trail.thumbprint,
      });
    }
    trail.tsa!.answer("honest");
    expect(await trail.daily(dayFromNow(5))).toBe(true);
    const { heads } = await trail.get<HeadsAnswer>("/v1/audit/heads");
    expect(heads.map((h) => h.timestamped)).toEqual([true, true, true, true, true, true]);
    for (const { day } of heads) {
      const { signed, timestamp } = await trail.head(day);
      expect(trail.tsa!.verify(signed, timestamp!), day).toMatchObject({ ok: true });
      expect(trail.tsa!.verify(`${signed}.`, timestamp!).words).toMatch(/message imprint mismatch/i);
    }
  });
});

describe("across the seam", () => {
  const lines = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n");
  const verified = async () => JSON.parse((await own.cli(["--json", "verify"])).stdout) as { length: number };

  it("once the month is closed its rows are an object, and verify, export and heads go on", async () => {
    const before = (await verified()).length;
    expect(await trail.daily(dayFromNow(45))).toBe(true);
    const { archives } = await trail.get<ArchivesAnswer>("/v1/audit/archives");
    expect(archives.length).toBeGreaterThan(0);
    expect(archives[archives.length - 1]!.lastSeq).toBeGreaterThanOrEqual(before - 5);
    const { length } = await verified();
    expect(length).toBeGreaterThan(before);
    const path = join(own.dir, "all.ndjson");
    expect((await own.cli(["audit", "export", "-o", path])).code).toBe(0);
    expect(lines(path)).toHaveLength(length + 1); // with the export's own row
    const day = dayFromNow(5);
    const kept = join(own.dir, "kept.json");
    writeFileSync(kept, JSON.stringify(await trail.head(day)));
    expect((await own.cli(["verify", "--head", kept])).stdout).toContain("The trail passes through the head");
  });

  it("a bucket that was lost is said, by export and by verify", async () => {
    const path = join(own.dir, "broken.ndjson");
    await own.worker.stop();
    rmSync(join(own.dir, "state", "v3", "r2"), { recursive: true, force: true });
    await own.start();
    const { code, stderr } = await own.cli(["audit", "export", "-o", path]);
    expect([code, stderr]).toEqual([5, expect.stringContaining("missing or was altered") as string]);
    expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
    const { code: found, stdout } = await own.cli(["verify"]);
    expect([found, stdout]).toEqual([1, expect.stringContaining("row 1. The archive file") as string]);
  });
});
