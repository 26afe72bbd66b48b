/** A small file beside the output, while a screening is under way: one that is cut off goes on with the same screening. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { fill } from "../../../shared/texts/language.ts";
import { screenEn } from "../../../shared/texts/screening/files.en.ts";
import { Refusal } from "../client.ts";
import { HOUR } from "../../../shared/time.ts";

export interface State {
  /** The same file, read in the same way and sent to the same Worker, makes the same parts. */
  job: object;
  /** The Idempotency-Key under which the screening was opened. */
  key: string;
  at: string;
}

/** The Worker keeps a key's answer for two days, and opens a new screening after that. */
const USEFUL_MS = 47 * HOUR;

const pathOf = (output: string) => `${output}.cleardial.json`;

/** What was under way for the output; null where there is nothing, or another job. */
export async function remembered(output: string, job: object): Promise<State | null> {
  const text = await readFile(pathOf(output), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const state = JSON.parse(text) as State;
    const same = JSON.stringify(state.job) === JSON.stringify(job);
    return same && Date.now() - Date.parse(state.at) < USEFUL_MS ? state : null;
  } catch {
    return null;
  }
}

export async function remember(output: string, state: State): Promise<void> {
  const path = pathOf(output);
  try {
    await writeFile(`${path}.new`, JSON.stringify(state));
    await rename(`${path}.new`, path);
  } catch {
    throw new Refusal("not-written", fill(screenEn.notWritten, { file: path }));
  }
}

export const forget = (output: string): Promise<void> => rm(pathOf(output), { force: true });
