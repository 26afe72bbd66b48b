/** A complied erasure leaves no name, number or free text of that person readable, but what its letter named. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { eraseWords } from "../../../../worker/privacy-requests/words/erase.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { verifyDeep } from "../../../../worker/trail/deep.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { record } from "../../../../worker/core/commit.ts";
import { asOwner, call, DAY, dump, racing } from "../../helpers.ts";
import {
  act,
  confirmAll,
  daysAgo,
  done,
  draft,
  enter,
  fileOn,
  read,
  today,
  tokens,
  upload,
  withTeam,
} from "../kit.ts";

withTeam();
const NUMBER = "+442079460958";
const OTHER = "+442079460001";
const asEntry = { by: "We keep your number as one entry on our do-not-call list", only: "number" } as const;
const asFile = { by: "We keep the file of this request" };
/**
 * Tables that may go on naming a requester whose erasure was complied with, each with the words of the letter that say so: by the
 * number alone, or all that the request itself says.
 */
const named: Record<string, { by: string; only?: "number" }> = {
  suppressions: asEntry,
  // For two days: that the entry has changed.
  changes: asEntry,
  request_named: asFile,
  ...{ requests: asFile, request_events: asFile, request_letters: asFile, outbox: asFile },
};
/** By each table that has one of these words, those that it has. */
async function whereLeft(words: readonly string[]): Promise<Record<string, string[]>> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf*'",
  ).all<{ name: string }>();
  const has = await Promise.all(
    results.map(async ({ name }): Promise<[string, string[]]> => {
      const text = JSON.stringify(await dump(name));
      return [name, words.filter((word) => text.includes(word))];
    }),
  );
  return Object.fromEntries(has.filter(([, its]) => its.length > 0).sort());
}

it("payloads, filters, answers and mails lose the person's words; others keep theirs; the rest still proves", async () => {
  await adopt(env);
  const made = async (path: string, body: object, token = tokens.manager) => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const { status, data } = await call("POST", path, { token, body, headers });
    expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
  };
  const said = {
    kind: "notification",
    giver: "subscriber",
    givenAt: new Date().toISOString(),
    how: "web",
    proof: "form 12",
  };
  await made("/v1/consents", { ...said, number: NUMBER, givenBy: "Dora Data", words: "Ring me on the boat" });
  await made("/v1/consents", { ...said, number: OTHER, givenBy: "Otto Other", words: "Do ring" });
  await made("/v1/suppressions", { number: NUMBER, kind: "house", reason: "Dora moves to Spain" });
  const party = { number: NUMBER, party: "consumer", detail: "Dora at the harbour office" };
  await made("/v1/parties", party, tokens.compliance);
  await made("/v1/dials", {
    ...{ number: "020 7946 0958", e164: NUMBER, action: "overridden", verdict: "blocked", reasons: [] },
    ...{ basis: "service", reason: "Dora asked for the plumber", host: "crm.example.com", seen: null },
    ...{ at: new Date().toISOString(), via: "tel:" },
  });
  await made("/v1/calls/import", {
    rows: ["Dora Data", "[Sales] Dora Data", '["Dora Data"]'].map((agent, n) => ({
      ...{ provider: "softphone", number: NUMBER, direction: "outbound", agent },
      startedAt: new Date(Date.now() - n * 3_600_000).toISOString(),
    })),
    dryRun: false,
  });
  await call("GET", "/v1/consents?number=020%207946%200958", { token: tokens.manager });
  await env.DB.prepare(
    "INSERT INTO outbox (id, key, template, recipient, vals, state, at, due) VALUES ('m', 'm', 'x', 'ann@example.com', ?, 'failed', 'x', 'x')",
  )
    .bind(JSON.stringify({ text: "Dora Data rang" }))
    .run();

  const id = await enter(tokens.compliance, { kind: "erasure", number: NUMBER, name: "Dora Data" });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  const words = ["2079460958", "7946 0958", "Dora", "boat", "Spain", "harbour office", "plumber"];
  const before = await whereLeft(words);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  for (let n = 0; n < 10; n++) await eraseWords(env, 20);

  expect(Object.keys(before)).toEqual(
    expect.arrayContaining(["audit_payload", "call_rows", "consents", "dials", "parties", "requests"]),
  );
  const left = await whereLeft(words);
  const letter = await draft(tokens.compliance, id, "decision");
  const unsaid = Object.entries(left).filter(([table, its]) => {
    const { by = "", only } = named[table] ?? {};
    return by === "" || !letter.includes(by) || (only === "number" && its.join() !== "2079460958");
  });
  expect(unsaid).toEqual([]);
  expect(await whereLeft(["Otto Other"])).toMatchObject({
    consents: ["Otto Other"],
    audit_payload: ["Otto Other"],
  });
  expect(JSON.stringify(await env.DB.prepare("SELECT vals FROM outbox WHERE id = 'm'").first())).toBe(
    '{"vals":null}',
  );
  // The entry that stays says nothing else, and is bound so.
  const [entry] = (await dump("suppressions")) as Record<string, string | number>[];
  expect(JSON.stringify(entry)).not.toContain("Spain");
  expect(entry).toMatchObject({ source: "", until: null, unverified: 0, rev: 2 });
  const found = async (table: "suppressions" | "consents") =>
    (await verifyDeep(env, { table, pass: "events" })).findings.map(({ what, columns }) => [what, columns]);
  expect(await found("suppressions")).toEqual([]);
  expect(await found("consents")).toEqual([]);
  expect(await verify(env)).toMatchObject({ ok: true });
  const set = (text: string) => asOwner(["suppressions"], () => env.DB.prepare(text).run());
  for (const [column, other] of [
    ["by", "'somebody'"],
    ["reason", "'she agreed'"],
  ]) {
    await set(`UPDATE suppressions SET ${column} = ${other}`);
    const [altered] = await found("suppressions");
    expect(altered?.[0], column).toBe("altered");
    expect(altered?.[1], column).toContain(column);
    await asOwner(["suppressions"], () =>
      env.DB.prepare(`UPDATE suppressions SET ${column} = ?`).bind(entry![column!]!).run(),
    );
  }
  expect(await found("suppressions")).toEqual([]);
});

