/** Hosts that lead into a private network: not taken where they are entered, nor sent to, whatever DNS says later. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Recipient } from "../../../shared/policy/policy.ts";
import { isPublicAddress } from "../../../worker/core/addresses.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { forgetRecipients, wantPublic, wantRecipient } from "../../../worker/policy/egress.ts";
import { HostRefused } from "../../../worker/policy/hosts.ts";
import { overHttps, resolver, type Whereabouts } from "../../../worker/policy/resolver.ts";
import { aTeam, call, DAY, MINUTE, setPolicy } from "../helpers.ts";

const HOUR = 60 * MINUTE;

describe("an address", () => {
  it.each([
    ..."0.0.0.0 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 169.254.169.254".split(
      " ",
    ),
    ..."172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255".split(
      " ",
    ),
    ..."198.51.100.7 203.0.113.7 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255".split(" "),
    ...":: ::1 fe80::1 febf::1 fc00::1 fd12:3456::1 ff02::1 100::1 2001::1 2001:0:7f00:1:: 2001:1ff::1".split(
      " ",
    ),
    ..."2001:db8::1 2001:20::1 2002:a00:1:: 2002:808:808::1 3fff::1 5f00::1 4000::1 1fff::1".split(" "),
    // IPv4 within IPv6, in every form.
    ..."::10.0.0.1 ::ffff:10.0.0.1 ::ffff:a00:1 ::ffff:8.8.8.8 64:ff9b::10.0.0.1 64:ff9b::a00:1 64:ff9b:1::1".split(
      " ",
    ),
    ..."0000:0000:0000:0000:0000:0000:0000:0001 FE80::1 0:0:0:0:0:ffff:7f00:1".split(" "),
    // No addresses.
    ..."256.0.0.1 8.8.8 8.8.8.8.8 08.8.8.8x localhost example.com 2a00:::1 [2a00::1] fe80::1%eth0".split(" "),
    "",
    " 8.8.8.8",
  ])("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    ..."1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0".split(
      " ",
    ),
    ..."172.15.255.255 172.32.0.0 192.0.1.1 192.167.1.1 198.17.255.255 198.20.0.0 203.0.112.1 223.255.255.255".split(
      " ",
    ),
    ..."2606:4700:4700::1111 2a00:1450:4009::200e 2001:200::1 2001:4860:4860::8888 2003::1 2001:db7::1 3ffe::1".split(
      " ",
    ),
  ])("%s is", (address) => expect(isPublicAddress(address)).toBe(true));
});

describe("the resolver", () => {
  afterEach(() => void vi.unstubAllGlobals());
  /** What it answers to A and to AAAA. */
  const answers = (a: unknown, aaaa: unknown, status = 200) => {
    const asked: Request[] = [];
    vi.stubGlobal("fetch", (input: string, init: RequestInit) => {
      const request = new Request(input, init);
      asked.push(request);
      const type = new URL(request.url).searchParams.get("type");
      const said = type === "1" ? a : aaaa;
      return Promise.resolve(
        typeof said === "string" ? new Response(said, { status }) : Response.json(said, { status }),
      );
    });
    return asked;
  };
  const found = (type: number, ...data: string[]) => ({
    Status: 0,
    Answer: [
      { name: "x", type: 5, TTL: 1, data: "cname.example.com." },
      ...data.map((one) => ({ type, data: one })),
    ],
  });
  const none = { Status: 0 };

  it("is told a host's name, and nothing else", async () => {
    const asked = answers(found(1, "8.8.8.8"), found(28, "2606:4700::1"));
    expect(await overHttps("api.example.com")).toBe("public");
    expect(asked.map(({ url, method, redirect }) => [url, method, redirect]).sort()).toEqual([
      ["https://cloudflare-dns.com/dns-query?name=api.example.com&type=1", "GET", "manual"],
      ["https://cloudflare-dns.com/dns-query?name=api.example.com&type=28", "GET", "manual"],
    ]);
    expect([...asked[0]!.headers].map(([name]) => name)).toEqual(["accept"]);
  });

  it.each<[string, unknown, unknown, Whereabouts]>([
    ["one of several addresses is private", found(1, "8.8.8.8", "10.0.0.5"), none, "private"],
    ["IPv6 alone is private", found(1, "8.8.8.8"), found(28, "fd00::1"), "private"],
    ["IPv4 is private, and the other does not answer", found(1, "169.254.169.254"), "no JSON", "private"],
    ["there is no IPv4", none, found(28, "2606:4700::1"), "public"],
    ["there is no such host", { Status: 3 }, { Status: 3 }, "none"],
    ["a name without addresses", none, found(28), "none"],
    ["half does not answer", found(1, "8.8.8.8"), { Status: 2 }, "unknown"],
    ["its servers fail", { Status: 2 }, { Status: 2 }, "unknown"],
    ["it answers something else", "<html>", "<html>", "unknown"],
  ])("where %s", async (_, a, aaaa, whereabouts) => {
    answers(a, aaaa);
    expect(await overHttps("api.example.com")).toBe(whereabouts);
  });

  it("that is down, or redirects, has not said", async () => {
    answers(found(1, "8.8.8.8"), none, 302);
    expect(await overHttps("api.example.com")).toBe("unknown");
    vi.stubGlobal("fetch", () => Promise.reject(new Error("no network")));
    expect(await overHttps("api.example.com")).toBe("unknown");
  });
});

