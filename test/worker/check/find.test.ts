/** One number in all places: by any way of writing, its beginning or its last digits, within the asker's hour. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { FindAnswer } from "../../../shared/check/api-find.ts";
import { aTeam, call, dump, push, setPolicy } from "../helpers.ts";
import { enter } from "../privacy-requests/kit.ts";
import { arrive, sample } from "../recordings/kit.ts";

const tokens = aTeam();
const NUMBER = "+442079460001";
const OTHER = "+442079460002";
const at = new Date(Date.now() - 60_000).toISOString();

const ask = (number: string, token = tokens.compliance) =>
  call("GET", `/v1/find?number=${encodeURIComponent(number)}`, { token });
const found = async (...asked: Parameters<typeof ask>) => {
  const { status, data } = await ask(...asked);
  expect(status, JSON.stringify(data)).toBe(200);
  return data as FindAnswer;
};
const dial = (number: string, more: object = {}) =>
  call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      number,
      e164: number,
      action: "passed",
      verdict: "clear",
      reasons: [],
      seen: null,
      host: "crm.example",
      at,
      ...more,
    },
  });

beforeAll(async () => {
  await push(tokens.admin, "tps", [OTHER]);
  await push(tokens.admin, "ctps", ["+442079460009"]);
  const token = tokens.manager;
  await call("POST", "/v1/suppressions", {
    token,
    body: { number: NUMBER, kind: "house", reason: "a partner's" },
  });
  const consent = {
    kind: "notification",
    giver: "subscriber",
    givenBy: "J. Doe",
    givenAt: at,
    words: "yes",
    how: "web",
    proof: "form 7",
  };
  await call("POST", "/v1/consents", { token, body: { number: OTHER, ...consent } });
  for (const number of [NUMBER, NUMBER, OTHER, "+442089400123"])
    expect((await dial(number)).status).toBe(201);
  const row = { provider: "dialler", number: NUMBER, startedAt: at };
  await call("POST", "/v1/calls/import", {
    token,
    body: { rows: [{ ...row, providerId: "1" }], dryRun: false },
  });
  await arrive(env, tokens.admin, sample({ number: OTHER, startedAt: at }));
  await enter(tokens.admin, { number: OTHER });
});

it("names a whole number that is not on record before a longer one that is", async () => {
  const [asked, longer] = ["+49301234567", "+493012345678"];
  expect((await dial(longer)).status).toBe(201);
  const { numbers } = await found(asked);
  expect(numbers).toMatchObject([
    { number: asked, ...NONE },
    { number: longer, dials: 1 },
  ]);
});

const NONE = { suppressions: 0, consents: 0, dials: 0, calls: 0, recordings: 0, requests: 0, screenings: 0 };

it("says where a number is on record, and its verdict now", async () => {
  const { numbers, more } = await found(OTHER);
  expect(numbers).toMatchObject([
    {
      number: OTHER,
      verdict: "caution",
      ...NONE,
      consents: 1,
      dials: 1,
      calls: 1,
      recordings: 1,
      requests: 1,
    },
  ]);
  expect([numbers[0]!.reasons[0]!.text !== "", more]).toEqual([true, false]);
  expect((await found(NUMBER)).numbers).toMatchObject([
    {
      number: NUMBER,
      verdict: "blocked",
      reasons: [{ code: "house" }, {}, {}],
      ...NONE,
      suppressions: 1,
      dials: 2,
      calls: 1,
    },
  ]);
  // A whole number also where nothing is on record of it.
  expect((await found("+442079460007")).numbers).toMatchObject([
    { number: "+442079460007", verdict: "clear", ...NONE },
  ]);
});

it.each([
  ["as people write it", "020 7946 0001", [NUMBER]],
  ["with an extension", "(020) 7946-0001 ext. 12", [NUMBER]],
  ["in the digits of another script", "٠٢٠ ٧٩٤٦ ٠٠٠١", [NUMBER]],
  ["by its last six digits", "460001", [NUMBER]],
  ["by its last six digits, apart", "46 00 01", [NUMBER]],
  ["by its beginning with the country code", "+44 20 79", [NUMBER, OTHER]],
  [
    "by a beginning that is a number of its plan, too, which is named as well",
    "+44 20 7946 0",
    ["+442079460", NUMBER, OTHER],
  ],
  ["by its beginning with 00", "0044 20 7946 000", [NUMBER, OTHER]],
  ["by its beginning as it is dialled at home", "020 7946 0", [NUMBER, OTHER]],
  ["by its last five digits, which begin with 00 as a code does", "00123", ["+442089400123"]],
  ["not by three digits behind a code's 00", "00442", []],
  ["by digits that nothing begins or ends with", "999999", []],
])("finds it %s", async (_, written, numbers) => {
  expect((await found(written)).numbers.map(({ number }) => number)).toEqual(numbers);
});

it("a number that a dial was meant for is found by it", async () => {
  await setPolicy(({ numbers }) => ({ numbers: { ...numbers, lineRegion: "GB" } }));
  const meant = "+33142278186";
  const rang = await dial("0142278186", { e164: meant });
  expect((rang.data as { recordNumber: string | null }).recordNumber).toBe(meant);
  expect((await found("+33 1 42 27")).numbers).toMatchObject([{ number: meant, dials: 1 }]);
});

it("refuses what is too little, and what is no number", async () => {
  for (const written of ["4600", "Smith"]) {
    const { status, data } = await ask(written);
    expect([status, (data as Problem).code]).toEqual([422, "not-a-number"]);
  }
});

it("shows a manager no request, and an agent nothing", async () => {
  expect((await found(OTHER, tokens.manager)).numbers).toMatchObject([{ requests: null, recordings: 1 }]);
  const only = "+442079460005";
  await enter(tokens.admin, { number: only });
  expect((await found("460005")).numbers).toMatchObject([{ number: only, requests: 1 }]);
  expect((await found("460005", tokens.manager)).numbers).toEqual([]);
  expect((await ask(NUMBER, tokens.agent)).status).toBe(403);
});

it("leaves out what an erasure keeps as proof alone", async () => {
  const only = "+442079460006";
  expect((await dial(only)).status).toBe(201);
  expect((await found("460006")).numbers).toMatchObject([{ dials: 1 }]);
  await env.DB.exec(
    "INSERT INTO restricted (kind, ref, until, request) SELECT 'dial', CAST(num AS TEXT), '2099-01-01', 'x' FROM dials WHERE number = 442079460006",
  );
  expect((await found("460006")).numbers).toEqual([]);
  expect((await found(only)).numbers).toMatchObject([{ dials: 0 }]);
});

it("names ten numbers at most, and counts each against the asker's hour; each query is on the trail", async () => {
  const many = Array.from({ length: 12 }, (_, i) => `+4411349670${String(i).padStart(2, "0")}`);
  for (const number of many)
    await call("POST", "/v1/suppressions", {
      token: tokens.manager,
      body: { number, kind: "house", reason: "x" },
    });
  const spent = async () =>
    ((await dump("asked")) as { numbers: number }[]).reduce((sum, { numbers }) => sum + numbers, 0);
  const before = await spent();
  const { numbers, more } = await found("0113 4967");
  expect([numbers.map(({ number }) => number), more]).toEqual([many.slice(0, 10), true]);
  expect((await spent()) - before).toBe(10);
  const reads = ((await dump("audit")) as { code: string }[]).filter(({ code }) => code === "opened.find");
  expect(reads.length).toBeGreaterThan(0);
  await setPolicy(({ access }) => ({ access: { ...access, officeNumbersPerHour: 10 } }));
  expect((await ask("0113 4967")).data).toMatchObject({ code: "too-many-numbers" });
});
