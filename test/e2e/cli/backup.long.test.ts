/** A real deployment is backed up, lost and restored elsewhere, to the last row and the last byte. */
import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, it } from "vitest";
import type { ArchivesAnswer } from "../../../shared/trail/api.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { TokenAnswer } from "../../../shared/people/api.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addIntegration, addPerson, call, daysAgo } from "../../../scripts/lib/seed.ts";
import { startWorker } from "../../../scripts/lib/worker.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-backup-"));
const [first, second] = [join(dir, "first"), join(dir, "second")];
const backup = join(dir, "backup");
const contacts = join(dir, "contacts.csv");
afterAll(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));

async function cli(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [at("worker/cli/main.ts"), ...args], {
    env: { ...process.env, ...env },
  });
  const out = { stdout: "", stderr: "" };
  child.stdout.on("data", (d: Buffer) => (out.stdout += d.toString()));
  child.stderr.on("data", (d: Buffer) => (out.stderr += d.toString()));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, ...out };
}
const numbers = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `0${7_700_900_000 + from + i}`);
const DIALLED = "+442079460951";
const LISTED = "+447700900013";
const DAY = 86_400_000;
const [NIGHT, OFTEN] = ["17 3 * * *", "*/5 * * * *"];
const SCREENED = "+442079460953";
const TEXT = "Said: no.\nWrote \\n, too";

/** What is on record of the number that was screened alone. */
async function proofOf(url: string, token: string): Promise<unknown[]> {
  const days = new URLSearchParams({ from: daysAgo(2), to: daysAgo(0), number: SCREENED });
  const { proof } = await call<{ proof: NumberProof }>(url, token, "GET", `/v1/proof?${days.toString()}`);
  return proof.events.filter(({ what }) => what === "screening");
}

/** Everything in a local D1, read from its file: exact, and without any of our code. */
function everything(state: string): Record<string, unknown> {
  const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((f) => f.endsWith(".sqlite") && f !== "metadata.sqlite")!;
  const db = new DatabaseSync(join(folder, file), { readOnly: true });
  try {
    const all = db
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .all() as { type: string; name: string; sql: string | null }[];
    return Object.fromEntries(
      all.map(({ type, name, sql }): [string, unknown] => {
        if (type !== "table") return [name, sql];
        const rows = db.prepare(`SELECT * FROM "${name}"`);
        rows.setReadBigInts(true);
        return [
          name,
          {
            sql,
            rows: rows
              .all()
              .map((row) =>
                Object.entries(row)
                  .map(([k, v]) => `${k} ${typeof v} ${String(v)}`)
                  .join("\0"),
              )
              .sort(),
          },
        ];
      }),
    );
  } finally {
    db.close();
  }
}

