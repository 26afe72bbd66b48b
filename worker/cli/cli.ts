/** What every command gets: the global options, the Worker to ask, and how to print. And the parsers of arguments. */
import { existsSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { cliEn } from "../../shared/texts/cli/cli.en.ts";
import { registersHelpEn as help } from "../../shared/texts/cli/registers.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { type Ask, Refusal } from "./client.ts";

export interface Cli {
  program: Command;
  /** The Worker's address. */
  url: () => string;
  /** Throws a Refusal where there is no token. */
  token: () => string;
  /** Answers for machines: no progress bars. */
  json: () => boolean;
  /**
   * Requests with the token. Throws a Refusal where there is none. `patienceMs`: for how long to
   * try again; `tryMs`: after how long a try that is not answered ends.
   */
  signedIn: (patienceMs?: number, tryMs?: number) => Ask;
  /** Requests without a token: to set up and to join. */
  signedOut: () => Ask;
  /** Prints `object` as JSON with --json, otherwise `text`. On stdout. */
  print: (object: unknown, text: string) => void;
}

/** Before any work: a file that exists is replaced only with --force. Throws a Refusal. */
export function wantFree(file: string, force: boolean): void {
  if (!force && existsSync(file)) throw new Refusal("file-exists", fill(cliEn.fileExists, { file }));
}

/** For options that may be repeated. */
export const collect = (value: string, before: string[]): string[] => [...before, value];

/** `YYYY-MM-DD`. */
export function date(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError(help.wantsDate);
  return text;
}

export function seconds(text: string): number {
  const n = Number(text);
  if (!Number.isFinite(n) || n < 0) throw new InvalidArgumentError(help.wantsSeconds);
  return n;
}

/** A whole number from `least` up. */
export const whole =
  (least: number, message: string) =>
  (text: string): number => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < least) throw new InvalidArgumentError(message);
    return n;
  };
