/** Tables by kind, state and days: each filter answers what it names, page by page, and no more. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import type { RequestsAnswer } from "../../../shared/privacy-requests/api.ts";
import type { RecordingsAnswer } from "../../../shared/recordings/api.ts";
import { asOwner, aTeam, call, daysAgo } from "../helpers.ts";
import { enter } from "../privacy-requests/kit.ts";
import { arrive, sample } from "../recordings/kit.ts";

const tokens = aTeam();
const read = async <T>(path: string, query: Record<string, string>) =>
  (await call("GET", `${path}?${new URLSearchParams(query).toString()}`, { token: tokens.admin })).data as T;

const consents: Record<string, string> = {};
beforeAll(async () => {
  let n = 0;
  const consent = async (name: string, more: object, set = "") => {
    const { status, data } = await call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{ number: `+44113496090${n++}`, kind: "notification", giver: "subscriber", givenBy: "J. Doe" },
        ...{
          givenAt: `${daysAgo(1)}T10:00:00.000Z`,
          words: "Do ring me",
          how: "web",
          proof: "form 7",
          ...more,
        },
      },
    });
    expect(status, JSON.stringify(data)).toBe(201);
    consents[name] = (data as { id: string }).id;
    if (set === "") return;
    await asOwner(["consents"], () =>
      env.DB.prepare(`UPDATE consents SET ${set} WHERE id = ?`).bind(consents[name]).run(),
    );
  };
  await consent("live", {});
  await consent("asked", { kind: "solicited" });
  await consent("unasked", { kind: "solicited" }, "given_at = '2026-01-01T00:00:00.000Z'");
  await consent("past", {}, "until = '2026-01-01'");
  await consent("withdrawn", {}, "withdrawn_at = '2026-01-01T00:00:00.000Z'");
  await consent("refused", {}, "state = 'refused'");
  await consent("waits", {}, "state = 'review'");
  await consent("old", {}, "at = '2026-01-05T23:30:00.000Z'");
});
const named = async (query: Record<string, string>) => {
  const { consents: found } = await read<ConsentsAnswer>("/v1/consents", query);
  return found.map(({ id }) => Object.keys(consents).find((name) => consents[name] === id)).sort();
};

it("consents by kind, by state and by the days on which they were recorded", async () => {
  expect(await named({ kind: "solicited" })).toEqual(["asked", "unasked"]);
  expect(await named({ state: "live" })).toEqual(["asked", "live", "old"]);
  expect(await named({ state: "over" })).toEqual(["past", "unasked"]);
  expect(await named({ state: "withdrawn" })).toEqual(["withdrawn"]);
  expect(await named({ state: "refused" })).toEqual(["refused"]);
  expect(await named({ state: "review" })).toEqual(["waits"]);
  // Each is in one state.
  expect(await named({})).toHaveLength(8);
  expect(await named({ from: "2026-01-05", to: "2026-01-05" })).toEqual(["old"]);
  expect(await named({ to: "2026-01-04" })).toEqual([]);
  expect(await named({ kind: "solicited", to: "2026-01-05" })).toEqual([]);
});

it("requests by the days on which they came, page by page", async () => {
  const ids: string[] = [];
  for (const days of [3, 5, 7, 9])
    ids.push(
      await enter(tokens.admin, {
        ...{ kind: "complaint", receivedOn: daysAgo(days), email: `d${days}@example.com`, number: undefined },
      }),
    );
  for (const show of ["all", "open"]) {
    const { requests } = await read<RequestsAnswer>("/v1/requests", {
      show,
      from: daysAgo(7),
      to: daysAgo(5),
    });
    expect(requests.map(({ id }) => id).sort(), show).toEqual([ids[1], ids[2]].sort());
  }
  const pages: string[] = [];
  for (let after = ""; ;) {
    const query = { show: "all", from: daysAgo(9), limit: "1", ...(after && { after }) };
    const { requests, next } = await read<RequestsAnswer>("/v1/requests", query);
    pages.push(...requests.map(({ id }) => id));
    if (next === null) break;
    after = next;
  }
  expect(pages).toEqual(ids.toReversed());
});

it("recordings by a range of days, as the policy's clock has them", async () => {
  const ids: string[] = [];
  // The second is on 2 July in London, where it is summer.
  for (const startedAt of [
    "2026-07-01T12:00:00.000Z",
    "2026-07-01T23:30:00.000Z",
    "2026-07-04T12:00:00.000Z",
  ])
    ids.push(await arrive(env, tokens.admin, sample({ startedAt, provider: "range" })));
  const found = async (query: Record<string, string>) =>
    (await read<RecordingsAnswer>("/v1/recordings", { provider: "range", ...query })).recordings.map(
      ({ id }) => id,
    );
  expect(await found({ from: "2026-07-02" })).toEqual([ids[2], ids[1]]);
  expect(await found({ from: "2026-07-01", to: "2026-07-02" })).toEqual([ids[1], ids[0]]);
  expect(await found({ to: "2026-07-01" })).toEqual([ids[0]]);
});

it("mails by their days, in each state and in all", async () => {
  await env.DB.exec("DELETE FROM outbox");
  const put = (id: string, state: string, at: string) =>
    env.DB.prepare(
      "INSERT INTO outbox (id, key, template, recipient, vals, state, at, due) VALUES (?1, ?1, 'head', 'a@example.com', '{}', ?2, ?3, ?3)",
    )
      .bind(id, state, at)
      .run();
  await put("failed-early", "failed", "2026-02-01T10:00:00.000Z");
  await put("failed", "failed", "2026-02-03T10:00:00.000Z");
  await put("sent", "sent", "2026-02-03T23:59:00.000Z");
  await put("sent-late", "sent", "2026-02-05T10:00:00.000Z");
  const found = async (query: Record<string, string>) =>
    (await read<MailAnswer>("/v1/mail", query)).mails.map(({ id }) => id);
  const days = { from: "2026-02-02", to: "2026-02-03" };
  expect(await found(days)).toEqual(["failed", "sent"]);
  expect(await found({ ...days, state: "sent" })).toEqual(["sent"]);
  expect(await found({ to: "2026-02-03" })).toEqual(["failed", "failed-early", "sent"]);
  expect(await found({ from: "2026-02-04" })).toEqual(["sent-late"]);
  // Page by page over the end of what failed.
  const pages: string[] = [];
  for (let after = ""; ;) {
    const query = { to: "2026-02-03", limit: "1", ...(after && { after }) };
    const { mails, next } = await read<MailAnswer>("/v1/mail", query);
    pages.push(...mails.map(({ id }) => id));
    if (next === null) break;
    after = next;
  }
  expect(pages).toEqual(["failed", "failed-early", "sent"]);
});
