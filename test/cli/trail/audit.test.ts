import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calculateJwkThumbprint } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeepAnswer, VerifyAnswer } from "../../../shared/trail/api.ts";
import type { Send } from "../../../shared/core/send.ts";
import { comparedTableNames, summedTableNames, toldTableNames } from "../../../shared/trail/bound-tables.ts";
import { Refusal } from "../../../worker/cli/client.ts";
import { trailCliEn } from "../../../shared/texts/cli/trail.en.ts";
import {
  exportTrail,
  newAuditKey,
  wantPlace,
  verifyTables,
  verifyTrail,
} from "../../../worker/cli/trail/audit.ts";
import { sayReturned } from "../../../worker/cli/trail/returned.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-cli-audit-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("export", () => {
  const body = (chunks: string[], fails: boolean) => () =>
    Promise.resolve(
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            const chunk = chunks.shift();
            if (chunk !== undefined) controller.enqueue(new TextEncoder().encode(chunk));
            else if (fails) controller.error(new TypeError("terminated"));
            else controller.close();
          },
        }),
      ),
    );
  it("counts the lines, however they come", async () => {
    const file = join(dir, "whole");
    expect(await exportTrail(body(['{"seq":1}\n{"se', 'q":2}\n'], false), file)).toBe(2);
    expect(readFileSync(file, "utf8")).toBe('{"seq":1}\n{"seq":2}\n');
  });
  it("one that breaks off leaves no file, and one that was there stays", async () => {
    const file = join(dir, "broken");
    await expect(exportTrail(body(['{"seq":1}\n'], true), file)).rejects.toThrow(trailCliEn.interrupted);
    expect(readdirSync(dir).filter((name) => name.startsWith("broken"))).toEqual([]);
    writeFileSync(file, "of yesterday");
    await expect(exportTrail(body(['{"seq":1}\n'], true), file)).rejects.toThrow(trailCliEn.interrupted);
    expect(readFileSync(file, "utf8")).toBe("of yesterday");
  });
  it("what is beside the file under a name like its own stays, and two runs at once do not meet", async () => {
    const file = join(dir, "beside");
    writeFileSync(`${file}.part`, "a person's own");
    const [whole, broken] = await Promise.allSettled([
      exportTrail(body(['{"seq":1}\n', '{"seq":2}\n'], false), file),
      exportTrail(body(['{"seq":3}\n'], true), file),
    ]);
    expect([whole, broken]).toMatchObject([{ value: 2 }, { status: "rejected" }]);
    expect(readFileSync(file, "utf8")).toBe('{"seq":1}\n{"seq":2}\n');
    expect(readFileSync(`${file}.part`, "utf8")).toBe("a person's own");
    expect(readdirSync(dir).filter((name) => name.startsWith("beside"))).toEqual(["beside", "beside.part"]);
  });
});

describe("audit returned", () => {
  const said = { from: "2026-12-01T09:00:00Z", to: "2026-12-01T17:00:00Z", why: "rolled back" };
  const finding = (key: string) => ({ table: "consents", key, seq: 7, what: "altered", columns: [] });
  it("sends the findings of a comparison, 200 at once, and says how each ends", async () => {
    const file = join(dir, "found.json");
    writeFileSync(
      file,
      JSON.stringify({ ok: false, findings: Array.from({ length: 201 }, (_, n) => finding(`c${n}`)) }),
    );
    const asked: { rows: { key: string }[] }[] = [];
    const send: Send = <T>(_: string, path: string, body: unknown) => {
      expect(path).toBe("/v1/audit/returned");
      const { rows } = body as { rows: { key: string }[] };
      asked.push({ rows });
      const judged = rows.map((row, n) => ({ ...row, how: n === 0 ? "bound" : null, named: false }));
      return Promise.resolve({ first: 3, last: 9, rows: judged } as T);
    };
    const { answer, text } = await sayReturned(send, { ...said, dryRun: true }, file);
    expect(asked.map(({ rows }) => rows.length)).toEqual([200, 1]);
    expect(answer).toMatchObject({ first: 3, last: 9, rows: { length: 201 } });
    expect(text).toContain("Rows 3 to 9 of the trail are of that time. Nothing was written.");
    expect(text).toContain("consents c0: is taken as it is now");
    expect(text).toContain("no row of the trail of that time names it");
    expect(text).toContain("consents c1: stays a finding");
    await sayReturned(send, said);
    expect(asked.at(-1)).toEqual({ rows: [] });
  });
  it("a file of something else is refused", async () => {
    const file = join(dir, "other.json");
    const never: Send = () => Promise.reject(new Error("nothing is asked"));
    for (const text of ["no JSON", "{}", '{"findings":[1]}']) {
      writeFileSync(file, text);
      await expect(sayReturned(never, said, file)).rejects.toThrow("is not what");
    }
    await expect(sayReturned(never, said, join(dir, "absent"))).rejects.toThrow("cannot be read");
  });
});

