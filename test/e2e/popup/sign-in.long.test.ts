/**
 * Signing in through a real provider from a fresh profile, a token that is rotated unnoticed, and access that is ended.
 */
import { changePolicy } from "../kit/policy.ts";
import { shot } from "../kit/shots.ts";
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addPerson, call, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import type { PeopleAnswer, Person, PersonAnswer } from "../../../shared/people/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { type Asked, CLIENT_ID, codeFor, type Idp, logIn, OTHER_CLIENT_ID, SCOPE, startIdp } from "./idp.ts";
import { Extension } from "./extension-kit.ts";

const REDIRECT = "https://gjfncemgbmfcpbjhhncdmgalholdbemp.chromiumapp.org/sso";
const accounts = {
  lee: { name: "Lee Lead", email: "lee@example.com", groups: ["Sales leads"] },
  max: { name: "Max", email: "max@example.com", groups: [] },
  eve: { name: "Eve", email: "eve@elsewhere.example", groups: [] },
};
const stateDir = mkdtempSync(join(tmpdir(), "cleardial-signin-"));
let idp: Idp;
let worker: RunningWorker;
let extension: Extension;
let admin = "";

beforeAll(async () => {
  idp = await startIdp(accounts, REDIRECT);
  const vars = {
    OIDC_ISSUER: idp.issuer,
    OIDC_CLIENT_ID: CLIENT_ID,
    OIDC_NAME: "Example ID",
    OIDC_SCOPE: SCOPE,
  };
  [worker, extension] = await Promise.all([
    startWorker({ port: await freePort(), stateDir, setupCode: "signin-setup", vars }),
    Extension.open(),
  ]);
  admin = await setUp(worker.url, "signin-setup", { name: "Ada Admin", email: "ada@example.com" });
  const mo = { name: "Mo Manager", email: "mo@northfold.example", role: "manager" } as const;
  const saves = await addPerson(worker.url, admin, mo);
  const signIn: Policy["access"]["signIn"] = [
    { match: "domain", value: "example.com", role: "agent" },
    { match: "group", value: "Sales leads", role: "manager" },
  ];
  await changePolicy(worker.url, { saves, approves: admin }, (policy) => ({
    ...policy,
    access: { ...policy.access, signIn },
  }));
});
afterAll(async () => {
  await extension?.close();
  await worker?.stop();
  idp?.close();
  rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
});

const close = (what: Page) => onTestFinished(() => what.close());
const token = () =>
  extension.worker().evaluate(async () => {
    const { account } = await chrome.storage.local.get<{ account?: { token: string } }>("account");
    return account?.token;
  });
const lee = async (): Promise<Person> => {
  const { people } = await call<PeopleAnswer>(worker.url, admin, "GET", "/v1/people");
  return people.find((p) => p.email === "lee@example.com")!;
};

const test = (options: Page) => options.locator("form").getByRole("button", { name: "Test" }).click();

/** Presses the sign-in button: Chrome shows the provider's window. */
async function beginSignIn(options: Page): Promise<Page> {
  const window = extension.context.waitForEvent("page");
  await options.getByRole("button", { name: "Sign in with Example ID" }).click();
  return window;
}

describe("signing in from a fresh profile", () => {
  it("is offered once the address is tested, and may be given up", async () => {
    const options = await extension.options();
    close(options);
    await expect.poll(() => options.getByRole("button", { name: /^Sign in/ }).count()).toBe(0);
    await options.getByLabel("Address").fill(worker.url);
    await test(options);
    const window = await beginSignIn(options);
    await window.locator("input[name=login]").waitFor();
    await window.close();
    await options.getByText("The sign-in window was closed before you were signed in.").waitFor();
    expect(await token()).toBeUndefined();
  });

  it("is refused to whom no rule admits", async () => {
    const options = await extension.options(`#url=${encodeURIComponent(worker.url)}`);
    close(options);
    await test(options);
    await logIn(await beginSignIn(options), "eve");
    await options.getByText("That account may not use ClearDial.").waitFor();
    expect(await token()).toBeUndefined();
    await extension.context.clearCookies();
  });

  it("ends joined, with the role that policy's rule gives", async () => {
    const options = await extension.options(`#url=${encodeURIComponent(worker.url)}`);
    close(options);
    await test(options);
    await logIn(await beginSignIn(options), "lee");
    await options.getByText("You are signed in as Lee Lead.").waitFor();
    await options.getByText("Signed in as Lee Lead, manager").waitFor();
    expect(await lee()).toMatchObject({ role: "manager", kind: "person" });
    const page = await call<PersonAnswer>(worker.url, admin, "GET", `/v1/people/${(await lee()).id}`);
    expect(page).toMatchObject({ roleBy: "rule", signsIn: true, devices: [{ current: false }] });
    expect(page.devices[0]!.device).toContain("Chrome on");
  });
});

