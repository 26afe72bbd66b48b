/** `cleardial explain NUMBER [--at DAY] [--as KIND] [--message]`: why a number may or may not be called. */
import { InvalidArgumentError, Option } from "commander";
import type { Because, ExplainAnswer } from "../../../shared/check/api-explain.ts";
import { explainCliEn as t, explainHelpEn as help } from "../../../shared/texts/cli/check.en.ts";
import { en } from "../../../shared/texts/check/verdicts.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { lawEn } from "../../../shared/texts/law/law.en.ts";
import { sayElse, sayFirst, sayRule } from "../../../shared/texts/law/law.ts";
import { sayClause } from "../../../shared/texts/policy/clauses.en.ts";
import type { OpeningDuty } from "../../../shared/law/rules.ts";
import type { Shows } from "../../../shared/check/opening.ts";
import type { Cli } from "../cli.ts";

interface Options {
  at?: string;
  as?: string;
  message?: true;
}

export function addExplainCommand(cli: Cli): void {
  cli.program
    .command("explain")
    .description(help.explain)
    .argument("<number>", help.number)
    .option("--at <when>", help.at, moment)
    .addOption(new Option("--as <kind>", help.as).choices(Object.keys(t.kinds)))
    .option("--message", help.message)
    .action(async (number: string, { at, as, message }: Options) => {
      const asked = { ...(at && { at }), ...(as && { as }), ...(message && { medium: "message" }) };
      const query = new URLSearchParams(asked).toString();
      const path = `/v1/explain/${encodeURIComponent(number)}${query && `?${query}`}`;
      const answer = await cli.signedIn()<ExplainAnswer>("GET", path);
      cli.print(answer, sayExplained(answer));
    });
}

/** A day, or a time in UTC. */
function moment(text: string): string {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError(help.wantsMoment);
  return text;
}

export function sayExplained(answer: ExplainAnswer): string {
  const { number, verdict, reasons, facts, at, as, medium, past, opening, presents } = answer;
  const { line, party, region } = facts;
  const first = sayFirst(lawEn, { says: new Map(opening.map(({ duty }) => [duty as OpeningDuty, []])) });
  return [
    fill(t.title, { number, verdict: en.verdicts[verdict] }),
    `${fill(t.asked[medium], { kind: t.kinds[as], at: at.slice(0, 16).replace("T", " ") })}${past ? ` ${t.past}` : ""}`,
    fill(t.place, {
      region: region ?? "-",
      line: t.line[line ?? "unknown"],
      party: fill(t.party[party?.party ?? "unknown"], { source: party && t.source[party.source] }),
    }),
    ...reasons.flatMap(({ text, because }) => [`- ${text}`, ...behind(because)]),
    ...(first === "" ? [] : [first, ...rulesOf(opening)]),
    ...presents.flatMap((one) => [lawEn.shows[one.shows as Shows], ...rulesOf([one])]),
  ].join("\n");
}

function behind(because: Because): string[] {
  const { rules, clause: path } = because;
  const other = path === null ? sayElse(lawEn, because) : fill(t.clause, { clause: sayClause(path), path });
  return [...rulesOf([{ rules }]), ...(other && [`    ${other}`])];
}

const rulesOf = (of: readonly Pick<ExplainAnswer["opening"][number], "rules">[]): string[] => [
  ...new Set(of.flatMap(({ rules }) => rules.map((rule) => `    ${sayRule(lawEn, rule)}`))),
];
