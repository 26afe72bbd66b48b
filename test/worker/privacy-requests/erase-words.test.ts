/** A complied erasure leaves no name, number or free text of that person readable, but what its letter named. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { eraseWords } from "../../../worker/privacy-requests/erase-words.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner, aTeam, call, dump } from "../helpers.ts";
import { confirmAll, done, enter } from "./kit.ts";

const tokens = aTeam();
const NUMBER = "+442079460958";
const OTHER = "+442079460001";

it("payloads, filters, answers and mails lose the person's words; others keep theirs; the rest still proves", async () => {
  const made = async (path: string, body: object) => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    expect((await call("POST", path, { token: tokens.manager, body, headers })).status, path).toBe(201);
  };
  const said = { kind: "notification", givenAt: new Date().toISOString(), how: "web", proof: "form 12" };
  await made("/v1/consents", { ...said, number: NUMBER, givenBy: "Dora Data", words: "Ring me on the boat" });
  await made("/v1/consents", { ...said, number: OTHER, givenBy: "Otto Other", words: "Do ring" });
  await made("/v1/suppressions", { number: NUMBER, kind: "house", reason: "Dora moves to Spain" });
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
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  for (let n = 0; n < 50; n++) await eraseWords(env, 3);

  const tables = ["audit_payload", "idempotency", "consents"];
  const left = JSON.stringify(await Promise.all(tables.map(dump)));
  for (const word of ["2079460958", "7946 0958", "Dora", "boat", "Spain"]) expect(left).not.toContain(word);
  expect(left).toContain("Otto Other");
  expect(JSON.stringify(await env.DB.prepare("SELECT vals FROM outbox WHERE id = 'm'").first())).toBe(
    '{"vals":null}',
  );
  // The entry that stays says nothing else, its erased fields left their hashes, and the others still prove.
  const [entry] = (await dump("suppressions")) as Record<string, string | number>[];
  expect(JSON.stringify(entry)).not.toContain("Spain");
  expect(entry).toMatchObject({ source: "", salt_high: 0, salt_low: 0 });
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
