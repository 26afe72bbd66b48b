/**
 * `npm run bench -- dials [--write]`: how many barred numbers pass beside a record that names another country, how many lawful
 * dials of a simulated day and of all that is labelled here are held, as a page reads them (in-page.ts), and what ClearDial
 * adds to the time of a lawful dial, beside the same page without it (delays.ts).
 */
import { loadavg } from "node:os";
import { type DayDial, dayOf } from "../../corpus/day.ts";
import { numberOf, writingsOf } from "../../corpus/dialled.ts";
import { labelledDials } from "../../corpus/labelled.ts";
import { record } from "../../corpus/records.ts";
import { regionDay } from "../../corpus/region-day.ts";
import { regions } from "../../../shared/law/regions.ts";
import { callingCodeOf } from "../../../shared/phone/plans.ts";
import { random } from "../lists-files.ts";
import { titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { judged, notLawful, whyNotLawful, writtenOf } from "./day.ts";
import { measureDelays } from "./delays.ts";
import { inPage, type Judge } from "./in-page.ts";

const DIALS = 10_000;
/** Contacts of the test pages, each dialled by its text and by a link. */
const CONTACTS = 4000;
/** Of each region's. */
const LINES = 2500;
/** Shares of numbers of the desk's own country whose company has its seat abroad. */
const SEATS = [0, 0.02];
/** Numbers on the TPS, each in all its writings. */
const LISTED = 500;

export async function dials(write: boolean): Promise<void> {
  const all: string[] = [];
  const say = (text: string) => {
    all.push(text);
    console.log(`\n${text}`);
  };
  await inPage(async (judge) => {
    say(await barredPassed(judge));
    say(await heldOfDay(judge));
    say(heldOfRegions());
    say(await heldOfLabelled(judge));
  });
  say(await measureDelays());
  say(`At a load of ${Math.round(loadavg()[2]!)}, the mean of the last 15 minutes.`);
  if (write) await writeFigures("dials", all.join("\n\n"), "npm run bench -- dials");
}

/** At a desk in the United Kingdom that calls the other country, too, and has its register, where only +44 is barred. */
async function barredPassed(judge: Judge): Promise<string> {
  const next = random(16);
  const numbers = Array.from({ length: LISTED }, () => numberOf(next));
  const rows: string[][] = [];
  for (const [region, name] of Object.entries({ IE: "Ireland", IN: "India", FR: "France" })) {
    const dials = numbers.flatMap((nsn) =>
      [...writingsOf(nsn)].map((written) => ({
        ...record(`Phone: # | Country: ${name}`, written, `+44${nsn}`, { also: [region] }),
        address: null,
      })),
    );
    const seen = await judge(dials, "+44");
    const foreign = seen.filter(({ shown }) => shown !== null && !shown.startsWith("+44"));
    const passed = seen.filter(({ handling }) => handling === "pass");
    rows.push([name, ...[seen, foreign, passed].map(({ length }) => String(length))]);
  }
  return titled("Dials of numbers on the TPS beside a record that names another country", [
    ["", "dials", "clear by the record", "passed"],
    ...rows,
  ]);
}

const ofThousand = (held: number, all: number) => ((1000 * held) / all).toFixed(2);

async function heldOfDay(judge: Judge): Promise<string> {
  const rows: string[][] = [];
  for (const desk of ["GB", "DE", "IE"]) {
    const row = [desk];
    for (const seats of SEATS) {
      const dials = [...dayOf(desk, DIALS, random(3), seats)];
      const held = (await judge(dials)).filter(({ handling }) => handling !== "pass");
      row.push(ofThousand(held.length, dials.length));
    }
    rows.push(row);
  }
  return titled(`Wrongly held of a thousand lawful dials (${DIALS} dials of clear numbers at each desk)`, [
    ["", ...SEATS.map((seats) => `${seats * 100}% of companies with a seat abroad`)],
    ...rows,
  ]);
}

/** Nothing is around these numbers that a page could read. */
const heldOfRegions = (): string =>
  titled("The same of lines in each region, by libphonenumber's ranges, with extensions and help lines", [
    ["", "lawful dials", "held", "of a thousand"],
    ...Object.keys(regions).map((region) => {
      const others = Object.keys(regions).filter((other) => callingCodeOf(other) !== callingCodeOf(region));
      const dials = [...regionDay(region, LINES, random(5), others)];
      const held = dials.filter((dial) => judged(dial).handling !== "pass").length;
      return [region, String(dials.length), String(held), ofThousand(held, dials.length)];
    }),
  ]);

async function heldOfLabelled(judge: Judge): Promise<string> {
  const counts = new Map<string, number[]>();
  const wrongly = new Set<string>();
  for (const [name, dials] of Object.entries(labelledDials(CONTACTS))) {
    const seen = await judge(dials);
    const all = dials.map((dial, i) => ({
      ...{ dial, why: notLawful(dial, writtenOf(dial)), isHeld: seen[i]!.handling !== "pass" },
    }));
    const of = (why: (typeof all)[number]["why"]) => all.filter((one) => one.why === why);
    const heldOf = (some: typeof all) => some.filter(({ isHeld }) => isHeld);
    const lawful = of(null);
    counts.set(name, [
      ...[all.length, ...whyNotLawful.flatMap((why) => [of(why).length, heldOf(of(why)).length])],
      ...[lawful.length, heldOf(lawful).length],
    ]);
    for (const { dial } of heldOf(lawful)) wrongly.add(named(dial));
  }
  const [first = [], ...others] = counts.values();
  counts.set(
    "all",
    first.map((n, i) => others.reduce((sum, one) => sum + one[i]!, n)),
  );
  const said = titled("Wrongly held of the dials of all that is labelled, every number clear", [
    ["", "labels", ...whyNotLawful.flatMap((why) => [why, "held"]), "lawful", "held", "of a thousand"],
    ...[...counts].map(([name, all]) => [
      ...[name, ...all.map(String)],
      ofThousand(all.at(-1)!, all.at(-2)!),
    ]),
  ]);
  return [said, ...(wrongly.size > 0 ? ["", "Wrongly held:", ...wrongly] : [])].join("\n");
}

const named = (dial: DayDial): string => `${dial.desk}: ${writtenOf(dial)}, which is ${dial.e164}`;
