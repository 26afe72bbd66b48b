import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BulkAnswer } from "../../../shared/do-not-call/api.ts";
import type { BulkReport } from "../../../worker/cli/do-not-call/send.ts";
import type { Cli } from "../../../worker/cli/cli.ts";
import { type Ask, Refusal } from "../../../worker/cli/client.ts";
import { addConsentCommands } from "../../../worker/cli/do-not-call/consents.ts";
import { addDncCommands } from "../../../worker/cli/do-not-call/dnc.ts";
import { addPartyCommands } from "../../../worker/cli/do-not-call/parties.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-rows-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = (content: string | Uint8Array, name = "numbers.csv"): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};

interface Sent {
  method: string;
  path: string;
  key: string | undefined;
  rows: Record<string, string>[];
}
/** A Worker that records its requests and can be made to fail. */
let sent: Sent[];
let kept: Set<string>;
let failing: (n: number) => boolean;
let printed: { object: unknown; text: string };
beforeEach(() => {
  [sent, kept, failing] = [[], new Set(), () => false];
});
afterEach(() => {
  process.exitCode = undefined;
});

const ask: Ask = async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> => {
  const rows = (body as { rows?: Sent["rows"] } | undefined)?.rows ?? [];
  sent.push({ method, path, key, rows });
  const n = sent.length;
  await Promise.resolve();
  if (failing(n)) throw new Refusal("no-answer", "http://nowhere does not answer.");
  const results = rows.map((row): BulkAnswer["results"][number] => {
    const same = JSON.stringify(row);
    if (/[a-z]/.test(row["number"] ?? ""))
      return {
        status: "refused",
        number: null,
        code: "not-a-number",
        why: "That is not a telephone number.",
      };
    const status = kept.has(same) ? "there" : "added";
    kept.add(same);
    return { status, number: row["number"]! };
  });
  return { results } as T;
};

/** Runs a command as the command line does. Returns what it prints with `--json`. */
async function run(...args: string[]): Promise<BulkReport> {
  const program = new Command().exitOverride().option("--json", "", true);
  const cli: Cli = {
    program,
    url: () => "https://worker.example",
    token: () => "cdt_test",
    json: () => true,
    signedIn: () => ask,
    signedOut: () => ask,
    print: (object, text) => (printed = { object, text }),
  };
  addDncCommands(cli);
  addConsentCommands(cli);
  addPartyCommands(cli);
  await program.parseAsync(args, { from: "user" });
  return printed.object as BulkReport;
}
const rowsSent = () => sent.flatMap(({ rows }) => rows);
const numbersSent = () => rowsSent().map((row) => row["number"]);
const add = (content: string | Uint8Array, ...more: string[]) => run("dnc", "add", file(content), ...more);

