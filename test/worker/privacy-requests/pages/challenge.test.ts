/** What a flood has each sender's browser work out: from an attacker's view, a person's, and another system's. */
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Challenge, Problem } from "../../../../shared/api.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { newChallenge } from "../../../../worker/privacy-requests/pages/challenge.ts";
import { asOwner, call, dump, MINUTE } from "../../helpers.ts";
import { easySolution, enter, fillIn, linksTo, open, solutionOf, tokens, WHO, withTeam } from "../kit.ts";

withTeam();
beforeEach(() => env.DB.exec("DELETE FROM form_networks; DELETE FROM outbox"));

let numbers = 0;
/** An objection by the API, from this network or one of its own. */
const objection = (solution?: string, network?: string) =>
  call("POST", "/v1/requests", {
    headers: network === undefined ? {} : { "cf-connecting-ip": network },
    body: {
      ...{ kind: "objection", name: "D", number: `+44207946${String(++numbers).padStart(4, "0")}` },
      solution,
    },
  });
/** So many that came just now, each from a network of its own. */
const came = (n: number) =>
  env.DB.prepare(
    `WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ?1)
     INSERT INTO form_networks (id, network, at) SELECT 'came-' || i, 'n' || i, ?2 FROM s`,
  )
    .bind(n, new Date().toISOString())
    .run();
/** All that a request leaves. */
const stored = async () =>
  JSON.stringify(
    await Promise.all(["requests", "suppressions", "duties", "request_links", "audit"].map(dump)),
  );
/** The challenge with which a request is refused that brings none. */
const asked = async (): Promise<Challenge> => ((await objection()).data as Problem).challenge!;
/** Of all numbers that could be looked for, from 0 to 2 to the 32nd. */
const theWorkerPicks = (random: number) => {
  const real = crypto.getRandomValues.bind(crypto);
  vi.spyOn(crypto, "getRandomValues").mockImplementation((into) =>
    into instanceof Uint32Array ? into.fill(random) : real(into as Uint8Array<ArrayBuffer>),
  );
};
/** The page's challenge, as its script reads it. */
const challengeIn = (html: string) =>
  JSON.parse(/data-challenge="([^"]*)"/.exec(html)![1]!.replaceAll("&quot;", '"')) as Challenge;

describe("a flood", () => {
  it("of 300 from 300 networks at once, unsolved: the first thirty are taken and no other; officers hear of it once", async () => {
    const before = ((await dump("requests")) as object[]).length;
    const answers = await Promise.all(Array.from({ length: 300 }, () => objection()));
    const of = (code: number) => answers.filter(({ status }) => status === code).length;
    expect([of(201), of(428)]).toEqual([30, 270]);
    expect(await dump("requests")).toHaveLength(before + 30);
    // It lasts while they come.
    await env.DB.exec("UPDATE requests SET at = '2020-01-01', rev = rev + 1");
    const then = await stored();
    expect((await objection()).status).toBe(428);
    expect(await stored()).toBe(then);
    const told = ((await dump("outbox")) as { template: string }[]).filter(
      ({ template }) => template === "request-slowed",
    );
    // An administrator and an officer.
    expect(told).toHaveLength(2);
    // And is over ten minutes after.
    const past = new Date(Date.now() - 11 * MINUTE).toISOString();
    await env.DB.prepare("UPDATE form_networks SET at = ?").bind(past).run();
    expect((await objection()).status).toBe(201);
  });

  it("solves each of its challenges: a solution counts once, at once and in a calm, too", async () => {
    await came(30);
    const solution = await easySolution();
    const twice = await Promise.all([objection(solution), objection(solution)]);
    expect(twice.map(({ status }) => status).sort()).toEqual([201, 428]);
    const then = await stored();
    expect((await objection(solution)).status).toBe(428);
    await env.DB.exec("DELETE FROM form_networks WHERE id LIKE 'came-%'");
    expect((await objection(solution)).status).toBe(428);
    expect(await stored()).toBe(then);
  });

  it("solves none by another key, an easier challenge, a wrong number, or one of another time", async () => {
    await came(30);
    const own = await newChallenge(env.DB, Date.now(), 1 / 1000);
    const { challenge, solution } = JSON.parse(atob(await solutionOf(own))) as {
      challenge: Challenge;
      solution: { counter: number; derivedKey: string };
    };
    const sent = (...[parameters = {}, signature = own.signature, other = {}]: [object?, string?, object?]) =>
      btoa(
        JSON.stringify({
          challenge: { parameters: { ...challenge.parameters, ...parameters }, signature },
          solution: { ...solution, ...other },
        }),
      );
    const then = await stored();
    const forged = [
      "AAAA",
      btoa("{}"),
      btoa("null"),
      sent({}, "0".repeat(64)),
      sent({}, ""),
      sent({ nonce: "0".repeat(32) }),
      sent({ cost: 1, keyPrefix: "00" }),
      sent({ expiresAt: challenge.parameters.expiresAt + 600 }),
      sent({ keySignature: own.signature }),
      sent({}, own.signature, { derivedKey: "00".repeat(32) }),
      sent({}, own.signature, { derivedKey: challenge.parameters.keyPrefix }),
      sent({}, own.signature, { counter: -1 }),
      await easySolution(Date.now() - 10 * MINUTE),
    ];
    for (const one of forged) expect((await objection(one)).status, one).toBe(428);
    expect(await stored()).toBe(then);
    // None of these spent it.
    expect((await objection(sent())).status).toBe(201);
  });

  it("knows no number to begin at: any may be the one, down to none", async () => {
    await came(30);
    for (const [random, most] of [
      [0, 0],
      [2 ** 29, 60],
      [2 ** 30, 110],
    ] as const) {
      theWorkerPicks(random);
      const { counter } = (await solveChallenge({ challenge: await asked(), deriveKey }))!;
      expect(counter).toBeLessThanOrEqual(most);
      vi.restoreAllMocks();
    }
  });

  it("has harder ones as more are taken, up to four times; those that are refused change nothing", async () => {
    theWorkerPicks(2 ** 30);
    const after = async (taken: number, refused = 0) => {
      await env.DB.exec("DELETE FROM form_networks");
      await came(taken);
      for (let n = 0; n < refused; n++) await objection();
      return asked();
    };
    const easiest = await after(30);
    const { counter } = (await solveChallenge({ challenge: easiest, deriveKey }))!;
    expect(counter).toBeGreaterThan(0);
    const isFor = async ({ parameters }: Challenge, times: number) => {
      const tried = new Uint8Array([...hexToBytes(parameters.nonce), 0, 0, 0, 0]);
      new DataView(tried.buffer).setUint32(16, counter * times);
      const { derivedKey } = await deriveKey(parameters, hexToBytes(parameters.salt), tried);
      return bytesToHex(derivedKey).startsWith(parameters.keyPrefix);
    };
    expect(await isFor(await after(30, 40), 1)).toBe(true);
    expect(await isFor(await after(60), 2)).toBe(true);
    expect(await isFor(await after(400), 4)).toBe(true);
    vi.restoreAllMocks();
  });
});

