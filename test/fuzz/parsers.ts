/** The parsers of strangers' text, and texts to break them: random ones, damaged ones, and the worst of each kind. */
import { ChangesReader } from "../../shared/registers/changes-file.ts";
import { mayDial, parseDialAddress } from "../../shared/dials/address.ts";
import { callerOf, dialledBy } from "../../shared/dials/gate.ts";
import { withheld } from "../../shared/dials/withheld.ts";
import { withoutWords } from "../../shared/dials/keys.ts";
import { dialAddressOf } from "../../shared/dials/write.ts";
import { readDial } from "../../shared/dials/read.ts";
import { lineReading } from "../../shared/dials/line.ts";
import { RegisterReader, NotARegister } from "../../shared/registers/file.ts";
import { findPhones, toE164 } from "../../shared/phone/phone.ts";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { BrokenTable } from "../../shared/screening/csv.ts";
import { readBulk } from "../../extension/desk/do-not-call/bulk-file.ts";
import { readLog } from "../../extension/desk/import/log-file.ts";
import { gradientColour } from "../../extension/page/badge/paint.ts";
import { readDate, readMoment } from "../../shared/core/read-date.ts";
import { random } from "../bench/lists-files.ts";
import { corpus } from "../corpus/index.ts";

const encoder = new TextEncoder();
const gatePolicy = {
  ...defaultPolicy,
  identity: { ...defaultPolicy.identity, ownNumbers: ["+442079460100"] },
};
const regions = ["GB", "US", "FR", "DE", "IN", "AU"];

export interface Parser {
  name: string;
  /** Throws if the parser breaks its contract. `nth` chooses among regions and similar. */
  read: (text: string, nth: number) => void;
}

function want(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
/** The parser may refuse a file that is not a register, or not a table, with these errors. */
function refusing(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof NotARegister || error instanceof BrokenTable)) throw error;
  }
}

export const parsers: Parser[] = [
  {
    name: "gradientColour",
    read: (text) => want(/^(?:[a-z]+\([\d.][^()]*\))?$/.test(gradientColour(text)), "a colour, or none"),
  },
  {
    name: "findPhones",
    read(text, nth) {
      let from = 0;
      for (const { start, end, e164, readings = [] } of findPhones(text, regions[nth % regions.length]!)) {
        want(start >= from && end > start && end <= text.length, "in order, never overlapping, inside");
        for (const number of e164 === null ? readings : [e164]) want(/^\+\d{5,15}$/.test(number), number);
        from = end;
      }
    },
  },
  {
    name: "toE164",
    read(text, nth) {
      const { e164, readings = [] } = toE164(text, regions[nth % regions.length]!);
      for (const number of e164 === null ? readings : [e164]) want(/^\+\d{5,15}$/.test(number), number);
    },
  },
  {
    name: "lineReading",
    read(text, nth) {
      const { e164, readings = [] } = lineReading(text, regions[nth % regions.length]!);
      for (const number of e164 === null ? readings : [e164]) want(/^\+\d{5,15}$/.test(number), number);
    },
  },
  {
    name: "what a telephone system says",
    read(text, nth) {
      const region = regions[nth % regions.length]!;
      const written = dialledBy(text, []);
      // What is quoted is left out, so the words are looked for one by one.
      const isSaid = written.split(/\s+/).every((word) => text.includes(word));
      want(isSaid || /\d/.test(written), "nothing, or what was said");
      const { shown, fault } = callerOf({ from: text, privacy: text }, gatePolicy, region);
      want(shown === null || fault === null, "who hides shows no number");
      const caller = callerOf({ from: text }, gatePolicy, region);
      want((caller.shown === null) !== (caller.fault === null), "one of ours, or a fault");
    },
  },
  {
    name: "a day as people write it",
    read(text) {
      const [day, moment] = [readDate(text), readMoment(text)];
      want(day === null || /^\d{4}-\d{2}-\d{2}$/.test(day), "a day or none");
      want(moment === null || !Number.isNaN(Date.parse(moment)), "a moment or none");
    },
  },
  {
    name: "list reader",
    read(text, nth) {
      refusing(() => {
        const reader = new RegisterReader("GB");
        const bytes = encoder.encode(text);
        // Pieces of a file may end anywhere.
        const cut = bytes.length === 0 ? 0 : nth % bytes.length;
        reader.feed(bytes.subarray(0, cut));
        reader.feed(bytes.subarray(cut));
        const { numbers, lines, skipped } = reader.end();
        want(numbers.length + skipped.total <= lines, "no more numbers than lines");
      });
    },
  },
  {
    name: "changes reader",
    read(text) {
      refusing(() => {
        const reader = new ChangesReader("GB");
        reader.feed(encoder.encode(text));
        reader.end();
      });
    },
  },
  {
    name: "CSV reader",
    read(text) {
      refusing(() => {
        for (const { number, reason } of readBulk(text)) want(number.trim() === number, reason);
        readLog(text);
      });
    },
  },
  {
    name: "tel: reader",
    read(text, nth) {
      const begins = [
        ...[
          "tel:",
          "",
          "sip:",
          "sms:",
          "skype:",
          "callto:<",
          "wtai://wp/mc;",
          "iax:host/",
          "intent:",
          "web+tel:",
        ],
        ...[
          "whatsapp://send?phone=",
          "https://wa.me/",
          "https://wa.me/call/",
          "https://t.me/+",
          "https://signal.me/#p/",
        ],
        ...["msteams:/l/call/0/0?users=4:", "https://voice.google.com/calls?a=nc,", "rcapp://r/call?number="],
        ...["own://x?target=", "acme:", "acme://x?number="],
      ];
      const address = begins[nth % begins.length]! + text;
      const own = [{ scheme: "own", parameter: "target", kind: "call" as const }];
      const target = readDial(address, { schemes: own, regions: ["GB"] });
      want(target === null || mayDial(address) !== null, "the guard asks of all that dials");
      const { written = text, medium = "call" } = target ?? {};
      const hidden = withheld(written);
      if (hidden) want(withheld(hidden.rest) === null, "no code is left behind a code");
      withoutWords(written);
      want(parseDialAddress(dialAddressOf(written, medium)) !== null, "what it dials instead is a dial");
    },
  },
];

