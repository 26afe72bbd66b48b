/**
 * The tools `check` and `explain`, as the Worker answers them to the token's owner: its role, its scopes and its hour of numbers are
 * asked there. Answers hold verdicts and the rules behind them. Of what people typed they hold the registers' names alone, which
 * administrators give: an assistant would read more as if it were told to it, and it leaves the company.
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
import { medium, written } from "../../../shared/api.ts";
import { en } from "../../../shared/texts/check/verdicts.en.ts";
import { mcpEn as t } from "../../../shared/texts/cli/mcp.en.ts";
import { explainCliEn } from "../../../shared/texts/cli/check.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { sayExplained } from "../check/explain.ts";
import { type Ask, Refusal } from "../client.ts";

/** The words are one for both tools, and one that is not known is refused: dropped, it would be judged as another kind of call. */
const { purpose: _, ...numbersAsked } = checkRequest.shape;
const checkAsked = z.strictObject({ ...numbersAsked, as: explainQuery.shape.as });
const explainAsked = z.strictObject({ number: written, ...explainQuery.shape });

const checked = z.object({
  at: checkAnswer.shape.at,
  as: explainQuery.shape.as.meta({
    description:
      "the kind of call that was asked about; absent: general where the policy runs such calls, else the strictest that it runs",
  }),
  medium,
  results: z.array(checkResult.omit({ ext: true, facts: true })),
});
const explained = explainAnswer.omit({ facts: true, stamp: true }).extend({
  region: factsSchema.shape.region,
  line: factsSchema.shape.line,
  party: partyKind.optional().meta({ description: "whose line it is; absent where nobody said" }),
});

type CheckAsked = z.infer<typeof checkAsked>;

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
    { ...t.check, annotations, inputSchema: checkAsked, outputSchema: checked.shape },
    (asked: CheckAsked) => told(() => check(ask, asked)),
  );
  server.registerTool(
    "explain",
    {
      ...{ ...t.explain, annotations },
      inputSchema: explainAsked,
      outputSchema: explained.shape,
    },
    (asked: z.infer<typeof explainAsked>) => told(() => explain(ask, asked)),
  );
  await server.connect(new StdioServerTransport());
}

async function check(ask: Ask, { as, ...asked }: CheckAsked): Promise<Told<z.infer<typeof checked>>> {
  const medium = asked.medium ?? "call";
  const said = await ask<CheckAnswer>("POST", "/v1/check", { ...asked, purpose: as });
  const answer = checked.parse({ ...said, as, medium });
  const kind = fill(t.asked[medium], { kind: as === undefined ? t.usual : explainCliEn.kinds[as] });
  const lines = answer.results.flatMap(({ input, e164, verdict, reasons }) => [
    fill(t.verdict, { input, number: e164 ?? t.unread, verdict: en.verdicts[verdict] }),
    ...reasons.map(({ text }) => `- ${text}`),
  ]);
  return { structuredContent: answer, text: [kind, ...lines, t.again].join("\n") };
}

async function explain(
  ask: Ask,
  { number, ...query }: z.infer<typeof explainAsked>,
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
    // Such as an answer of another release: stdout is the protocol's.
    if (!(error instanceof Refusal)) console.error(error);
    const text = fill(t.refused, { why: error instanceof Refusal ? error.message : t.strange });
    return { isError: true, content: [{ type: "text" as const, text }] };
  }
}