it("a name with letters beyond ASCII, and what was said on a second number, of which there are only consents and entries", async () => {
  const of = { name: "Łukasz Żak", email: "l.zak@example.com", number: "+442079460971" };
  const [consented, ended] = ["+442079460972", "+442079460973"];
  const made = async (path: string, body: object) => {
    const { status, data } = await call("POST", path, { token: tokens.manager, body });
    expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
  };
  await made("/v1/consents", {
    ...{ kind: "notification", giver: "subscriber", givenAt: new Date().toISOString(), how: "web" },
    ...{ proof: "form 13", number: consented, givenBy: "His sister", words: "Ring us at the lighthouse" },
  });
  await made("/v1/suppressions", { number: ended, kind: "house", reason: "He is in Gdynia now" });
  await call("DELETE", `/v1/suppressions/${ended}`, {
    token: tokens.admin,
    body: { reason: "He is back from Gdynia" },
  });
  const texts = [
    ...["Łukasz Żak rang", "ŁUKASZ ŻAK rang", "łukasz żak rang", "Łukasz Żak".normalize("NFD")],
    ...["+44.20.7946.0972", "020/7946/0973", "+44\u00a020\u00a07946\u00a00972"],
  ];
  for (const [i, text] of texts.entries())
    await record(env, {
      ...{ actor: "system", statements: [] },
      event: { code: "test.said", subject: "", payload: { n: `said ${i}.`, text } },
    });
  const id = await enter(tokens.compliance, { kind: "erasure", ...of });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true, numbers: [consented, ended] });
  await confirmAll(tokens.compliance, id);
  const words = ["lighthouse", "Gdynia", ...texts.map((_, i) => `said ${i}.`)];
  expect((await whereLeft(words))["audit_payload"]).toEqual(words);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  for (let n = 0; n < 10; n++) await eraseWords(env, 50);
  expect(await whereLeft(words)).toEqual({});
});

