/** `cleardial setup`, `invite` and `join`: how people get a token. */
import { hostname } from "node:os";
import type { InviteAnswer, TokenAnswer } from "../../../shared/people/api.ts";
import { cliEn, cliHelpEn as help } from "../../../shared/texts/cli/cli.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import type { Cli } from "../cli.ts";

export function addPeopleCommands({ program, signedIn, signedOut, print }: Cli): void {
  program
    .command("setup")
    .description(help.setup)
    .requiredOption("--code <code>", help.setupCode)
    .requiredOption("--name <name>")
    .requiredOption("--email <email>")
    .action(async (body: { code: string; name: string; email: string }) => {
      const answer = await signedOut()<TokenAnswer>("POST", "/v1/setup", body);
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
      const { link, waits, proposed } = answer;
      const known = waits ? cliEn.invitedWaits : proposed ? cliEn.invitedProposed : cliEn.invited;
      const said = fill(link === null ? cliEn.invitedMailed : known, { name: who.name, role });
      print(answer, link === null ? said : `${said}\n${link}`);
    });

  program
    .command("join")
    .description(help.join)
    .argument("<code>")
    .action(async (code: string) => {
      const device = `cleardial on ${hostname()}`;
      const answer = await signedOut()<TokenAnswer>("POST", "/v1/join", { code, device });
      print(answer, answer.token);
    });
}
