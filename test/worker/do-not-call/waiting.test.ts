/** What waits for a person is counted, and mailed once a day until it is done. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { remind } from "../../../worker/jobs/reminders.ts";
import { aTeam, call, DAY, dump } from "../helpers.ts";

const tokens = aTeam();
const waiting = async () => (await call("GET", "/v1/waiting", { token: tokens.manager })).data;
/** Mails of a run, by template: to whom, and how many wait. */
const mails = async (now: number) => {
  await env.DB.exec("DELETE FROM outbox");
  await remind(env, now);
  await remind(env, now);
  const rows = (await dump("outbox")) as { template: string; recipient: string; vals: string }[];
  return rows
    .filter(({ template }) => template === "consents-review" || template === "objections-scope")
    .map(({ template, recipient, vals }) => [template, recipient.split("@")[0], JSON.parse(vals) as unknown])
    .sort();
};

it("while it waits, those who can do it hear of it each day, and nobody once it is done", async () => {
  const start = Date.parse("2027-03-01T09:00:00Z");
  expect(await waiting()).toMatchObject({ consents: 0, scopes: 0 });
  expect(await mails(start)).toEqual([]);
  const body = { number: "+441134960001", reason: "stop" };
  const entry = (await call("POST", "/v1/suppressions", { token: tokens.agent, body })).data as Suppression;
  const said = {
    kind: "notification",
    giver: "subscriber",
    givenBy: "J. Doe",
    givenAt: "2026-11-01T00:00:00Z",
  };
  const consents = await Promise.all(
    ["+441134960002", "+441134960003"].map(
      async (number) =>
        (await call("POST", "/v1/consents", { token: tokens.agent, body: { number, ...said } }))
          .data as Consent,
    ),
  );
  expect(await waiting()).toMatchObject({ consents: 2, scopes: 1 });
  const day = [
    ["consents-review", "compliance", { n: 2 }],
    ["consents-review", "manager", { n: 2 }],
    ["objections-scope", "ada", { n: 1 }],
    ["objections-scope", "compliance", { n: 1 }],
  ];
  expect(await mails(start)).toEqual(day);
  expect(await mails(start + DAY)).toEqual(day);

  for (const { id } of consents)
    await call("POST", `/v1/consents/${id}/review`, {
      token: tokens.manager,
      body: { verdict: "refused", review: "no proof" },
    });
  await call("POST", `/v1/suppressions/${entry.id}/scope`, {
    token: tokens.compliance,
    body: { scope: "line", reason: "asked them" },
  });
  expect(await waiting()).toMatchObject({ consents: 0, scopes: 0 });
  expect(await mails(start + 2 * DAY)).toEqual([]);
});
