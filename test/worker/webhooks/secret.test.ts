/** Webhooks' secrets are sealed, each for its row, and those of an older Worker too, with a way back. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Delivery, WatchAnswer, WebhookMade, WebhooksAnswer } from "../../../shared/watching/api.ts";
import { seal, unseal } from "../../../worker/core/seal.ts";
import { letGo } from "../../../worker/jobs/sweep-said.ts";
import { commitmentOf } from "../../../shared/trail/chain.ts";
import { record } from "../../../worker/core/commit.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { sealSecrets } from "../../../worker/webhooks/sealing.ts";
import { movedOf, purposeOf } from "../../../worker/webhooks/secret.ts";
import { flushHooks, signature } from "../../../worker/webhooks/send.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH, under } from "../helpers.ts";
import { newest, run, withoutArchive, writeAs } from "../trail/kit.ts";
import { standIn } from "../recordings/kit.ts";

const tokens = aTeam();
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
beforeEach(() => env.DB.exec("DELETE FROM webhook_deliveries; DELETE FROM webhooks"));

interface Row {
  id: string;
  secret: string;
  sealed: string | null;
}
const rows = () => dump("webhooks") as Promise<Row[]>;
const add = async () => {
  const body = { url: "https://dial.example.com/hook" };
  return (await call("POST", "/v1/webhooks", { token: tokens.admin, body })).data as WebhookMade;
};
/** Whether a test to the address arrives, signed with the secret. */
async function signs(id: string, secret: string, own = env): Promise<boolean | string> {
  let good = false;
  standIn(async (request) => {
    const { headers } = request;
    const wanted = await signature(
      secret,
      headers.get("webhook-id") ?? "",
      Number(headers.get("webhook-timestamp")),
      await request.text(),
    );
    good = headers.get("webhook-signature") === wanted;
    return new Response("thanks");
  });
  const { data } = await under(own, "POST", `/v1/webhooks/${id}/ping`, { token: tokens.admin });
  const { state, answer } = data as Delivery;
  return state === "delivered" ? good : String(answer);
}
const ADDRESS = "https://dial.example.com/hook";
/** As whoever owns the database puts it there. */
const put = (id: string, secret: string, url = ADDRESS) =>
  run(
    `INSERT INTO webhooks (id, url, secret, by, at, since, told)
     SELECT ?, ?, ?, id, '2026-01-01T00:00:00.000Z', 0, 0 FROM people LIMIT 1`,
    ...[id, url, secret],
  );
/** As the Worker of before wrote it, whose trail says that it was added. */
const plain = async (id: string, secret: string) => {
  await record(env, {
    ...{ actor: "system", event: { code: "webhook.added", subject: id, payload: { url: ADDRESS } } },
    statements: [],
  });
  await put(id, secret);
};
const OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

it("stands nowhere in the database, and signs", async () => {
  const { id, secret } = await add();
  expect(JSON.stringify(await rows())).not.toContain(secret.slice(6));
  expect(await signs(id, secret)).toBe(true);
});

it("of another row is not opened: nobody gives an address the secret of another", async () => {
  const [one, other] = [await add(), await add()];
  await env.DB.prepare("UPDATE webhooks SET sealed = (SELECT sealed FROM webhooks WHERE id = ?) WHERE id = ?")
    .bind(one.id, other.id)
    .run();
  expect(await signs(other.id, one.secret)).toMatch(/CONNECTOR_KEY/);
});

it("goes with its own address: led elsewhere in the database, it is sent nothing, and officers are told", async () => {
  const told = async () =>
    ((await dump("outbox")) as { template: string; vals: string }[]).filter(
      ({ template }) => template === "rows-unlike",
    );
  const { id, secret } = await add();
  const opened = await unseal(env, purposeOf(id), (await rows())[0]!.sealed!);
  // A Worker of before reads the one, and not the other.
  expect(opened).toEqual({ secret, url: ADDRESS });
  const set = (text: string, ...params: string[]) =>
    env.DB.prepare(`UPDATE webhooks SET ${text}`)
      .bind(...params)
      .run();
  const moved = /not the one that was added/;
  await set("url = 'https://dial.example.com/theirs'");
  expect(await signs(id, secret)).toMatch(moved);
  expect((await told())[0]!.vals).toContain(`webhooks/${id}`);
  // Told once: the night keeps that in mind, until it is as it was.
  const letsGo = async () => (await letGo(env, Date.now())).map(({ kind }) => kind);
  expect(await letsGo()).toEqual([]);
  await set("url = ?", ADDRESS);
  expect(await letsGo()).toEqual(["letGo"]);
  await set("url = 'https://dial.example.com/theirs'");
  // Nor with a plain secret of theirs.
  await set("sealed = NULL, secret = ?", OLD);
  expect(await signs(id, OLD)).toMatch(moved);
  await sealSecrets(env, Date.now());
  expect(await rows()).toMatchObject([{ sealed: null }]);
  // As an earlier release sealed it, the trail says whose it is.
  const without = await seal(env, purposeOf(id), { secret });
  await set("sealed = ?, secret = ''", without);
  expect(await signs(id, secret)).toMatch(moved);
  await set("url = ?", ADDRESS);
  expect(await signs(id, secret)).toBe(true);
  await archiveMonths(env, Date.now() + 3 * MONTH);
  await set("url = 'https://dial.example.com/theirs'");
  expect(await signs(id, secret)).toMatch(moved);
  await keepLast(env);
  expect(await signs(id, secret)).toMatch(moved);
});

