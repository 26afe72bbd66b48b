/**
 * The cases by which Google's libphonenumber tests its own finder: PhoneNumberMatcherTest.java at commit
 * 030071b3a9312b9a32d8363fe112d7309f2f2603 of github.com/google/libphonenumber (Apache License 2.0), looked up on
 * 28 November 2026. Which text holds which number is theirs; numbers are written out in E.164.
 *
 * Their plans are made up for tests. So a number that is none in today's plans (libphonenumber-js's full metadata) may be
 * found or not, as may one that Google finds at its most lenient level alone.
 */
import { isValidPhoneNumber } from "libphonenumber-js/max";
import type { Outside } from "./outside.ts";

type Number = [region: string, written: string, e164: string];

/** "033316005 0064 3 …": several ways to write one number, by region. */
const each = (region: string, e164: string, written: string[]): Number[] =>
  written.map((one) => [region, one, e164]);

/** To be found in each of the contexts below. */
const inContext: Number[] = [
  ...each("NZ", "+6433316005", [
    "033316005",
    "03-331 6005",
    "03 331 6005",
    "0064 3 331 6005",
    "03 331 6005 ext 3456",
    "03-3316005x3456",
    "03-3316005 int.3456",
    "03 3316005 #3456",
    "0 3   3 3 1   6 0 0 5",
  ]),
  ...each("US", "+6433316005", ["01164 3 331 6005", "+64 3 331 6005"]),
  ["ZZ", "+64 3 331 6005", "+6433316005"],
  ["NZ", "64(0)64123456", "+6464123456"],
  ["DE", "123/45678", "+4912345678"],
  ["US", "123-456-7890", "+11234567890"],
  ["NZ", "+1 (650) 333-6000", "+16503336000"],
  ["US", "1-650-333-6000", "+16503336000"],
  ...each("SG", "+16503336000", [
    "0011-650-333-6000",
    "0081-650-333-6000",
    "0191-650-333-6000",
    "\uff0b1 (650) 333-6000",
    "\uff0b\uff11\u3000\uff08\uff16\uff15\uff10\uff09\u3000\uff13\uff13\uff13\uff0d\uff16\uff10\uff10\uff10",
  ]),
  ...each("PL", "+16503336000", ["0~01-650-333-6000", "++1 (650) 333-6000"]),
  ["NZ", "+39 02-36618 300", "+390236618300"],
  ["IT", "02-36618 300", "+390236618300"],
  ["IT", "312 345 678", "+39312345678"],
  ...each("AR", "+5493435551212", ["+54 9 343 555 1212", "0343 15 555 1212"]),
  ...each("AR", "+5493715654320", ["+54 9 3715 65 4320", "03715 15 65 4320"]),
  ...each("AR", "+541137970000", ["+54 11 3797 0000", "011 3797 0000"]),
  ...each("AR", "+543715654321", ["+54 3715 65 4321", "03715 65 4321"]),
  ...each("AR", "+542312340000", ["+54 23 1234 0000", "023 1234 0000"]),
  ...each("AR", "+54123456789", ["(0xx) 123456789", "(0xx) 123456789 x 1234"]),
  ["US", "011xx5481429712", "+5481429712"],
  ...each("MX", "+524499780001", ["+52 (449)978-0001", "01 (449)978-0001", "(449)978-0001"]),
  // As Mexico wrote mobiles until August 2019, for what is +52 33 1234 5678 today.
  ...each("MX", "+523312345678", ["+52 1 33 1234-5678", "044 (33) 1234-5678", "045 33 1234-5678"]),
  ...each("PL", "+18007493524", ["0~0 1800 7493 524", "0~0 1800 7493 524 ~1234"]),
  ["US", "(1800) 7493.524", "+18007493524"],
  ["NZ", "+44 2034567890x456", "+442034567890"],
  ...each("GB", "+442034567890", [
    "+44 2034567890x456",
    "+44 2034567890 x456",
    "+44 2034567890 X456",
    "+44 2034567890 X 456",
    "+44 2034567890 X  456",
    "+44 2034567890  X 456",
  ]),
  ...each("US", "+18009013355", [
    "(800) 901-3355 x 7246433",
    "(800) 901-3355 , ext 7246433",
    "(800) 901-3355 ,extension 7246433",
    "(800) 901-3355 ,x 7246433",
    "(800) 901-3355 ext: 7246433",
  ]),
];

