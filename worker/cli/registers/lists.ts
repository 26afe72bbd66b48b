/** `cleardial lists`, `history LIST` and `rollback LIST --to N --why "…"`. The subcommands of `lists` are in declare.ts. */
import { randomUUID } from "node:crypto";
import type {
  Register,
  RegisterChangesAnswer,
  RegisterHead,
  Rollback,
} from "../../../shared/registers/api.ts";
import { registersCliEn as t, registersHelpEn as help } from "../../../shared/texts/cli/registers.en.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { type Cli, whole } from "../cli.ts";
import { addRegisterCommands } from "./declare.ts";

export function addListCommands(cli: Cli): void {
  const { program, signedIn, print } = cli;
  const lists = program
    .command("lists")
    .description(help.lists)
    .action(async () => {
      const { lists } = await signedIn()<{ lists: RegisterHead[] }>("GET", "/v1/lists");
      print(lists, lists.map(sayHead).join("\n"));
    });
  addRegisterCommands(lists, cli);

  program
    .command("history")
    .description(help.history)
    .argument("<list>", help.listId)
    .action(async (id: string) => {
      const list = await signedIn()<Register>("GET", `/v1/lists/${encodeURIComponent(id)}`);
      print(list, list.history.length > 0 ? list.history.map(sayVersion).join("\n") : sayHead(list));
    });

  program
    .command("rollback")
    .description(help.rollback)
    .argument("<list>", help.listId)
    .requiredOption("--to <version>", help.rollbackTo, whole(1, help.wantsVersion))
    .requiredOption("--why <reason>", help.rollbackWhy)
    .action(async (id: string, { to, why }: { to: number; why: string }) => {
      const path = `/v1/lists/${encodeURIComponent(id)}`;
      const { version: parent } = await signedIn()<Register>("GET", path);
      const body: Rollback = { to, parent, why };
      const answer = await signedIn()<RegisterChangesAnswer>("POST", `${path}/rollback`, body, randomUUID());
      const list = await signedIn()<Register>("GET", path);
      print(answer, `${fill(t.rolledBack, { to })}\n${sayHead(list)}`);
    });
}

export function sayHead(l: RegisterHead): string {
  if (l.lookup !== undefined) return fill(t.byLookup, { list: l.name, source: l.lookup });
  if (l.asOf === null) return fill(t.neverLoaded, { list: l.name });
  return fill(t.pushed, {
    list: l.name,
    version: l.version,
    numbers: plural(english, t.numbers, l.numbers),
    date: sayDate(english, l.asOf),
  });
}

const sayVersion = (v: Register["history"][number]): string =>
  fill(t.version, {
    version: v.version,
    numbers: plural(english, t.numbers, v.numbers),
    date: sayDate(english, v.asOf),
    added: plural(english, t.added, v.added),
    removed: plural(english, t.removed, v.removed),
    source: v.source,
    by: v.byName ?? v.by,
    at: v.at.slice(0, 16).replace("T", " "),
  });
