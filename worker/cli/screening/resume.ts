/** A small file beside the output, `OUTPUT.cleardial.json`, from which an interrupted screening resumes. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { fill } from "../../../shared/texts/language.ts";
import { screenEn } from "../../../shared/texts/screening/files.en.ts";
import { Refusal } from "../client.ts";
import { HOUR } from "../../../shared/core/time.ts";

export interface State {
  /** Input, settings and Worker. The same job makes the same parts. */
  job: object;
  /** The Idempotency-Key under which the screening was opened. */
  key: string;
  /** When it began, ISO 8601. */
  at: string;
}

/** The Worker keeps the answer to a key for two days; after that it would open a new screening. */
const USEFUL_MS = 47 * HOUR;

const pathOf = (output: string) => `${output}.cleardial.json`;

/** The state of an interrupted run of this job; null if there is none, or it is too old. */
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

/** Throws a Refusal if the file cannot be written. */
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
