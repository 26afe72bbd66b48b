/** `cleardial statement DAY` fetches a daily statement and finds it on the trail; `cleardial verify FILE` checks one offline. */
import { writeFile } from "node:fs/promises";
import type { Send } from "../../../shared/core/send.ts";
import {
  type Statement,
  type StatementDocument,
  statementDocument,
} from "../../../shared/proof/statement.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { cliHelpEn } from "../../../shared/texts/cli/cli.en.ts";
import { trailCliEn, trailHelpEn } from "../../../shared/texts/cli/trail.en.ts";
import { canaryEn } from "../../../shared/texts/canary/desk.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { proofCheckEn } from "../../../shared/texts/proof/check.en.ts";
import {
  sayLost,
  statementCheckEn as t,
  statementHelpEn as help,
} from "../../../shared/texts/proof/statement.en.ts";
import { type Cli, collect, date, wantFree } from "../cli.ts";
import { Refusal } from "../client.ts";
import { type Key, readKey, signingOf, type SigningCheck, type Worth } from "./signed.ts";

interface Check {
  check: SigningCheck["check"] | "trail";
  ok: boolean;
  text: string;
}
export interface CheckedStatement {
  file: string;
  ok: boolean;
  signature: Worth;
  key: string | null;
  checks: Check[];
  text: string;
}

/** Whether a file is a statement, whatever it is worth. */
export function isStatement(bytes: Uint8Array): boolean {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === "object" && json !== null && "statement" in json;
  } catch {
    return false;
  }
}

/** `keys`: public keys that the reader trusts. If there are any, one of them must have signed. Throws a Refusal. */
export async function checkStatement(
  file: string,
  bytes: Uint8Array,
  keys: readonly Key[],
  more: readonly Check[] = [],
): Promise<CheckedStatement> {
  const { text, document } = parse(file, bytes);
  const { worth, checks: signing } = await signingOf(text, document, document.statement, keys);
  const checks = [...signing, ...more];
  const ok = checks.every((check) => check.ok);
  const lines = checks.map((check) =>
    fill(check.ok ? proofCheckEn.holds : proofCheckEn.fails, { text: check.text }),
  );
  return {
    ...{ file, ok, signature: worth, key: document.key, checks },
    text: [...sayStatement(document.statement), ...lines, ok ? proofCheckEn.all : proofCheckEn.some].join(
      "\n",
    ),
  };
}

function parse(file: string, bytes: Uint8Array): { text: string; document: StatementDocument } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const json: unknown = JSON.parse(text);
    statementDocument.parse(json);
    // Not the schema's result, which may drop fields: the check must cover everything in the file.
    return { text, document: json as StatementDocument };
  } catch {
    throw new Refusal("not-a-statement", fill(t.notAStatement, { file }));
  }
}

function sayStatement({
  figures,
  day,
  zone,
  from,
  to,
  madeAt,
  madeLater,
  company,
  lost,
}: Statement): string[] {
  const grounds = (by: Statement["figures"]["barred"]["byGround"]) =>
    by.map(({ name, count }) => `${name}: ${count}`).join(", ") || t.noGround;
  const { held, screened, letThrough, over28Days, barred, late, erasures, canary } = figures;
  return [
    fill(t.about, { day, zone, from, to, at: madeAt, company: company || proofCheckEn.unnamed }),
    ...(madeLater ? [t.later] : []),
    ...sayEnd(lost),
    fill(t.figures.held, held),
    fill(t.figures.screened, screened),
    fill(t.figures.letThrough, letThrough),
    fill(t.figures.over28Days, { dials: over28Days.dials, grounds: grounds(over28Days.byGround) }),
    fill(t.figures.barred, { dials: barred.dials, grounds: grounds(barred.byGround) }),
    fill(t.figures.late, { late }),
    ...(erasures ? sayErasures(erasures) : []),
    ...(canary?.layers ?? []).map((of) =>
      fill(t.figures.canary, { ...of, layer: canaryEn.layers[of.layer], browsers: canary!.browsers }),
    ),
  ];
}

/** Nothing of a statement of before, which does not say. */
const sayEnd = (lost: Statement["lost"]): string[] =>
  lost === undefined
    ? []
    : lost === null
      ? [t.lost.unread]
      : [lost.length > 0 ? fill(t.lost.some, { rows: sayLost(lost) }) : t.lost.none];

const sayErasures = ({ oldest, ...counts }: NonNullable<Statement["figures"]["erasures"]>): string[] => [
  fill(t.figures.erasures, counts),
  ...(oldest === null ? [] : [fill(t.figures.oldestErasure, { oldest })]),
];

/** The event of a day's statement. A page may be empty with more to come, as where its month is archived. */
async function madeOf(send: Send, day: string, hash: string) {
  let [row, next]: [AuditAnswer["rows"][number] | undefined, number | null] = [undefined, null];
  do {
    const query = new URLSearchParams({
      ...{ code: "statement.made", subject: `${day}/${hash}`, from: day, limit: "1" },
      ...(next !== null && { before: String(next) }),
    });
    const page: AuditAnswer = await send<AuditAnswer>("GET", `/v1/audit?${query.toString()}`);
    [row, next] = [page.rows[0], page.next];
  } while (!row && next !== null);
  return row;
}

/** Fetches a day's statement, writes it to a file where one is named, and checks it, also against the trail. Throws a Refusal. */
export async function fetchStatement(
  send: Send,
  day: string,
  file: string | null,
  keys: readonly Key[],
): Promise<CheckedStatement> {
  const document = await send<StatementDocument>("GET", `/v1/statements/${day}`);
  const text = canonical(document);
  const row = await madeOf(send, day, document.sha256);
  const trail: Check = {
    ...{ check: "trail", ok: row !== undefined },
    text: row ? fill(t.trail.holds, { seq: row.seq }) : t.trail.fails,
  };
  const found = await checkStatement(file ?? day, Buffer.from(text), keys, [trail]);
  if (file === null) return found;
  await writeFile(file, text).catch(() => {
    throw new Refusal("no-file", fill(trailCliEn.notWritten, { file }));
  });
  return { ...found, text: [found.text, fill(t.written, { file })].join("\n") };
}

export function addStatementCommand({ program, signedIn, print }: Cli): void {
  program
    .command("statement")
    .description(help.statement)
    .argument("<day>", "YYYY-MM-DD", date)
    .option("-o, --output <file>", help.output)
    .option("--force", cliHelpEn.force, false)
    .option("--key <file>", trailHelpEn.key, collect, [])
    .action(
      async (day: string, { output, force, key }: { output?: string; force: boolean; key: string[] }) => {
        if (output !== undefined) wantFree(output, force);
        const keys = await Promise.all(key.map(readKey));
        const { text, ...rest } = await fetchStatement(signedIn(), day, output ?? null, keys);
        print(rest, text);
        if (!rest.ok) process.exitCode = 1;
      },
    );
}
