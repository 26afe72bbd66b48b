/** What the guard costs a page that makes much of itself, by each way (page/markup.ts). */
import { both, type Both, each, label, type Side, sides, type Tabs } from "./both-sides.ts";
import { ms, quantile, ratio, titled } from "./table.ts";

const ROUNDS = 60;
const WARM_UP = 10;
const median = (values: number[]) => quantile(values, 0.5);

/**
 * Pages that make much of themselves: each call of the page's own world that the guard looks at, and the finder's observer. As
 * a page shows it, each time with its layout; and without, which no page has, but says what of the calls is ours.
 */
export async function measureMarkup(tabs: Tabs, site: string): Promise<string> {
  await each(tabs, async (_, tab) => {
    await tab.goto(`${site}/markup`);
    await tab.waitForTimeout(1000);
  });
  const ways = { "made and laid out each time": true, "made alone": false };
  const tables: string[] = [];
  for (const [way, isLaidOut] of Object.entries(ways)) tables.push(table(way, await rounds(tabs, isLaidOut)));
  return tables.join("\n\n");
}

async function rounds(tabs: Tabs, isLaidOut: boolean): Promise<Both<Record<string, number>>> {
  const took = both<Record<string, number>>();
  for (let i = 0; i < ROUNDS + WARM_UP; i++)
    await each(tabs, async (side, tab) => {
      const each = await tab.evaluate(
        (isLaidOut) =>
          (window as unknown as { measure: (isLaidOut: boolean) => Record<string, number> }).measure(
            isLaidOut,
          ),
        isLaidOut,
      );
      if (i >= WARM_UP) took[side].push(each);
      await tab.waitForTimeout(50);
    });
  return took;
}

function table(way: string, took: Both<Record<string, number>>): string {
  const times = (side: Side, kind: string) => took[side].map((t) => t[kind]!);
  // What else a machine does only adds.
  const fastest = (side: Side, kind: string) => Math.min(...times(side, kind));
  return titled(
    `A page that makes 1,200 parts of itself in each of some ways, ${way} (${ROUNDS} rounds, the fastest)`,
    [
      ["", label.without, label.with, "ratio", "of the medians"],
      ...Object.keys(took.with[0]!).map((kind) => [
        kind,
        ...sides.map((side) => ms(fastest(side, kind))),
        ratio(fastest("with", kind), fastest("without", kind)),
        ratio(median(times("with", kind)), median(times("without", kind))),
      ]),
    ],
  );
}
