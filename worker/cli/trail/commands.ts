/** `cleardial verify`, `cleardial audit export` and `cleardial audit key`. */
import { cliHelpEn } from "../../../shared/texts/cli/cli.en.ts";
import { trailCliEn as t, trailHelpEn as help } from "../../../shared/texts/cli/trail.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import type { ReopenedAnswer } from "../../../shared/dials/api.ts";
import type { RestoredAnswer } from "../../../shared/trail/api.ts";
import { type Cli, collect, date, wantFree } from "../cli.ts";
import { download } from "../client.ts";
import { exits } from "../exits.ts";
import { checkBytes } from "../proof/check.ts";
import { read, readKey } from "../proof/signed.ts";
import { checkStatement, isStatement } from "../proof/statement.ts";
import { type ReturnedOptions, sayReturned } from "./returned.ts";
import { exportTrail, newAuditKey, verifyTables, verifyTrail, wantPlace } from "./audit.ts";

interface ExportOptions {
  output: string;
  force: boolean;
  from?: string;
  to?: string;
}
interface VerifyOptions {
  head: string[];
  key: string[];
  deep?: boolean;
  from?: string;
}

export function addTrailCommands({ program, signedIn, url, token, json, print }: Cli): void {
  program
    .command("verify")
    .description(help.verify)
    .argument("[proof]", help.proof)
    .option("--head <file>", help.head, collect, [])
    .option("--key <file>", help.key, collect, [])
    .option("--deep", help.deep)
    .option("--from <place>", help.fromPlace)
    .action(async (proof: string | undefined, { head: files, key, deep, from }: VerifyOptions) => {
      if (proof !== undefined) {
        const keys = await Promise.all(key.map(readKey));
        const bytes = await read(proof);
        const check = isStatement(bytes) ? checkStatement : checkBytes;
        const { text, ...rest } = await check(proof, bytes, keys);
        print(rest, text);
        if (!rest.ok) process.exitCode = 1;
        return;
      }
      const say = (n: number) => process.stderr.write(`${fill(t.verifying, { n })}\n`);
      const { ok, trail, heads, text } = await verifyTrail(signedIn(), files, say);
      const tell = (table: string, n: number, place: string) =>
        process.stderr.write(`${fill(t.comparing, { table, n, place })}\n`);
      const place = from === undefined ? undefined : wantPlace(from);
      const tables = deep ? await verifyTables(signedIn(), tell, place) : null;
      print(
        {
          ...trail,
          heads: heads.map(({ text: _, ...head }) => head),
          ...(tables && { findings: tables.findings, bound: tables.bound, excused: tables.excused }),
        },
        [text, ...(tables ? [tables.text] : [])].join("\n"),
      );
      if (!ok || (tables?.findings.length ?? 0) > 0) process.exitCode = 1;
    });

  const audit = program.command("audit").description(help.audit);

  audit
    .command("export")
    .description(help.export)
    .requiredOption("-o, --output <file>", cliHelpEn.output)
    .option("--force", cliHelpEn.force, false)
    .option("--from <date>", help.from, date)
    .option("--to <date>", help.to, date)
    .action(async ({ output, force, from, to }: ExportOptions) => {
      wantFree(output, force);
      const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) });
      const path = `/v1/audit/export?${query.toString()}`;
      const bearer = token();
      const rows = await exportTrail(() => download(url(), bearer, path), output);
      print({ file: output, rows }, fill(t.exported, { rows: plural(english, t.rows, rows), file: output }));
    });

  audit
    .command("returned")
    .description(help.returned)
    .requiredOption("--from <time>", help.returnedFrom)
    .requiredOption("--to <time>", help.returnedTo)
    .requiredOption("--why <text>", help.returnedWhy)
    .option("--findings <file>", help.returnedFindings)
    .option("--dry-run", help.returnedDryRun)
    .action(async ({ findings, ...said }: ReturnedOptions) => {
      const { answer, text } = await sayReturned(signedIn(), said, findings);
      print(answer, text);
    });

  audit
    .command("restored")
    .description(help.restored)
    .requiredOption("--why <text>", help.returnedWhy)
    .action(async (said: { why: string }) => {
      const answer = await signedIn()<RestoredAnswer>("POST", "/v1/audit/restored", said);
      print(answer, answer.ends.map((rows) => fill(t.restored, rows)).join("\n"));
    });

  audit
    .command("reopen")
    .description(help.reopen)
    .option("--index", help.reopenIndex)
    .action(async ({ index }: { index?: true }) => {
      const ask = signedIn();
      const sum = { files: 0, dials: 0, recordings: 0, certificates: 0, screened: 0 };
      let gone: string[] = [];
      for (let left = 1; left > 0;) {
        // An older Worker answers no recordings, no certificates, or no numbers of screenings.
        const {
          files,
          dials,
          recordings = 0,
          certificates = 0,
          screened = 0,
          lost = [],
        } = await ask<Partial<ReopenedAnswer> & Pick<ReopenedAnswer, "files" | "dials">>(
          "POST",
          `/v1/dials/reopened${index ? "?index=true" : ""}`,
          {},
        );
        const rows = dials + recordings + certificates + screened;
        if (files > 0 || rows > 0) process.stderr.write(`${fill(t.reopening, { left: files })}\n`);
        sum.files += rows > 0 ? 1 : 0;
        sum.dials += dials;
        sum.recordings += recordings;
        sum.certificates += certificates;
        sum.screened += screened;
        left = files;
        gone = lost;
      }
      for (const key of gone) process.stderr.write(`${fill(t.reopenLost, { key })}\n`);
      if (gone.length > 0) process.exitCode = exits.finding;
      print(gone.length > 0 ? { ...sum, lost: gone } : sum, fill(t.reopened, sum));
    });

  audit
    .command("key")
    .description(help.auditKey)
    .action(async () => {
      const made = await newAuditKey();
      if (!json()) process.stderr.write(`${fill(t.auditKey, { key: made.thumbprint })}\n`);
      print(made, made.key);
    });
}
