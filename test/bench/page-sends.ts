/** What a message by a socket or a port costs a page more, where nobody calls (page/sends.ts). */
import { type Both, label, type Side, type Tabs } from "./both-sides.ts";
import { titled } from "./table.ts";

const ROUNDS = 15;
const ns = (ms: number) => `${(ms * 1e6).toFixed(0)} ns`;

/** In one browser, without the extension: both sides are in the page. */
export async function measureSends({ without: tab }: Tabs, site: string): Promise<string> {
  await tab.goto(`${site}/sends`);
  const took = await tab.evaluate(
    (rounds) =>
      (window as unknown as { measure: (rounds: number) => Promise<Both<Record<string, number>>> }).measure(
        rounds,
      ),
    ROUNDS,
  );
  // What else a machine does only adds.
  const of = (side: Side, kind: string) => Math.min(...took[side].map((t) => t[kind]!));
  return titled(
    `A message by a socket or a port, on a page without calls (${ROUNDS} rounds of 200,000, the fastest)`,
    [
      ["", label.without, label.with, "more"],
      ...Object.keys(took.with[0]!).map((kind) => {
        const [without, withUs] = [of("without", kind), of("with", kind)];
        return [kind, ns(without), ns(withUs), ns(withUs - without)];
      }),
    ],
  );
}
