/** Webhooks: signed as Standard Webhooks says, at least once, in order, and turned off after days without an answer. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Webhook, WebhookMade, WebhooksAnswer } from "../../../shared/watching/api.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { flushHooks, signature } from "../../../worker/webhooks/send.ts";
import { wantPublic } from "../../../worker/webhooks/routes.ts";
import { aTeam, call, DAY, dump, MINUTE } from "../helpers.ts";
import { standIn } from "../recordings/kit.ts";

const tokens = aTeam();
afterEach(() => vi.unstubAllGlobals());
beforeEach(() =>
  env.DB.exec("DELETE FROM webhook_deliveries; DELETE FROM webhooks; DELETE FROM turned; DELETE FROM outbox"),
);

const as = (method: string, path: string, body?: unknown) =>
  call(method, path, { token: tokens.admin, ...(body === undefined ? {} : { body }) });
const add = async (url = "https://dial.example.com/hook") =>
  (await as("POST", "/v1/webhooks", { url })).data as WebhookMade;
const hooks = async () => ((await as("GET", "/v1/webhooks")).data as WebhooksAnswer).webhooks;
/** Status changes as watching writes them. */
const turn = (...numbers: number[]) =>
  env.DB.batch(
    numbers.map((number) =>
      env.DB.prepare(
        `INSERT INTO turned (number, from_verdict, to_verdict, reason, list, version, as_of, seq, at)
         VALUES (?, 'clear', 'blocked', 'tps', 'tps', 3, '2026-11-20', 1, ?)`,
      ).bind(number, new Date().toISOString()),
    ),
  );
const first = 442079460000;

interface Arrived {
  url: string;
  id: string;
  body: { type: string; timestamp: string; data: { numbers: { number: string }[] } };
  good: boolean;
}
/** The other system: once it is up, it accepts requests that are signed with its secret. */
function system(secret: string, answer: (n: number) => Response = () => new Response("thanks")) {
  const arrived: Arrived[] = [];
  standIn(async (request) => {
    if (!request.url.startsWith("https://dial.example.com/")) return null;
    const text = await request.text();
    const id = request.headers.get("webhook-id") ?? "";
    const seconds = Number(request.headers.get("webhook-timestamp"));
    const good =
      request.headers.get("webhook-signature") === (await signature(secret, id, seconds, text)) &&
      seconds > 1e9;
    arrived.push({ url: request.url, id, body: JSON.parse(text) as Arrived["body"], good });
    return answer(arrived.length);
  });
  return arrived;
}
const numbersOf = ({ body }: Arrived) => body.data.numbers.map(({ number }) => number);

it("signs as the specification's own example", async () => {
  // https://github.com/standard-webhooks/standard-webhooks, the libraries' shared test vector.
  expect(
    await signature(
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1614265330,
      '{"test": 2432232314}',
    ),
  ).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

describe("addresses", () => {
  it.each([
    "http://dial.example.com/",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[fd00::1]/",
    "https://localhost/",
    "https://crm/",
    "https://crm.local/",
    "https://crm.corp./",
    "https://user:pass@dial.example.com/",
    "ftp://dial.example.com/",
  ])("%s is refused", async (url) => {
    expect((await as("POST", "/v1/webhooks", { url })).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "url" }],
    });
  });
  it("a public name is taken", () => {
    expect(wantPublic("https://Dial.Example.com:8443/a?b=c")).toBe("https://dial.example.com:8443/a?b=c");
    expect(wantPublic("https://xn--bcher-kva.example/")).toBe("https://xn--bcher-kva.example/");
  });
  it("the secret is shown once, stands in no answer and no row of the trail, and is erased with the address", async () => {
    const { id, secret } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify(await hooks())).not.toContain(secret);
    expect(JSON.stringify(await dump("audit_payload"))).not.toContain(secret);
    expect((await as("DELETE", `/v1/webhooks/${id}`)).status).toBe(200);
    expect(await dump("webhooks")).toMatchObject([{ secret: "", deleted_at: expect.any(String) as string }]);
    expect(await hooks()).toEqual([]);
    expect((await as("POST", `/v1/webhooks/${id}/ping`)).status).toBe(404);
  });
});

