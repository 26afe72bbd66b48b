/** `cleardial lists` (declare.ts has more of it), `cleardial history LIST` and `cleardial rollback LIST --to N --why "…"`. */
import { randomUUID } from "node:crypto";
import { type Command, InvalidArgumentError } from "commander";
import type {
  Register,
  RegisterChangesAnswer,
  RegisterHead,
  Rollback,
} from "../../../shared/registers/api.ts";
import type { Send } from "../../../shared/send.ts";
import { addRegisterCommands } from "./declare.ts";
import { cliEn, cliHelpEn as help } from "../../../shared/texts/cli/cli.en.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";

const version = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError(help.wantsVersion);
  return n;
};

/** Adds the commands. `send` is asked for when one runs: it wants a token. */
export function addListCommands(
  program: Command,
  send: () => Send,
  print: (object: unknown, text: string) => void,
): void {
  const lists = program
    .command("lists")
    .description(help.lists)
    .action(async () => {
      const { lists } = await send()<{ lists: RegisterHead[] }>("GET", "/v1/lists");
      print(lists, lists.map(sayHead).join("\n"));
    });
  addRegisterCommands(lists, send, print);

  program
    .command("history")
    .description(help.history)
    .argument("<list>", help.listId)
    .action(async (id: string) => {
      const list = await send()<Register>("GET", `/v1/lists/${encodeURIComponent(id)}`);
      print(list, list.history.length > 0 ? list.history.map(sayVersion).join("\n") : sayHead(list));
    });

  program
    .command("rollback")
    .description(help.rollback)
    .argument("<list>", help.listId)
    .requiredOption("--to <version>", help.rollbackTo, version)
    .requiredOption("--why <reason>", help.rollbackWhy)
    .action(async (id: string, { to, why }: { to: number; why: string }) => {
      const path = `/v1/lists/${encodeURIComponent(id)}`;
      const { version: parent } = await send()<Register>("GET", path);
      const body: Rollback = { to, parent, why };
      const answer = await send()<RegisterChangesAnswer>("POST", `${path}/rollback`, body, randomUUID());
      const list = await send()<Register>("GET", path);
      print(answer, `${fill(cliEn.rolledBack, { to })}\n${sayHead(list)}`);
    });
}

export function sayHead(l: RegisterHead): string {
  if (l.lookup !== undefined) return fill(cliEn.byLookup, { list: l.name, source: l.lookup });
  if (l.asOf === null) return fill(cliEn.neverLoaded, { list: l.name });
  return fill(cliEn.pushed, {
    list: l.name,
    version: l.version,
    numbers: plural(english, cliEn.numbers, l.numbers),
    date: sayDate(english, l.asOf),
  });
}

const sayVersion = (v: Register["history"][number]): string =>
  fill(cliEn.version, {
    version: v.version,
    numbers: plural(english, cliEn.numbers, v.numbers),
    date: sayDate(english, v.asOf),
    added: plural(english, cliEn.added, v.added),
    removed: plural(english, cliEn.removed, v.removed),
    source: v.source,
    by: v.byName ?? v.by,
    at: v.at.slice(0, 16).replace("T", " "),
  });
