/** `cleardial dnc add FILE`, `dnc list` and `dnc end NUMBER`: the in-house do-not-call list. */
import { cliHelpEn as help } from "../../../shared/texts/cli/cli.en.ts";
import { basename } from "node:path";
import { type Command, Option } from "commander";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { bulkEn } from "../../../shared/texts/cli/do-not-call.en.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { sendAndPrint } from "./bulk.ts";
import type { Ask } from "../client.ts";
import { readRows } from "../rows.ts";

interface AddOptions {
  column?: string;
  reason?: string;
  kind: Suppression["kind"];
  until?: string;
  source?: string;
}

/** Adds the commands. `send` is asked for when one runs: it wants a token. */
export function addDncCommands(
  program: Command,
  send: () => Ask,
  print: (object: unknown, text: string) => void,
  date: (text: string) => string,
): void {
  const json = () => program.opts<{ json: boolean }>().json;
  const dnc = program.command("dnc").description(help.dnc);

  dnc
    .command("add")
    .description(help.dncAdd)
    .argument("<file>", help.dncFile)
    .option("--column <name>", help.column)
    .option("--reason <text>", help.dncReason)
    .addOption(kinds().default("objection"))
    .option("--until <date>", help.dncUntil, date)
    .option("--source <text>", help.dncSource, "import")
    .action(async (file: string, options: AddOptions) => {
      const reason = options.reason ?? fill(bulkEn.reason, { file: basename(file) });
      const rows = (await readRows(file, options.column)).map(({ line, number, cell }) => ({
        line,
        body: {
          number,
          reason: cell("reason") ?? reason,
          kind: cell("kind")?.toLowerCase() ?? options.kind,
          until: cell("until") ?? options.until,
          source: cell("source") ?? options.source,
        },
      }));
      await sendAndPrint("/v1/suppressions/bulk", rows, send(), { json: json(), print });
    });

  dnc
    .command("list")
    .description(help.dncList)
    .option("--number <number>", help.dncNumber)
    .option("--all", help.dncAll, false)
    .action(async ({ number, all }: { number?: string; all: boolean }) => {
      const entries = (await allEntries(send(), number)).filter((e) => all || e.endedAt === null);
      print(entries, entries.length > 0 ? entries.map(sayEntry).join("\n") : bulkEn.none);
    });

  dnc
    .command("end")
    .description(help.dncEnd)
    .argument("<number>")
    .requiredOption("--reason <text>", help.dncWhy)
    .addOption(kinds())
    .action(async (number: string, body: { reason: string; kind?: Suppression["kind"] }) => {
      const path = `/v1/suppressions/${encodeURIComponent(number)}`;
      const answer = await send()<{ ended: number }>("DELETE", path, body);
      print(answer, fill(plural(english, bulkEn.ended, answer.ended), { number }));
    });
}

const kinds = () => new Option("--kind <kind>", help.dncKind).choices(["objection", "house"]);

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
  fill(bulkEn.entry, {
    number: e.number,
    kind: e.kind,
    days: [
      fill(bulkEn.since, { date: day(e.at) }),
      ...(e.until === null ? [] : [fill(bulkEn.until, { date: day(e.until) })]),
      ...(e.endedAt === null ? [] : [fill(bulkEn.endedAt, { date: day(e.endedAt) })]),
    ].join(", "),
    reason: e.reason,
    source: e.source,
  });