it("of before signs at once, is sealed by the daily job, and loses its plain copy after 14 days", async () => {
  await plain("old", OLD);
  expect(await signs("old", OLD)).toBe(true);
  const now = Date.now();
  await sealSecrets(env, now);
  expect(await rows()).toMatchObject([{ secret: OLD, sealed: expect.any(String) as string }]);
  expect(await signs("old", OLD)).toBe(true);
  await sealSecrets(env, now + 13 * DAY);
  expect(await rows()).toMatchObject([{ secret: OLD }]);
  await sealSecrets(env, now + 15 * DAY);
  expect(await rows()).toMatchObject([{ secret: "" }]);
  expect(await signs("old", OLD)).toBe(true);
  const codes = ((await dump("audit")) as { code: string }[]).filter(({ code }) => code === "webhook.sealed");
  expect(codes).toHaveLength(2);
  await sealSecrets(env, now + 16 * DAY);
  expect(((await dump("audit")) as { code: string }[]).at(-1)!.code).not.toBe("webhook.sealed");
});

it("is erased with its address, sealed or not", async () => {
  await plain("gone", OLD);
  await sealSecrets(env, Date.now());
  const [{ sealed } = { sealed: null }] = await rows();
  await call("DELETE", "/v1/webhooks/gone", { token: tokens.admin });
  expect(await rows()).toMatchObject([{ secret: "", sealed: null }]);
  // Nor is it there again with what it had.
  await run("UPDATE webhooks SET deleted_at = NULL, sealed = ?", sealed);
  expect(await signs("gone", OLD)).toMatch(/not the one that was added/);
});

it("of an address whose confirming row is in an archive that cannot be read waits, is not turned off, and is sent once it can", async () => {
  await plain("unread", OLD);
  await archiveMonths(env, Date.now() + 3 * MONTH);
  await run(
    "INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) VALUES (442079460958, 'clear', 'blocked', 'house', 1, '2026-11-01')",
  );
  const unread = withoutArchive(env);
  // Who had been told that it was led elsewhere goes on knowing it, until one can tell.
  expect([await movedOf(unread, ["unread"], Date.now()), await movedOf(env, ["unread"], Date.now())]).toEqual(
    [["unread"], []],
  );
  const failed = () => standIn(() => Promise.resolve(new Response("", { status: 500 })));
  failed();
  const before = (await dump("outbox")).length;
  const began = Date.now();
  const since = (days: number) => new Date(began + days * DAY).toISOString();
  await flushHooks(env, () => began);
  // It has failed for two days. What waits from then on does not fail, and ends no failure either.
  await run("UPDATE webhooks SET failing_since = ?", since(-2));
  for (const days of [1, 2, 5, 9]) await flushHooks(unread, () => began + days * DAY);
  expect(await dump("webhook_deliveries")).toMatchObject([
    { state: "waiting", tries: 5, answer: expect.stringContaining("cannot be told before") as string },
  ]);
  expect(await dump("webhooks")).toMatchObject([{ off_at: null, failing_since: since(7) }]);
  await flushHooks(env, () => began + 9.5 * DAY);
  expect(await dump("webhooks")).toMatchObject([{ off_at: null, failing_since: since(7) }]);
  expect((await dump("outbox")).length).toBe(before);
  standIn(() => Promise.resolve(new Response("thanks")));
  await sealSecrets(unread, Date.now());
  expect(await rows()).toMatchObject([{ sealed: null, secret: OLD }]);
  await flushHooks(env, () => Date.now() + 10 * DAY);
  expect(await dump("webhook_deliveries")).toMatchObject([{ state: "delivered" }]);
  await run("DELETE FROM turned");
});

