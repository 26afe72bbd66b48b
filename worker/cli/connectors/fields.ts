/** `cleardial connectors fields NAME`: our fields in a CRM, made with --make. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ConnectorFieldsAnswer, ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import {
  connectorFieldsEn as t,
  connectorHelpEn as help,
} from "../../../shared/texts/connectors/fields.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import type { Cli } from "../cli.ts";
import { Refusal } from "../client.ts";
import { exits } from "../exits.ts";

export function addConnectorCommands({ program, signedIn, print }: Cli): void {
  program
    .command("connectors")
    .description(help.connectors)
    .command("fields")
    .description(help.fields)
    .argument("<name>", help.name)
    .option("--make", help.make, false)
    .option("--credentials <file>", help.credentials)
    .action(async (name: string, { make, credentials }: { make: boolean; credentials?: string }) => {
      const secret = credentials === undefined ? undefined : secretIn(credentials);
      const { connectors } = await signedIn()<ConnectorsAnswer>("GET", "/v1/connectors");
      const found = connectors.filter((one) => one.id === name || one.name === name);
      if (found.length !== 1) throw new Refusal("no-connector", fill(t.noConnector, { name }), exits.usage);
      const answer = await signedIn()<ConnectorFieldsAnswer>(
        "POST",
        `/v1/connectors/${found[0]!.id}/fields`,
        { make, ...(secret && { secret }) },
        randomUUID(),
      );
      print(
        answer,
        [
          ...answer.fields.map(sayField),
          ...(answer.fields.some(({ state }) => state === "refused") ? [t.byHand] : []),
          ...(answer.error === null ? [] : [answer.error]),
        ].join("\n"),
      );
      if (!answer.ok) process.exitCode = exits.finding;
    });
}

const sayField = ({ object, name, state, is, why }: ConnectorFieldsAnswer["fields"][number]): string =>
  fill(t.line, { object, name, said: fill(t.states[state], { is: is ?? "", why: why ?? "" }) });

/** A JSON object of texts. Throws a Refusal. */
function secretIn(file: string): Record<string, string> {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    read = null;
  }
  const isObject = typeof read === "object" && read !== null && !Array.isArray(read);
  if (!isObject || Object.values(read!).some((value) => typeof value !== "string"))
    throw new Refusal("no-credentials", fill(t.noCredentials, { file }), exits.usage);
  return read as Record<string, string>;
}