it("what officers wrote of recordings goes too: on certificates, holds and looks, of whatever recording", async () => {
  const number = "+442079460959";
  const recording = async (more: object = {}) => arrive(env, tokens.admin, sample({ number, ...more }));
  const post = async (id: string, act: string, body: object) => {
    const { status, data } = await call("POST", `/v1/recordings/${id}/${act}`, {
      token: tokens.compliance,
      body,
    });
    expect(status, JSON.stringify(data)).toBeLessThan(300);
  };
  // Erased by hand before she asked: nothing but the words says whose it was.
  const before = await recording();
  await post(before, "erase", { why: "Ilse Known rang from 020 7946 0959" });
  await eraseDue(env, Date.now(), { only: before });
  const others = await recording({ number: OTHER });
  await post(others, "erase", { why: "A test call of ours" });
  await eraseDue(env, Date.now(), { only: others });
  const held = await recording();
  await post(held, "hold", { reason: "Her claim, after the quarrel", reviewOn: "2099-01-01" });
  await post(held, "release", { reason: "Her husband paid" });
  const kept = await recording({ number: OTHER });
  await post(kept, "hold", { reason: "Ilse Known is a witness", reviewOn: "2099-01-01" });
  await post(kept, "release", { reason: "Ilse Known was heard" });
  await env.DB.prepare(
    `INSERT INTO recording_looks (recording, before, now, bytes, why, by, at)
     SELECT ?, 'a', 'b', 1, 'Ilse Known sent it again', id, '2026-01-01' FROM people LIMIT 1`,
  )
    .bind(kept)
    .run();

  const id = await enter(tokens.compliance, { kind: "erasure", number, name: "Ilse Known" });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  await eraseDue(env, Date.now() + 2 * DAY, { only: held });
  for (let n = 0; n < 10; n++) await eraseWords(env, 50);

  const tables = ["certificates", "recordings", "recording_holds", "recording_looks", "audit_payload"];
  const left = JSON.stringify(await Promise.all(tables.map(dump)));
  for (const word of ["Ilse", "7946 0959", "quarrel", "husband"]) expect(left, word).not.toContain(word);
  const certificates = (await dump("certificates")) as { recording: string; why: string }[];
  const why = (of: string) => certificates.find(({ recording: found }) => found === of)?.why;
  expect([why(before), why(others)]).toEqual(["", "A test call of ours"]);
  expect(why(held)).toMatch(/^Request /);
  const { data } = await call("GET", `/v1/recordings/${others}`, { token: tokens.compliance });
  expect(data).toMatchObject({ state: "erased", why: "A test call of ours" });
  // Certificates still prove, and nothing else of one changes, with whatever text.
  expect((await verifyDeep(env, { table: "certificates", pass: "rows" })).findings).toEqual([]);
  for (const set of ["why = 'x'", "was = 'there', why = ''", "rule = 'retention', why = ''"])
    await expect(
      env.DB.prepare(`UPDATE certificates SET ${set} WHERE recording = ?`).bind(others).run(),
      set,
    ).rejects.toThrow("audit_append_only");
});