describe("a network", () => {
  it("that sends 40 is asked itself, and keeps nobody else out, however often it tries again", async () => {
    const busy = "203.0.113.7";
    const sent = await Promise.all(Array.from({ length: 40 }, () => objection(undefined, busy)));
    const of = (code: number) => sent.filter(({ status }) => status === code).length;
    expect([of(201), of(428)]).toEqual([30, 10]);
    expect((await objection()).status).toBe(201);
    expect((await objection(undefined, busy)).status).toBe(428);
    // Five networks are no thirty, whatever they send; seven are.
    const other = (n: number) =>
      env.DB.prepare(
        "INSERT INTO form_networks (id, network, at) SELECT ?1 || value, ?1, ?2 FROM json_each('[1, 2, 3, 4, 5, 6]')",
      )
        .bind(`o${n}`, new Date().toISOString())
        .run();
    for (const n of [1, 2, 3, 4]) await other(n);
    expect((await objection()).status).toBe(201);
    for (const n of [5, 6]) await other(n);
    expect((await objection()).status).toBe(428);
  });

  it("that kept what was refused gets it through by trying again, once the flood of others is over", async () => {
    await came(30);
    const queue = "203.0.113.8";
    const tries = () => Promise.all(Array.from({ length: 18 }, () => objection(undefined, queue)));
    for (const { status, headers } of [...(await tries()), ...(await tries())]) {
      expect(status).toBe(428);
      expect(headers.get("retry-after")).toBe("600");
    }
    await env.DB.exec("DELETE FROM form_networks WHERE id LIKE 'came-%'");
    for (const { status } of await tries()) expect(status).toBe(201);
  });

  it("counts for others by what was refused, too, a few times", async () => {
    await came(30);
    for (let n = 0; n < 7; n++) expect((await objection(undefined, "203.0.113.9")).status).toBe(428);
    const refused = "SELECT COUNT(*) AS n FROM form_networks WHERE id NOT LIKE 'came-%'";
    expect(await env.DB.prepare(refused).first("n")).toBe(5);
    await env.DB.exec(
      "DELETE FROM form_networks WHERE id IN ('came-1', 'came-2', 'came-3', 'came-4', 'came-5')",
    );
    expect((await objection()).status).toBe(428);
  });
});

