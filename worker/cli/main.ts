/** `cleardial`: the admin's command line. Prints answers on stdout, progress and refusals on stderr. */
import { hostname } from "node:os";
import { Command } from "commander";
import type { InviteAnswer, TokenAnswer } from "../../shared/people/api.ts";
import { cliEn, cliHelpEn as help } from "../../shared/texts/cli/cli.en.ts";
import { english, fill, plural } from "../../shared/texts/language.ts";
import { exportTrail, newAuditKey, verifyTrail } from "./trail/audit.ts";
import { addBackupCommands } from "./backup/index.ts";
import { addCallsCommands } from "./call-logs/import.ts";
import { client, download, Refusal } from "./client.ts";
import { addConsentCommands } from "./do-not-call/consents.ts";
import { addDncCommands } from "./do-not-call/dnc.ts";
import { addListCommands } from "./registers/lists.ts";
import { checkProof, readKey } from "./proof/check.ts";
import { addPushCommand, date, seconds } from "./registers/push.ts";
import { addScreenCommand } from "./screening/screen.ts";
import { addSyncCommand } from "./registers/sync.ts";

interface Global {
  url: string;
  token?: string;
  json: boolean;
}

const program = new Command("cleardial")
  .description(help.program)
  .option("--url <url>", help.url, process.env["CLEARDIAL_URL"] ?? "http://localhost:8787")
  .option("--token <token>", help.token)
  .option("--json", help.json, false);

/** The environment's is no default of the option: a default stands in the help. */
const tokenOf = () => program.opts<Global>().token ?? process.env["CLEARDIAL_TOKEN"];
const signedIn = (patienceMs?: number) => {
  const { url } = program.opts<Global>();
  const token = tokenOf();
  if (!token) throw new Refusal("no-token", cliEn.noToken);
  return client(url, token, patienceMs);
};
const print = (object: unknown, text: string) =>
  process.stdout.write(`${program.opts<Global>().json ? JSON.stringify(object) : text}\n`);

const collect = (value: string, before: string[]): string[] => [...before, value];
addPushCommand(program, signedIn, print, () => program.opts<Global>().json);
addSyncCommand(program, signedIn, print);
addScreenCommand(program, signedIn, print, seconds);
addListCommands(program, signedIn, print);
addDncCommands(program, signedIn, print, date);
addConsentCommands(program, signedIn, print, date);
addBackupCommands(program, print);
addCallsCommands(program, signedIn, print);

program
  .command("setup")
  .description(help.setup)
  .requiredOption("--code <code>", help.setupCode)
  .requiredOption("--name <name>")
  .requiredOption("--email <email>")
  .action(async (body: { code: string; name: string; email: string }) => {
    const send = client(program.opts<Global>().url, undefined);
    const answer = await send<TokenAnswer>("POST", "/v1/setup", body);
    print(answer, answer.token);
  });

program
  .command("invite")
  .description(help.invite)
  .argument("<role>", help.role)
  .requiredOption("--name <name>")
  .requiredOption("--email <email>")
  .action(async (role: string, who: { name: string; email: string }) => {
    const answer = await signedIn()<InviteAnswer>("POST", "/v1/invites", { ...who, role });
    print(answer, `${fill(cliEn.invited, { name: who.name, role })}\n${answer.link}`);
  });

program
  .command("join")
  .description(help.join)
  .argument("<code>")
  .action(async (code: string) => {
    const send = client(program.opts<Global>().url, undefined);
    const answer = await send<TokenAnswer>("POST", "/v1/join", {
      code,
      device: `cleardial on ${hostname()}`,
    });
    print(answer, answer.token);
  });

program
  .command("verify")
  .description(help.verify)
  .argument("[proof]", help.proof)
  .option("--head <file>", help.head, collect, [])
  .option("--key <file>", help.key, collect, [])
  .action(async (proof: string | undefined, { head: files, key }: { head: string[]; key: string[] }) => {
    if (proof !== undefined) {
      const checked = await checkProof(proof, await Promise.all(key.map(readKey)));
      const { text, ...rest } = checked;
      print(rest, text);
      if (!checked.ok) process.exitCode = 1;
      return;
    }
    const bar = (n: number) => process.stderr.write(`${fill(cliEn.verifying, { n })}\n`);
    const { ok, trail, heads, text } = await verifyTrail(signedIn(), files, bar);
    print({ ...trail, heads: heads.map(({ text: _, ...head }) => head) }, text);
    if (!ok) process.exitCode = 1;
  });

const audit = program.command("audit").description(help.audit);

audit
  .command("export")
  .description(help.auditExport)
  .requiredOption("-o, --output <file>")
  .option("--from <date>", help.from, date)
  .option("--to <date>", help.to, date)
  .action(async ({ output, from, to }: { output: string; from?: string; to?: string }) => {
    signedIn();
    const { url } = program.opts<Global>();
    const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) }).toString();
    const rows = await exportTrail(() => download(url, tokenOf()!, `/v1/audit/export?${query}`), output);
    print(
      { file: output, rows },
      fill(cliEn.exported, { rows: plural(english, cliEn.rows, rows), file: output }),
    );
  });

audit
  .command("key")
  .description(help.auditKey)
  .action(async () => {
    const made = await newAuditKey();
    if (!program.opts<Global>().json)
      process.stderr.write(`${fill(cliEn.auditKey, { key: made.thumbprint })}\n`);
    print(made, made.key);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  if (program.opts<Global>().json)
    process.stdout.write(`${JSON.stringify({ error: error.code, message: error.message })}\n`);
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
