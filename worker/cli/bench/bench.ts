/** `cleardial bench [--requests N]`: how fast a deployed Worker answers. It only reads, and asks about made-up numbers. */
import { InvalidArgumentError } from "commander";
import { benchCliEn as t, benchHelpEn as help } from "../../../shared/texts/cli/bench.en.ts";
import { english, fill } from "../../../shared/texts/language.ts";
import type { Cli } from "../cli.ts";
import { progress } from "../progress.ts";
import { quantile, table } from "../table.ts";
import { type Kind, type Measured, measure } from "./measure.ts";

const LEAST = 50;
const MOST = 1000;

export function addBenchCommand({ program, url, token, json, print }: Cli): void {
  program
    .command("bench")
    .description(help.bench)
    .option("--requests <n>", fill(help.requests, { least: LEAST, most: MOST }), requests, 300)
    .action(async ({ requests: most }: { requests: number }) => {
      const at = new Date().toISOString();
      const bar = progress(t.measuring, json());
      const measured = await measure(url(), token(), most, bar.update).finally(bar.stop);
      print({ at, url: url(), ...summaryOf(measured) }, sayMeasured(measured, at, url(), most));
    });
}

function requests(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < LEAST || n > MOST)
    throw new InvalidArgumentError(fill(t.wantsRequests, { least: LEAST, most: MOST }));
  return n;
}

function summaryOf({ took, ...rest }: Measured) {
  const kinds = Object.fromEntries(
    (Object.keys(took) as Kind[]).map((kind) => [kind, quantilesOf(took[kind])]),
  );
  return { ...rest, kinds, numbersPerSecond: rate(took.part) };
}

const quantilesOf = (took: number[]) => ({
  requests: took.length,
  p50: quantile(took, 0.5),
  p95: quantile(took, 0.95),
  p99: quantile(took, 0.99),
});

/** Numbers a second, of requests with a thousand numbers each. */
const rate = (took: number[]) => Math.round((took.length * 1000) / (took.reduce((a, b) => a + b, 0) / 1000));

function sayMeasured(measured: Measured, at: string, url: string, most: number): string {
  const { version, company, colos, requests: sent, numbers, took, sync } = measured;
  const say = (n: number) => n.toLocaleString(english.language);
  const ms = (n: number) => `${n.toFixed(n < 10 ? 1 : 0)} ms`;
  return [
    fill(t.of, { company, url, version, at: `${at.slice(0, 16).replace("T", " ")} UTC` }),
    colos.length > 0 ? fill(t.colos, { colos: colos.join(", ") }) : t.noColo,
    "",
    table([
      ["", t.count, "p50", "p95", "p99"],
      ...(Object.keys(took) as Kind[]).map((kind) => {
        const { requests: n, p50, p95, p99 } = quantilesOf(took[kind]);
        return [t.kinds[kind], say(n), ms(p50), ms(p95), ms(p99)];
      }),
    ]),
    "",
    fill(t.rate, { n: say(rate(took.part)) }),
    sync === null
      ? t.noSync
      : fill(t.sync, {
          list: sync.list,
          blocks: say(sync.blocks),
          requests: say(sync.requests),
          ms: ms(sync.ms),
        }),
    fill(t.sent, { requests: say(sent), most: say(most), numbers: say(numbers) }),
  ].join("\n");
}
