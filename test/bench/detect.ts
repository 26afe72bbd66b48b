/**
 * Finding numbers: compares our finder with libphonenumber-js's, on the repository's corpus and on one long text.
 * `node test/bench/detect.ts`
 */
import {
  type CountryCode,
  findPhoneNumbersInText,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";
import { resolveCountry } from "../../shared/country/country.ts";
import { allCities } from "../../shared/country/all-cities.ts";
import { placesIn } from "../../shared/country/places.ts";
import { findPhones, toE164 } from "../../shared/phone/phone.ts";
import { corpus } from "../corpus/index.ts";
import { differences, matcherTexts } from "../corpus/matcher.ts";
import {
  type Corpus,
  corpora,
  type Difference,
  differ,
  type Outside,
  scoreTexts,
} from "../corpus/outside.ts";
import { type Record as InRecord, records } from "../corpus/records.ts";
import type { Sample } from "../corpus/sample.ts";
import { ms, quantile, table } from "./table.ts";
import { writeFigures } from "./write.ts";

interface Result {
  start: number;
  end: number;
  e164: string | null;
  ext: string | undefined;
}
type Finder = (text: string, region: string) => Result[];

const ours: Finder = (text, region) => findPhones(text, region).map((p) => ({ ...p, ext: p.ext }));

const theirs: Finder = (text, region) =>
  findPhoneNumbersInText(text, isSupportedCountry(region) ? { defaultCountry: region } : {}).map(
    ({ startsAt, endsAt, number }) => ({
      start: startsAt,
      end: endsAt,
      e164: number.number,
      ext: number.ext,
    }),
  );

/** Counts of a finder's results on the corpus. */
function score(samples: Sample[], find: Finder) {
  const s = {
    expected: 0,
    located: 0,
    found: 0,
    false: 0,
    plain: 0,
    exact: 0,
    unfounded: 0,
    extensions: 0,
    kept: 0,
  };
  for (const { text, region, numbers } of samples) {
    const results = find(text, region);
    const taken = new Set<Result>();
    let from = 0;
    s.expected += numbers.length;
    s.found += results.length;
    for (const { at, e164, ext } of numbers) {
      const start = text.indexOf(at, from);
      from = start + at.length;
      // A result counts for one number only: if two numbers were read as one, one is lost.
      const result = results.find((r) => r.start < from && r.end > start && !taken.has(r));
      if (e164 !== null) s.plain++;
      if (ext !== undefined) s.extensions++;
      if (!result) continue;
      taken.add(result);
      s.located++;
      if (e164 !== null && result.e164 === e164) s.exact++;
      if (result.e164 !== null && result.e164 !== e164) s.unfounded++;
      if (ext !== undefined && result.ext === ext) s.kept++;
    }
    s.false += results.length - taken.size;
  }
  return s;
}

const share = (n: number, of: number) => (of === 0 ? "-" : `${((100 * n) / of).toFixed(1)}%`);

/** About 400 kB of text as on a CRM's pages: rows, notes and mails; one number in about 200 characters. */
function longText(): string {
  const fill = [
    "The meeting with the team in Leeds went well; they asked for a quote by 12/04/2026, for 250 units at £14.99 each.",
    "Opportunity updated. Stage: Negotiation. Owner: Priya Shah. Probability 60%. Next step: send the revised proposal.",
    "Acme Holdings plc, 12 High Street, Leeds LS1 4AP. Renewal on 2026-11-30. Order 20451, invoice INV-2026-0412.",
  ];
  const notes = [...corpus.prose!, ...corpus.lists!, ...corpus.labels!, ...corpus.forms!, ...corpus.traps!];
  const parts: string[] = [];
  let length = 0;
  for (let i = 0; length < 400_000; i++) {
    const part = `${fill[i % fill.length]!} ${notes[i % notes.length]!.text}\n`;
    parts.push(part);
    length += part.length;
  }
  return parts.join("");
}

type Decide = (record: InRecord) => string | null;

const byAll: Decide = ({ number, fields, desk, also, language }) =>
  resolveCountry(number, toE164(number, desk), { region: desk, also, language }, () =>
    placesIn(fields, language, allCities),
  ).e164;

/** The number as read in the first region where it is valid. */
function byRegions(number: string, regions: readonly string[]): string | null {
  for (const region of regions) {
    const read = parsePhoneNumberFromString(number, region as CountryCode);
    if (read?.isValid()) return read.number;
  }
  return null;
}
const byDefault: Decide = ({ number, desk }) => byRegions(number, [desk]);
/** The regions that a desk in Europe calls most come first, as a person would list them. */
const NEXT = [
  "GB",
  "US",
  "IE",
  "DE",
  "FR",
  "ES",
  "IT",
  "NL",
  "BE",
  "CH",
  "AU",
  "IN",
  "AT",
  "PL",
  "SE",
  "DK",
  "NO",
];
const byNext: Decide = ({ number, desk }) => byRegions(number, [desk, ...NEXT]);

function countries(): string {
  const rows = [
    ["ClearDial", byAll],
    ["default region only", byDefault],
    ["default, then the next that validates", byNext],
  ] as const;
  return table([
    ["", "right", "asked, or not found", "wrong country or number"],
    ...rows.map(([name, decide]) => {
      const answers = records.map((r) => ({ is: decide(r), should: r.e164 }));
      const count = (which: (a: (typeof answers)[number]) => boolean) =>
        share(answers.filter(which).length, records.length);
      return [
        name,
        count((a) => a.is === a.should),
        count((a) => a.is === null && a.should !== null),
        count((a) => a.is !== null && a.is !== a.should),
      ];
    }),
  ]);
}

/** Medians of interleaved runs, so that other load on the machine affects both finders alike. */
function race(text: string, runs: number): [ours: number, theirs: number] {
  const times: [number[], number[]] = [[], []];
  for (let run = -3; run < runs; run++)
    for (const [i, find] of [findPhones, (t: string) => findPhoneNumbersInText(t, "GB")].entries()) {
      const from = performance.now();
      find(text, "GB");
      if (run >= 0) times[i]!.push(performance.now() - from);
    }
  return [quantile(times[0], 0.5), quantile(times[1], 0.5)];
}

/** What finders make of texts that others labelled, a column each. */
function scores(columns: [name: string, texts: readonly Outside[], find: Finder][]): string {
  const all = columns.map(([, texts, find]) => scoreTexts(texts, find));
  const row = (name: string, value: (s: (typeof all)[number]) => number) => [
    name,
    ...all.map((s) => String(value(s))),
  ];
  return table([
    ["", ...columns.map(([name]) => name)],
    row("numbers", (s) => s.expected),
    ["found (recall)", ...all.map((s) => share(s.expected - s.lost.length, s.expected))],
    [
      "numbers among the found (precision)",
      ...all.map(({ expected, lost, invented }) =>
        share(expected - lost.length, expected - lost.length + invented.length),
      ),
    ],
    row("right", (s) => s.right),
    ["of all", ...all.map((s) => share(s.right, s.expected))],
    row("asked, where a reader could tell", (s) => s.asked.length),
    row("lost", (s) => s.lost.length),
    row("another number", (s) => s.wrong.length),
    row("of another country", (s) => s.abroad),
    row("found where there is none", (s) => s.invented.length),
  ]);
}

/** Longer texts, in characters, would make the table too wide. */
const LONGEST = 60;
const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** Who is right where the two finders differ, and why: each text that was read, and of the unread counts alone. */
function disagreements({ read, unread }: Corpus): string {
  const parts = [read, unread].map((texts) => differ(texts, ours, theirs));
  const counts = (name: string, isOf: (one: Difference) => boolean) => [
    name,
    ...parts.flatMap((part) => {
      const all = part.filter(isOf);
      const count = (a: boolean, b: boolean) =>
        String(all.filter(({ right }) => right[0] === a && right[1] === b).length);
      return [String(all.length), count(true, false), count(false, true), count(false, false)];
    }),
  ];
  const reasons = [...new Set(parts.flat().map(({ reason }) => reason))]
    .map((reason) => counts(reason, (one) => one.reason === reason))
    .sort((a, b) => Number(b[1]) - Number(a[1]));
  const rows = parts[0]!.map(({ id, written, said, right, why, reason }) => {
    const who = right[0] ? "ClearDial" : right[1] ? "library" : "neither";
    return [`${id} ${short(written.replace(/\s+/g, " "))}`, ...said, who, short(why ?? reason)];
  });
  return [
    table([
      [
        "where the two differ",
        ...["read", "ClearDial is right", "the library", "neither"],
        ...["unread", "ClearDial is right", "the library", "neither"],
      ],
      ...reasons,
      counts("all", () => true),
    ]),
    table([["text that was read", "ClearDial", "libphonenumber-js", "right", "why"], ...rows]),
  ].join("\n\n");
}

/** Prints all tables; `write` puts them into docs/figures.md. */
export async function detect(write = false): Promise<void> {
  const said: string[] = [];
  run((text) => {
    console.log(text);
    said.push(text);
  });
  if (write) await writeFigures("detect", said.join("\n"), "npm run bench -- detect");
}

function run(say: (text: string) => void): void {
  const samples = Object.values(corpus).flat();
  const a = score(samples, ours);
  const b = score(samples, theirs);
  const row = (name: string, value: (s: typeof a) => string) => [name, value(a), value(b)];
  say(`Finding numbers: ${samples.length} texts, ${a.expected} numbers in them`);
  say(
    table([
      ["", "ClearDial", "libphonenumber-js"],
      row("located (recall)", (s) => share(s.located, s.expected)),
      row("precision", (s) => share(s.found - s.false, s.found)),
      row("found where there is none", (s) => String(s.false)),
      row("exact E.164 where the region decides", (s) => share(s.exact, s.plain)),
      row("wrong or unfounded country or number", (s) => String(s.unfounded)),
      row("extensions kept", (s) => share(s.kept, s.extensions)),
    ]),
  );

  for (const labelled of corpora) {
    const { name, texts, unread } = labelled;
    const { expected } = scoreTexts(texts, ours);
    say(
      `\nTexts from outside, the ${name}: ${expected} numbers of sixteen countries; the third of them is for validation`,
    );
    say(
      scores([
        ["ClearDial", texts, ours],
        ["libphonenumber-js", texts, theirs],
        ["ClearDial, unread", unread, ours],
        ["libphonenumber-js, unread", unread, theirs],
      ]),
    );
    say(`\n${disagreements(labelled)}`);
  }
  say(`\nThe cases of Google's own finder: ${matcherTexts.length} texts`);
  say(
    scores([
      ["ClearDial", matcherTexts, ours],
      ["libphonenumber-js", matcherTexts, theirs],
    ]),
  );
  say("\nWhere ClearDial differs from Google's word");
  say(table([["text", "right", "why"], ...differences]));

  say(`\nCountry of a number without a code: ${records.length} records`);
  say(countries());

  const text = longText();
  const [mine, other] = race(text, 15);
  say(`\nSpeed: one text of ${Math.round(text.length / 1000)} kB, median of 15 runs each, interleaved`);
  say(
    table([
      ["", "ClearDial", "libphonenumber-js", "ratio"],
      ["time", ms(mine), ms(other), `${(other / mine).toFixed(1)} x`],
    ]),
  );
}

if (import.meta.main) await detect();