const ALPHABET = [
  ...Array.from("0123456789+()-./ ,;:#*x\t\n\r\"'|=%&?_@", (c) => c),
  ...[
    "00",
    "+44",
    "(0)",
    "ext",
    "Tel:",
    "phone",
    "\u00a0",
    "\u202b",
    "٣",
    "５",
    "–",
    "𝟗",
    "é",
    "\ud83d",
    "\ufeff",
    "\u0000",
  ],
];
const texts = Object.values(corpus).flatMap((samples) => samples.map(({ text }) => text));

/** The n-th input: random, or a real one with a few errors. */
export function inputs(seed: number): () => string {
  const next = random(seed);
  const below = (n: number) => Math.floor(next() * n);
  const symbol = () => ALPHABET[below(ALPHABET.length)]!;
  const real = () => texts[below(texts.length)]!;
  return () => {
    if (next() < 0.3) return Array.from({ length: below(60) }, symbol).join("");
    let text = next() < 0.3 ? `${real()}${symbol()}${real()}` : real();
    for (let i = below(4); i >= 0; i--) {
      const at = below(text.length + 1);
      const how = below(4);
      const rest = text.slice(at + (how === 0 ? 0 : 1 + below(3)));
      text =
        text.slice(0, at) + (how === 1 ? "" : how === 2 ? symbol().repeat(1 + below(9)) : symbol()) + rest;
    }
    return text;
  };
}

const again = (piece: string) => (size: number) =>
  piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
/** Texts of any size that make bad patterns backtrack. */
export const worst: Record<string, (size: number) => string> = {
  digits: again("1234567890"),
  zeros: again("0"),
  blanks: again(" "),
  pluses: again("+"),
  brackets: again("("),
  "numbers in a row": again("020 7946 0958 "),
  "numbers without blanks": again("+442079460958"),
  "digits and dots": again("1.2-3 "),
  labels: again("Tel: ext. x "),
  commas: again(","),
  quotes: again('"'),
  "quoted cells": again('"0207 ""946",\n'),
  "lines of digits": again("02079460958\r\n"),
  "lines of one": again("0\n"),
  letters: again("phone "),
  "one word": again("a"),
  percents: again("%E0%A4"),
  "context after context": again(";phone-context=+44"),
  "a dot at the end": (size) => `${again("0 ")(size - 1)}!`,
  "marks of direction": again("\u202b0\u202c"),
};