describe("a person", () => {
  const good = { kind: "objection", ...WHO, email: "flooded@example.com", text: 'My "words"' };
  const pl = { headers: { "accept-language": "pl" } };

  it("has a page that works it out and sends what they wrote, also from a form of before", async () => {
    await came(30);
    const then = await stored();
    const { status, html, headers } = await fillIn(good);
    expect(status).toBe(428);
    expect(await stored()).toBe(then);
    expect(await linksTo(good.email)).toEqual([]);
    // Nothing of it looks as if it had been taken.
    expect(html).toContain("<title>Not sent yet: ");
    expect(html).toContain("Your request has not reached us yet.");
    expect(html).not.toMatch(/Your reference|Error: /);
    expect(html).toContain('value="Dora Data"');
    expect(html).toContain("My &quot;words&quot;");
    expect(html).toMatch(/id="kind-objection"[^>]*checked/);
    // One script of our own, and none within the page.
    const [, src] = /<script src="([^"]*)"><\/script>/.exec(html)!;
    expect(html.match(/<script|\son\w+=/g)).toHaveLength(1);
    const script = await call("GET", src!);
    expect(script.status).toBe(200);
    expect(script.headers.get("content-type")).toMatch(/^text\/javascript/);
    const policy = headers.get("content-security-policy")!;
    expect(policy).toMatch(/^default-src 'none';.* script-src 'self'(;|$)/);
    expect(policy).not.toMatch(/unsafe|connect-src|https?:/);
    expect(policy).toContain("form-action 'self'");
    const [, at] = /name="at" value="([^"]*)"/.exec(html)!;
    const { location } = await fillIn({ ...good, at: at!, solution: await solutionOf(challengeIn(html)) });
    expect((await open(location!)).html).toMatch(/Your reference is \w{4}-\w{4}\./);
  });

  it("whose browser sends what does not count is asked to press once more, without a script that sends by itself", async () => {
    await came(30);
    const { status, html, headers } = await fillIn({ ...good, solution: await easySolution(0) });
    expect(status).toBe(422);
    expect(html).toContain("what your browser worked out came too late");
    expect(html).toContain('value="Dora Data"');
    expect(html).toContain("It may have reached us although you saw no reference");
    expect(html).not.toContain("<script");
    expect(headers.get("content-security-policy")).not.toContain("script-src");
    expect((await fillIn(good)).status).toBe(428);
  });

  it("reads how to reach the company otherwise, in their language", async () => {
    await came(30);
    expect((await fillIn(good)).html).toContain("by letter, by e-mail or on the telephone");
    const identity = { ...defaultPolicy.identity, company: "Acme", freephone: "0800 123 456" };
    await env.DB.prepare(
      `INSERT INTO policies (version, doc, at, by, why)
       SELECT 1, ?, '2026-01-01T00:00:00.000Z', id, 'x' FROM people LIMIT 1`,
    )
      .bind(JSON.stringify({ ...defaultPolicy, identity }))
      .run();
    expect((await fillIn(good)).html).toMatch(/ringing us: Acme, .*0800 123 456\./);
    const { html } = await fillIn(good, pl);
    expect(html).toContain("Twoja prośba jeszcze do nas nie dotarła.");
    expect(html).toContain("<title>Jeszcze nie wysłano: ");
    await asOwner(["policies"], () => env.DB.exec("DELETE FROM policies"));
  });

  it("meets none of it where there is no flood, nor in what is wrong with the form", async () => {
    await came(28);
    for (const { html } of [await open("/privacy-request"), await fillIn({ ...good, name: "" })])
      expect(html).not.toMatch(/<script|data-challenge|name="solution"/);
    expect((await fillIn(good)).status).toBe(303);
  });
});

describe("another system", () => {
  it("gets the challenge in the refusal, and sends its request again with the solution", async () => {
    await came(30);
    const { status, headers, data } = await objection();
    expect([status, headers.get("content-type")]).toEqual([428, "application/problem+json"]);
    const { code, challenge } = data as Problem;
    expect(code).toBe("challenge-unsolved");
    expect(challenge!.parameters.algorithm).toBe("PBKDF2/SHA-256");
    expect((await objection(await solutionOf(challenge!))).status).toBe(201);
  });

  it("finds it in the API's document", async () => {
    const document = (await call("GET", "/openapi.json")).data;
    const schema = ["content", "application/json", "schema", "properties", "solution"];
    expect(document).toHaveProperty(["paths", "/v1/requests", "post", "requestBody", ...schema]);
    const problem = ["responses", "default", "content", "application/problem+json", "schema", "properties"];
    expect(document).toHaveProperty(["paths", "/v1/requests", "post", ...problem, "challenge"]);
  });

  it("and staff, who enter a request, are asked for nothing", async () => {
    await came(30);
    expect(await enter(tokens.agent, { kind: "objection", email: undefined })).toMatch(/^[0-9a-f-]{36}$/);
  });
});