type Context = readonly [before: string, behind: string];
const contexts: Context[] = [
  ["", ""],
  ["   ", "\t"],
  ["Hello ", ""],
  ["", " to call me!"],
  ["Hi there, call ", " to reach me!"],
  ["Hi there, call ", ", or don't"],
  ["Hi call", ""],
  ["", "forme"],
  ["Hi call", "forme"],
  ["It's cheap! Call ", " before 6:30"],
  ["Call ", " or +1800-123-4567!"],
  ["Call me on June 21 at", ""],
  ["As quoted by Alfonso 12-15 (2009), you may call me at ", ""],
  ["As quoted by Alfonso et al. 12-15 (2009), you may call me at ", ""],
  ["As I said on 03/10/2011, you may call me at ", ""],
  ["", ", 45 days a year"],
  ["Call ", "/x12 more"],
  ["It's only 9.99! Call ", " to buy"],
  ["Call me on 21.6.1984 at ", ""],
  ["Call me on 06/21 at ", ""],
  ["Call me on 21.6. at ", ""],
  ["Call me on 06/21/84 at ", ""],
];

/** Found at the strict levels, each a text of its own. */
const strict: Number[] = [
  ...each("US", "+14156667777", [
    "(415) 6667777",
    "415-6667777",
    "\uff14\uff11\uff15\uff16\uff16\uff16\uff17\uff17\uff17\uff17",
    "\uff14\uff11\uff15-\uff16\uff16\uff16-\uff17\uff17\uff17\uff17",
    "4156667777",
    "4156667777 x 123",
    "415-666-7777",
    "415/666-7777",
    "415-666-7777 ext. 503",
    "1 415 666 7777 x 123",
    "+1 415-666-7777",
  ]),
  ["DE", "0800-2491234", "+498002491234"],
  ...each("DE", "+49494949", ["+494949 49", "+49-494949", "+49-494949 ext. 49", "+49494949 ext. 49"]),
  ...each("DE", "+49494949", ["0494949", "0494949 ext. 49"]),
  ["DE", "+49-49-34", "+494934"],
  ...each("DE", "+49493149", ["+49-4931-49", "04931-49"]),
  ...each("MX", "+523334612234", ["01 (33) 3461 2234", "(33) 3461 2234"]),
];

/** Found at the lenient level alone. */
const lenient: Number[] = [
  ["US", "65 02 53 00 00", "+16502530000"],
  ["US", "6502 538365", "+16502538365"],
  ...each("US", "+16502531234", ["650//253-1234", "650/253/1234"]),
  ["US", "9002309. 158", "+19002309158"],
  ["US", "12 7/8 - 14 12/34 - 5", "+12781412345"],
  ["US", "12.1 - 23.71 - 23.45", "+12123712345"],
  ["US", "800 234 1 111x1111", "+18002341111"],
  ["US", "1979-2011 100", "+19792011100"],
  ["DE", "+494949-4-94", "+494949494"],
  ["US", "\uff14\uff11\uff15\uff16\uff16\uff16\uff16-\uff17\uff17\uff17", "+14156666777"],
  ...each("US", "+12012010208", ["2012-0102 08", "2012-01-02 08"]),
  ["AU", "1800-10-10 22", "+611800101022"],
];

/** In none of these is a number that is valid: the last is Google's of a region that is not known. */
const nothing: [region: string, texts: string[]][] = [
  [
    "US",
    [
      ...["12345", "23456789", "234567890112", "650+253+1234", "03/27/2011", "31/8/2011", "1/12/2011"],
      ...["650x2531234", "2012-01-02 08:00", "2012/01/02 08:00", "20120102 08:00"],
      ...["7121115678", "1650 x 253 - 1234", "650 x 253 - 1234", "6502531x234"],
      ...["80.585 [79.964, 81.191]", "80.585 [79.964]", "80.585 ((79.964)", "(80).(585) (79).(9)64"],
      ...["Call 650-253-4561--455-234-3451", "Random text body - number is foobar, see you there", "  "],
      "My address 949-8945-0".repeat(10),
    ],
  ],
  ["CA", ["3/10/1984"]],
  ["DE", ["10/12/82"]],
  ["GB", ["(20) 3346 1234"]],
  ["ZZ", ["Random text body - number is 0331 6005, see you there"]],
];

