/** A call that goes on uses the consents that it rests on: each use is on record, and a request is used up. */
import { beforeAll, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Consent, ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import { aTeam, call, push } from "../helpers.ts";

const tokens = aTeam();
const NUMBER = "+442079460001";
beforeAll(async () => {
  await push(tokens.admin, "tps", [NUMBER]);
  await push(tokens.admin, "ctps", ["+442079460009"]);
});

const record = async (body: object, token = tokens.manager): Promise<void> => {
  const { status, data } = await call("POST", "/v1/consents", {
    token,
    body: {
      ...{ number: NUMBER, givenBy: "Jo Doe", givenAt: new Date(Date.now() - 60_000).toISOString() },
      ...{
        words: "Do ring me",
        how: "telephone",
        proof: "recording 7",
        ...("kind" in body && { giver: "subscriber" }),
        ...body,
      },
    },
  });
  expect(status, JSON.stringify(data)).toBe(201);
};
const consents = async (): Promise<Consent[]> =>
  (
    (await call("GET", `/v1/consents?number=${encodeURIComponent(NUMBER)}`, { token: tokens.manager }))
      .data as ConsentsAnswer
  ).consents;
const verdict = async (number = NUMBER) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.verdict;
};
const dial = (own: object) =>
  call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number: NUMBER, e164: NUMBER, action: "passed", verdict: "caution", reasons: [], seen: null },
      ...{ host: "crm.example", at: new Date().toISOString(), ...own },
    },
  });

it("a dial that passes counts, one that is held or refused does not", async () => {
  await record({ kind: "solicited" });
  await dial({ action: "held" });
  await dial({ action: "overridden", basis: "solicited", reason: "They asked" });
  expect(await consents()).toMatchObject([{ attempts: 0 }]);
  await dial({});
  expect(await consents()).toMatchObject([{ attempts: 1, talked: false }]);
});

it("the fifth attempt uses a request up", async () => {
  for (let i = 2; i <= 5; i++) {
    expect(await verdict()).toBe("caution");
    await dial({});
  }
  expect(await consents()).toMatchObject([{ attempts: 5 }]);
  expect(await verdict()).toBe("blocked");
});

it("an agent's own entry is used up by one call; what nobody's entry let through uses none", async () => {
  await record({ kind: "notification" }, tokens.agent);
  expect(await verdict()).toBe("caution");
  await dial({});
  expect(await verdict()).toBe("blocked");
  await dial({});
  const [own] = await consents();
  expect(own).toMatchObject({ kind: "notification", state: "review", attempts: 1 });
});

it("calls of a number that no register had yet count as well: five, whatever they rested on", async () => {
  const number = "+442079460002";
  await record({ kind: "solicited", number });
  // A text is no attempt at a call.
  await dial({ number, e164: number, verdict: "clear", via: "sms:" });
  for (let i = 1; i <= 5; i++) await dial({ number, e164: number, verdict: "clear" });
  const of = async () => {
    const { data } = await call("GET", `/v1/consents?number=${encodeURIComponent(number)}`, {
      token: tokens.manager,
    });
    return (data as ConsentsAnswer).consents;
  };
  expect(await of()).toMatchObject([{ attempts: 5, talked: false }]);
  await push(tokens.admin, "tps", [NUMBER, number]);
  expect(await verdict(number)).toBe("blocked");
});