describe("the file", () => {
  const forms: [name: string, content: string | Uint8Array, more?: string[]][] = [
    ["one number a line", "020 7946 0001\n+44 20 7946 0002\n"],
    ["a header", "phone\n020 7946 0001\n+44 20 7946 0002\n"],
    ["a column that is plainly the one", "id,Phone number,name\n1,020 7946 0001,x\n2,+44 20 7946 0002,y\n"],
    ["a column by name", "fax,phone\n1,020 7946 0001\n1,+44 20 7946 0002\n", ["--column", "Phone"]],
    [
      "semicolons, CRLF, a BOM, blank lines",
      "\uFEFFphone;name\r\n020 7946 0001;x\r\n\r\n+44 20 7946 0002;\r\n;\r\n",
    ],
    ["quoted cells", 'name,phone\n"Archer, Ann","020 7946 0001"\nBo,"+44 20 7946 0002"\n'],
  ];
  for (const [name, content, more = []] of forms)
    it(name, async () => {
      await add(content, ...more);
      expect(numbersSent()).toEqual(["020 7946 0001", "+44 20 7946 0002"]);
    });

  const refusals: [name: string, content: string | Uint8Array, code: string, more?: string[]][] = [
    ["no such column", "phone\n1\n", "no-column", ["--column", "tel"]],
    ["a column twice", "phone,phone\n1,2\n", "column-twice", ["--column", "phone"]],
    ["no column that is plainly the one", "a,b\n020 7946 0001,2\n", "which-column"],
    ["two that might be", "phone,mobile\n020 7946 0001,2\n", "which-column"],
    ["several columns and no header", "020 7946 0001,Ann\n", "which-column"],
    ["empty", "\n\n", "file-empty"],
    ["a header alone", "phone\n", "file-empty"],
    ["a spreadsheet", new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]), "file-zip"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x30, 0]), "file-binary"],
  ];
  for (const [name, content, code, more = []] of refusals)
    it(`${name}: refused with nothing sent`, async () => {
      await expect(add(content, ...more)).rejects.toMatchObject({ code });
      expect(sent).toEqual([]);
    });
  it("that is not there: refused", async () => {
    await expect(run("dnc", "add", join(dir, "absent.csv"))).rejects.toMatchObject({ code: "no-file" });
  });

  it("columns count over the options, cell by cell; the reason names the file where nothing else does", async () => {
    await add(
      "phone,Reason,kind\n020 7946 0001,moved away,House\n020 7946 0002,,\n",
      "--source",
      "the old CRM",
    );
    expect(rowsSent()).toEqual([
      { number: "020 7946 0001", reason: "moved away", kind: "house", source: "the old CRM" },
      {
        number: "020 7946 0002",
        reason: "From the file numbers.csv",
        kind: "objection",
        source: "the old CRM",
      },
    ]);
    sent = [];
    await add("020 7946 0001\n", "--reason", "asked", "--kind", "house", "--until", "2027-01-01");
    expect(rowsSent()[0]).toMatchObject({ reason: "asked", kind: "house", until: "2027-01-01" });
    await expect(add("020 7946 0001\n", "--kind", "maybe")).rejects.toMatchObject({
      code: "commander.invalidArgument",
    });
  });

  it("a scope is sent where a row or an option says it", async () => {
    await add("phone,scope\n020 7946 0001,Person\n020 7946 0002,\n", "--scope", "company");
    expect(rowsSent().map((row) => row["scope"])).toEqual(["person", "company"]);
    sent = [];
    await add("020 7946 0003\n");
    expect(rowsSent()[0]!["scope"]).toBeUndefined();
  });

  it("a quotation mark that is never closed refuses the file: it would hide the numbers below it", async () => {
    const below = '020 7946 0002,"asked\n020 7946 0003,x\n020 7946 0004,';
    for (const end of ["x\n", '"x"\n']) {
      const open = `phone,reason\n020 7946 0001,x\n${below}${end}`;
      await expect(add(open)).rejects.toThrow("Line 3 of numbers.csv");
    }
    expect(sent).toEqual([]);
    await add('phone,reason\n020 7946 0001,"he said "no" to us"\n020 7946 0002,a 5" pipe\n');
    expect(numbersSent()).toEqual(["020 7946 0001", "020 7946 0002"]);
  });

  it("lines are counted as an editor counts them, with blank ones and breaks in quoted cells", async () => {
    const report = await add(
      'phone,reason\n020 7946 0001,"asked\ntwice"\n\nnonsense,x\n020 7946 0002,y\nmore,z\n',
    );
    expect(report).toMatchObject({ rows: 4, added: 2, there: 0, unsent: 0 });
    expect(report.refused).toEqual([
      { line: 5, number: "nonsense", code: "not-a-number", why: "That is not a telephone number." },
      { line: 7, number: "more", code: "not-a-number", why: "That is not a telephone number." },
    ]);
    expect(printed.text).toBe(
      "2 added, 0 already there, 2 refused\n" +
        "Line 5: That is not a telephone number.\nLine 7: That is not a telephone number.",
    );
    expect(process.exitCode).toBe(1);
  });
});

describe("many rows", () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => `+44163296${String(i).padStart(4, "0")}\n`);

  it("go in chunks, each under a key of its own; every row once", async () => {
    const report = await add(many(1230).join(""));
    expect(report).toMatchObject({ rows: 1230, added: 1230, unsent: 0 });
    expect(sent.map(({ rows }) => rows.length)).toEqual([500, 500, 230]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3);
    expect(sent.every(({ key }) => (key ?? "").length >= 8)).toBe(true);
    expect(new Set(numbersSent()).size).toBe(1230);
    expect(process.exitCode).toBeUndefined();
  });

  it("stay below what a request may hold", async () => {
    await add(
      `phone,reason\n${many(600)
        .map((n) => `${n.trim()},${"x".repeat(500)}`)
        .join("\n")}\n`,
    );
    expect(sent.length).toBeGreaterThan(1);
    for (const { rows } of sent) expect(JSON.stringify({ rows }).length).toBeLessThan(250_000);
  });

  it("where it breaks, the report says of how many rows no answer came; the same file again adds only those", async () => {
    failing = (n) => n === 2;
    const broken = await add(many(3000).join(""));
    expect(broken).toMatchObject({ rows: 3000, error: "no-answer" });
    expect(broken.unsent).toBeGreaterThanOrEqual(500);
    expect(broken.added + broken.unsent).toBe(3000);
    expect(process.exitCode).toBe(1);
    failing = () => false;
    const again = await add(many(3000).join(""));
    expect(again).toMatchObject({ added: broken.unsent, there: broken.added, unsent: 0 });
    expect(await add(many(3000).join(""))).toMatchObject({ added: 0, there: 3000 });
    expect(kept.size).toBe(3000);
  });
});

