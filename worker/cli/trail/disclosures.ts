/** `cleardial disclosures`: what was sent to whom, all pages of the report. */
import { Option } from "commander";
import type { Send } from "../../../shared/core/send.ts";
import type { Disclosure, DisclosuresAnswer } from "../../../shared/policy/api-disclosures.ts";
import { recipientKinds } from "../../../shared/policy/recipients.ts";
import { disclosuresEn as t } from "../../../shared/texts/policy/disclosures.en.ts";
import { type Cli, date } from "../cli.ts";
import { table } from "../table.ts";

/** The filters of the API, by their names. */
type Asked = Readonly<Record<string, string>>;

export async function readDisclosures(send: Send, asked: Asked): Promise<Disclosure[]> {
  const all: Disclosure[] = [];
  for (let after: string | null = null; ;) {
    const query = new URLSearchParams({ ...asked, limit: "500", ...(after !== null && { after }) });
    const answer: DisclosuresAnswer = await send("GET", `/v1/disclosures?${query.toString()}`);
    all.push(...answer.disclosures);
    if (answer.next === null) return all;
    after = answer.next;
  }
}

export function sayDisclosures(all: readonly Disclosure[]): string {
  if (all.length === 0) return t.cli.none;
  const { day, who, kind, what, times, items } = t.columns;
  return table([
    [day, who, kind, what, times, items],
    ...all.map((row) => [
      ...[row.day, row.name ?? (row.host || t.own[row.kind] || ""), row.kind, t.what[row.what] ?? row.what],
      ...[String(row.times), String(row.items)],
    ]),
  ]);
}

export function addDisclosuresCommand({ program, signedIn, print }: Cli): void {
  program
    .command("disclosures")
    .description(t.cli.help)
    .option("--from <date>", t.cli.from, date)
    .option("--to <date>", t.cli.to, date)
    .addOption(new Option("--kind <kind>", t.cli.kind).choices([...recipientKinds]))
    .option("--number <number>", t.cli.number)
    .action(async (asked: Asked) => {
      const all = await readDisclosures(signedIn(), asked);
      print({ disclosures: all }, sayDisclosures(all));
    });
}