// Two Workers and two command lines start one after the other: slow on a busy machine.
it("a deployment is backed up and stands again elsewhere; what was changed is refused", async () => {
  // The deployment has something of everything: two versions of a register, whose undo rows have ids above 2^53, an
  // archived month, signed heads, and a recording in R2.
  const port = await freePort();
  const worker = await startWorker({ port, stateDir: first, setupCode: "the-code" });
  const admin = (
    await call<TokenAnswer>(worker.url, null, "POST", "/v1/setup", {
      code: "the-code",
      name: "Ada",
      email: "ada@example.com",
    })
  ).token;
  const compliance = await addPerson(worker.url, admin, {
    name: "Cy",
    email: "cy@example.com",
    role: "compliance",
  });
  const clock = (cron: string, at: number) =>
    fetch(`${worker.url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}&time=${at}`);
  const list = (body: object) => call(worker.url, admin, "POST", "/v1/lists/tps/changes", body);
  await list({ add: numbers(0, 400), asOf: daysAgo(3) });
  await list({ add: numbers(400, 10), remove: numbers(0, 10), asOf: daysAgo(1) });
  await call(worker.url, compliance, "POST", "/v1/suppressions", {
    number: "+447700900950",
    kind: "objection",
    reason: TEXT,
  });
  const { version, policy } = await call<PolicyAnswer>(worker.url, admin, "GET", "/v1/policy");
  await call(
    worker.url,
    admin,
    "PUT",
    "/v1/policy",
    { policy: { ...policy, maskBlocked: true }, why: TEXT },
    { "if-match": `"${version}"` },
  );
  const dialler = await addIntegration(worker.url, admin);
  const { id } = await call<{ id: string }>(worker.url, dialler, "POST", "/v1/recordings", {
    ...{
      provider: "dialler",
      providerId: "call-1",
      number: "+442079460958",
      direction: "outbound",
      seconds: 10,
    },
    ...{ startedAt: new Date().toISOString(), storage: { kind: "r2" }, announced: true, purpose: "quality" },
  });
  const audio = Buffer.from("RIFF, and so on");
  const put = await fetch(`${worker.url}/v1/recordings/${id}/audio`, {
    method: "PUT",
    headers: { authorization: `Bearer ${dialler}`, "content-type": "audio/wav" },
    body: audio,
  });
  expect(put.status, await put.text()).toBeLessThan(300);
  // Screened numbers are on record.
  writeFileSync(contacts, `Phone\n${SCREENED}\n`);
  const screened = await cli(["--json", "screen", contacts, "-o", join(dir, "screened.csv")], {
    CLEARDIAL_URL: worker.url,
    CLEARDIAL_TOKEN: admin,
  });
  expect(screened.code, screened.stderr).toBe(0);
  const proof = await proofOf(worker.url, compliance);
  expect(proof).toHaveLength(1);
  // A dial that passes and is clear leaves the database with its month.
  await call(worker.url, admin, "POST", "/v1/lists/ctps/changes", { add: numbers(0, 3), asOf: daysAgo(1) });
  const { id: dialled } = await call<Dial>(worker.url, compliance, "POST", "/v1/dials", {
    ...{ number: DIALLED, e164: DIALLED, action: "passed", verdict: "clear", reasons: [], seen: null },
    ...{ host: "crm.example.com", at: new Date().toISOString() },
  });
  const time = Date.now() + 100 * DAY;
  // What the night leaves, runs of five minutes do.
  for (const cron of [NIGHT, OFTEN, OFTEN]) await clock(cron, time);
  const { archives } = await call<ArchivesAnswer>(worker.url, compliance, "GET", "/v1/audit/archives");
  expect(archives.length).toBeGreaterThan(0);
  await worker.stop();
  const before = everything(first);

  const taken = await cli(["--json", "backup", backup, "--local", first]);
  expect(taken.code, taken.stderr).toBe(0);
  const { sha256, tables, objects } = JSON.parse(taken.stdout) as {
    sha256: string;
    tables: Record<string, number>;
    objects: number;
  };
  expect(tables["block_undo"]).toBeGreaterThan(0);
  // The archives, and the day's head and statement, the audio, the closed dial and recording, whose entries are packed, and two
  // of the screened number, its verdict and what binds it.
  expect(objects).toBe(archives.length + 7);
  expect(tables).toMatchObject({ dials: 0, closed_files: 1, closed_numbers: 0, closed_blocks: 5 });
  expect(tables).toMatchObject({ recording_rows: 0, closed_kept_files: 1, closed_kept: 0 });

  const changed = join(dir, "changed");
  cpSync(backup, changed, { recursive: true });
  appendFileSync(join(changed, "tables/suppressions.ndjson.gz"), "x");
  const refused = await cli(["--json", "restore", changed, "--local", second, "--sha256", sha256]);
  expect([refused.code, JSON.parse(refused.stdout)]).toEqual([
    2,
    expect.objectContaining({ error: "altered" }),
  ]);

  const restored = await cli(["restore", backup, "--local", second, "--sha256", sha256]);
  expect(restored.code, restored.stderr).toBe(0);
  expect(everything(second)).toEqual(before);

  // Whoever kept its keys signs nobody in anew.
  cpSync(join(first, "audit.key"), join(second, "audit.key"));
  // The restored deployment works: the same people, the same answers, an unbroken trail, the same audio.
  const again = await startWorker({ port: await freePort(), stateDir: second, setupCode: "another" });
  try {
    const verified = await cli(["--json", "verify"], {
      CLEARDIAL_URL: again.url,
      CLEARDIAL_TOKEN: compliance,
    });
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
    const dials = await call<DialsAnswer>(again.url, compliance, "GET", "/v1/dials");
    expect(dials.dials.map(({ id: its, number }) => [its, number])).toEqual([[dialled, DIALLED]]);
    expect(await proofOf(again.url, compliance)).toEqual(proof);
    // The way back to an earlier Worker.
    const reopened = await cli(["--json", "audit", "reopen"], {
      CLEARDIAL_URL: again.url,
      CLEARDIAL_TOKEN: admin,
    });
    expect([reopened.code, JSON.parse(reopened.stdout)]).toEqual([
      0,
      { files: 4, dials: 1, recordings: 1, certificates: 0, screened: 2 },
    ]);
    expect((await call<DialsAnswer>(again.url, compliance, "GET", "/v1/dials")).dials).toEqual(dials.dials);
    const { results } = await call<CheckAnswer>(again.url, admin, "POST", "/v1/check", {
      numbers: [LISTED, "+447700900950", "+447700900003"],
    });
    expect(results.map((r) => r.reasons[0]!.code)).toEqual(["tps", "objection", "not-listed"]);
    // The undo rows are complete: the first version can be rolled back to.
    await call(again.url, admin, "POST", "/v1/lists/tps/rollback", {
      to: 1,
      parent: 2,
      why: "To see that it can be",
    });
    const back = await call<CheckAnswer>(again.url, admin, "POST", "/v1/check", {
      numbers: ["+447700900003"],
    });
    expect(back.results[0]!.reasons[0]!.code).toBe("tps");
    const heard = await fetch(`${again.url}/v1/recordings/${id}/audio?purpose=quality`, {
      headers: { authorization: `Bearer ${compliance}` },
    });
    expect([heard.headers.get("content-type"), Buffer.from(await heard.arrayBuffer())]).toEqual([
      "audio/wav",
      audio,
    ]);
  } finally {
    await again.stop();
  }
});
