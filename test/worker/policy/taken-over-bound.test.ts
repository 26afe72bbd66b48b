/** Once the trail says that recipients of before are bound, what it says of none is refused; and events that are not the Ledger's say nothing. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { forgetRecipients, wantRecipient } from "../../../worker/policy/egress.ts";
import { rowOf, saysTakenOver } from "../../../worker/policy/taken-over.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { commitmentTo, openingOf } from "../../../shared/trail/bound.ts";
import { asOwner, aTeam, call, dump, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const run = (sql: string, ...params: (string | number)[]) =>
  env.DB.prepare(sql)
    .bind(...params)
    .run();
const allowed = (host: string) => {
  forgetRecipients();
  return wantRecipient(env, "webhook", host).then(
    () => true,
    () => false,
  );
};
const clock = async () => {
  await keepLast(env);
  await adoptRecipients(env);
};
const told = async () => {
  const rows = (await dump("outbox")) as { template: string; vals: string }[];
  return rows.flatMap(({ template, vals }) => (template === "rows-unlike" ? [vals] : [])).join(" ");
};
const putEvil = () =>
  run("INSERT INTO recipients_before (kind, host, at) VALUES ('webhook', 'evil.example.com', '2026-01-01')");

let before: Record<string, Record<string, unknown>[]>;
beforeAll(async () => {
  for (const host of ["old.example.com", "kept.example.com"])
    await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: `https://${host}/in` } });
  await adoptRecipients(env);
  await adopt(env);
  // Their month is archived.
  await asOwner(["audit"], () =>
    env.DB.exec(
      `INSERT INTO last_bound (row, seq, at, actor, code, subject, commitment, prev, hash, mac)
         SELECT subject, seq, at, actor, code, subject, commitment, prev, hash, mac FROM audit WHERE subject LIKE 'recipients\\_%' ESCAPE '\\';
       DELETE FROM audit WHERE subject LIKE 'recipients\\_%' ESCAPE '\\'`.replaceAll("\n", " "),
    ),
  );
  const marks = (await dump("marks")) as { name: string }[];
  before = {
    last_bound: await dump("last_bound"),
    recipients_before: await dump("recipients_before"),
    marks: marks.filter(({ name }) => name.startsWith("recipients")),
  } as typeof before;
  expect([await allowed("old.example.com"), await allowed("new.example.com")]).toEqual([true, false]);
});
afterEach(async () => {
  await env.DB.exec(
    "DELETE FROM outbox; DELETE FROM kept_back; DELETE FROM last_bound; DELETE FROM recipients_before; DELETE FROM marks WHERE name LIKE 'recipients%'",
  );
  for (const [table, rows] of Object.entries(before))
    for (const row of rows) {
      const names = Object.keys(row);
      await run(
        `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
        ...(Object.values(row) as string[]),
      );
    }
});
const adoptions = async () =>
  ((await dump("audit")) as { code: string }[]).filter(({ code }) =>
    ["recipients.adopted", "recipients.bound"].includes(code),
  ).length;

it("events that are taken away let nobody in: what is there is not bound as it is, and officers read of it", async () => {
  const n = await adoptions();
  await run("DELETE FROM last_bound WHERE row LIKE 'recipients%'");
  await putEvil();
  expect(await allowed("evil.example.com")).toBe(false);
  await clock();
  expect([await allowed("evil.example.com"), await adoptions()]).toEqual([false, n]);
  expect(await told()).toContain("webhook evil.example.com");
  const { findings } = await verifyDeep(env, { table: "recipients_before", pass: "rows" } as never);
  expect(findings.map(({ key, what }) => `${what} ${key}`)).toContain("extra webhook evil.example.com");
});

it("with the marks taken away as well nothing goes out, and nothing is taken over once more", async () => {
  await env.DB.exec(
    "DELETE FROM last_bound WHERE row LIKE 'recipients%'; DELETE FROM marks WHERE name LIKE 'recipients%'",
  );
  await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: "https://later.example.com/in" } });
  expect(await allowed("later.example.com")).toBe(false);
  await clock();
  expect(await allowed("later.example.com")).toBe(false);
  expect(await told()).toContain("recipients_marks/recipients");
});

it("one mark's events alone taken away stop nobody whom the trail names", async () => {
  await run("DELETE FROM last_bound WHERE row LIKE 'recipients_marks%'");
  await clock();
  expect([await allowed("old.example.com"), await allowed("new.example.com")]).toEqual([true, false]);
});

it("an event that somebody else writes lets nobody in, is told, and is found", async () => {
  await putEvil();
  const evil = { kind: "webhook", host: "evil.example.com", vendor: null, at: "2026-01-01" } as const;
  await run(
    `INSERT INTO last_bound (row, seq, at, actor, code, subject, commitment, prev, hash, mac)
     VALUES (?1, 9999, '2026-01-01', 'system', 'evidence.bound', ?1, ?2, '', '', 'ab')`,
    rowOf(evil),
    commitmentTo(openingOf(null, [saysTakenOver(evil).root])),
  );
  expect(await allowed("evil.example.com")).toBe(false);
  const { data } = await call("GET", "/v1/recipients", { token: tokens.admin });
  expect(JSON.stringify(data)).not.toContain("evil.example.com");
  await clock();
  expect(await told()).toContain("webhook evil.example.com");
});

it("a row that is gone is told", async () => {
  await run("DELETE FROM recipients_before WHERE host = 'kept.example.com'");
  await clock();
  expect(await told()).toContain("webhook kept.example.com");
});

it("a database that was put back to before the take-over: what is refused is named, and goes on once it is described", async () => {
  await env.DB.exec(
    "DELETE FROM last_bound WHERE row LIKE 'recipients%'; DELETE FROM marks WHERE name LIKE 'recipients%'; DELETE FROM recipients_before",
  );
  await clock();
  expect(await allowed("old.example.com")).toBe(false);
  const { data } = await call("GET", "/v1/recipients", { token: tokens.admin });
  expect((data as RecipientsAnswer).refused).toContainEqual({ kind: "webhook", host: "old.example.com" });
  await setPolicy(() => ({
    recipients: [
      {
        ...{ kind: "webhook", name: "Ours", host: "old.example.com", role: "processor", country: "GB" },
        ...{ contract: "DPA", fields: ["number"] },
      },
    ],
  }));
  expect([await allowed("old.example.com"), await allowed("kept.example.com")]).toEqual([true, false]);
  await setPolicy(() => ({ recipients: [] }));
});
