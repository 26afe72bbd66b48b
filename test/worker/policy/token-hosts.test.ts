/** Where a recipient grants tokens: a host that gets client secrets and refresh tokens is of the vendor's row, or gets nothing. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import type { DisclosuresAnswer } from "../../../shared/policy/api-disclosures.ts";
import type { Recipient } from "../../../shared/policy/policy.ts";
import { loosened } from "../../../shared/policy/loosened.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { crmOf } from "../../../worker/connectors/crm.ts";
import { mayErase } from "../../../worker/connectors/kinds/held/read.ts";
import { realTime } from "../../../worker/connectors/http.ts";
import { type ConnectorRow, connectorColumns, purposeOf } from "../../../worker/connectors/rows.ts";
import { seal } from "../../../worker/core/seal.ts";
import type { Env } from "../../../worker/env.ts";
import { currentPolicy } from "../../../worker/policy/current.ts";
import { forgetRecipients } from "../../../worker/policy/egress.ts";
import { backupsOf } from "../../../worker/privacy-requests/systems/rows.ts";
import { aTeam, setPolicy, under } from "../helpers.ts";
import { neverTakenOver } from "./never-taken-over.ts";

const tokens = aTeam();
const ISSUER = "https://id.example.com";
const own: Env = {
  ...env,
  ...{
    CONNECTOR_KEY: btoa("k".repeat(32)),
    OIDC_ISSUER: ISSUER,
    OIDC_CLIENT_ID: "c",
    OIDC_CLIENT_SECRET: "s",
  },
};
const recipient = (kind: Recipient["kind"], host: string, ...also: string[]): Recipient => ({
  ...{ kind, name: host, host, role: "processor", country: "GB", contract: "DPA", fields: ["number"] },
  ...(also.length > 0 && { also }),
});
const describeThem = async (...recipients: Recipient[]) => {
  forgetRecipients();
  await setPolicy(() => ({ recipients: [recipient("resolver", "cloudflare-dns.com"), ...recipients] }));
};

/** Everything that left, by host. */
let left: string[] = [];
/** What the sign-in provider's document says. */
let document: Record<string, unknown> = {};
beforeEach(() => {
  left = [];
  forgetRecipients();
  vi.useFakeTimers({ now: Date.now() + 11 * 60_000, toFake: ["Date"] }); // Nothing discovered is kept from the test before.
  document = {
    ...{ issuer: ISSUER, authorization_endpoint: `${ISSUER}/a`, jwks_uri: "https://keys.example.com/k" },
    token_endpoint: "https://token.example.com/t",
  };
  vi.stubGlobal("fetch", (input: RequestInfo | URL) => {
    const url = new URL(input instanceof Request ? input.url : input);
    left.push(url.host);
    if (url.pathname.startsWith("/.well-known")) return Promise.resolve(Response.json(document));
    return Promise.resolve(
      /token|oauth/.test(url.pathname)
        ? Response.json({ access_token: "a", token_type: "bearer", expires_in: 3600 })
        : Response.json({}),
    );
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

// As Pipedrive names its own; the others take any.
const fields = { verdict: "a".repeat(40), date: "b".repeat(40), reasons: "c".repeat(40) };
interface Case {
  kind: ConnectorKind;
  settings: Record<string, string>;
  api: string;
  grants: string;
}
const cases: Case[] = [
  { kind: "zoho", settings: { region: "eu" }, api: "www.zohoapis.eu", grants: "accounts.zoho.eu" },
  { kind: "zoho", settings: { region: "ca" }, api: "www.zohoapis.ca", grants: "accounts.zohocloud.ca" },
  {
    kind: "dynamics",
    settings: { host: "https://a.crm11.dynamics.com", tenant: "11111111-1111-1111-1111-111111111111" },
    ...{ api: "a.crm11.dynamics.com", grants: "login.microsoftonline.com" },
  },
  {
    kind: "pipedrive",
    settings: { host: "https://a.pipedrive.com" },
    ...{ api: "a.pipedrive.com", grants: "oauth.pipedrive.com" },
  },
];
let nth = 0;
async function connected({ kind, settings }: Case, secret: Record<string, string>, asked?: string) {
  const way = asked ?? (kind === "dynamics" ? "client" : "oauth");
  const id = `c${++nth}`;
  const name = kind === "pipedrive" ? "persons" : "Contacts";
  const setup = JSON.stringify({ settings, objects: [{ name, numbers: ["Phone"] }], fields });
  await env.DB.prepare(
    "INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES (?, ?, 'CRM', ?, ?, ?, 'x', '2026-01-01')",
  )
    .bind(id, kind, setup, way, await seal(own, purposeOf(id), secret))
    .run();
  return (await env.DB.prepare(`SELECT ${connectorColumns} FROM connectors c WHERE c.id = ?`)
    .bind(id)
    .first<ConnectorRow>())!;
}
const app = { clientId: "app", clientSecret: "secret", refreshToken: "granted" };
/** Reads a page; what was thrown, in words. */
const page = async (row: ConnectorRow) =>
  crmOf(own, row, realTime)
    .then((crm) => crm.page(null))
    .then(
      () => "",
      (error: Error) => error.message,
    );
const status = async () =>
  (await under(own, "GET", "/v1/recipients", { token: tokens.admin })).data as RecipientsAnswer;
const signIn = () => under(own, "GET", "/v1/sso");

describe("the upgrade from a release that wanted the vendor's first host alone", () => {
  let rows: ConnectorRow[] = [];
  beforeAll(async () => {
    rows = await Promise.all([
      connected(cases[0]!, app),
      // Its token is its own: it asks for none.
      connected(cases[3]!, { token: "t" }, "token"),
    ]);
    await env.DB.prepare(
      "INSERT INTO marks (name, value) VALUES ('recipients', '2026-01-01'), ('recipients-own', '2026-01-01')",
    ).run();
    await describeThem(
      recipient("connector", "www.zohoapis.eu"),
      recipient("connector", "a.pipedrive.com"),
      recipient("sign-in", "id.example.com"),
    );
  });

  it("stops nothing before the hosts were taken over, and nothing after", async () => {
    await page(rows[0]!);
    expect(left).toEqual(["accounts.zoho.eu", "www.zohoapis.eu"]);
    expect((await signIn()).status).toBe(200);
    await adoptRecipients(own);
    const { undescribed, refused } = await status();
    const further = undescribed.filter(({ host }) => host !== "");
    expect(further.map(({ kind, host, vendor }) => `${kind} ${host} of ${vendor}`)).toEqual([
      "connector accounts.zoho.eu of www.zohoapis.eu",
      "sign-in keys.example.com of id.example.com",
      "sign-in token.example.com of id.example.com",
    ]);
    expect(refused).toEqual([]);
    left = [];
    forgetRecipients();
    await page(await connected(cases[0]!, app));
    expect(left).toEqual(["accounts.zoho.eu", "www.zohoapis.eu"]);
    expect((await signIn()).status).toBe(200);
    await adoptRecipients(own);
    expect((await status()).undescribed).toEqual(undescribed);
  });

  it("a row of the vendor's that says them describes them; from then on it counts", async () => {
    await describeThem(recipient("connector", "www.zohoapis.eu", "accounts.zoho.eu"));
    expect((await status()).undescribed.map(({ host }) => host)).not.toContain("accounts.zoho.eu");
    await page(await connected(cases[0]!, app));
    expect(left).toEqual(["accounts.zoho.eu", "www.zohoapis.eu"]);
    await describeThem(recipient("connector", "www.zohoapis.eu"));
    left = [];
    expect(await page(await connected(cases[0]!, app))).toContain("accounts.zoho.eu");
    expect(left).toEqual([]);
  });

  it("waits for a provider that does not answer, and refuses none of its hosts meanwhile", async () => {
    await neverTakenOver("recipients-endpoints");
    await env.DB.exec("DELETE FROM recipients_before WHERE kind = 'sign-in'");
    await describeThem(recipient("sign-in", "id.example.com"));
    const said = document;
    document = {};
    await adoptRecipients(own);
    document = said;
    expect((await signIn()).status).toBe(200);
    await adoptRecipients(own);
    forgetRecipients();
    expect((await signIn()).status).toBe(200);
    expect((await status()).undescribed.map(({ host }) => host)).toContain("token.example.com");
  });
});

it("takes over nothing of a provider that is no recipient: its hosts are approved with it", async () => {
  await neverTakenOver("recipients-endpoints");
  await env.DB.exec("DELETE FROM recipients_before WHERE kind = 'sign-in'");
  await describeThem();
  await adoptRecipients(own);
  await describeThem(recipient("sign-in", "id.example.com"));
  await adoptRecipients(own);
  expect((await signIn()).status).toBe(502);
});

describe("once they are taken over", () => {
  beforeAll(() => env.DB.exec("UPDATE recipients_before SET described_at = '2026-01-01'"));

  it.each(cases)("$kind: $grants gets no secret unless the row of $api has it", async (one) => {
    await describeThem(recipient("connector", one.api));
    expect(await page(await connected(one, app))).toContain(`${one.grants}: not a recipient`);
    expect(left).toEqual([]);
    expect((await status()).refused).toContainEqual({
      ...{ kind: "connector", host: one.grants, vendor: one.api },
    });
    await describeThem(recipient("connector", one.api, one.grants));
    expect((await status()).refused).not.toContainEqual(expect.objectContaining({ host: one.grants }));
    await page(await connected(one, app));
    expect(left).toEqual([one.grants, one.api]);
  });

  it("a CRM whose token an administrator entered wants no other host", async () => {
    await describeThem(recipient("connector", "a.pipedrive.com"));
    await page(await connected(cases[3]!, { token: "t" }, "token"));
    expect(left).toEqual(["a.pipedrive.com"]);
  });

  it("a sign-in provider's document leads to no host that its row does not have, not within its ten minutes either", async () => {
    await describeThem(recipient("sign-in", "id.example.com", "token.example.com", "keys.example.com"));
    expect((await signIn()).status).toBe(200);
    await describeThem(recipient("sign-in", "id.example.com", "keys.example.com"));
    const { status: refused, text } = await signIn();
    expect([refused, text.includes("token.example.com")]).toEqual([502, true]);
    const { data } = await under(own, "POST", "/v1/sso", {
      body: {
        ...{ code: "code", verifier: "v".repeat(43), nonce: "n".repeat(30) },
        redirectUri: `https://${new URL(env.EXTENSION_ORIGIN).host}.chromiumapp.org/sso`,
      },
    });
    expect(data).toMatchObject({ code: "sso-provider" });
    expect(left).not.toContain("token.example.com");
    expect((await status()).refused).toContainEqual({
      ...{ kind: "sign-in", host: "token.example.com", vendor: "id.example.com" },
    });
  });

  it("a host more is a proposal, and published as the row is", async () => {
    const { policy } = await currentPolicy(env.DB);
    const withIt = (...also: string[]) => ({
      ...policy,
      recipients: [recipient("connector", "a.b.com", ...also)],
    });
    expect(loosened(withIt(), withIt("t.b.com"), "admin").map(({ path }) => path)).toEqual(["recipients"]);
  });
});

it("of two rows that name a host, the one that goes by it counts, in whatever order", async () => {
  const own: Recipient = { ...recipient("connector", "eu.example.com"), country: "DE", backupDays: 10 };
  const other: Recipient = {
    ...recipient("connector", "api.example.com", "eu.example.com"),
    ...{ name: "Of another", backupDays: 30, erases: true },
  };
  for (const rows of [
    [own, other],
    [other, own],
  ]) {
    await describeThem(...rows);
    const { policy } = await currentPolicy(env.DB);
    expect(await mayErase(env.DB, "eu.example.com")).toBe(false);
    expect(backupsOf(policy, "eu.example.com", "2026-01-01")).toBe("2026-01-11");
    await env.DB.exec("DELETE FROM disclosures");
    await env.DB.exec(
      "INSERT INTO disclosures (day, kind, host, what, times, items) VALUES ('2026-01-01', 'connector', 'eu.example.com', 'marks', 1, 1)",
    );
    const { data } = await under(env, "GET", "/v1/disclosures", { token: tokens.admin });
    expect((data as DisclosuresAnswer).disclosures.map(({ name }) => name)).toEqual([own.name]);
  }
});

it("what a recipient's row says is of each of its hosts: that officers erase there, and how long its backups keep", async () => {
  const crm: Recipient = {
    ...recipient("connector", "api.example.com", "eu.example.com"),
    backupDays: 30,
    erases: true,
  };
  await describeThem(crm, recipient("connector", "other.example.com"));
  const { policy } = await currentPolicy(env.DB);
  for (const [host, erases, until] of [
    ["api.example.com", true, "2026-01-31"],
    ["eu.example.com", true, "2026-01-31"],
    ["other.example.com", false, null],
    ["", false, null],
  ] as const) {
    expect(await mayErase(env.DB, host), host).toBe(erases);
    expect(backupsOf(policy, host, "2026-01-01"), host).toBe(until);
  }
});
