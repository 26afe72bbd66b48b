/**
 * `npm run bench -- kits [KIT,KIT] [--write]`: the built extension over the pages of interface kits (test/kits), each with a list,
 * a record, a form and a search of the same forty contacts: of the numbers that a person sees, how many are badged, read
 * right and have their icon, and what is badged besides.
 */
import type { Page } from "playwright-core";
import { inOurWorld } from "../../e2e/kit/our-world.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { contacts, type Label, labelsOf } from "../../kits/contacts.ts";
import { withBrowsers } from "../both-sides.ts";
import { titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { addressesOf, type KitName, kitNames, kits as named, serveKits } from "./kits-serve.ts";
import { type Look, look, type Seen } from "./kits-look.ts";

const labels: Label[] = contacts.flatMap(labelsOf);
const QUERIES = [
  ...["London", "Chicago", "Berlin", "Paris", "Sydney", "Malmö"],
  ...["946", "555-01", "3920", "39 98", "5550", "174 06"],
];
/** A view rests when nothing of it has changed for so long; milliseconds. */
const QUIET_MS = 900;
const MOST_MS = 8000;

const counted = ["numbers", "badged", "right", "asked", "country", "invented", "icon", "pointed"] as const;
type Counts = Record<(typeof counted)[number], number>;
const none = (): Counts => Object.fromEntries(counted.map((name) => [name, 0])) as Counts;
const views = ["list", "record", "edit", "search"] as const;

export async function kits(only: string | undefined, write: boolean): Promise<void> {
  const chosen = only?.split(",");
  const names = kitNames.filter((name) => !chosen || chosen.includes(name));
  const { site, stop } = await serveKits(names);
  try {
    await withBrowsers(
      site,
      ["with"],
      async (opened) => {
        const { tab } = opened.with;
        const all: Counts[] = [];
        const rows: string[][] = [];
        for (const name of names) {
          await tab.goto(`${site}/${name}${addressesOf(name).list}`);
          for (const [i, view] of views.entries()) {
            const counts = await countView(tab, name, view);
            all.push(counts);
            rows.push([i === 0 ? named[name].title : "", view, ...cells(counts)]);
            console.log(rows.at(-1)!.join("  "));
          }
        }
        const sum = none();
        for (const one of all) for (const name of counted) sum[name] += one[name];
        const said = titled(
          `Numbers that a person sees in the pages of interface kits, 40 contacts of six countries and 20 traps each`,
          [
            [
              "",
              "",
              "seen",
              "badged",
              "right",
              "asked",
              "wrong country",
              "false",
              "icon",
              "or when pointed at",
            ],
            ...rows,
            ["all", "", ...cells(sum)],
            ["of all", "", "", ...shares(sum)],
            ["the goal", "", "", ">= 99.5%", ">= 99.5%", "", "0", "<= 0.2%", ">= 99%", ""],
          ],
        );
        console.log(`\n${said}`);
        if (write) await writeFigures("kits", said, ["npm run bench -- kits", only].join(" ").trim());
      },
      { size: { width: 1440, height: 900 } },
    );
  } finally {
    stop();
  }
}

const cells = (counts: Counts): string[] => counted.map((name) => counts[name].toLocaleString("en-GB"));
const shares = ({ numbers, ...counts }: Counts): string[] =>
  counted.slice(1).map((name) => `${((counts[name as keyof typeof counts] / numbers) * 100).toFixed(1)}%`);

async function countView(tab: Page, name: KitName, view: (typeof views)[number]): Promise<Counts> {
  const { list, record, edit, search } = addressesOf(name);
  const addresses = {
    list: [list],
    record: contacts.map(({ id }) => record(id)),
    edit: contacts.map(({ id }) => edit(id)),
    search: QUERIES.map((query) => search(query)),
  };
  const counts = none();
  for (const address of addresses[view]) {
    await tab.mouse.move(0, 0);
    await tab.evaluate((hash) => (location.hash = hash), address);
    const known = new Map<string, Seen>();
    const wrong = new Set<string>();
    // Down the page and what scrolls in it, until nothing new comes into view.
    for (let still = 0; still < 2;) {
      const now = await settled(tab, known);
      const before = known.size;
      for (const one of now.seen.filter(({ key }) => !known.has(key))) {
        known.set(one.key, one);
        await judge(tab, one, now, counts, `${name} ${address}`);
      }
      for (const text of invented(now)) {
        if (wrong.has(text)) continue;
        wrong.add(text);
        counts[isOtherCountry(text) ? "country" : "invented"]++;
        console.error(`${name} ${address}: ${isOtherCountry(text) ? "other country" : "false"} ${text}`);
      }
      if (known.size === 0 && still === 0 && view !== "search")
        console.error(`${name} ${address}: no number in sight`);
      still = known.size > before ? 0 : still + 1;
      if (!(await scrollsDown(tab))) break;
    }
  }
  return counts;
}

/** Turns the wheel in the middle of the window; answers whether anything scrolled. */
async function scrollsDown(tab: Page): Promise<boolean> {
  await tab.evaluate(() => {
    const seen = Object.assign(globalThis, { scrolledDown: false });
    document.addEventListener("scroll", () => (seen.scrolledDown = true), { capture: true, once: true });
  });
  await tab.mouse.move(720, 450);
  await tab.mouse.wheel(0, 260);
  await pause(200);
  await tab.mouse.move(0, 0);
  return tab.evaluate(() => (globalThis as unknown as { scrolledDown: boolean }).scrolledDown);
}

/** Waits until a view has not changed for a while. */
async function settled(tab: Page, known: ReadonlyMap<string, Seen>): Promise<Look> {
  await pause(150);
  const until = Date.now() + MOST_MS;
  let [last, since] = ["", Date.now()];
  for (;;) {
    const now = await inOurWorld(tab, look, labels);
    const text = JSON.stringify(now);
    if (text !== last) [last, since] = [text, Date.now()];
    const done = now.seen.every((one) => known.has(one.key) || (isBadged(one, now) && one.icon));
    const rested = Date.now() - since;
    if (rested > QUIET_MS || (rested > 250 && done && now.seen.length > 0) || Date.now() > until) return now;
    await pause(120);
  }
}

const numberSaid = (said: string): string | null => {
  const [number] = /^\+[\d ()-]+/.exec(said) ?? [];
  return number === undefined ? null : `+${number.replace(/\D/g, "")}`;
};
/** At its own place, and so is it said: the same number may be right elsewhere in the page. */
const isRight = ({ e164, read }: Seen, { said }: Look) =>
  read === e164 && said.some((line) => numberSaid(line) === e164);
const isAsked = ({ written, read }: Seen, { said }: Look) =>
  read === null && said.some((line) => line.startsWith(written));
const isBadged = (one: Seen, now: Look) =>
  one.where === "text" ? one.painted : isRight(one, now) || isAsked(one, now);

/** Counts a number at the place where it first was in full sight. */
async function judge(tab: Page, one: Seen, now: Look, counts: Counts, where: string): Promise<void> {
  const badged = isBadged(one, now);
  const [right, asked] = [badged && isRight(one, now), badged && isAsked(one, now)];
  counts.numbers++;
  if (badged) counts.badged++;
  if (right) counts.right++;
  else if (asked) counts.asked++;
  if (one.icon) counts.icon++;
  let pointed = one.icon;
  if (badged && !pointed) {
    await tab.mouse.move(one.x, one.y);
    await pause(700);
    const { seen } = await inOurWorld(tab, look, labels);
    pointed = seen.some(({ key, icon }) => key === one.key && icon);
    await tab.mouse.move(0, 0);
  }
  if (pointed) counts.pointed++;
  const lacks = [!badged && "badge", badged && !right && (asked ? "country" : "number"), !one.icon && "icon"];
  const said = lacks.filter(Boolean).join(", ");
  if (said) console.error(`${where}: ${one.where} ${one.written} (${one.e164}) lacks its ${said}`);
}

/** What is badged and is no labelled number: in texts, and by what is said of fields and links. */
function invented({ invented: texts, said }: Look): string[] {
  const numbers = new Set(labels.map(({ e164 }) => e164));
  const others = said.filter((line) => {
    const number = numberSaid(line);
    return number === null ? !labels.some(({ written }) => line.startsWith(written)) : !numbers.has(number);
  });
  // One in a text is said as well.
  return others.length >= texts.length ? others : texts;
}
/** True of a labelled number's digits that are said under another country's code. One that asks says no country. */
const isOtherCountry = (text: string): boolean => {
  const number = numberSaid(text);
  return number !== null && labels.some(({ e164 }) => e164.endsWith(number.slice(-8)));
};
