/** By which names an erasure takes out what quotes somebody: whole words of what people wrote, and never a single word that may be anybody's. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { hintsOf, namerOf, soughtOf } from "../../../../worker/privacy-requests/words/namer.ts";
import { quotedIn, wantedOf } from "../../../../worker/privacy-requests/words/quoted.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { call, dump } from "../../helpers.ts";
import { tokens, withTeam } from "../kit.ts";
import { aNumber, comply, consent, isSaid, request, runs, says } from "./kit.ts";

withTeam();
beforeAll(() => adopt(env));

const names = (name: string, ...texts: string[]) => texts.map(namerOf(soughtOf({ name, email: null }, [])));

it.each([
  ["Ann “Annie” Lee", ["by Ann “Annie” Lee"], ["Ann Lee"]],
  ['Ann "Annie" Lee', ['by Ann "Annie" Lee'], ["Ann Annie Lee"]],
  ["Mary O’Neill", ["MARY O'NEILL", "Mary O`Neill's"], ["Mary O", "Mary O'Neillson"]],
  ["Ann O", ["Ann O rang"], ["Ann O'Brien", "Ann O’Brien"]],
  ["José Müller", ["JOSÉ MÜLLER", "José Müller".normalize("NFD")], ["Jose Muller", "José Müllerin"]],
  ["Jürgen Strauß", ["JÜRGEN STRAUSS", "jürgen strauß", "JÜRGEN STRAUẞ"], ["Jürgen Straußen"]],
  ["Işık Dinç", ["IŞIK DİNÇ", "ışık dinç", "Işık Dinç"], ["Işıkdinç", "Işık Dinçer"]],
  ["Ann Lee", ["ann\n lee", "(Ann Lee)"], ["Mary-Ann Lee", "Ann Lee-Jones", "Joann Lee", "D'Ann Lee"]],
  ["100% Sure", ["100% sure"], ["100 sure", "1000% sure", "100% surely"]],
  ["_ % _", ["_ % _"], ["abc", "_%_"]],
])("%s is found as whole words alone, however it is spelt", (name, found, others) => {
  expect(names(name, ...found)).toEqual(found.map(() => true));
  expect(names(name, ...others)).toEqual(others.map(() => false));
});

it.each(["House", "Reason", "+44", "a", "%", " null "])("no text names %s alone", (name) => {
  expect(names(name, name, `the ${name} of all`)).toEqual([false, false]);
});

it("finds the end of a number however it is written, and no longer one", () => {
  const is = namerOf({ name: null, email: null, ends: ["079460958"] });
  for (const text of [
    "+44 (0)20 7946-0958",
    "020/7946.0958 2 times",
    "00442079460958",
    "020\u00a07946\u202f0958",
  ])
    expect(is(text), text).toBe(true);
  for (const text of ["020 7946 09581", "7946 0958", "9999999990207946095812"])
    expect(is(text), text).toBe(false);
});

it.each([
  [
    "+12125551234",
    [
      "+1 (212) 555-1234",
      "12125551234",
      "212.555.1234",
      "001 212 555 1234",
      "01112125551234",
      "+1 312 555 0000 / 212 555 1234",
    ],
    ["+13125551234", "+1 (312) 555-1234", "312 555 1234", "4125551234", "00442125551234", "0125551234"],
  ],
  [
    "+442079460958",
    [
      "+44 (0)20 7946-0958",
      "+44 020 7946 0958",
      "020 7946 0958",
      "00442079460958",
      "02079460958",
      "2079460958",
    ],
    ["+332079460958", "+1 207 946 0958", "0049 2079460958", "3079460958"],
  ],
  [
    "+29012345",
    ["+290 12345", "0029012345", "29012345"],
    ["+44 1129 012345", "1129012345", "+1 629 012 3450"],
  ],
  ["+390612345678", ["06 1234 5678", "+39 06 12345678"], ["+49 612345678", "16 1234 5678"]],
  [
    "+79121234567",
    ["8 (912) 123-45-67", "89121234567", "+7 912 123 4567"],
    ["+8 912 123 4567", "99121234567"],
  ],
])(
  "finds %s with the country that it has, or as it is dialled there, and no other number with its end",
  (number, found, others) => {
    const is = namerOf(soughtOf({ name: "x", email: null }, [number]));
    for (const text of found) expect(is(text), text).toBe(true);
    for (const text of others) expect(is(text), text).toBe(false);
  },
);

it("the hint by which SQL looks is in each text that names them, as JSON has it", () => {
  const hints = (name: string) => hintsOf(soughtOf({ name, email: null }, []));
  const lowered = (text: string) => JSON.stringify(text).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (const [name, ...texts] of [
    ['Ann "Annabel" Lee', 'Ann "Annabel" Lee'],
    ["Mary O’Neill", "MARY O'NEILL"],
    ["Jürgen Strauß", "JÜRGEN STRAUSS", "jürgen strauß"],
    ["Ali Işıkdinç", "ALİ IŞIKDİNÇ", "ali ışıkdinç", "Ali Işıkdinç".normalize("NFD")],
    ["A\\B Cde", "a\\b cde"],
  ] as const)
    for (const text of texts) {
      expect(namerOf(soughtOf({ name, email: null }, []))(text), text).toBe(true);
      expect(
        hints(name).some((hint) => lowered(text).includes(hint)),
        text,
      ).toBe(true);
    }
});

// UK GDPR art 17(1) erases what is the requester's; what others said stays whole (art 5(1)(f)).
it("a name of one word that is a key, a code or anybody's word takes out nothing of others", async () => {
  const kept = await consent(aNumber(), { givenBy: "Otto Other", words: "My house is the place to ring" });
  const entry = { number: aNumber(), kind: "house", reason: "A reason of her own, by source" };
  expect((await call("POST", "/v1/suppressions", { token: tokens.manager, body: entry })).status).toBe(201);
  const text = "Place: admin said true or null, +44 a % _ {}";
  await says({ kind: "house", reason: text, number: 7, place: null }, kept);
  // About an erased item: there a name of one word would go, if it were one.
  const erased = crypto.randomUUID();
  const fields = {
    reason: "Anybody asked for it",
    source: "notification",
    place: null,
    null: true,
    "%": 1,
    _: 2,
    a: 3,
    "+44": 4,
  };
  await says(
    { kind: "house", number: 7, true: "subscriber", admin: "x", false: 1, givenBy: "y", "{}": 2, ...fields },
    erased,
  );
  const taken = async (name: string) => {
    const due = { words: "[]", gone: JSON.stringify([erased]), whole: 1 };
    return quotedIn(
      env,
      wantedOf(due, { name, email: null, number: null }, "[]"),
      0,
      Number.MAX_SAFE_INTEGER,
    );
  };
  const hostile = [
    "House",
    "Reason",
    "Source",
    "Place",
    "number",
    "true",
    "null",
    "admin",
    "+44",
    "a",
    "%",
    "_",
  ];
  hostile.push('"reason"', "givenBy", "notification", "subscriber", "Réason", "{}", "false");
  for (const name of hostile)
    expect(await taken(name), name).toMatchObject({ gone: [], unlike: [], waits: false });
  expect((await taken("Anybody")).gone).toHaveLength(1);
  // So is it of a whole decision.
  const before = await dump("audit_payload");
  await comply(await request("House"));
  await runs();
  expect(await dump("words_due")).toEqual([]);
  expect(await dump("audit_payload")).toEqual(expect.arrayContaining(before));
  expect((await taken("Otto Other")).gone).toHaveLength(1);
});

it("of a name of one word goes what quotes an erased item, too, and not where it is a code there", async () => {
  const number = aNumber();
  const item = await consent(number, { givenBy: "House", words: "Do ring" });
  const others = await consent(aNumber(), { givenBy: "Otto Other", words: "Do ring" });
  await says({ text: "House moves to Spain (1)" }, item);
  await says({ text: `said of ${item}: House moves (2)` });
  await says({ text: "House rules, he says (3)" }, others);
  await says({ kind: "house", note: "seen (4)" }, item);
  await comply(await request("House", number));
  await runs();
  expect(await Promise.all(["(1)", "(2)", "(3)", "(4)"].map(isSaid))).toEqual([false, false, true, true]);
});

it("an id of digits alone is quoted by itself only, and not by each number that has its digits", async () => {
  const number = aNumber();
  const { data, status } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number, e164: number, action: "held", verdict: "unknown", reasons: [], seen: null },
      ...{ host: "crm.example.com", at: new Date().toISOString() },
    },
  });
  expect(status, JSON.stringify(data)).toBeLessThan(300);
  const [dial] = (await dump("dials")).slice(-1) as { num: number }[];
  await says({ text: `Digby House: ${dial!.num}1 calls (5)` });
  await says({ text: "Digby moves, says House (6)" }, String(dial!.num));
  await comply(await request("Digby", number));
  await runs();
  expect(await Promise.all(["(5)", "(6)"].map(isSaid))).toEqual([true, false]);
});