describe("verify --deep", () => {
  const altered = { table: "dials", key: "64", seq: 8, what: "altered", columns: ["basis"] } as const;
  const missing = { table: "dials", key: "65", seq: 10, what: "missing", columns: [] } as const;
  const answers: Record<string, DeepAnswer> = {
    "table=all&pass=events": { checked: 2, next: "9", findings: [{ ...altered, columns: ["basis"] }] },
    "table=all&pass=events&after=9": { checked: 1, next: null, findings: [{ ...missing, columns: [] }] },
    "table=policies&pass=rows": {
      checked: 1,
      findings: [],
      next: null,
      bound: { every: 0, some: 0, none: 1 },
    },
    "table=dials&pass=rows": { checked: 3, findings: [], next: "70", bound: { every: 1, some: 2, none: 0 } },
    "table=dials&pass=rows&after=70": {
      ...{ checked: 1, next: null, bound: { every: 1, some: 0, none: 0 } },
      findings: [{ table: "dials", key: "71", seq: null, what: "extra", columns: [] }],
    },
  };
  const none: DeepAnswer = { checked: 0, findings: [], next: null };
  const rows = comparedTableNames.map((table) => `table=${table}&pass=rows`);
  const sums = summedTableNames.map((table) => `table=${table}&pass=events`);

  it("walks from all rows, then along the trail once, names what it finds, and says how far older rows are bound", async () => {
    const [asked, steps]: [string[], string[]] = [[], []];
    const send: Send = <T>(_: string, path: string) => {
      asked.push(path.split("?")[1]!);
      return Promise.resolve((answers[path.split("?")[1]!] ?? none) as T);
    };
    const deep = await verifyTables(send, (table, n) => steps.push(`${table} ${n}`));
    expect(asked).toEqual([
      ...[rows[0], `${rows[0]}&after=70`, ...rows.slice(1), ...sums],
      ...["table=all&pass=events", "table=all&pass=events&after=9"],
    ]);
    expect(steps.slice(0, 3)).toEqual(["dials 3", "dials 4", "policies 1"]);
    expect(steps.slice(-2)).toEqual(["all 2", "all 3"]);
    expect(deep.bound).toEqual({ every: 2, some: 2, none: 1 });
    expect(deep.text.split("\n")).toEqual([
      "3 stored rows are not what the trail says:",
      "dials 71: the trail does not know it",
      "dials 64: altered (basis)",
      "dials 65: missing, and nothing on record erased it",
      "2 rows are bound in every field.",
      "2 older rows are bound in part: their numbers and verdicts, and not every other field.",
      "1 row is from before rows were bound at all.",
    ]);
  });
});

describe("verify --deep that was broken off", () => {
  it("goes on from the place that was said last, and from no other", async () => {
    const asked: string[] = [];
    const places: string[] = [];
    const send: Send = <T>(_: string, path: string) => {
      asked.push(path.split("?")[1]!);
      const next = asked.length === 1 ? "99" : null;
      return Promise.resolve({ checked: 0, findings: [], next } as T);
    };
    await verifyTables(send, (_table, _n, place) => places.push(place), wantPlace("turned/rows/64"));
    const behind = (name: (typeof toldTableNames)[number]) =>
      toldTableNames.slice(toldTableNames.indexOf(name) + 1);
    const further = behind("turned").map((name) => `${name}/rows`);
    further.push(
      ...summedTableNames.map((name) => `${name}/rows`),
      ...summedTableNames.map((name) => `${name}/events`),
      "all/events",
    );
    const query = (place: string) => `table=${place.replace("/", "&pass=")}`;
    expect(asked).toEqual([
      ...["turned&pass=rows&after=64", "turned&pass=rows&after=99"].map((text) => `table=${text}`),
      ...further.map(query),
    ]);
    expect(places).toEqual(["turned/rows/99", ...further.map((place) => `${place}/`), ""]);
    expect(wantPlace("certificates/rows/2026-11-20T10:00:00.000Z|a").after).toBe(
      "2026-11-20T10:00:00.000Z|a",
    );
    // From the events of one table, as an earlier release said it, to those of the tables behind it.
    asked.length = 0;
    await verifyTables(send, () => undefined, wantPlace("contents/events/7"));
    expect(asked).toEqual(
      ["contents&pass=events&after=7", "contents&pass=events&after=99"]
        .concat(behind("contents").map((name) => `${name}&pass=events`))
        .map((text) => `table=${text}`),
    );
    // A register's sum so far is left out: it begins again.
    const summed: string[] = [];
    const one = <T>() =>
      Promise.resolve({ checked: 0, findings: [], next: summed.length === 0 ? "1/7.0/4/AAAA" : null } as T);
    await verifyTables(one, (_table, _n, place) => summed.push(place), wantPlace("blocks/rows/1"));
    expect(summed[0]).toBe("blocks/rows/1");
    expect(() => wantPlace("calls/sideways/64")).toThrow("no place to go on from");
  });

  it("asks a Worker of before, which knows no walk along the trail for all, table by table", async () => {
    const refusals = {
      code: new Refusal("invalid", "x"),
      desk: Object.assign(new Error("x"), { problem: { code: "invalid" } }),
    };
    for (const [name, refusal] of Object.entries(refusals)) {
      const asked: string[] = [];
      const send: Send = <T>(_: string, path: string) => {
        asked.push(path.split("?")[1]!);
        return asked.at(-1)!.startsWith("table=all")
          ? Promise.reject(refusal)
          : Promise.resolve({ checked: 0, findings: [], next: null } as T);
      };
      await verifyTables(send, () => undefined, wantPlace("recipients_before/events/"));
      expect(asked, name).toEqual([
        ...["table=recipients_before&pass=events", "table=all&pass=events"],
        ...toldTableNames.map((table) => `table=${table}&pass=events`),
      ]);
    }
    const away: Send = () => Promise.reject(new Refusal("away", "x"));
    await expect(verifyTables(away, () => undefined, wantPlace("all/events/"))).rejects.toThrow("x");
  });
});