describe("what turned", () => {
  it("arrives signed, in order, at most 500 at once, from when the address was added on", async () => {
    await turn(first + 900);
    const { secret } = await add();
    const arrived = system(secret);
    await turn(...Array.from({ length: 501 }, (_, n) => first + n));
    await flushHooks(env, Date.now);
    expect(arrived.map(({ good }) => good)).toEqual([true, true]);
    expect(arrived.flatMap(numbersOf)).toEqual(Array.from({ length: 501 }, (_, n) => `+${first + n}`));
    expect(new Set(arrived.map(({ id }) => id)).size).toBe(2);
    const { type, data } = arrived[0]!.body;
    expect(type).toBe("numbers.turned");
    expect(data.numbers[0]).toMatchObject({
      ...{ number: `+${first}`, from: "clear", to: "blocked", reason: "tps", list: "tps", version: 3 },
    });
    // Each row says which hosts have received it.
    const answer = await call("GET", "/v1/watch/turned?limit=500", { token: tokens.manager });
    const told = (answer.data as { turned: { hooks: string[] }[] }).turned.map((row) => row.hooks.join());
    expect(new Set(told)).toEqual(new Set(["dial.example.com"]));
    await flushHooks(env, Date.now);
    expect(arrived).toHaveLength(2);
  });

  it("is tried again under the same id, later each time, with what came since behind it; at once by two runs it goes once", async () => {
    const { secret } = await add();
    const arrived = system(secret, (n) => new Response("busy", { status: n < 3 ? 503 : 200 }));
    await turn(first);
    let now = Date.now();
    await Promise.all([1, 2].map(() => flushHooks(env, () => now)));
    expect(arrived).toHaveLength(1);
    expect(await hooks()).toMatchObject([
      {
        state: "failing",
        waiting: 1,
        deliveries: [{ state: "waiting", tries: 1, status: 503, answer: "busy" }],
      },
    ]);
    await turn(first + 1);
    await flushHooks(env, () => now + MINUTE);
    expect(arrived).toHaveLength(1);
    for (const minutes of [2, 4]) await flushHooks(env, () => (now += minutes * MINUTE));
    expect(arrived.map(numbersOf)).toEqual([[`+${first}`], [`+${first}`], [`+${first}`], [`+${first + 1}`]]);
    expect(new Set(arrived.map(({ id }) => id)).size).toBe(2);
    expect(arrived[0]!.body).toEqual(arrived[2]!.body);
    expect(await hooks()).toMatchObject([{ state: "on", waiting: 0 }]);
  });

  it("a redirect is no answer, and what was erased meanwhile is not sent", async () => {
    const { secret } = await add();
    const arrived = system(secret, (n) =>
      n === 1
        ? new Response(`no place for "+${first}"`, {
            status: 302,
            headers: { location: "https://10.0.0.1/" },
          })
        : new Response("ok"),
    );
    await turn(first, first + 1);
    await flushHooks(env, Date.now);
    expect(await hooks()).toMatchObject([
      // An address that repeats our numbers in its answer leaves none in the database.
      { state: "failing", deliveries: [{ status: 302, answer: 'no place for "+…"' }] },
    ]);
    await env.DB.prepare("DELETE FROM turned WHERE number = ?").bind(first).run();
    await flushHooks(env, () => Date.now() + 3 * MINUTE);
    expect(numbersOf(arrived[1]!)).toEqual([`+${first + 1}`]);
  });

  it("nobody answers for three days: it is turned off, administrators get one mail, and nothing is lost", async () => {
    const { id, secret } = await add();
    let up = false;
    const arrived = system(secret, () => {
      if (!up) throw new Error("connection refused");
      return new Response("ok");
    });
    await turn(first);
    const start = Date.now();
    for (let at = 0; at <= 3 * DAY + 61 * MINUTE; at += 31 * MINUTE) await flushHooks(env, () => start + at);
    expect(await hooks()).toMatchObject([
      {
        state: "off",
        offWhy: "no attempt has succeeded for 3 days",
        deliveries: [{ status: null, answer: "connection refused" }],
      },
    ]);
    const mails = (await dump("outbox")) as { template: string; recipient: string; vals: string }[];
    expect(mails).toMatchObject([{ template: "webhook-off", recipient: "ada@example.com" }]);
    const tries = arrived.length;
    await turn(first + 1);
    await flushHooks(env, () => start + 4 * DAY);
    expect(arrived).toHaveLength(tries);
    expect((await call("GET", "/v1/watch", { token: tokens.manager })).data).toMatchObject({
      hooksFailing: 1,
    });
    up = true;
    const resumed = (await as("POST", `/v1/webhooks/${id}/resume`)).data as Webhook;
    expect(resumed).toMatchObject({ state: "on", waiting: 0 });
    expect(arrived.slice(tries).flatMap(numbersOf)).toEqual([`+${first}`, `+${first + 1}`]);
  });

  it("one that answers 410 wants no more", async () => {
    const { secret } = await add();
    system(secret, () => new Response("gone", { status: 410 }));
    await turn(first);
    await flushHooks(env, Date.now);
    expect(await hooks()).toMatchObject([
      { state: "off", offWhy: "it answered that it wants no more messages (410)" },
    ]);
  });
});

it("a test is sent at once and answered with what came back, however long that goes on", async () => {
  const { id, secret } = await add();
  const arrived = system(secret, (n) => new Response("x".repeat(100_000), { status: n === 1 ? 200 : 500 }));
  const ping = () => as("POST", `/v1/webhooks/${id}/ping`);
  expect((await ping()).data).toMatchObject({
    kind: "ping",
    state: "delivered",
    status: 200,
    answer: "x".repeat(300),
  });
  expect((await ping()).data).toMatchObject({ state: "failed", status: 500 });
  expect(arrived.map(({ good, body }) => [good, body.type])).toEqual([
    [true, "ping"],
    [true, "ping"],
  ]);
  expect(await hooks()).toMatchObject([{ state: "on", deliveries: [{ kind: "ping" }, { kind: "ping" }] }]);
});

it("twenty are enough", async () => {
  for (let n = 0; n < 20; n++) await add(`https://h${n}.example.com/`);
  expect((await as("POST", "/v1/webhooks", { url: "https://more.example.com/" })).data).toMatchObject({
    status: 409,
    code: "webhooks-full",
  });
});

it("deliveries are kept for 30 days, and who was told as long as what they were told of", async () => {
  const { id, secret } = await add();
  system(secret);
  await as("POST", `/v1/webhooks/${id}/ping`);
  await as("DELETE", `/v1/webhooks/${id}`);
  await sweep(env, Date.now() + 31 * DAY);
  expect(await dump("webhook_deliveries")).toEqual([]);
  expect(await dump("webhooks")).toHaveLength(1);
  await sweep(env, Date.now() + 25 * 31 * DAY);
  expect(await dump("webhooks")).toEqual([]);
});