/** Where 415-666-7777 and two other ways to write it are found, and where not: with letters that touch it, or money. */
const PLAIN = "415-666-7777";
const around: [written: string[], found: boolean, contexts: Context[]][] = [
  [[PLAIN], false, ["abc_def", "abc_", "_def", "\u00c9_", "e\u0301_"].map(split)],
  [[PLAIN], false, ["$_", "_$", "\u00a3_", "\u00a5_", "_%"].map(split)],
  [["+14156667777", "(415)6667777"], false, ["abc_def", "_def", "_\u00c9"].map(split)],
  [["+14156667777", "(415)6667777"], true, ["abc_", "\u00c9_", "\u00c9_.", "\u00c9_ def"].map(split)],
  [[PLAIN], true, ["$20 _", "_ 100$"].map(split)],
  [[PLAIN], true, ["我的电话号码是_", "_是我的电话号码", "请拨打_我在明天"].map(split)],
  [[PLAIN], true, ["My number-_", "_.Nice day.", "Tel:_.", "Tel: _ on Saturdays."].map(split)],
  [[PLAIN], true, ["My address is CA 34215 - _ is my number.", "My info: _,"].map(split)],
  [["(415) 666 7777"], true, ["My number is _. 34215 is my zip-code."].map(split)],
];

function split(text: string): Context {
  const [before = "", behind = ""] = text.split("_");
  return [before, behind];
}

/** Mexico's prefixes of mobiles. */
const FORMER = /^(?:\+52 1|04[45]) /;

/** A text with its numbers, in the shape of the texts from outside; one that may be found or not has both as readings. */
function text(
  region: string,
  text: string,
  numbers: [written: string, e164: string, open?: boolean][],
): Outside {
  let from = 0;
  return {
    ...{ id: region, region, kind: "matcher", text },
    numbers: numbers.map(([written, e164, open = false]) => {
      const at = text.indexOf(written, from);
      from = at + written.length;
      return open || !isValidPhoneNumber(e164) || FORMER.test(written)
        ? { written, at, ask: true, readings: [e164, "none"] }
        : { written, at, e164 };
    }),
  };
}

const OTHER: [string, string] = ["+1800-123-4567", "+18001234567"];

export const matcherTexts: Outside[] = [
  ...inContext.flatMap(([region, written, e164]) =>
    contexts.map(([before, behind]) =>
      text(region, before + written + behind, [
        [written, e164],
        ...(behind.includes(OTHER[0]) ? [OTHER] : []),
      ]),
    ),
  ),
  ...strict.map(([region, written, e164]) => text(region, written, [[written, e164]])),
  ...lenient.map(([region, written, e164]) => text(region, written, [[written, e164, true]])),
  ...nothing.flatMap(([region, texts]) => texts.map((one) => text(region, one, []))),
  ...around.flatMap(([written, found, contexts]) =>
    written.flatMap((one) =>
      contexts.map(([before, behind]) =>
        text("US", before + one + behind, found ? [[one, "+14156667777"]] : []),
      ),
    ),
  ),
  text("US", "Call 650-253-4561 -- 455-234-3451", [
    ["650-253-4561", "+16502534561"],
    ["455-234-3451", "+14552343451"],
  ]),
  text("NZ", "Call 033316005  or 032316005!", [
    ["033316005", "+6433316005"],
    ["032316005", "+6432316005"],
  ]),
  text("ZZ", "+14156667777 foobar +14156667777 ", [
    ["+14156667777", "+14156667777"],
    ["+14156667777", "+14156667777"],
  ]),
];

/** Where the finder differs from Google's word on a text, who is right, and why. test/shared/phone/matcher.test.ts has no others. */
export const differences: [text: string, right: "ClearDial" | "Google" | "open", why: string][] = [
  ["650+253+1234", "ClearDial", "in addresses a plus between digits is a space"],
  ["7121115678", "Google", "no number of North America; asked about as one of India or the United Kingdom"],
  ["Call 650-253-4561--455-234-3451", "ClearDial", "two numbers that a reader would dial"],
  ["(20) 3346 1234", "ClearDial", "London without its 0; the library finds it today, too"],
  ["Call me on June 21 at033316005", "Google", "a word touches the digits, which are in one piece"],
  ["Call me on June 21 at1-650-333-6000", "Google", "a word touches the digits"],
  [
    "0494949",
    "open",
    "seven digits in one piece and no word: in Germany most such digits are something else",
  ],
];
