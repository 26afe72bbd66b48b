/** `cleardial dnc add FILE`, `dnc list` and `dnc end NUMBER`: the in-house do-not-call list. */
import { basename } from "node:path";
import { Option } from "commander";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { doNotCallCliEn as t, doNotCallHelpEn as help } from "../../../shared/texts/cli/do-not-call.en.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { type Cli, date } from "../cli.ts";
import type { Ask } from "../client.ts";
import { readRows } from "../csv.ts";
import { sendAndPrint } from "./send.ts";

interface AddOptions {
  column?: string;
  reason?: string;
  kind: Suppression["kind"];
  until?: string;
  source?: string;
  scope?: Suppression["scope"];
}

export function addDncCommands(cli: Cli): void {
  const { program, signedIn, print } = cli;
  const dnc = program.command("dnc").description(help.dnc);

  dnc
    .command("add")
    .description(help.add)
    .argument("<file>", help.file)
    .option("--column <name>", help.column)
    .option("--reason <text>", help.reason)
    .addOption(kinds().default("objection"))
    .option("--until <date>", help.until, date)
    .option("--source <text>", help.source, "import")
    .addOption(new Option("--scope <scope>", help.scope).choices(["line", "person", "company", "unsaid"]))
    .action(async (file: string, options: AddOptions) => {
      const reason = options.reason ?? fill(t.reason, { file: basename(file) });
      const rows = (await readRows(file, options.column)).map(({ line, number, cell }) => ({
        line,
        body: {
          number,
          reason: cell("reason") ?? reason,
          kind: cell("kind")?.toLowerCase() ?? options.kind,
          until: cell("until") ?? options.until,
          source: cell("source") ?? options.source,
          scope: cell("scope")?.toLowerCase() ?? options.scope,
        },
      }));
      await sendAndPrint("/v1/suppressions/bulk", rows, signedIn(), cli);
    });

  dnc
    .command("list")
    .description(help.list)
    .option("--number <number>", help.number)
    .option("--all", help.all, false)
    .action(async ({ number, all }: { number?: string; all: boolean }) => {
      const entries = (await allEntries(signedIn(), number)).filter((e) => all || e.endedAt === null);
      print(entries, entries.length > 0 ? entries.map(sayEntry).join("\n") : t.none);
    });

  dnc
    .command("end")
    .description(help.end)
    .argument("<number>")
    .requiredOption("--reason <text>", help.why)
    .addOption(kinds())
    .action(async (number: string, body: { reason: string; kind?: Suppression["kind"] }) => {
      const path = `/v1/suppressions/${encodeURIComponent(number)}`;
      const answer = await signedIn()<{ ended: number; back?: string }>("DELETE", path, body);
      const said = fill(plural(english, t.ended, answer.ended), { number });
      print(answer, answer.back === undefined ? said : `${said} ${t.endedBack}`);
    });
}

const kinds = () => new Option("--kind <kind>", help.kind).choices(["objection", "house"]);

async function allEntries(send: Ask, number: string | undefined): Promise<Suppression[]> {
  const entries: Suppression[] = [];
  let after: string | null = null;
  do {
    const query = new URLSearchParams({
      limit: "200",
      ...(number === undefined ? {} : { number }),
      ...(after === null ? {} : { after }),
    });
    const page: SuppressionsAnswer = await send<SuppressionsAnswer>(
      "GET",
      `/v1/suppressions?${query.toString()}`,
    );
    entries.push(...page.suppressions);
    after = page.next;
  } while (after !== null);
  return entries;
}

const day = (time: string) => sayDate(english, time.slice(0, 10));

const sayEntry = (e: Suppression): string =>
  fill(t.entry, {
    number: e.number,
    kind: e.kind === "house" || e.scope === "line" ? e.kind : `${e.kind} (${t.scopes[e.scope]})`,
    days: [
      fill(t.since, { date: day(e.at) }),
      ...(e.until === null ? [] : [fill(t.until, { date: day(e.until) })]),
      ...(e.endedAt === null ? [] : [fill(t.endedAt, { date: day(e.endedAt) })]),
    ].join(", "),
    reason: e.reason,
    source: e.source,
  });