const agreed = async (number: string, more: object) => {
  const said = {
    kind: "notification",
    giver: "subscriber",
    givenAt: new Date().toISOString(),
    how: "web",
    proof: "form 12",
    ...more,
  };
  const { status, data } = await call("POST", "/v1/consents", {
    token: tokens.manager,
    body: { number, ...said },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  expect(status, JSON.stringify(data)).toBe(201);
};
/** A verified request of erasure. */
const erasure = async (number: string) => {
  const id = await enter(tokens.compliance, { kind: "erasure", number, name: "Ann Asked" });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  return id;
};
const quoted = async () => {
  for (let n = 0; n < 10; n++) await eraseWords(env, 50);
  return JSON.stringify(await Promise.all(["audit_payload", "idempotency"].map(dump)));
};

// UK GDPR art 17(1) erases what was asked for, and art 5(1)(f) and (2) want the rest whole, above all what proves a consent (art 7(1)).
it("of an erasure that the requester narrowed, the trail says on what they did not name, and the letter says that", async () => {
  const number = "+442079460777";
  await agreed(number, { givenBy: "Ann Asked", words: "Ring me at the harbour" });
  await agreed(number, {
    givenBy: "Ann Asked",
    words: "Ring me in Norway",
    givenAt: `${daysAgo(40)}T10:00:00.000Z`,
  });
  const party = { number, party: "company", detail: "their website" };
  expect((await call("POST", "/v1/parties", { token: tokens.compliance, body: party })).status).toBe(201);
  await call("GET", "/v1/consents?number=020%207946%200777", { token: tokens.manager });
  const id = await erasure(number);
  await upload(id, "scan");
  const narrowed = "only what I said today";
  await done(tokens.compliance, id, "match", {
    ...{ date: today(), windowMinutes: 1440, narrowed, narrowedIn: await fileOn(id, "scan") },
  });
  // Not the consent of another day, which they did not name.
  expect((await confirmAll(tokens.compliance, id)).map(({ kind }) => kind)).toEqual(["consent"]);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  const left = await quoted();
  expect(left).not.toContain("harbour");
  for (const word of ["Norway", "020 7946 0777", "their website"]) expect(left).toContain(word);
  expect(JSON.stringify(await dump("consents"))).toContain("Norway");
  expect(JSON.stringify(await dump("parties"))).toContain("their website");
  expect(await verify(env)).toMatchObject({ ok: true });
  const drafted = await draft(tokens.compliance, id, "decision");
  expect(drafted).toContain("What you did not name stays, and so does what our audit trail says of it.");

  // They ask for the rest after all.
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  const after = await quoted();
  for (const word of ["Norway", "7946 0777", "2079460777", "their website"])
    expect(after).not.toContain(word);
  expect(await draft(tokens.compliance, id, "decision")).not.toContain("audit trail says of it");
});

it("what is somebody else's on the same line, and what was refused, the trail says on", async () => {
  const number = "+442079460778";
  for (const [givenBy, words] of [
    ["Ann Asked", "Ring me at the mill"],
    ["Her mother", "Do ring me too"],
    ["Ann Asked", "Ring me about the claim"],
  ])
    await agreed(number, { givenBy, words });
  const id = await erasure(number);
  await done(tokens.compliance, id, "match", { everything: true });
  const of = async (words: string) => {
    const { results } = await env.DB.prepare("SELECT 'consent.' || id AS id FROM consents WHERE words = ?")
      .bind(words)
      .all<{ id: string }>();
    return results[0]!.id;
  };
  const [others, refused] = [await of("Do ring me too"), await of("Ring me about the claim")];
  await done(tokens.compliance, id, "items", {
    items: [{ id: others, verdict: "rejected" }],
    reason: "her mother's",
  });
  const mine = (await read(tokens.compliance, id)).items.filter((item) => item.id !== others);
  await done(tokens.compliance, id, "items", {
    items: mine.map((item) => ({ id: item.id, verdict: "confirmed" })),
  });
  const deny = [{ id: refused, ground: "protection", reasons: "A claim is pending" }];
  expect((await act(tokens.compliance, id, "decide", { decision: "partial", deny })).status).toBe(200);
  const left = await quoted();
  expect(left).not.toContain("mill");
  for (const word of ["Do ring me too", "about the claim"]) expect(left).toContain(word);
});

it("what somebody writes between the job's reading and its writing goes too, before the job ends", async () => {
  const number = "+442079460962";
  const officer = async (recording: string, act: string, body: object) => {
    const path = `/v1/recordings/${recording}/${act}`;
    const { status, data } = await call("POST", path, { token: tokens.compliance, body });
    expect(status, JSON.stringify(data)).toBeLessThan(300);
  };
  const hold = { reason: "A claim", reviewOn: "2099-01-01" };
  const [kept, gone] = [OTHER, OTHER].map((number) => arrive(env, tokens.admin, sample({ number })));
  await officer(await kept!, "hold", hold);
  const id = await enter(tokens.compliance, { kind: "erasure", number, name: "Olga Late" });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });

  const race = racing(async () => {
    await officer(await kept!, "release", { reason: "Olga Late was heard" });
    await officer(await gone!, "erase", { why: "Olga Late rang" });
    await eraseDue(env, Date.now(), { only: await gone! });
  });
  await eraseWords(race.env);
  expect(race.isOver()).toBe(true);
  const left = JSON.stringify(await Promise.all(["certificates", "recording_holds", "recordings"].map(dump)));
  expect(left).not.toContain("Olga");
  expect(await dump("words_due")).toEqual([]);
});
