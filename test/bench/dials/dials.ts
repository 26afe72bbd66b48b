/**
 * `npm run bench -- dials [--write]`: how many barred numbers pass beside a record that names another country, how many lawful
 * dials of a simulated day are held, and what ClearDial adds to the time from a
 * person's click to the page's own handler, beside the same page without it.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type DayDial, dayOf } from "../../corpus/day.ts";
import { numberOf, writingsOf } from "../../corpus/dialled.ts";
import { kitDials, recordDials } from "../../corpus/kits.ts";
import { record } from "../../corpus/records.ts";
import { regionDay } from "../../corpus/region-day.ts";
import { regions } from "../../../shared/law/regions.ts";
import { callingCodeOf } from "../../../shared/phone/plans.ts";
import { both, each, label, sides, untilMarked, withBothSides } from "../both-sides.ts";
import { judged, ringsWhatIsMeant } from "./day.ts";
import { random } from "../lists-files.ts";
import { ms, quantile, titled } from "../table.ts";
import { writeFigures } from "../write.ts";

const DIALS = 20_000;
/** Contacts of the kits' pages, each dialled by its text and by a link. */
const CONTACTS = 10_000;
/** Of each region's. */
const LINES = 2500;
/** Shares of numbers of the desk's own country whose company has its seat abroad. */
const SEATS = [0, 0.02];
/** Numbers on the TPS, each in all its writings. */
const LISTED = 500;
const ROUNDS = 10;
const LINKS = 40;

export async function dials(write: boolean): Promise<void> {
  const said = [barredPassed(), ...wronglyHeld(), await measureDelay()];
  console.log(`\n${said.join("\n\n")}`);
  if (write) await writeFigures("dials", said.join("\n\n"), "npm run bench -- dials");
}

/** At a desk in the United Kingdom that calls the other country, too, and has its register, where only +44 is barred. */
function barredPassed(): string {
  const next = random(16);
  const numbers = Array.from({ length: LISTED }, () => numberOf(next));
  const countries = { IE: "Ireland", IN: "India", FR: "France" };
  return titled("Dials of numbers on the TPS beside a record that names another country", [
    ["", "dials", "clear by the record", "passed"],
    ...Object.entries(countries).map(([region, name]) => {
      const seen = numbers.flatMap((nsn) =>
        [...writingsOf(nsn)].map((written) =>
          judged(record(`Phone: # | Country: ${name}`, written, `+44${nsn}`, { also: [region] }), (e164) =>
            e164.startsWith("+44"),
          ),
        ),
      );
      const foreign = seen.filter(({ shown }) => shown !== null && !shown.startsWith("+44"));
      const passed = seen.filter(({ handling }) => handling === "pass");
      return [name, seen.length, foreign.length, passed.length].map(String);
    }),
  ]);
}

function wronglyHeld(): string[] {
  const counted = (dials: Iterable<DayDial>) => {
    let held = 0;
    let lawful = 0;
    for (const dial of dials) {
      const { handling, written } = judged(dial);
      if (!ringsWhatIsMeant(dial, written)) continue;
      lawful++;
      if (handling !== "pass") held++;
    }
    return { held, lawful, perThousand: ((1000 * held) / lawful).toFixed(2) };
  };
  const fixtures = {
    "the interface kits' pages": kitDials(CONTACTS),
    "the layouts of records": recordDials(),
  };
  return [
    titled(`Wrongly held of a thousand lawful dials (${DIALS} dials of clear numbers at each desk)`, [
      ["", ...SEATS.map((seats) => `${seats * 100}% of companies with a seat abroad`)],
      ...["GB", "DE", "IE"].map((desk) => [
        desk,
        ...SEATS.map((seats) => counted(dayOf(desk, DIALS, random(3), seats)).perThousand),
      ]),
    ]),
    titled("The same of lines in each region, by libphonenumber's ranges, with extensions and help lines", [
      ["", "lawful dials", "held", "of a thousand"],
      ...Object.keys(regions).map((region) => {
        const others = Object.keys(regions).filter((other) => callingCodeOf(other) !== callingCodeOf(region));
        const dials = [...regionDay(region, LINES, random(5), others)];
        const held = dials.filter((dial) => judged(dial).handling !== "pass").length;
        return [region, String(dials.length), String(held), ((1000 * held) / dials.length).toFixed(2)];
      }),
    ]),
    titled("Wrongly held of the lawful dials of the fixture pages, at desks of the numbers' countries", [
      ["", "lawful dials", "held", "of a thousand"],
      ...Object.entries(fixtures).map(([name, dials]) => {
        const { held, lawful, perThousand } = counted(dials);
        return [name, String(lawful), String(held), perThousand];
      }),
    ]),
  ];
}

/** Links to numbers of which none is listed; the page's own handler notes when it heard of the click. */
const html = `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">${Array.from(
  { length: LINKS },
  (_, i) => {
    const number = `020 7946 0${String(i * 3 + 1).padStart(3, "0")}`;
    return `<p><a id="a${i}" href="tel:${number.replaceAll(" ", "")}">${number}</a></p>`;
  },
).join("")}<script>
  window.took = [];
  addEventListener("click", (event) => {
    event.preventDefault();
    took.push(performance.now() - event.timeStamp);
  });
</script>`;

async function measureDelay(): Promise<string> {
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const took = both<number>();
  try {
    await withBothSides(site, async (tabs) => {
      for (let round = 0; round < ROUNDS; round++)
        await each(tabs, async (side, tab) => {
          await tab.goto(site);
          if (side === "with") await untilMarked(tab, LINKS);
          for (let i = 0; i < LINKS; i++) await tab.click(`#a${i}`);
          const times = await tab.evaluate(() => (window as unknown as { took: number[] }).took);
          // Each click has to reach the page: a dial that is held would make the page fast.
          if (times.length !== LINKS) throw new Error(`${LINKS - times.length} clear dials were held`);
          took[side].push(...times);
        });
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
  const of = (q: number) => sides.map((side) => quantile(took[side], q)) as [number, number];
  return titled(`From a click on a clear number to the page's handler (${took.with.length} clicks each)`, [
    ["", "p50", "p95", "p99"],
    ...sides.map((side, i) => [label[side], ...[0.5, 0.95, 0.99].map((q) => ms(of(q)[i]!))]),
    ["added", ...[0.5, 0.95, 0.99].map((q) => ms(Math.max(0, of(q)[1] - of(q)[0])))],
  ]);
}
