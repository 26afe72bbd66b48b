/** A copy has all that is held of its requester (UK GDPR art 15(1)), and nothing of anybody else (art 15(4)). */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, DAY } from "../../helpers.ts";
import {
  called,
  confirmAll,
  done,
  draft,
  enter,
  fileOn,
  letter,
  officer,
  read,
  tokens,
  upload,
  verified,
  withTeam,
} from "../kit.ts";
import { copied, copyOf } from "./zip.ts";

withTeam();

const OTHER = "+442079461299";
const made = async (method: string, path: string, token: string, body?: unknown): Promise<void> => {
  const { status, data } = await call(method, path, { token, ...(body === undefined ? {} : { body }) });
  expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
};
const exec = (...statements: string[]) => env.DB.batch(statements.map((text) => env.DB.prepare(text)));

describe("a copy", () => {
  it("has the requests that are proved to be theirs, with letters, notes, duties, decisions, files and mails", async () => {
    const { number } = await called(tokens.admin);
    const email = "dora@home.example";
    // Under another name and on another number, by an address that she confirmed.
    const earlier = await verified(officer, OTHER, { name: "D. Maiden", kind: "erasure", email });
    await upload(earlier, "scan");
    await upload(earlier, "proof");
    await done(officer, earlier, "note", { text: "sounded upset; The agent was there" });
    await done(officer, earlier, "decide", {
      ...{ decision: "deny", ground: "unfounded", reasons: "we hold nothing of that number" },
    });
    const text = await draft(officer, earlier, "decision");
    await done(officer, earlier, "letters", { kind: "decision", ...letter, text });
    const notice = await draft(officer, earlier, "authority");
    await done(officer, earlier, "letters", { kind: "authority", text: notice, how: "form" });
    await done(officer, earlier, "close");
    // By the same address, which was not confirmed there, on another number; and by her name, under an address of another's.
    const unproved = await enter(officer, {
      number: "+442079461298",
      email,
      proved: false,
      text: "not hers, perhaps",
    });
    const namesake = await enter(officer, { number, email: "another@example.com", text: "a namesake" });
    const id = await verified(officer, number, { email });
    await confirmAll(officer, id);
    const { reference } = (await read(officer, earlier)).request;
    await done(officer, id, "note", { text: "she has married since", same: [reference] });
    const { data, said, files } = await copyOf(id, email);
    expect(data["requests"]).toMatchObject([
      { kind: "access", number },
      {
        kind: "erasure",
        reference,
        number: OTHER,
        name: "D. Maiden",
        refusal: "we hold nothing of that number",
      },
    ]);
    expect(data["letters"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reference, kind: "decision", text, by: "a compliance officer" }),
        expect.objectContaining({ reference, kind: "authority", text: notice }),
      ]),
    );
    expect(data["timeline"]).toContainEqual(
      expect.objectContaining({
        ...{ reference, action: "note", by: "a compliance officer" },
        detail: { text: "sounded upset; an agent was there" },
      }),
    );
    expect(data["duties"]).toContainEqual(
      expect.objectContaining({ reference, kind: "tell-authority", metOn: expect.any(String) as string }),
    );
    expect(data["mails"]).toContainEqual(
      expect.objectContaining({ reference, about: "To confirm your address", address: email }),
    );
    expect(data["files"]).toMatchObject([
      { reference, purpose: "scan", type: "image/png", file: "files/001.png" },
      // It is erased within days: the copy does not keep it for longer (UK GDPR art 5(1)(e)).
      { reference, purpose: "proof", eraseAfter: expect.stringMatching(/^20/) as string },
    ]);
    expect([...files.keys()].filter((name) => name.startsWith("files/"))).toEqual(["files/001.png"]);
    expect([...files.get("files/001.png")!]).toEqual([1, 2, 3]);
    expect(await fileOn(earlier, "scan")).not.toBeNull();
    for (const other of [unproved, namesake]) {
      const { request } = await read(officer, other);
      expect(said("data.json")).not.toContain(request.reference);
    }
    expect(said("data.json")).not.toContain("another@example.com");
  });

  it("says to whom the number went: webhooks, customer records, the register of recipients", async () => {
    const { number } = await called(tokens.admin);
    const n = number.slice(1);
    await exec(
      `INSERT INTO turned (num, number, from_verdict, to_verdict, reason, list, as_of, seq, at)
       VALUES (900, ${n}, 'clear', 'blocked', 'tps', 'tps', '2026-07-02', 1, '2026-07-03T09:00:00.000Z')`,
      `INSERT INTO webhooks (id, url, secret, by, at, since, told)
       SELECT 'w' || x.value, 'https://' || x.value || '.example.com/hook?key=SECRET', '', people.id, '', 0, IIF(x.value = 'before', 950, 0)
       FROM people, json_each('["told","waits","before"]') x WHERE role = 'admin'`,
      `INSERT INTO webhook_deliveries (id, webhook, kind, first, last, state, tries, due, at, tried_at)
       VALUES ('d1', 'wtold', 'turned', 890, 901, 'delivered', 1, '', '', '2026-07-03T09:05:00.000Z'),
              ('d2', 'wwaits', 'turned', 890, 901, 'waiting', 0, '', '', NULL)`,
      `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES ('cc', 'rest', 'Sales', '', '', '', '', '')`,
      `INSERT INTO connector_numbers SELECT num, 'contacts', '17', 'phone', 0, ${n}, 'blocked', '2026-07-04T09:00:00.000Z', 1, NULL
       FROM connectors WHERE id = 'cc'`,
      `INSERT INTO connector_records (connector, object, record, source, since, notice, run)
       SELECT num, 'contacts', '17', 'Trade fair', '2025-05-03', 'By post, 2025-05-10', 1 FROM connectors WHERE id = 'cc'`,
      `INSERT INTO connector_accounts SELECT num, 'contacts', '17', 'Acme', 1 FROM connectors WHERE id = 'cc'`,
      `INSERT INTO lookup_queue (source, number, due) VALUES ('data8', ${n}, '2026-12-01T09:00:00.000Z')`,
      `INSERT INTO recipients_before (kind, host, at) VALUES ('webhook', 'told.example.com', ''), ('sign-in', 'sso.example.com', '')`,
    );
    const id = await verified(officer, number);
    await confirmAll(officer, id);
    const { data, said } = await copyOf(id);
    const at = "2026-07-03T09:00:00.000Z";
    expect(data["told"]).toEqual([
      { number, at, sentAt: "2026-07-03T09:05:00.000Z", host: "told.example.com" },
      // Its deliveries are no longer kept.
      { number, at, sentAt: null, host: "before.example.com" },
    ]);
    const origin = { source: "Trade fair", since: "2025-05-03", notice: "By post, 2025-05-10" };
    expect(data["records"]).toMatchObject([
      { number, crm: "Sales", record: "contacts 17", account: "Acme", ...origin },
    ]);
    expect(data["asking"]).toMatchObject([{ number, askedOf: "Data8" }]);
    // Who signs the staff in gets nothing of theirs.
    expect(data["receivers"]).toEqual([expect.objectContaining({ host: "told.example.com" })]);
    expect(said("data.json")).not.toContain("SECRET");
  });

  it("has the uses of a consent, what an erasure kept as a proof alone, and a hold", async () => {
    const { number, recording } = await called(tokens.admin);
    await made("POST", "/v1/consents", tokens.manager, {
      number,
      ...{
        kind: "notification",
        giver: "subscriber",
        givenBy: "Dora Data",
        givenAt: "2026-07-01T09:00:00.000Z",
      },
      ...{ words: "you may ring me", how: "post", proof: "letter of July" },
    });
    await made("POST", `/v1/recordings/${recording}/hold`, officer, {
      ...{
        reason: "a claim that The manager knows",
        reviewOn: new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10),
      },
    });
    const consent = (await env.DB.prepare("SELECT id FROM consents WHERE number = ?")
      .bind(Number(number))
      .first<string>("id"))!;
    await exec(
      `INSERT INTO consent_uses (consent, ref, at, what) VALUES ('${consent}', 'dial-1', '2026-07-02T09:00:00.000Z', 'talked')`,
      `INSERT INTO restricted (kind, ref, until, request) VALUES ('consent', '${consent}', '2031-07-02', 'an erasure of before')`,
    );
    const id = await verified(officer, number);
    await confirmAll(officer, id);
    const { data } = await copyOf(id);
    expect(data["consents"]).toMatchObject([
      {
        ...{ number, words: "you may ring me", by: "a manager", keptUntil: "2031-07-02" },
        uses: [{ at: "2026-07-02T09:00:00.000Z", what: "talked" }],
      },
    ]);
    expect(data["holds"]).toMatchObject([
      { number, reason: "a claim that a manager knows", by: "a compliance officer" },
    ]);
  });

  it("has the call of each recording, also of a refused one: whether it was allowed, why, and by which override", async () => {
    const { number, recording } = await called(tokens.admin);
    await called(tokens.admin, { number, startedAt: new Date(Date.now() - DAY / 2).toISOString() });
    await env.DB.prepare(
      `UPDATE calls SET verdict = 'blocked', reasons = '["tps"]', overridden = 1, screened = 'dial', extension = 'on'
       WHERE number = ?`,
    )
      .bind(Number(number))
      .run();
    const id = await verified(officer, number);
    const { data } = await copied(id, {
      decision: "partial",
      deny: [{ id: `recording.${recording}`, ground: "unfounded", reasons: "It was lost by our provider." }],
    });
    expect(data["recordings"]).toHaveLength(1);
    const one = { number, verdict: "blocked", reasons: ["tps"], overridden: 1, screened: "dial", dial: null };
    expect(data["calls"]).toMatchObject([one, one]);
  });

  it("of a person with very many rows comes in pages, and has each row once and in order", async () => {
    const { number } = await called(tokens.admin);
    const at = new Date().toISOString();
    const dial = { number, e164: number, action: "held", verdict: "blocked", seen: null, host: "x", at };
    await made("POST", "/v1/dials", tokens.agent, dial);
    const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info('dials')").all<{
      name: string;
    }>();
    const columns = results.map(({ name }) => name).filter((name) => !["num", "key", "id"].includes(name));
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
       INSERT INTO dials (num, ${columns.join(", ")}) SELECT num - 64000 * i, ${columns.join(", ")} FROM dials, n
       WHERE number = ?`,
    )
      .bind(Number(number))
      .run();
    const id = await verified(officer, number);
    await env.DB.prepare("UPDATE request_items SET verdict = 'confirmed' WHERE request = ?").bind(id).run();
    const { data, files, said } = await copyOf(id);
    const times = data["dials"]!.map((row) => String(row["at"]));
    expect(new Set(times).size).toBe(1201);
    expect(times).toEqual(times.toSorted());
    const pages = [...files.keys()].filter((name) => name.startsWith("more/dials"));
    expect(pages).toEqual(["more/dials-2.html", "more/dials-3.html"]);
    expect(said("index.html")).toContain('href="more/dials-3.html"');
    const rows = (name: string) => said(name).split("<dt>What was dialled</dt>").length - 1;
    expect(["index.html", ...pages].map(rows)).toEqual([500, 500, 201]);
  });
});
