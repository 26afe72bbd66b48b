/** Floods of the public form and its API: an address that is bombed, a company's file that is barred, alarms behind 20,000 mails. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RequestsAnswer, RequestWaves } from "../../../shared/privacy-requests/api.ts";
import type { Env } from "../../../worker/env.ts";
import { sendMails } from "../../../worker/mail/outbox.ts";
import { stamp } from "../../../worker/privacy-requests/pages/form-guard.ts";
import { call, dump } from "../helpers.ts";
import { Queues } from "../jobs/work-queue.ts";
import { enter, linksTo, officer, sendForm, tokens, withTeam } from "./kit.ts";

withTeam();
let waits: number[];
beforeEach(async () => {
  await env.DB.exec(
    "DELETE FROM outbox; DELETE FROM request_links; UPDATE requests SET at = '2020-01-01', wave = NULL, rev = rev + 1",
  );
  waits = [];
  // Answers wait for seconds: here they say how long, and come at once.
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation((then: () => void, ms = 0) => {
    if (ms < 1000 || ms > 10_000) return real(then, ms);
    waits.push(ms);
    return real(then, 0);
  });
});
afterEach(() => vi.restoreAllMocks());

let numbers = 0;
const objection = async (own: Record<string, unknown> = {}) =>
  call("POST", "/v1/requests", {
    body: {
      ...{ kind: "objection", name: "D", number: `+44207946${String(++numbers).padStart(4, "0")}` },
      ...{ formAt: await stamp(env.DB, Date.now() - 2000), ...own },
    },
  });
const access = (email: string) => objection({ kind: "access", email });

it("an address that never answered gets three mails a day by the form, from however many networks; one that did, all", async () => {
  await Promise.all(Array.from({ length: 8 }, () => access("Victim@example.com")));
  expect(await linksTo("Victim@example.com")).toHaveLength(3);
  // What staff enter has mails of its own.
  await enter(tokens.agent, { email: "victim@EXAMPLE.com", proved: false });
  expect(await linksTo("victim@EXAMPLE.com")).toHaveLength(1);
  const { path } = (await linksTo("Victim@example.com")).at(-1)!;
  await sendForm(path, { action: "confirm-address" });
  await access("victim@example.com");
  expect(await linksTo("victim@example.com")).toHaveLength(1);
});

it("a flood slows down, holds each number, is told once, and is taken back as one wave", async () => {
  const honest = (await objection()).data as { reference: string };
  for (let n = 0; n < 29; n++) expect((await objection()).status).toBe(201);
  expect(waits).toEqual([]);
  expect(await dump("outbox")).toEqual([]);
  for (let n = 0; n < 32; n++) expect((await objection()).status).toBe(201);
  expect(waits).toEqual([...Array.from({ length: 30 }, () => 1000), 2000, 2000]);
  const told = (await dump("outbox")) as { template: string; vals: string }[];
  expect(told.map(({ template }) => template)).toEqual(["request-flood", "request-flood"]);
  const { wave } = JSON.parse(told[0]!.vals) as { wave: string };

  const waves = async () =>
    (await call("GET", "/v1/requests/waves", { token: officer })).data as RequestWaves;
  expect((await waves()).waves).toMatchObject([{ wave, held: 32 }]);
  expect((await call("GET", "/v1/requests/waves", { token: tokens.manager })).status).toBe(403);

  const held = `/v1/requests?state=held&limit=200&wave=${wave}`;
  const { requests } = (await call("GET", held, { token: officer })).data as RequestsAnswer;
  expect(requests).toHaveLength(32);
  expect(requests.map(({ reference }) => reference)).not.toContain(honest.reference);
  // Each number is held at once.
  expect(requests.every((request) => request.number !== null && request.wave === wave)).toBe(true);
  const live = (await dump("suppressions")) as { ended_at: string | null }[];
  expect(live.filter(({ ended_at }) => ended_at === null).length).toBeGreaterThanOrEqual(62);
  const body = { requests: requests.map(({ id }) => id), action: "take-back", reason: "A flood" };
  expect((await call("POST", "/v1/requests/objections", { token: officer, body })).data).toEqual({
    changed: 32,
  });
  expect(await waves()).toEqual({ waves: [] });
});

it("the JSON route has the form's defences: a trap, and a form's second", async () => {
  expect((await objection({ website: "https://spam.example" })).data).toMatchObject({
    code: "invalid",
    errors: [{ path: "website" }],
  });
  for (const formAt of [
    "1.abc",
    await stamp(env.DB, Date.now()),
    await stamp(env.DB, Date.now() - 90_000_000),
  ])
    expect((await objection({ formAt })).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "formAt" }],
    });
  // Systems that do not know of it are slower, and heard.
  expect((await objection({ formAt: undefined })).status).toBe(201);
  expect(waits).toEqual([1000]);
  const { formAt } = (await call("GET", "/v1/requests/form", {})).data as { formAt: string };
  expect((await objection({ formAt })).status).toBe(422);
});

it("alarms do not wait behind a flood's mails", async () => {
  const add = (id: string, template: string, due: string) =>
    env.DB.prepare(
      "INSERT INTO outbox (id, key, template, recipient, vals, at, due) VALUES (?1, ?1, ?2, 'a@example.com', '{}', ?3, ?3)",
    )
      .bind(id, template, due)
      .run();
  for (let n = 0; n < 30; n++) await add(`flood-${n}`, "request-received", "2026-01-01");
  await add("alarm", "head", "2026-01-02");
  const queues = new Queues();
  await sendMails(queues.on({ ...env, MAIL_FROM: "a@example.com", EMAIL: {} } as unknown as Env), Date.now);
  expect(queues.sent[0]!.ids[0]).toBe("alarm");
});