it("of before counts by what the trail says that was added, also archived; and is taken once as it is where that is gone by its time", async () => {
  for (const id of ["kept", "over", "late", "gone"]) await plain(id, OLD);
  // The month that a test before this one archived.
  await keepLast(env);
  const said = "seq IN (SELECT seq FROM audit WHERE code = 'webhook.added' AND subject IN ('over', 'late'))";
  await asOwner(["audit_payload"], () => run(`DELETE FROM audit_payload WHERE ${said}`));
  expect(await signs("kept", OLD)).toBe(true);
  expect(await signs("over", OLD)).toMatch(/nobody added/);
  await archiveMonths(env, Date.now() + 3 * MONTH);
  expect(await signs("kept", OLD)).toBe(true);
  await run("UPDATE webhooks SET url = ? WHERE id = 'kept'", "https://dial.example.com/theirs");
  expect(await signs("kept", OLD)).toMatch(/nobody added/);
  await run("UPDATE webhooks SET url = ? WHERE id = 'kept'", ADDRESS);

  vi.useFakeTimers({ now: Date.now() + 25 * MONTH, toFake: ["Date"] });
  await run("UPDATE webhooks SET deleted_at = '2026-01-01' WHERE id IN ('late', 'gone')");
  // As the Worker of before removed it, whose trail bound nothing of that.
  const removed = { code: "webhook.removed", subject: "gone", payload: { url: ADDRESS } };
  await record(env, { actor: "system", event: removed, statements: [] });
  await adopt(env);
  await run("UPDATE webhooks SET deleted_at = NULL");
  await adopt(env);
  vi.useRealTimers();
  // What was removed is not there again with the sealed copy that it had.
  const sealed = await seal(env, purposeOf("gone"), { secret: OLD, url: ADDRESS });
  await run("UPDATE webhooks SET sealed = ? WHERE id = 'gone'", sealed);
  expect(await signs("gone", OLD)).toMatch(/nobody added/);
  expect([await signs("kept", OLD), await signs("over", OLD)]).toEqual([true, true]);
  // What is put back behind that is taken for none of before.
  await keepLast(env);
  expect(await signs("late", OLD)).toMatch(/nobody added/);
  await run("UPDATE webhooks SET url = 'https://dial.example.com/theirs'");
  for (const id of ["kept", "over"]) expect(await signs(id, OLD)).toMatch(/nobody added/);
});

it("of an address that nobody added is sent nothing, and is not taken for one of before", async () => {
  await adopt(env);
  await keepLast(env);
  const sent: string[] = [];
  await run(
    "INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) VALUES (442079460958, 'clear', 'blocked', 'house', 1, '2026-11-01')",
  );
  await put("theirs", OLD, "https://dial.example.com/theirs");
  const trial = async (days: number) => {
    standIn((request) => (sent.push(request.url), Promise.resolve(new Response("thanks"))));
    await flushHooks(env, () => Date.now() + days * DAY);
    return (await dump("webhook_deliveries")) as { answer: string; tries: number }[];
  };
  expect(await trial(1)).toMatchObject([
    { state: "waiting", tries: 1, answer: expect.stringContaining("nobody added") as string },
  ]);
  await sealSecrets(env, Date.now());
  await adopt(env);
  expect(await rows()).toMatchObject([{ secret: OLD, sealed: null }]);
  // Nor with a row of the trail that the Worker did not write.
  const { seq } = await newest();
  await writeAs("webhook.added", false, "theirs");
  const [salt, payload] = ["s", '{"url":"https://dial.example.com/theirs"}'];
  await asOwner(["audit", "audit_payload"], async () => {
    await run("UPDATE audit_payload SET payload = ? WHERE seq = ?", payload, seq + 1);
    await run("UPDATE audit SET commitment = ? WHERE seq = ?", commitmentOf(salt, payload), seq + 1);
  });
  expect(await trial(2)).toMatchObject([{ state: "waiting", tries: 2 }]);
  await asOwner(["audit", "audit_payload"], async () => {
    await run("DELETE FROM audit WHERE seq > ?", seq);
    await run("DELETE FROM audit_payload WHERE seq > ?", seq);
  });
  await run("DELETE FROM turned");
  expect(sent).toEqual([]);
});

