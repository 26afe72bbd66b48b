/** What is not as the trail has it is told once: the night keeps that in mind until it is right again. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { bindSetups } from "../../../worker/connectors/checks/bound.ts";
import { letGo } from "../../../worker/jobs/sweep-said.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { tellUnlike } from "../../../worker/trail/kept-back.ts";
import { asOwner, aTeam, dump, setPolicy, under } from "../helpers.ts";
import { run } from "../trail/kit.ts";

const tokens = aTeam();
beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await adopt(env);
  await env.DB.exec("DELETE FROM kept_back; DELETE FROM outbox");
});
const kept = async () => ((await dump("kept_back")) as { row: string }[]).map(({ row }) => row);
/** As a night does. */
async function night(): Promise<void> {
  for (const { statements } of await letGo(env, Date.now()))
    await env.DB.batch(statements.map(({ sql, params }) => env.DB.prepare(sql).bind(...params)));
}
/** Tells of a row that is bent; it stays until it is put right. */
async function staysUntil(row: string, right: () => Promise<unknown>): Promise<void> {
  await tellUnlike(env, [row], Date.now());
  for (let n = 0; n < 2; n++) {
    await night();
    expect(await kept()).toEqual([row]);
  }
  await right();
  await night();
  expect(await kept()).toEqual([]);
}

it("a version of the policy that nothing binds", async () => {
  await setPolicy(() => ({}));
  await run(
    `INSERT INTO policies (version, doc, at, by, why)
     SELECT version + 1, doc, '2026-01-01T00:00:00.000Z', by, 'theirs' FROM policies ORDER BY version DESC LIMIT 1`,
  );
  const { version } = (await env.DB.prepare("SELECT MAX(version) AS version FROM policies").first<{
    version: number;
  }>())!;
  await staysUntil(`policies/${version}`, () =>
    asOwner(["policies"], () => run("DELETE FROM policies WHERE version = ?", version)),
  );
});

it("the mail service", async () => {
  const body = { from: "dial@example.com", url: "" };
  const EMAIL = { send: () => Promise.resolve() };
  const own = { ...env, EMAIL } as unknown as typeof env;
  await setPolicy(() => ({
    recipients: [
      {
        ...{ kind: "mail", name: "Cloudflare", host: "", role: "processor", country: "GB" },
        ...{ contract: "DPA of 1 March 2026", fields: ["address"] },
      },
    ],
  }));
  const answer = await under(own, "PUT", "/v1/mail/service", { token: tokens.admin, body });
  expect(answer.status, JSON.stringify(answer.data)).toBe(200);
  const [{ at }] = (await dump("mail_service")) as [{ at: string }];
  await run("UPDATE mail_service SET at = '2026-01-01'");
  await staysUntil("mail_service/1", () => run("UPDATE mail_service SET at = ?", at));
});

it("the set-up of a connector", async () => {
  await run(
    `INSERT INTO connectors (id, kind, name, setup, way, secret, active, by, at)
     VALUES ('crm', 'zoho', 'CRM', '{}', 'oauth', '', 0, 'x', '2026-01-01')`,
  );
  await bindSetups(env);
  await run(`UPDATE connectors SET setup = '{"flag":""}'`);
  await staysUntil("connectors/crm", () => run("UPDATE connectors SET setup = '{}'"));
});