describe("verify", () => {
  const own = { key: "", thumbprint: "", jwk: {} as object };
  beforeAll(async () => {
    const made = await newAuditKey();
    own.jwk = jwkOf(made.key);
    Object.assign(own, made);
  });
  const pem = (key: string) =>
    createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" });
  const jwkOf = (key: string) => createPublicKey(pem(key)).export({ format: "jwk" });
  /** A Worker with 70 rows, each hash the row's number; it checks 30 in one request. */
  const asked: string[] = [];
  const send: Send = <T>(_method: string, path: string): Promise<T> => {
    asked.push(path);
    if (path === "/v1/audit/heads") return Promise.resolve({ heads: [], publicKey: own.jwk } as T);
    const query = new URL(path, "http://x").searchParams;
    const after = Number(query.get("after"));
    const length = Math.min(70, after + 30);
    const answer: VerifyAnswer =
      after > 0 && query.get("head") !== `h${after}`
        ? { ok: false, length: after, head: "", next: null, brokenAt: after }
        : { ok: true, length, head: `h${length}`, next: length < 70 ? length : null };
    return Promise.resolve(answer as T);
  };
  const headFile = async (name: string, key: string, seq: number, hash: string, more: object = {}) => {
    const signed = `cleardial-head v1 - 2026-11-20 ${seq} ${hash} 2026-11-20T03:17:00.000Z`;
    const document = {
      day: "2026-11-20",
      seq,
      hash,
      at: "2026-11-20T03:17:00.000Z",
      signed,
      signature: sign(null, Buffer.from(signed), pem(key)).toString("base64"),
      key: await calculateJwkThumbprint(jwkOf(key)),
      publicKey: jwkOf(key),
      ...more,
    };
    writeFileSync(join(dir, name), JSON.stringify(document));
    return join(dir, name);
  };

  it("walks in steps, each from where the one before ended", async () => {
    asked.length = 0;
    const seen: number[] = [];
    const { ok, trail } = await verifyTrail(send, [], (row) => seen.push(row));
    expect([ok, trail.length, seen]).toEqual([true, 70, [30, 60]]);
    expect(asked.map((p) => p.split("?")[1])).toEqual([
      "after=0&head=genesis",
      "after=30&head=h30",
      "after=60&head=h60",
    ]);
  });

  it("tells a head by the deployment's key from one by another, from a forged one, and from one of another trail", async () => {
    const stranger = await newAuditKey();
    const files = [
      await headFile("own", own.key, 12, "h12"),
      await headFile("without-key", own.key, 12, "h12", { publicKey: undefined }),
      await headFile("stranger", stranger.key, 12, "h12"),
      await headFile("claims", stranger.key, 12, "h12", { key: own.thumbprint }),
      await headFile("borrowed", stranger.key, 12, "h12", { publicKey: own.jwk, key: own.thumbprint }),
      await headFile("elsewhere", own.key, 12, "h13"),
    ];
    const { ok, heads } = await verifyTrail(send, files, () => undefined);
    expect(ok).toBe(false);
    expect(heads.map((h) => [h.signature, h.inTrail, h.ok])).toEqual([
      ["own", true, true],
      ["own", true, true],
      ["other", true, true],
      ["wrong", true, false],
      ["wrong", true, false],
      ["own", false, false],
    ]);
    expect(heads[2]!.key).toBe(stranger.thumbprint);
  });
});