describe("in the running extension", () => {
  it("an old token is replaced, and the old one ends", async () => {
    const old = await token();
    makeTokensOld(stateDir);
    // A fresh service worker, which has not asked yet who is signed in.
    await extension.worker().evaluate(() => chrome.storage.session.remove("me"));
    await extension.evict();
    const options = await extension.options();
    close(options);
    await expect.poll(token).not.toBe(old);
    const next = await token();
    expect(next).toMatch(/^cdt_/);
    // The extension itself uses the new token first.
    const people = await options.evaluate(() =>
      chrome.runtime.sendMessage<unknown, unknown>({ kind: "ui.api", method: "GET", path: "/v1/people" }),
    );
    expect(people).toMatchObject({ ok: true });
    await expect(call(worker.url, old ?? "", "GET", "/v1/me")).rejects.toThrow("401");
    expect(await call(worker.url, next ?? "", "GET", "/v1/me")).toMatchObject({ rotate: false });
    await expect.poll(() => options.getByText("You are signed out.").count()).toBe(0);
  });

  it("access that is ended is refused at the next request, and it says so", async () => {
    const popup = await extension.popup(-1);
    close(popup);
    await popup.getByText("Signed in as Lee Lead").waitFor();
    const { id } = await lee();
    await call(worker.url, admin, "PATCH", `/v1/people/${id}`, { active: false });
    await popup.getByLabel("Check a number").fill("020 7946 0012");
    await popup.getByRole("button", { name: "Check" }).click();
    await popup.getByText("You are signed out.").waitFor();
    // One statement, and nothing beside it that says otherwise.
    await expect.poll(() => popup.getByText("Signed in as Lee Lead").count()).toBe(0);
    await expect.poll(() => popup.locator(".counts, .registers").count()).toBe(0);
    await popup.setViewportSize({ width: 360, height: 600 });
    await shot(popup, "popup-signed-out");

    // The way back in is offered, but closed to the person who was deactivated.
    const opened = extension.context.waitForEvent("page");
    await popup.getByRole("button", { name: "Sign in again…" }).click();
    const options = await opened;
    close(options);
    // The provider remembers the login: it asks nothing, and Chrome shows no window.
    await options.getByRole("button", { name: "Sign in with Example ID" }).click();
    await options.getByText("That account may not use ClearDial.").waitFor();
  });

  it("threw nothing on any of its pages", () => expect(extension.errors).toEqual([]));
});

describe("what the provider's answer is worth", () => {
  /** A sign-in up to the code, as the extension begins it. */
  const begin = async (more: Partial<Asked> = {}) => {
    const asked = {
      redirectUri: REDIRECT,
      nonce: randomUUID(),
      verifier: `${randomUUID()}${randomUUID()}`,
      ...more,
    };
    const { redirectUri, nonce, verifier } = asked;
    return { code: await codeFor(idp, "max", asked), redirectUri, nonce, verifier };
  };
  /** The Worker's answer: the token's person, or the code of its refusal. */
  const bring = async (signIn: object): Promise<string> => {
    const answer = await fetch(`${worker.url}/v1/sso`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(signIn),
    });
    const data = (await answer.json()) as { code?: string; person?: Person };
    return data.person?.email ?? data.code ?? "";
  };
  const forging = (forge: NonNullable<Idp["forge"]>) => {
    idp.forge = forge;
    onTestFinished(() => void (idp.forge = null));
  };
  /** The claims, with some of them changed, signed with a key. */
  const signed =
    (key: KeyObject, kid: string, change: JWTPayload = {}) =>
    (idToken: string) =>
      new SignJWT({ ...decodeJwt(idToken), ...change }).setProtectedHeader({ alg: "RS256", kid }).sign(key);

  it("a code is good once, and so is a nonce", async () => {
    const first = await begin();
    expect(await bring(first)).toBe("max@example.com");
    expect(await bring(first)).toBe("sso-refused");
    // A fresh code for a sign-in that was used already.
    expect(await bring(await begin({ nonce: first.nonce }))).toBe("sso-replayed");
  });

  it("a code counts only for the sign-in that it was asked for in", async () => {
    const [one, two] = [await begin(), await begin()];
    expect(await bring({ ...one, nonce: two.nonce })).toBe("sso-refused");
    expect(await bring({ ...two, verifier: one.verifier })).toBe("sso-refused");
  });

  it("a code, and an ID token, for another application are refused", async () => {
    expect(await bring(await begin({ clientId: OTHER_CLIENT_ID }))).toBe("sso-refused");
    forging(signed(idp.privateKey, idp.kid, { aud: OTHER_CLIENT_ID }));
    expect(await bring(await begin())).toBe("sso-refused");
    forging(signed(idp.privateKey, idp.kid, { aud: [CLIENT_ID, OTHER_CLIENT_ID] }));
    expect(await bring(await begin())).toBe("sso-refused");
    forging(signed(idp.privateKey, idp.kid));
    expect(await bring(await begin())).toBe("max@example.com");
  });

  it("an ID token that the provider did not sign is refused", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (const kid of [idp.kid, "unknown"]) {
      forging(signed(privateKey, kid));
      expect(await bring(await begin()), kid).toBe("sso-refused");
    }
    forging((idToken) => Promise.resolve(new UnsecuredJWT(decodeJwt(idToken)).encode()));
    expect(await bring(await begin())).toBe("sso-refused");
  });

  it("the provider's new keys are found, and its old ones count no more", async () => {
    const { port, kid, privateKey } = idp;
    idp.close();
    idp = await startIdp(accounts, REDIRECT, { port });
    expect(await bring(await begin())).toBe("max@example.com");
    forging(signed(privateKey, kid));
    expect(await bring(await begin())).toBe("sso-refused");
  });
});

/** Moves the issue of every token two months back, in the database itself. */
function makeTokensOld(state: string): void {
  const folder = join(state, "v3", "d1", "miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((f) => /^[0-9a-f]{64}\.sqlite$/.test(f));
  const db = new DatabaseSync(join(folder, file ?? ""), { timeout: 5000 });
  const then = new Date(Date.now() - 60 * 86_400_000).toISOString();
  db.prepare("UPDATE tokens SET created_at = ?").run(then);
  db.close();
}
