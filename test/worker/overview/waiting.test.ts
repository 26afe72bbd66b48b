/** What the overview says waits for a person. */
import { expect, it } from "vitest";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { WaitingAnswer } from "../../../shared/overview/api.ts";
import { aTeam, call } from "../helpers.ts";

const tokens = aTeam();
const waiting = async () =>
  (await call("GET", "/v1/waiting", { token: tokens.manager })).data as WaitingAnswer;
const consent = async (token: string) => {
  const { status, data } = await call("POST", "/v1/consents", {
    token,
    body: {
      ...{ number: "+442079460001", kind: "notification", giver: "subscriber", givenBy: "Jo Doe" },
      ...{ givenAt: "2026-11-01T10:00:00Z", words: "do ring", how: "telephone" },
    },
  });
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Consent;
};

it("an agent's consent waits until somebody who may record consents has looked at it", async () => {
  await consent(tokens.manager);
  expect(await waiting()).toMatchObject({ consents: 0 });
  const { id } = await consent(tokens.agent);
  expect(await waiting()).toMatchObject({ consents: 1 });
  const reviewed = await call("POST", `/v1/consents/${id}/review`, {
    token: tokens.manager,
    body: {
      verdict: "good",
      review: "listened to it",
      giver: "subscriber",
      how: "telephone",
      proof: "call 12",
    },
  });
  expect(reviewed.status).toBe(200);
  expect(await waiting()).toMatchObject({ consents: 0 });
});

it("says what the database takes, and what D1 lets it take", async () => {
  const { database } = await waiting();
  expect(database).toEqual({ bytes: expect.any(Number) as number, most: 10_000_000_000 });
  expect(database!.bytes).toBeGreaterThan(100_000);
});

it("an objection of which nobody said whom it closes waits until compliance says it, or it ends", async () => {
  const object = (number: string, scope?: string) =>
    call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number, reason: "asked us to stop", ...(scope && { scope }) },
    });
  await object("+442079460002", "line");
  expect(await waiting()).toMatchObject({ scopes: 0 });
  await object("+442079460003");
  expect(await waiting()).toMatchObject({ scopes: 1 });
  await call("DELETE", `/v1/suppressions/${encodeURIComponent("+442079460003")}`, {
    token: tokens.manager,
    body: { reason: "a mistake" },
  });
  expect(await waiting()).toMatchObject({ scopes: 0 });
});
