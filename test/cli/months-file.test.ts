/** Months as Parquet, attacked: empty fields, many row groups, what is there already, and answers that are none. */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Call } from "../../shared/call-logs/api.ts";
import type { Recording } from "../../shared/recordings/api.ts";
import { monthOfCalls } from "../../worker/cli/call-logs/month.ts";
import type { Ask } from "../../worker/cli/client.ts";
import { exportMonth, type Rows } from "../../worker/cli/month.ts";
import { monthOfRecordings } from "../../worker/cli/recordings/month.ts";
import { duck } from "./duck.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-attack-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const quiet = () => undefined;

/** With nothing in any field that may be empty. */
const recording = (n: number): Recording => ({
  ...{
    id: `r${n}`,
    provider: "dialler",
    providerId: null,
    number: null,
    agent: null,
    direction: null,
    startedAt: null,
  },
  ...{
    seconds: null,
    storage: { kind: "r2", key: null },
    region: "ZZ",
    bytes: null,
    sha256: null,
    announced: null,
  },
  ...{
    purpose: null,
    flag: null,
    quarantined: true,
    state: "erasing",
    eraseAfter: "2026-08-01",
    rule: "hand",
    months: 0,
  },
  ...{ why: "", hold: null, notBefore: null, failures: 1, due: null, waitsUntil: null, error: "x", by: "p" },
  at: "2026-08-31T23:59:59.999Z",
});
const call = (n: number): Call => ({
  ...{
    id: `c${n}`,
    via: "fetch",
    provider: "twilio",
    providerId: null,
    number: "+442079460958",
    agent: null,
  },
  ...{
    person: null,
    personName: null,
    direction: "inbound",
    startedAt: "2026-08-31T23:59:59.999Z",
    seconds: null,
  },
  ...{
    verdict: null,
    findings: [],
    judgedAs: null,
    outcome: null,
    presentation: null,
    campaignName: null,
    reasons: [],
  },
  ...{ overridden: false, dial: null, layers: null, missedBy: [], screened: null, extension: null, by: "p" },
  at: "2026-09-01T00:00:00.000Z",
});
/** Pages of 2,000. */
const pages =
  (name: string, rows: readonly object[]): Ask =>
  <T>(_: string, path: string): Promise<T> => {
    const from = Number(/after=(\d+)/.exec(path)?.[1] ?? 0);
    const next = from + 2000 < rows.length ? String(from + 2000) : null;
    return Promise.resolve({ [name]: rows.slice(from, from + 2000), next } as T);
  };

it.each<[string, Rows<never>, (n: number) => object]>([
  ["calls", monthOfCalls, call],
  ["recordings", monthOfRecordings, recording],
])(
  "%s: what is empty is NULL, also in whole row groups, and a last millisecond is kept",
  async (name, rows, one) => {
    const file = join(dir, `${name}.parquet`);
    // The last row of the second group is the first that has anything in some fields.
    const all = Array.from({ length: 40_001 }, (_, n) => ({
      ...one(n),
      ...(n === 40_000 ? { seconds: 86_400, agent: "Żółć" } : {}),
    }));
    expect(await exportMonth(rows, pages(name, all), "2026-08", file, quiet)).toBe(40_001);
    const ask = await duck(file);
    expect(
      await ask(
        "SELECT COUNT(DISTINCT id)::INT AS n, COUNT(seconds)::INT AS seconds, MAX(seconds) AS most, MAX(agent) AS agent FROM rows",
      ),
    ).toEqual([{ n: 40_001, seconds: 1, most: 86_400, agent: "Żółć" }]);
    const [empty] = (await ask("SELECT * FROM rows WHERE id LIKE '_7'")) as [Record<string, unknown>];
    const names = Object.keys(empty).filter((column) => empty[column] === null);
    expect(names).toEqual(
      name === "calls"
        ? [
            ...[
              "seconds",
              "agent",
              "person",
              "person_name",
              "provider_id",
              "verdict",
              "judged_as",
              "outcome",
              "presentation",
            ],
            ...["campaign_name", "dial", "dial_action", "layers", "screened", "extension"],
          ]
        : [
            ...[
              "started_at",
              "number",
              "direction",
              "seconds",
              "agent",
              "provider_id",
              "key",
              "bytes",
              "sha256",
              "announced",
            ],
            ...["purpose", "flag"],
          ],
    );
    // Whatever the time zone of who reads.
    const column = name === "calls" ? "started_at" : "arrived_at";
    await ask("SET TimeZone = 'Pacific/Auckland'");
    expect(await ask(`SELECT DISTINCT strftime(${column}, '%Y-%m-%d %H:%M:%S.%g') AS at FROM rows`)).toEqual([
      { at: "2026-08-31 23:59:59.999" },
    ]);
  },
);

it("what was there, readable by all, or leads elsewhere, is replaced by a file of its owner's alone", async () => {
  const [file, other, link] = [join(dir, "there.parquet"), join(dir, "other"), join(dir, "link.parquet")];
  for (const one of [file, other]) {
    writeFileSync(one, "before");
    chmodSync(one, 0o644);
  }
  symlinkSync(other, link);
  for (const one of [file, link])
    await exportMonth(monthOfCalls, pages("calls", [call(1)]), "2026-08", one, quiet);
  for (const one of [file, link])
    expect([lstatSync(one).isFile(), lstatSync(one).mode & 0o777]).toEqual([true, 0o600]);
  expect([readFileSync(other, "utf8"), statSync(other).mode & 0o777]).toEqual(["before", 0o644]);
});

it("while it is written nobody else may read it, and a fault within leaves nothing", async () => {
  const file = join(dir, "broken.parquet");
  const parts = () => readdirSync(dir).filter((name) => name.startsWith("broken"));
  const modes: number[] = [];
  const bad = { ...call(1), startedAt: "no time" };
  const ask = (<T>() => {
    modes.push(...parts().map((name) => statSync(join(dir, name)).mode & 0o777));
    return Promise.resolve({ calls: [bad], next: null } as T);
  }) as Ask;
  await expect(exportMonth(monthOfCalls, ask, "2026-08", file, quiet)).rejects.toThrow();
  expect([modes, parts()]).toEqual([[0o600], []]);
});
