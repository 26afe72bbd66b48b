/** One run of `cleardial sync`: fetches and uploads each register's new files, and reports failures by mail. */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Register, syncAnswer, SyncReport } from "../../../shared/registers/api.ts";
import type { Send } from "../../../shared/core/send.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { syncEn } from "../../../shared/texts/cli/sync.en.ts";
import { Refusal } from "../client.ts";
import { pushChangesFile, type Pushed, pushWholeFile } from "./push.ts";
import {
  readConfig,
  readState,
  type SyncConfig,
  type SyncState,
  wordsOf,
  writeState,
} from "./sync-config.ts";
import { plan, type Step } from "./sync-plan.ts";
import { openSource } from "./sync-sources.ts";
import { DAY } from "../../../shared/core/time.ts";

/** How many of a register's files the state remembers: the newest. */
const REMEMBERED = 100;

interface Outcome {
  list: string;
  pushed: object[];
  text: string[];
  failed?: string;
  quiet?: string;
}

/** Syncs the configured registers one after another. Sets the exit code if one fails. Throws a Refusal for a bad configuration. */
export async function runSync(
  file: string,
  ask: Send,
  print: (object: unknown, text: string) => void,
): Promise<void> {
  const config = await readConfig(file);
  const state = await readState(config.state);
  const outcomes: Outcome[] = [];
  for (const list of config.lists) {
    const outcome = await syncList(list, state, () => writeState(config.state, state), ask);
    outcomes.push(outcome);
    const { failed, quiet } = outcome;
    if (failed !== undefined) {
      process.stderr.write(`${fill(syncEn.failed, { list: list.list, why: failed })}\n`);
      process.exitCode = 1;
      await report(ask, list.list, "failed", failed);
    } else if (quiet !== undefined) await report(ask, list.list, "quiet", quiet);
  }
  print({ lists: outcomes.map(({ text: _, ...rest }) => rest) }, outcomes.flatMap((o) => o.text).join("\n"));
}

type ListConfig = SyncConfig["lists"][number];

/** A file that fails ends the register's run, because later changes build on it. */
async function syncList(
  config: ListConfig,
  state: SyncState,
  save: () => Promise<void>,
  ask: Send,
): Promise<Outcome> {
  const { list, from, whole, changes, quietDays } = config;
  const now = Date.now();
  const own = (state[list] ??= { lastNew: new Date(now).toISOString(), files: {} });
  const outcome: Outcome = { list, pushed: [], text: [] };
  try {
    const head = await ask<Register>("GET", `/v1/lists/${list}`);
    const source = await openSource(
      from,
      [whole, changes].flatMap((pattern) => pattern ?? []),
      now,
    );
    try {
      const { steps, incomplete, late } = plan({ whole, changes }, await source.list(), head, own.files);
      if (incomplete) throw new Refusal("no-whole", syncEn.noWhole);
      if (late !== null) throw new Refusal("late-changes", fill(syncEn.late, { file: late }));
      for (const step of steps) {
        const pushed = await pushStep(list, step, () => source.input(step.entry), ask);
        outcome.pushed.push({ kind: step.kind, ...pushed.json });
        outcome.text.push(pushed.text);
        const { name, size } = step.entry;
        const at = new Date().toISOString();
        own.files[name] = { size, asOf: step.asOf, at };
        if (!pushed.report.unchanged) own.lastNew = at;
        own.files = Object.fromEntries(
          Object.entries(own.files)
            .sort(([, a], [, b]) => b.at.localeCompare(a.at))
            .slice(0, REMEMBERED),
        );
        await save();
      }
    } finally {
      await source.close();
    }
    const days = Math.floor((now - Date.parse(own.lastNew)) / DAY);
    if (outcome.pushed.length === 0) outcome.text.push(fill(syncEn.nothingNew, { list }));
    if (outcome.pushed.length === 0 && days >= quietDays) {
      outcome.quiet = plural(english, syncEn.quiet, days);
      outcome.text.push(outcome.quiet);
    }
    await save();
  } catch (error) {
    outcome.failed = wordsOf(error);
  }
  return outcome;
}

async function pushStep(
  list: string,
  { kind, entry, asOf }: Step,
  input: () => ReturnType<Awaited<ReturnType<typeof openSource>>["input"]>,
  ask: Send,
): Promise<Pushed> {
  const args = { list, asOf, allowShrink: false, attestSameFile: false, quiet: true };
  try {
    const file = await input();
    return kind === "whole"
      ? await pushWholeFile(args, file, ask)
      : await pushChangesFile(args, { changes: file }, ask);
  } catch (error) {
    const why = wordsOf(error);
    throw new Refusal("file-failed", fill(syncEn.file, { file: entry.name, why }));
  }
}

async function report(ask: Send, list: string, state: SyncReport["state"], detail: string): Promise<void> {
  const body: SyncReport = { state, detail: detail.slice(0, 500) };
  await ask<z.infer<typeof syncAnswer>>("POST", `/v1/lists/${list}/sync`, body, randomUUID()).catch(
    (error: unknown) => process.stderr.write(`${fill(syncEn.notReported, { why: wordsOf(error) })}\n`),
  );
}