describe("parties", () => {
  it("take their fields from columns and options, and the file as how it is known", async () => {
    await run(
      "parties",
      "add",
      file("Phone;Party\n020 7946 0001;Sole trader\n020 7946 0002;\n"),
      "--party",
      "company",
    );
    expect(sent[0]!.path).toBe("/v1/parties/bulk");
    expect(rowsSent()).toMatchObject([
      {
        number: "020 7946 0001",
        party: "sole-trader",
        source: "import",
        detail: expect.stringMatching(/file/) as string,
      },
      { number: "020 7946 0002", party: "company" },
    ]);
    sent.length = 0;
    await expect(run("parties", "add", file("020 7946 0001\n"))).rejects.toThrow("--party");
    expect(sent).toEqual([]);
  });
});

describe("consents", () => {
  it("take their fields from columns and options; a day is its beginning", async () => {
    await run(
      ...[
        "consents",
        "add",
        file("Phone;Given by;given_at;evidence\n020 7946 0001;Ann;2026-05-01;the form\n"),
      ],
      ...["--basis", "solicited"],
    );
    expect(sent[0]!.path).toBe("/v1/consents/bulk");
    expect(rowsSent()).toEqual([
      {
        number: "020 7946 0001",
        basis: "solicited",
        givenBy: "Ann",
        givenAt: "2026-05-01T00:00:00Z",
        evidence: "the form",
      },
    ]);
  });

  it("take a kind with all that was said of it, cell by cell over the options", async () => {
    const csv =
      "phone;kind;given by;giver;given at;calls;words;how;proof\n" +
      "020 7946 0001;Prior;Ann;Other;2026-05-01;automated, general;yes, ring;Web;form 7\n" +
      "020 7946 0002;;Bo;;2026-05-02;;;;\n";
    await run(
      "consents",
      "add",
      file(csv),
      "--kind",
      "solicited",
      "--giver",
      "subscriber",
      "--day",
      "2026-12-01",
      "--how",
      "telephone",
    );
    expect(rowsSent()).toEqual([
      {
        ...{ number: "020 7946 0001", kind: "prior", calls: ["automated", "general"], givenBy: "Ann" },
        giver: "other",
        ...{ givenAt: "2026-05-01T00:00:00Z", words: "yes, ring", how: "web", proof: "form 7" },
        day: "2026-12-01",
      },
      {
        ...{ number: "020 7946 0002", kind: "solicited", givenBy: "Bo", givenAt: "2026-05-02T00:00:00Z" },
        giver: "subscriber",
        ...{ how: "telephone", day: "2026-12-01" },
      },
    ]);
  });

  it("neither a kind nor a basis is said once, too", async () => {
    const path = file("phone,given by,given at\n020 7946 0001,Ann,2026-05-01\n");
    await expect(run("consents", "add", path)).rejects.toMatchObject({
      code: "missing",
      message: expect.stringContaining("--kind") as string,
    });
    expect(sent).toEqual([]);
  });

  it("a kind without whose words they are is said once, too", async () => {
    const path = file("phone,kind,given by,given at\n020 7946 0001,prior,Ann,2026-05-01\n");
    await expect(run("consents", "add", path)).rejects.toMatchObject({
      code: "missing",
      message: expect.stringContaining("--giver") as string,
    });
    expect(sent).toEqual([]);
  });

  it("what stands nowhere is said once, with nothing sent", async () => {
    const path = file("phone,given by,evidence\n020 7946 0001,Ann,form\n");
    await expect(run("consents", "add", path, "--basis", "consent")).rejects.toMatchObject({
      code: "missing",
      message: expect.stringContaining("--given-at") as string,
    });
    expect(sent).toEqual([]);
  });

  it("evidence that a spreadsheet wrote in Windows' letters is read as it was meant", async () => {
    const text = "phone,given by,given at,evidence,basis\n020 7946 0001,Zoë,2026-05-01,“yes”,consent\n";
    const bytes = Uint8Array.from(text, (c) => ({ "“": 0x93, "”": 0x94 })[c] ?? c.charCodeAt(0));
    await run("consents", "add", file(bytes));
    expect(rowsSent()[0]).toMatchObject({ givenBy: "Zoë", evidence: "“yes”" });
  });
});
