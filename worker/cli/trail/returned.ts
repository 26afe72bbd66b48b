/** `cleardial audit returned`: when an older Worker ran, and which findings of `verify --deep` are its changes. */
import * as z from "zod";
import type { Send } from "../../../shared/core/send.ts";
import { chunks } from "../../../shared/core/chunks.ts";
import { deepAnswer, MOST_RETURNED, type ReturnedAnswer } from "../../../shared/trail/api.ts";
import { deepEn } from "../../../shared/texts/trail/deep.en.ts";
import { trailCliEn as t } from "../../../shared/texts/cli/trail.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { Refusal } from "../client.ts";
import { read } from "../proof/signed.ts";

export interface ReturnedOptions {
  from: string;
  to: string;
  why: string;
  dryRun?: boolean;
  findings?: string;
}

/** What `--json verify --deep` printed. */
const comparison = z.object({ findings: deepAnswer.shape.findings });

/** `file`: the findings. Throws a Refusal. */
export async function sayReturned(send: Send, said: Omit<ReturnedOptions, "findings">, file?: string) {
  const found = file === undefined ? [] : await findingsIn(file);
  const answer: ReturnedAnswer = { first: 0, last: 0, rows: [] };
  // Once without any: the time itself.
  for (const rows of found.length === 0 ? [[]] : chunks(found, MOST_RETURNED)) {
    const part = await send<ReturnedAnswer>("POST", "/v1/audit/returned", { ...said, rows });
    Object.assign(answer, { first: part.first, last: part.last });
    answer.rows.push(...part.rows);
  }
  const lines = answer.rows.map(({ table, key, how, named }) =>
    [
      fill(deepEn.ends[how ?? "stays"], { table, key }),
      ...(how === null || how === "counted" || named ? [] : [deepEn.unnamed]),
    ].join(" "),
  );
  const head = fill(said.dryRun ? t.wouldReturn : t.returned, { first: answer.first, last: answer.last });
  return { answer, text: [head, ...lines].join("\n") };
}

async function findingsIn(file: string) {
  try {
    return comparison.parse(JSON.parse(new TextDecoder().decode(await read(file)))).findings;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("no-findings", fill(t.noFindings, { file }));
  }
}
