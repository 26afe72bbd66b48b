/** `cleardial lists declare LIST`, `lists listed LIST NUMBER` and `lists rules`. */
import { randomUUID } from "node:crypto";
import { type Command, Option } from "commander";
import type { z } from "zod";
import type {
  Register,
  RegisterDeclared,
  listingAnswer,
  RegisterRequest,
} from "../../../shared/registers/api.ts";
import { declaredAs, dialling } from "../../../shared/law/declared.ts";
import { regions } from "../../../shared/law/regions.ts";
import { registersOf } from "../../../shared/law/registers.ts";
import { sourced } from "../../../shared/law/sources.ts";
import type { RegionRules } from "../../../shared/law/rules.ts";
import { registersCliEn as t, registersHelpEn as help } from "../../../shared/texts/cli/registers.en.ts";
import { english, fill, sayDate } from "../../../shared/texts/language.ts";
import { type Cli, date, whole } from "../cli.ts";
import { Refusal } from "../client.ts";

const days = whole(0, help.wantsDays);

interface Declared {
  name?: string;
  region?: string[];
  maxAge?: number;
  daysUntilEffective?: number;
  covers?: "individuals" | "businesses" | "both";
  source?: string;
}

/** `lists` is the command that they belong to. */
export function addRegisterCommands(lists: Command, { signedIn, print }: Cli): void {
  lists
    .command("declare")
    .description(help.declare)
    .argument("<list>", help.declareId)
    .option("--name <name>")
    .option("--region <codes...>", help.declareRegion)
    .option("--max-age <days>", help.declareMaxAge, days)
    .option("--days-until-effective <days>", help.declareWait, days)
    .addOption(new Option("--covers <whom>").choices(["individuals", "businesses", "both"]))
    .option("--source <text>", help.declareSource)
    .action(async (id: string, said: Declared) => {
      const path = `/v1/lists/${encodeURIComponent(id)}`;
      const before = await signedIn()<Register>("GET", path).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === "not-found") return null;
        throw error;
      });
      const list = await signedIn()<RegisterDeclared>(
        "PUT",
        path,
        registerOf(id, said, before),
        randomUUID(),
      );
      const words = { list: list.name, regions: list.regions.join(", ") };
      print(list, fill(list.proposed ? t.waits : before ? t.redeclared : t.declared, words));
    });

  lists
    .command("listed")
    .description(help.listed)
    .argument("<list>")
    .argument("<number>")
    .option("--at <date>", help.listedAt, date)
    .action(async (id: string, number: string, { at }: { at?: string }) => {
      const path = `/v1/lists/${encodeURIComponent(id)}/numbers/${encodeURIComponent(number)}`;
      const answer = await signedIn()<z.infer<typeof listingAnswer>>("GET", at ? `${path}?at=${at}` : path);
      const day = sayDate(english, at ?? new Date().toISOString().slice(0, 10));
      const { version, asOf, listed, since } = answer;
      const words = { number: answer.number, list: id, day, version, date: sayDate(english, asOf) };
      const more = since === undefined ? "" : ` ${fill(t.listed.since, { since: sayDate(english, since) })}`;
      print(answer, fill(listed ? t.listed.yes : t.listed.no, words) + more);
    });

  lists
    .command("rules")
    .description(help.rules)
    .action(() =>
      print(allRegions(), [t.rules.notAdvice, ...Object.values(regions).map(sayRules)].join("\n")),
    );
}

/** The options count first, then the present declaration, then what the rules know about a register with this id. */
function registerOf(id: string, said: Declared, before: Register | null): RegisterRequest {
  const rules = Object.values(regions).find((r) => r.registers.some((register) => register.id === id));
  const known = before ?? {
    ...declaredAs(id),
    ...(rules && { regions: [rules.region] }),
  };
  const name = said.name ?? known.name;
  const codes = said.region ?? known.regions;
  const maxAgeDays = said.maxAge ?? known.maxAgeDays;
  if (name === undefined || codes === undefined || maxAgeDays === undefined)
    throw new Refusal("bad-arguments", fill(t.noRules, { list: id }));
  return {
    name,
    regions: codes,
    maxAgeDays,
    daysUntilEffective: said.daysUntilEffective ?? known.daysUntilEffective,
    covers: said.covers ?? known.covers,
    source: said.source ?? known.source,
  };
}

/** The regions as a script reads them. */
const allRegions = () =>
  Object.fromEntries(
    Object.values(regions).map(({ region, ...its }) => [
      region,
      {
        ...{ region, dialling: dialling[region], ...its },
        registers: its.registers.map(({ id }) => declaredAs(id)),
      },
    ]),
  );

/** What is known of a region's registers and rules, with their sources. */
export function sayRules({ region }: RegionRules): string {
  const words = t.rules;
  const registers = registersOf(region);
  const rules = sourced.filter((of) => of.region === region);
  return [
    `${region}:`,
    ...registers.map((r) =>
      fill(words.register, { ...declaredAs(r.id), max: r.maxAgeDays, effective: r.daysUntilEffective }),
    ),
    ...(registers.length === 0 ? [words.noRegister] : []),
    ...rules.map(({ id, from, until, source: { name, url, seen, lookedUp } }) =>
      fill(words.source, {
        ...{ id, name, url, seen, date: sayDate(english, lookedUp) },
        from: from === undefined ? "" : fill(words.from, { date: sayDate(english, from) }),
        until: until === undefined ? "" : fill(words.until, { date: sayDate(english, until) }),
      }),
    ),
  ]
    .map((line, i) => (i === 0 ? line : `  ${line.trim()}`))
    .join("\n");
}
