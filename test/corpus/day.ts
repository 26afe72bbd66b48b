/**
 * A day's dials at a desk, simulated: numbers that may be called, in the writings and addresses of CRMs, with the fields of
 * their records. Each rings the number that is meant, so each dial that is held is held wrongly. Fictional numbers only.
 */
import { record, type Record } from "./records.ts";

export interface DayDial extends Record {
  /** What a link dials; null for a CRM's own call button, which dials `number`. */
  address: string | null;
  /** The page that the record is; without one, its fields are all that is known of it. */
  html?: string;
}

interface Line {
  code: string;
  /** Digits before the random ones, how many of these, and how people group a number: lengths of its groups. */
  ranges: [area: string, more: number, ...groups: number[][]][];
  places: string[];
}

/** Fictional ranges: Ofcom's, the Bundesnetzagentur's and ComReg's; and numbers of Ireland that no one is known to have. */
const lines: { [region: string]: Line } = {
  GB: {
    code: "44",
    ranges: [
      ...["1134960", "1144960", "1154960", "1164960", "1174960", "1184960"].map(city),
      ...["1214960", "1314960", "1414960", "1514960", "1614960"].map(city),
      ["1914980", 3, [3, 3, 4]],
      ["2079460", 3, [2, 4, 4], [3, 3, 4]],
      ["2920180", 3, [2, 4, 4]],
      ["7700900", 3, [4, 6], [4, 3, 3]],
      ["1632960", 3, [4, 6], [4, 3, 3]],
      ["8081570", 3, [3, 3, 4]],
      ["3069990", 3, [3, 3, 4]],
    ],
    places: [
      "Country: United Kingdom",
      "Address: 1 Park Row, Leeds LS1 5AB",
      "City: Manchester",
      "Scotland",
      "UK",
    ],
  },
  DE: {
    code: "49",
    ranges: [
      ["3023125", 3, [2, 8], [2, 5, 3], [2, 4, 4]],
      ["6990009", 3, [2, 8], [2, 5, 3]],
      ["4066969", 3, [2, 8], [2, 5, 3]],
      ["8999998", 3, [2, 8], [2, 3, 5]],
      ["17139200", 2, [3, 7], [3, 2, 3, 2], [3, 5, 2]],
      ["17604069", 3, [3, 8], [3, 4, 4]],
    ],
    places: ["Land: Deutschland", "Anschrift: Torstraße 1, 10119 Berlin", "Ort: Hamburg", "Germany"],
  },
  IE: {
    code: "353",
    ranges: [
      ["1525", 4, [1, 3, 4]],
      ["85222", 4, [2, 3, 4]],
      ["87123", 4, [2, 3, 4], [2, 7]],
    ],
    places: ["Country: Ireland", "Address: 1 College Green, Dublin, Ireland", "City: Cork", "Ireland"],
  },
};

function city(area: string): Line["ranges"][number] {
  return [area, 3, [3, 3, 4], [3, 7]];
}

/** Other regions that such a desk calls, by policy. */
const also: { [desk: string]: string[] } = { GB: ["IE", "US"], DE: ["AT", "CH"], IE: ["GB"] };
const languages: { [desk: string]: string } = { GB: "en-GB", DE: "de-DE", IE: "en-IE" };

/**
 * `next` gives random numbers from 0 to 1. `seats`: the share of the desk's own country's numbers whose company has its
 * seat abroad.
 */
export function* dayOf(desk: string, count: number, next: () => number, seats = 0): Generator<DayDial> {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  const abroad = Object.keys(lines).filter((region) => region !== desk);
  for (let i = 0; i < count; i++) {
    const region = next() < 0.85 ? desk : pick(abroad);
    const { code, ranges, places } = lines[region]!;
    const [area, more, ...ways] = pick(ranges);
    const nsn = area + Array.from({ length: more }, () => Math.floor(next() * 10)).join("");
    const e164 = `+${code}${nsn}`;
    const groups = grouped(nsn, pick(ways));
    const gap = pick([" ", " ", " ", "-", ".", ""]);
    const home = region === desk;
    const national = `0${groups.join(gap)}`;
    const bracketed = `(0${groups[0]}) ${groups.slice(1).join(" ")}`;
    const international = `+${code} ${groups.join(" ")}`;
    const written = home
      ? pick([
          national,
          national,
          national,
          bracketed,
          international,
          `+${code} (0)${groups.join(" ")}`,
          `00${code} ${groups.join(" ")}`,
        ])
      : pick([international, e164, `00${code}${nsn}`]);
    const extension = next() < 0.03 ? pick([" ext 12", " x12", ";ext=12"]) : "";
    const seat = home && next() < seats ? lines[pick(abroad)]!.places : places;
    const place = next() < 0.6 ? ` | ${pick(seat)}` : "";
    const fields = `${pick(["Ann Agent", "Klaus Weber", "Sean"])} | ${pick(["Phone: #", "#", "Telefon: #"])}${place}`;
    yield {
      ...record(fields, written + extension, e164, { desk, also: also[desk]!, language: languages[desk]! }),
      ...{
        e164,
        address: next() < 0.2 ? null : addressOf(pick, written, extension, e164, home ? `0${nsn}` : e164),
      },
    };
  }
}

function grouped(nsn: string, lengths: readonly number[]): string[] {
  let at = 0;
  const groups = lengths.map((n) => nsn.slice(at, (at += n)));
  return at < nsn.length ? [...groups.slice(0, -1), groups.at(-1)! + nsn.slice(at)] : groups;
}

/** Links as CRMs write them: the number as it is shown, encoded or not, its digits alone, or in E.164. */
function addressOf(
  pick: <T>(all: readonly T[]) => T,
  written: string,
  extension: string,
  e164: string,
  digits: string,
): string {
  const shown = written.replace(/[^\d+]/g, "");
  return pick([
    ...[`tel:${e164}`, `tel:${e164}`, `tel:${digits}`, `tel:${shown}`, `callto:${e164}`],
    ...[
      `tel:${encodeURIComponent(written)}${extension.replace(/^ (?:ext |x)/, ";ext=")}`,
      `tel:${written.replaceAll(" ", "-")}`,
    ],
    ...[`sip:${e164}@voice.example.com;user=phone`, `tel:${e164};ext=12`, `tel://${e164}`],
  ]);
}
