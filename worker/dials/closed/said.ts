/** What the trail's readers are told of closed dials, letter by letter as the view `dial_said` has it of the others. */
import { dialLayer, dialMedium } from "../../../shared/dials/api.ts";
import { verdictSchema } from "../../../shared/check/api.ts";
import { valueIn } from "../../storage/closed/kind.ts";
import { closedLinesIn } from "../../storage/closed/read.ts";
import type { Env } from "../../env.ts";
import { dialsKind, type Line } from "./lines.ts";

/** By row number. A file that cannot be read tells nothing: verifying names it. */
export async function closedSaid(
  env: Pick<Env, "DB" | "ARCHIVE">,
  nums: readonly number[],
): Promise<Map<number, string>> {
  if (nums.length === 0) return new Map();
  const { lines } = await closedLinesIn(env, dialsKind, nums);
  return new Map(lines.map((line) => [line.num, said(line)]));
}

function said(line: Line): string {
  const of = (name: string) => valueIn(dialsKind, line, name);
  const number = `+${line.number}`;
  return JSON.stringify({
    layer: dialLayer.options[Number(of("layer"))],
    medium: dialMedium.options[Number(of("medium"))],
    number,
    recordNumber: null,
    sighting: null,
    verdict: verdictSchema.options[Number(of("verdict"))],
    via: of("via"),
    workerVerdict: verdictSchema.options[Number(of("worker_verdict"))],
    written: of("written") === "" ? number : of("written"),
  });
}
