/** `cleardial verify`, `cleardial audit export` and `cleardial audit key`. */
import { trailCliEn as t, trailHelpEn as help } from "../../../shared/texts/cli/trail.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { type Cli, collect, date } from "../cli.ts";
import { download } from "../client.ts";
import { checkProof, readKey } from "../proof/check.ts";
import { exportTrail, newAuditKey, verifyTrail } from "./audit.ts";

export function addTrailCommands({ program, signedIn, url, token, json, print }: Cli): void {
  program
    .command("verify")
    .description(help.verify)
    .argument("[proof]", help.proof)
    .option("--head <file>", help.head, collect, [])
    .option("--key <file>", help.key, collect, [])
    .action(async (proof: string | undefined, { head: files, key }: { head: string[]; key: string[] }) => {
      if (proof !== undefined) {
        const { text, ...rest } = await checkProof(proof, await Promise.all(key.map(readKey)));
        print(rest, text);
        if (!rest.ok) process.exitCode = 1;
        return;
      }
      const say = (n: number) => process.stderr.write(`${fill(t.verifying, { n })}\n`);
      const { ok, trail, heads, text } = await verifyTrail(signedIn(), files, say);
      print({ ...trail, heads: heads.map(({ text: _, ...head }) => head) }, text);
      if (!ok) process.exitCode = 1;
    });

  const audit = program.command("audit").description(help.audit);

  audit
    .command("export")
    .description(help.export)
    .requiredOption("-o, --output <file>")
    .option("--from <date>", help.from, date)
    .option("--to <date>", help.to, date)
    .action(async ({ output, from, to }: { output: string; from?: string; to?: string }) => {
      const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) });
      const path = `/v1/audit/export?${query.toString()}`;
      const bearer = token();
      const rows = await exportTrail(() => download(url(), bearer, path), output);
      print({ file: output, rows }, fill(t.exported, { rows: plural(english, t.rows, rows), file: output }));
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