describe("a host", () => {
  const tokens = aTeam();
  let said: Record<string, Whereabouts> = {};
  let asked: string[] = [];
  const usual = resolver.ask;
  const recipient = (host: string): Recipient => ({
    ...{ kind: "webhook", name: "Our dialler", host, role: "processor", country: "GB" },
    ...{ contract: "DPA of 1 March 2026", fields: ["number", "verdict"] },
  });
  const HOSTS = ["dial.example.com", "new.example.com"];
  beforeAll(async () => {
    await adoptRecipients(env);
    await setPolicy(() => ({ recipients: HOSTS.map(recipient) }));
  });
  beforeEach(async () => {
    [said, asked] = [{}, []];
    resolver.ask = (host) => {
      asked.push(host);
      return Promise.resolve(said[host] ?? "public");
    };
    forgetRecipients();
    await env.DB.exec("DELETE FROM hosts");
  });
  afterEach(() => {
    resolver.ask = usual;
    vi.useRealTimers();
  });
  const codeOf = ({ data }: { data: unknown }) => data as Problem;
  const began = Date.now();
  /** Whether something may be sent then; else why not. */
  const at = async (ms: number, host = "dial.example.com") => {
    vi.useFakeTimers({ now: began + ms, toFake: ["Date"] });
    forgetRecipients();
    return wantRecipient(env, "webhook", host).then(
      () => true,
      (error: Error) => error.message,
    );
  };

  it.each(["private", "none"] as const)("that is %s is taken nowhere where one is entered", async (where) => {
    said["inside.example.com"] = where;
    const hook = await call("POST", "/v1/webhooks", {
      token: tokens.admin,
      body: { url: "https://inside.example.com/in" },
    });
    expect(codeOf(hook)).toMatchObject({ status: 422, errors: [{ path: "url" }] });
    const { version, policy } = (await call("GET", "/v1/policy", { token: tokens.admin }))
      .data as PolicyAnswer;
    const save = (added: Recipient) =>
      call("PUT", "/v1/policy", {
        token: tokens.admin,
        headers: { "if-match": `"${version}"` },
        body: { policy: { ...policy, recipients: [...policy.recipients, added] }, why: "x" },
      });
    expect(codeOf(await save(recipient("inside.example.com:8443")))).toMatchObject({
      ...{ status: 422, errors: [{ path: "policy.recipients.2.host" }] },
    });
    const also = ["dial.example.com", "inside.example.com"];
    expect(codeOf(await save({ ...recipient("dial.example.com"), also }))).toMatchObject({
      ...{ status: 422, errors: [{ path: "policy.recipients.2.also.1" }] },
    });
    const crm = {
      ...{ kind: "espocrm", name: "CRM", way: "hmac", secret: { apiKey: "k", secretKey: "s" } },
      setup: {
        settings: { host: "https://inside.example.com" },
        objects: [{ name: "Contact", numbers: ["phoneNumber"] }],
        fields: { verdict: "v", date: "d", reasons: "r" },
        dates: "changed",
      },
    };
    const made = await call("POST", "/v1/connectors", { token: tokens.admin, body: crm });
    expect(codeOf(made).errors).toEqual([
      { path: "setup.settings.host", message: expect.stringContaining("inside.example.com") as string },
    ]);
    expect(asked).toEqual(Array(4).fill("inside.example.com"));
  });

  it("of which the resolver does not say is taken, and looked at again before it is used", async () => {
    said["new.example.com"] = "unknown";
    const hook = await call("POST", "/v1/webhooks", {
      token: tokens.admin,
      body: { url: "https://new.example.com/in" },
    });
    expect(hook.status).toBe(201);
    said["new.example.com"] = "private";
    expect(await at(6 * MINUTE, "new.example.com")).toContain("not on the public internet");
  });

  it("is looked up once an hour, and what leads into a private network later is sent nothing", async () => {
    expect(await at(0)).toBe(true);
    said["dial.example.com"] = "private";
    expect(await at(59 * MINUTE)).toBe(true);
    expect(asked).toHaveLength(1);
    expect(await at(HOUR)).toContain(
      "dial.example.com: it has an address that is not on the public internet",
    );
    // Put right: it goes on.
    said["dial.example.com"] = "none";
    expect(await at(HOUR + 6 * MINUTE)).toContain("there is no such host");
    said["dial.example.com"] = "public";
    expect(await at(HOUR + 12 * MINUTE)).toBe(true);
    expect(asked).toHaveLength(4);
  });

  it("that was public goes on while the resolver is down, for a day; it is asked each five minutes", async () => {
    expect(await at(0)).toBe(true);
    said["dial.example.com"] = "unknown";
    expect(await at(HOUR)).toBe(true);
    expect(await at(HOUR + 4 * MINUTE)).toBe(true);
    expect(asked).toHaveLength(2);
    expect(await at(23 * HOUR)).toBe(true);
    expect(await at(DAY)).toContain("for a day nobody could tell where it is");
    said["dial.example.com"] = "public";
    expect(await at(DAY + 6 * MINUTE)).toBe(true);
  });

  it("that nobody ever found is sent nothing, however new its name, until the resolver says where it is", async () => {
    for (const host of HOSTS) said[host] = "unknown";
    for (const host of HOSTS) expect(await at(0, host)).toContain("nobody could tell yet where it is");
    expect(await at(4 * MINUTE)).toContain("nobody could tell yet where it is");
    expect(asked).toHaveLength(2);
    said["dial.example.com"] = "public";
    expect(await at(6 * MINUTE)).toBe(true);
  });

  it("that a provider's answer names for its audio is asked only on the public internet", async () => {
    said["inside.example.com"] = "private";
    said["nowhere.example.com"] = "unknown";
    for (const url of [
      ...[
        "http://dial.example.com/a",
        "https://10.0.0.1/a",
        "https://user@dial.example.com/a",
        "file:///a",
        "",
      ],
      ...["https://inside.example.com/a", "https://nowhere.example.com/a", "https://metadata.internal/a"],
    ])
      await expect(wantPublic(env, url), url).rejects.toThrow(HostRefused);
    expect(asked.sort()).toEqual(["inside.example.com", "nowhere.example.com"]);
    await wantPublic(env, "https://audio.example.com/signed");
  });

  it("that was private stays so while the resolver is down", async () => {
    said["dial.example.com"] = "private";
    expect(await at(0)).toContain("not on the public internet");
    said["dial.example.com"] = "unknown";
    expect(await at(2 * HOUR)).toContain("not on the public internet");
  });

  it("is asked of a recipient alone: where the policy does not name the resolver, it is told nothing", async () => {
    expect(await at(0)).toBe(true);
    await env.DB.exec("UPDATE recipients_before SET described_at = '2026-01-01' WHERE kind = 'resolver'");
    expect(await at(2 * HOUR)).toBe(true);
    expect(asked).toHaveLength(1);
    await env.DB.exec("UPDATE recipients_before SET described_at = NULL WHERE kind = 'resolver'");
  });

  it("that is an address itself is judged as one", async () => {
    await setPolicy(() => ({ recipients: ["10.0.0.5", "8.8.8.8"].map(recipient) }));
    expect(await at(0, "10.0.0.5")).toContain("not on the public internet");
    expect(await at(0, "8.8.8.8")).toBe(true);
    expect(asked).toEqual([]);
  });
});
