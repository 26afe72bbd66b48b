/**
 * The tools `check` and `explain`, as the Worker answers them to the token's owner: its role, its scopes and its hour of numbers are
 * asked there. Answers hold verdicts and the rules behind them, and nothing that people typed: an assistant would read that as if it
 * were told to it, and it leaves the company.
 *
 * Protocol: https://modelcontextprotocol.io/specification (tools, stdio).
 */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import * as z from "zod";
import { type ExplainAnswer, explainAnswer, explainQuery } from "../../../shared/check/api-explain.ts";
import {
  type CheckAnswer,
  checkAnswer,
  checkRequest,
  checkResult,
  factsSchema,
} from "../../../shared/check/api.ts";
import { partyKind } from "../../../shared/do-not-call/api.ts";
import { written } from "../../../shared/api.ts";
import { en } from "../../../shared/texts/check/verdicts.en.ts";
import { mcpEn as t } from "../../../shared/texts/cli/mcp.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { sayExplained } from "../check/explain.ts";
import { type Ask, Refusal } from "../client.ts";

const checked = z.object({
  at: checkAnswer.shape.at,
  results: z.array(checkResult.omit({ ext: true, facts: true })),
});
const explained = explainAnswer.omit({ facts: true, stamp: true }).extend({
  region: factsSchema.shape.region,
  line: factsSchema.shape.line,
  party: partyKind.optional().meta({ description: "whose line it is; absent where nobody said" }),
});

/** What a tool answers. */
interface Told<T> {
  structuredContent: T & Record<string, unknown>;
  text: string;
}

/** Serves until stdin ends. */
export async function serve(ask: Ask, version: string): Promise<void> {
  const server = new McpServer(
    { name: "cleardial", title: "ClearDial", version },
    { instructions: t.instructions },
  );
  const annotations = { readOnlyHint: true, openWorldHint: false };
  server.registerTool(
    "check",
    { ...t.check, annotations, inputSchema: checkRequest.shape, outputSchema: checked.shape },
    (asked: z.infer<typeof checkRequest>) => told(() => check(ask, asked)),
  );
  server.registerTool(
    "explain",
    {
      ...{ ...t.explain, annotations },
      inputSchema: { number: written, ...explainQuery.shape },
      outputSchema: explained.shape,
    },
    (asked: z.infer<typeof explainQuery> & { number: string }) => told(() => explain(ask, asked)),
  );
  await server.connect(new StdioServerTransport());
}

async function check(ask: Ask, asked: z.infer<typeof checkRequest>): Promise<Told<z.infer<typeof checked>>> {
  const answer = checked.parse(await ask<CheckAnswer>("POST", "/v1/check", asked));
  const lines = answer.results.flatMap(({ input, e164, verdict, reasons }) => [
    fill(t.verdict, { input, number: e164 ?? t.unread, verdict: en.verdicts[verdict] }),
    ...reasons.map(({ text }) => `- ${text}`),
  ]);
  return { structuredContent: answer, text: [...lines, t.again].join("\n") };
}

async function explain(
  ask: Ask,
  { number, ...query }: z.infer<typeof explainQuery> & { number: string },
): Promise<Told<z.infer<typeof explained>>> {
  const search = new URLSearchParams(query as Record<string, string>).toString();
  const answer = await ask<ExplainAnswer>(
    "GET",
    `/v1/explain/${encodeURIComponent(number)}${search && `?${search}`}`,
  );
  const { region, line, party } = answer.facts;
  const structuredContent = explained.parse({ ...answer, region, line, party: party?.party });
  return { structuredContent, text: sayExplained(answer) };
}

/** An answer, or in words why there is none: then nothing is known, and the number is not to be called. */
async function told<T>(tell: () => Promise<Told<T>>) {
  try {
    const { structuredContent, text } = await tell();
    return { structuredContent, content: [{ type: "text" as const, text }] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const text = fill(t.refused, { why: error.message });
    return { isError: true, content: [{ type: "text" as const, text }] };
  }
}
