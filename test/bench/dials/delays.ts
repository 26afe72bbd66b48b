/**
 * What ClearDial adds to the time of a lawful dial in a page: from a person's act until the page's own handler, or the
 * browser's navigation, has it. By known numbers, and by numbers that the page shows in the moment of the click alone.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { both, type Both, each, label, sides, untilMarked, withBothSides } from "../both-sides.ts";
import { ms, quantile, titled } from "../table.ts";

const ROUNDS = 5;
/** Dials of each way in a page. More than 120 a minute are held. */
const DIALS = 40;
const LONGEST_MS = 5000;

const known = Array.from({ length: DIALS }, (_, i) => `0207946${String(i * 3 + 1).padStart(4, "0")}`);
/** One in three of these is a number on a register; mobiles are on none, and each is dialled once. */
const fresh = (round: number) => known.map((_, i) => `07700900${String(round * DIALS + i).padStart(3, "0")}`);

const ways = {
  "a click on a link": `<a href="tel:NUMBER">NUMBER</a>`,
  "a form's submit": `<form action="tel:NUMBER">NUMBER <button>Call</button></form>`,
  "`open` by a script": `NUMBER <button onclick="window.open('tel:NUMBER', '_self')">Call</button>`,
  "an address by a script": `NUMBER <button onclick="location.href = 'tel:NUMBER'">Call</button>`,
  // The number is there once the button is down.
  "a click on a number not known": `<a data-to="tel:NUMBER">Call</a>`,
} as const;
type Way = keyof typeof ways;
const isKnown = (way: Way) => way !== "a click on a number not known";

const said = (time: number) => (Number.isFinite(time) ? ms(time) : "held");

/**
 * The act begins as the button is let go: a click that waits for its number comes again, by a script. It ends where the
 * page hears the click on its link, or else of the navigation, which it cancels.
 */
const html = (
  way: Way,
  numbers: readonly string[],
) => `<!doctype html><meta charset="utf-8"><title>Bench</title>
<link rel="icon" href="data:,"><style>body { columns: 4 }</style>${numbers
  .map((number) => `<div>${ways[way].replaceAll("NUMBER", number)}</div>`)
  .join("")}<script>
  window.took = [];
  let began = 0;
  addEventListener("pointerdown", ({ target }) => {
    if (target.dataset.to) target.href = target.dataset.to;
  }, true);
  addEventListener("pointerup", ({ timeStamp }) => { began = timeStamp; }, true);
  const ends = (event) => {
    event.preventDefault();
    took.push(performance.now() - began);
  };
  addEventListener("click", (event) => event.target.matches("a") && ends(event));
  navigation.addEventListener("navigate", (event) => event.destination.url.startsWith("tel:") && ends(event));
</script>`;

export async function measureDelays(): Promise<string> {
  const server = createServer(({ url }, response) => {
    const to = new URL(url!, "http://127.0.0.1").searchParams;
    const way = to.get("way") as Way;
    const numbers = isKnown(way) ? known : fresh(Number(to.get("round")));
    response.setHeader("content-type", "text/html").end(html(way, numbers));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const took = Object.fromEntries(Object.keys(ways).map((way) => [way, both<number>()])) as Record<
    Way,
    Both<number>
  >;
  try {
    await withBothSides(site, async (tabs) => {
      for (let round = 0; round < ROUNDS; round++)
        for (const way of Object.keys(ways) as Way[])
          await each(tabs, async (side, tab) => {
            await tab.goto(`${site}/?way=${encodeURIComponent(way)}&round=${round}`);
            if (side === "with" && isKnown(way)) await untilMarked(tab, DIALS);
            took[way][side].push(...(await dialAll(tab, way)));
          });
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return titled(
    `From a person's act to the page's handler or the navigation, of calls to clear numbers (${ROUNDS * DIALS} each)`,
    [
      ["", ...sides.flatMap((side) => [`${label[side]} p50`, "p95"]), "added p50", "p95"],
      ...Object.entries(took).map(([way, { without, with: own }]) => {
        const [p50, p95] = [0.5, 0.95].map((q) => [quantile(without, q), quantile(own, q)] as const);
        const added = [p50!, p95!].map(([before, after]) => Math.max(0, after - before));
        return [way, ...[p50![0], p95![0], p50![1], p95![1], ...added].map(said)];
      }),
    ],
  );
}

/**
 * Each has to come: a dial that is held would make the page fast. But a number that is not known may wait for its answer
 * for too long, and its dial is held then.
 */
async function dialAll(tab: Page, way: Way): Promise<number[]> {
  const all = () => tab.evaluate(() => (window as unknown as { took: number[] }).took);
  const places = await tab.evaluate(() =>
    [...document.querySelectorAll("a, button")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x + width / 2, y + height / 2] as const;
    }),
  );
  let held = 0;
  for (const [i, [x, y]] of places.entries()) {
    // `tab.click` waits for the navigation that the page cancels.
    await tab.mouse.click(x, y);
    for (const until = Date.now() + LONGEST_MS; (await all()).length + held <= i;) {
      if (Date.now() < until) continue;
      if (isKnown(way)) throw new Error(`${way}: a clear dial was held`);
      held++;
      await tab.keyboard.press("Escape");
    }
  }
  return [...(await all()), ...Array.from({ length: held }, () => Infinity)];
}