it("without a key: none is added, and one of before still signs; with another key its plain copy is sealed again", async () => {
  const keyless = { ...env, CONNECTOR_KEY: "short" };
  const body = { url: "https://dial.example.com/hook" };
  const { data } = await under(keyless, "POST", "/v1/webhooks", { token: tokens.admin, body });
  expect(data).toMatchObject({ status: 409, code: "connector-key" });
  await plain("old", OLD);
  await sealSecrets(keyless, Date.now());
  expect(await rows()).toMatchObject([{ secret: OLD, sealed: null }]);
  expect(await signs("old", OLD, keyless)).toBe(true);
  const open = async () =>
    ((await call("GET", "/v1/watch", { token: tokens.admin })).data as WatchAnswer).hooksPlain;
  expect(await open()).toBe(1);
  await sealSecrets(env, Date.now());
  expect(await open()).toBe(0);
  const other = { ...env, CONNECTOR_KEY: btoa("b".repeat(32)) };
  expect(await signs("old", OLD, other)).toBe(true);
  await sealSecrets(other, Date.now() + 15 * DAY);
  expect(await rows()).toMatchObject([{ secret: OLD, sealed: null }]);
  await sealSecrets(other, Date.now() + 16 * DAY);
  await sealSecrets(other, Date.now() + 31 * DAY);
  expect(await rows()).toMatchObject([{ secret: "" }]);
  expect(await signs("old", OLD, other)).toBe(true);
});

it("without a key a plain one stops after 14 days, keeps what it was to tell, and goes on by itself once there is a key", async () => {
  const keyless = { ...env, CONNECTOR_KEY: "" };
  await plain("old", OLD);
  await plain("off", OLD);
  await env.DB.exec(
    "UPDATE webhooks SET off_at = '2026-01-01', off_why = 'it answered 410' WHERE id = 'off'",
  );
  const now = Date.now();
  const watch = async () => (await call("GET", "/v1/watch", { token: tokens.admin })).data as WatchAnswer;
  const mails = async () =>
    ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "webhook-off")
      .length;
  await sealSecrets(keyless, now);
  const until = new Date(now + 14 * DAY).toISOString().slice(0, 10);
  expect(await watch()).toMatchObject({ hooksPlain: 2, hooksPlainUntil: until });
  await sealSecrets(keyless, now + 13 * DAY);
  expect([await signs("old", OLD, keyless), await mails()]).toEqual([true, 0]);

  await sealSecrets(keyless, now + 14 * DAY);
  await sealSecrets(keyless, now + 15 * DAY);
  const [old] = (
    (await call("GET", "/v1/webhooks", { token: tokens.admin })).data as WebhooksAnswer
  ).webhooks.filter(({ id }) => id === "old");
  expect(old).toMatchObject({ state: "off", offWhy: expect.stringContaining("CONNECTOR_KEY") as string });
  expect([await mails(), (await watch()).hooksFailing]).toEqual([1, 2]);
  // Neither a test nor turning it on signs with it.
  vi.useFakeTimers({ now: now + 16 * DAY, toFake: ["Date"] });
  expect(await signs("old", OLD, keyless)).toMatch(/CONNECTOR_KEY/);
  const { data } = await under(keyless, "POST", "/v1/webhooks/old/resume", { token: tokens.admin });
  expect(data).toMatchObject({ status: 409, code: "connector-key" });
  vi.useRealTimers();

  await env.DB.exec(
    "INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) VALUES (442079460958, 'clear', 'blocked', 'house', 1, '2026-11-01')",
  );
  const sent: string[] = [];
  standIn(async (request) => (sent.push(await request.text()), new Response("thanks")));
  await flushHooks(keyless, () => now + 16 * DAY);
  expect(sent).toEqual([]);
  await sealSecrets(env, now + 17 * DAY);
  await flushHooks(env, () => now + 17 * DAY);
  expect(sent).toEqual([expect.stringContaining("+442079460958")]);
  // One that was off for another reason stays off.
  expect(
    ((await call("GET", "/v1/webhooks", { token: tokens.admin })).data as WebhooksAnswer).webhooks,
  ).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({ id: "old", state: "on" }),
      expect.objectContaining({ id: "off", state: "off" }),
    ]) as object,
  );
  expect(await watch()).toMatchObject({ hooksPlain: 0, hooksPlainUntil: null });
  await env.DB.exec("DELETE FROM turned");
});

it("of before is sealed with its address by the daily job", async () => {
  await plain("old", OLD);
  await env.DB.prepare("UPDATE webhooks SET secret = '', sealed = ?, sealed_at = '2026-01-01'")
    .bind(await seal(env, purposeOf("old"), { secret: OLD }))
    .run();
  expect(await signs("old", OLD)).toBe(true);
  await sealSecrets(env, Date.now());
  expect(await unseal(env, purposeOf("old"), (await rows())[0]!.sealed!)).toEqual({
    secret: OLD,
    url: "https://dial.example.com/hook",
  });
  expect(await signs("old", OLD)).toBe(true);
  await env.DB.exec("UPDATE webhooks SET url = 'https://dial.example.com/theirs'");
  expect(await signs("old", OLD)).not.toBe(true);
});
