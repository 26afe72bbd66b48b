/** Registers by lookup, against doubles that answer as the sources' documents say, and in ways that no document says. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChangesAnswer, CheckAnswer } from "../../../shared/check/api.ts";
import type { LookupsAnswer } from "../../../shared/lookups/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Env } from "../../../worker/env.ts";
import { factsOf } from "../../../worker/check/facts.ts";
import { enqueue } from "../../../worker/lookups/queue.ts";
import { decide } from "../../../shared/check/verdict.ts";
import { askAbout, askDue } from "../../../worker/lookups/ask.ts";
import { mapSchema } from "../../../worker/lookups/sources/mapped.ts";
import { openScreening, screenPart } from "../../../worker/screening/record.ts";
import { decideAt } from "../../../worker/check/decide-at.ts";
import { watch } from "../../../worker/watching/watch.ts";
import { aTeam, call, dump, push, setPolicy, under } from "../helpers.ts";
import { standIn } from "../recordings/kit.ts";

const MAP = {
  url: "https://lookup.example/v2?n={digits}",
  headers: { "x-key": "m" },
  regions: ["GB"],
  registers: {
    tps: { path: "a.t", listed: ["Y"], free: ["N"] },
    ctps: { path: "a.c", listed: ["Y"], free: ["N"] },
  },
};
const own: Env = {
  ...env,
  DATA8_KEY: "key-8",
  T2A_KEY: "key-t",
  TPSCLEAR_KEY: "key-c",
  LOOKUP_MAP: JSON.stringify(MAP),
};
const tokens = aTeam();

/** The numbers on each register, for the doubles. */
const held: Record<"tps" | "ctps", Set<string>> = { tps: new Set(), ctps: new Set() };
let asked: Request[] = [];
/** An answer to give instead of the documented one. */
let instead: ((request: Request) => Response | Promise<Response | null> | null) | null = null;
const hosts: Record<string, (request: Request, url: URL) => Promise<Response>> = {
  "webservices.data-8.co.uk": async (request, url) => {
    if (url.searchParams.get("key") !== "key-8")
      return Response.json({ Status: { Success: false, ErrorMessage: "Authentication failed" } });
    const list = /^\/(C?TPS)\/IsCallable\.json$/.exec(url.pathname)![1]!.toLowerCase() as "tps" | "ctps";
    const { number } = await request.json<{ number: string }>();
    return Response.json({
      Status: { Success: true, CreditsRemaining: 9 },
      Callable: !held[list].has(number),
      TelephoneNumber: number,
    });
  },
  "api.t2a.io": async (request) => {
    const form = await request.formData();
    if (form.get("method") !== "tps_full" || form.get("api_key") !== "key-t" || form.get("output") !== "json")
      return Response.json({ mode: "normal", status: "error", error_code: "missing_method" });
    const number = form.get("telephone_number") as string;
    const said = (list: "tps" | "ctps") => (held[list].has(number) ? "no_call" : "call");
    return Response.json({
      mode: "normal",
      status: "ok",
      tps_status: said("tps"),
      ctps_status: said("ctps"),
    });
  },
  "api.tpsclear.co.uk": async (request) => {
    if (request.headers.get("authorization") !== "Bearer key-c") return new Response("{}", { status: 401 });
    const { phoneNumbers } = await request.json<{ phoneNumbers: string[] }>();
    return Response.json({
      results: phoneNumbers.map((phoneNumber) => {
        const [tpsListed, ctpsListed] = [held.tps.has(phoneNumber), held.ctps.has(phoneNumber)];
        const status = tpsListed ? "tps-listed" : ctpsListed ? "ctps-listed" : "clean";
        return { phoneNumber, tpsListed, ctpsListed, status, checkedAt: new Date().toISOString() };
      }),
    });
  },
  "lookup.example": (request, url) => {
    const number = `+${url.searchParams.get("n")}`;
    const said = (list: "tps" | "ctps") => (held[list].has(number) ? "Y" : "N");
    return Promise.resolve(
      request.headers.get("x-key") === "m"
        ? Response.json({ a: { t: said("tps"), c: said("ctps") } })
        : new Response("", { status: 403 }),
    );
  },
};
beforeEach(async () => {
  [asked, instead] = [[], null];
  held.tps.clear();
  held.ctps.clear();
  // Answers are append-only, but a test begins without any.
  await env.DB.exec("DELETE FROM lookups");
  await env.DB.exec("DELETE FROM lookup_queue");
  await env.DB.exec("DELETE FROM lookup_days");
  await env.DB.exec("DELETE FROM watched");
  await env.DB.exec("DELETE FROM outbox");
  standIn(async (request) => {
    const url = new URL(request.url);
    const answer = hosts[url.host];
    if (!answer) return null;
    asked.push(request.clone());
    return (await instead?.(request.clone())) ?? answer(request, url);
  });
});
afterEach(() => vi.unstubAllGlobals());

const turn = async (source: string | null, lists = ["tps", "ctps"]) => {
  for (const id of lists) {
    const answer = await under(own, "PUT", `/v1/lists/${id}/lookup`, {
      token: tokens.admin,
      body: { source },
    });
    if (answer.status !== 200) return answer;
  }
  return null;
};
let next = 0;
const fresh = () => `+44${1632960000 + (next++ % 1000)}`;
const check = async (numbers: string[], token = tokens.agent) => {
  const answer = await under(own, "POST", "/v1/check", { token, body: { numbers } });
  expect(answer.status).toBe(200);
  return answer.data as CheckAnswer;
};
const verdicts = ({ results }: CheckAnswer) => results.map((r) => r.verdict);
const codes = ({ results }: CheckAnswer) => results.map((r) => r.reasons[0]!.code);
const state = async () =>
  (await under(own, "GET", "/v1/lookups", { token: tokens.manager })).data as LookupsAnswer;
const sourceState = async (name: string) => (await state()).sources.find((s) => s.name === name)!;
const savePolicy = (change: (policy: Policy) => void) =>
  setPolicy((policy) => {
    change(policy);
    return policy;
  });
const budgetOf = (n: number) => savePolicy((p) => void (p.screening.lookupsPerDay = n));
/** Dates all answers back by some days. */
const age = async (days: number) => {
  const rows = (await dump("lookups")) as { number: number; list: number; at: string; listed: number }[];
  await env.DB.exec("DELETE FROM lookups");
  for (const r of rows)
    await env.DB.prepare("INSERT INTO lookups (number, list, at, listed, source) VALUES (?, ?, ?, ?, 'x')")
      .bind(r.number, r.list, new Date(Date.parse(r.at) - days * 86_400_000).toISOString(), r.listed)
      .run();
};
const dueNow = () => env.DB.exec("UPDATE lookup_queue SET due = '2000'");

describe("each source", () => {
  for (const [source, questions] of [
    ["data8", 6],
    ["t2a", 3],
    ["tpsclear", 1],
    ["mapped", 3],
  ] as const)
    it(`${source}: what is listed is blocked, what is not is clear, with the day of the answer`, async () => {
      await turn(source);
      const [a, b, c] = [fresh(), fresh(), fresh()];
      held.tps.add(a);
      held.ctps.add(b);
      const answer = await check([a, b, c]);
      expect(verdicts(answer)).toEqual(["blocked", "blocked", "clear"]);
      expect(answer.results[2]!.reasons.map((r) => [r.code, r.asOf])).toEqual([
        ["not-listed", new Date().toISOString().slice(0, 10)],
        ["not-listed", new Date().toISOString().slice(0, 10)],
      ]);
      expect(asked).toHaveLength(questions);
      // A redirect would hand over the key and the number.
      expect(new Set(asked.map(({ redirect }) => redirect))).toEqual(new Set(["manual"]));
      // The answers are kept: nothing is asked twice.
      expect(verdicts(await check([a, b, c]))).toEqual(["blocked", "blocked", "clear"]);
      expect(asked).toHaveLength(questions);
      expect(await sourceState(source)).toMatchObject({ configured: true, asked: 3, failed: 0, waiting: 0 });
    });

  it("a mapping is read strictly, and a value that it does not name is no answer", async () => {
    expect(mapSchema.safeParse({ ...MAP, url: "http://lookup.example/{number}" }).success).toBe(false);
    expect(mapSchema.safeParse({ ...MAP, url: "https://{number}.example/" }).success).toBe(false);
    expect(mapSchema.safeParse({ ...MAP, url: "https://lookup.example/" }).success).toBe(false);
    const broken = { ...own, LOOKUP_MAP: '{"url": "nonsense"}' };
    const body = { source: "mapped" };
    const refused = await under(broken, "PUT", "/v1/lists/tps/lookup", { token: tokens.admin, body });
    expect([refused.status, refused.data]).toMatchObject([422, { errors: [{ path: "source" }] }]);
    await turn("mapped");
    for (const said of ["", "n", null, false, 0]) {
      instead = () => Response.json({ a: { t: said, c: "N" } });
      expect(verdicts(await check([fresh()]))).toEqual(["unknown"]);
    }
  });
});

it("a source that contradicts itself is believed where it says listed, and one that goes on without end is not heard out", async () => {
  await turn("tpsclear");
  const n = fresh();
  const row = { phoneNumber: n, status: "clean", tpsListed: false, ctpsListed: false };
  instead = () => Response.json({ results: [row, { ...row, status: "tps-listed", tpsListed: true }] });
  expect(verdicts(await check([n]))).toEqual(["blocked"]);

  let sent = 0;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (sent++ < 400) controller.enqueue(new Uint8Array(100_000).fill(32));
        else controller.close();
      },
    });
  instead = () => new Response(endless());
  expect(codes(await check([fresh()]))).toEqual(["lookup-failed"]);
  expect(await sourceState("tpsclear")).toMatchObject({ error: "tpsclear: too long" });
  expect(sent).toBeLessThan(200);
});

describe("a register by lookup", () => {
  it("takes no file, and one by file is not asked about; turned back, its file counts again", async () => {
    await turn(null);
    const n = fresh();
    expect((await push(tokens.admin, "tps", [n])).status).toBe(200);
    expect((await push(tokens.admin, "ctps", [fresh()])).status).toBe(200);
    expect(verdicts(await check([n]))).toEqual(["blocked"]);
    expect(asked).toEqual([]);
    await turn("t2a", ["tps"]);
    // The source's answer counts, not the file.
    expect(verdicts(await check([n]))).toEqual(["clear"]);
    const refused = await call("POST", "/v1/lists/tps/changes", {
      token: tokens.admin,
      body: { add: [fresh()], asOf: new Date().toISOString().slice(0, 10) },
    });
    expect([refused.status, refused.data]).toMatchObject([409, { code: "list-by-lookup" }]);
    await turn(null, ["tps"]);
    expect(verdicts(await check([n]))).toEqual(["blocked"]);
  });

  it("that is by file again turns watched numbers that its file lists", async () => {
    await turn(null);
    const n = fresh();
    const added = { add: [n], remove: [], asOf: new Date().toISOString().slice(0, 10) };
    for (const id of ["tps", "ctps"])
      expect(
        (await call("POST", `/v1/lists/${id}/changes`, { token: tokens.admin, body: added })).status,
      ).toBe(200);
    await turn("tpsclear");
    await check([n]);
    const screening = await openScreening(env, "system", { source: "api", name: "test" });
    expect((await screenPart(env, "system", screening, 1, [n])).outcomes[0]!.verdict).toBe("clear");
    // Both its file and the source's answer were looked at long ago.
    await env.DB.exec("DELETE FROM changes");
    const before = new Date(Date.now() - 3_600_000).toISOString();
    await env.DB.prepare("UPDATE versions SET committed_at = ?").bind(before).run();
    await watch(env, Date.now());
    await turn(null);
    const turned = (await dump("turned")) as { number: number; to_verdict: string; reason: string }[];
    expect(turned.filter(({ number }) => number === Number(n))).toMatchObject([
      { to_verdict: "blocked", reason: "tps" },
    ]);
  });

  it("what one run is still to ask no other takes, however long the source needs", async () => {
    await turn("t2a");
    const numbers = Array.from({ length: 40 }, fresh);
    const { policy } = await factsOf(env, []);
    const wanted = numbers.map((number) => ({ number, list: "tps", source: "t2a" }));
    const [claim] = await enqueue(own, wanted, policy, Date.now());
    let left: unknown[] = [];
    instead = async () => {
      // As if the first questions had taken longer than the lease of the numbers.
      if (asked.length === 1) await dueNow();
      if (asked.length === 31) left = await enqueue(own, wanted.slice(30), policy, Date.now());
      return null;
    };
    await askAbout(own, "t2a", claim!.numbers);
    expect([asked.length, left]).toEqual([40, []]);
  });

  it("an answer counts for as long as policy lets a copy count, and is then asked for again", async () => {
    await turn("t2a");
    const [n, listed] = [fresh(), fresh()];
    held.tps.add(listed);
    const first = await check([n, listed]);
    expect(Date.parse(first.results[0]!.facts!.again!)).toBe(
      Math.floor(Date.now() / 86_400_000) * 86_400_000 + 28 * 86_400_000,
    );
    await age(27);
    expect(verdicts(await check([n, listed]))).toEqual(["clear", "blocked"]);
    expect(asked).toHaveLength(2);
    await age(1);
    instead = () => new Response("", { status: 503 });
    // A listing stays a listing however old it is; a clear number becomes unknown.
    expect(verdicts(await check([n, listed]))).toEqual(["unknown", "blocked"]);
    instead = null;
    await dueNow();
    expect(verdicts(await check([n, listed]))).toEqual(["clear", "blocked"]);
    // A past call is judged by what was known at its moment.
    const [then, before] = await decideAt(env, [
      { number: n, at: new Date().toISOString() },
      { number: n, at: new Date(Date.now() - 40 * 86_400_000).toISOString() },
    ]);
    expect([then!.verdict, before!.verdict]).toEqual(["clear", "unknown"]);
  });

  it("a source that is slow is waited for a moment; its answer then names the number to open pages", async () => {
    await turn("t2a");
    const n = fresh();
    let answer = () => {};
    const held = new Promise<void>((done) => (answer = done));
    instead = () => held.then(() => null as unknown as Response);
    const { seq } = (await under(own, "GET", "/v1/changes?since=0", { token: tokens.agent }))
      .data as ChangesAnswer;
    // `under` waits for all background work of a request: it ends once the source has answered.
    const asking = check([n]);
    // Another page asks about the same number meanwhile: it hears that the source is being asked, and asks no source.
    await expect.poll(async () => codes(await check([n]))).toEqual(["being-asked"]);
    expect(asked).toHaveLength(1);
    setTimeout(answer, 1600);
    expect(codes(await asking)).toEqual(["being-asked"]);
    const changes = await under(own, "GET", `/v1/changes?since=${seq}`, { token: tokens.agent });
    expect((changes.data as ChangesAnswer).numbers).toContain(n);
    expect(verdicts(await check([n]))).toEqual(["clear"]);
    expect(asked).toHaveLength(1);
  });

  it("budget: what goes beyond is not asked, not clear, counted, and told of once", async () => {
    await turn("t2a");
    await budgetOf(2);
    const numbers = [fresh(), fresh(), fresh()];
    const answer = await check(numbers);
    expect(verdicts(answer)).toEqual(["clear", "clear", "unknown"]);
    expect(codes(answer)[2]).toBe("lookup-budget");
    expect(Date.parse(answer.results[2]!.facts!.again!) % 86_400_000).toBe(0);
    await check(numbers);
    expect(asked).toHaveLength(2);
    expect(await sourceState("t2a")).toMatchObject({ asked: 2, refused: 2 });
    const mails = (await dump("outbox")) as { template: string; recipient: string }[];
    expect(mails.map((m) => [m.template, m.recipient])).toEqual([["lookup", "ada@example.com"]]);
    await budgetOf(5000);
    expect(verdicts(await check(numbers))).toEqual(["clear", "clear", "clear"]);
  });

  it("who judges many and does not wait puts them on the queue, within the budget; the clock asks", async () => {
    await turn("tpsclear");
    await budgetOf(40);
    const numbers = Array.from({ length: 50 }, fresh);
    const { wanted, policy } = await factsOf(env, numbers);
    await enqueue(own, wanted(), policy, Date.now());
    const judged = async () => {
      const { facts, stamp } = await factsOf(env, numbers);
      const lists = stamp.lists;
      return numbers.map((n) => decide(facts(n), { policy, lists, now: Date.now() }).verdict);
    };
    expect(new Set(await judged())).toEqual(new Set(["unknown"]));
    expect(asked).toEqual([]);
    await askDue(own, Date.now() + 60_000);
    expect((await judged()).filter((v) => v === "clear")).toHaveLength(40);
    expect(await sourceState("tpsclear")).toMatchObject({ asked: 40, refused: 10, waiting: 0 });
    await budgetOf(5000);
  });

  it("a screening does not wait: what is not known is left to the clock, and screened again once there are answers", async () => {
    expect(await turn("data8")).toBeNull();
    const numbers = [fresh(), fresh()].sort();
    held.tps.add(numbers[1]!);
    const screening = await openScreening(own, "system", { source: "api", name: "contacts" });
    const verdictsOf = async (part: number) => {
      const { of, outcomes } = await screenPart(own, "system", screening, part, numbers);
      return of.map((i) => outcomes[i]!.verdict);
    };
    expect(await verdictsOf(1)).toEqual(["unknown", "unknown"]);
    expect(asked).toEqual([]);
    expect(await dump("watched")).toEqual([]);
    await askDue(own, Date.now());
    expect(await verdictsOf(2)).toEqual(["clear", "blocked"]);
    await env.DB.exec("DELETE FROM watched");
  });

  it("a failure is tried again by the clock, later and later, and given up in the end", async () => {
    await turn("data8");
    const n = fresh();
    instead = () => Response.json({ Status: { Success: false, ErrorMessage: "out of credits" } });
    expect(codes(await check([n]))).toEqual(["lookup-failed"]);
    expect(await sourceState("data8")).toMatchObject({ failed: 1, waiting: 1, error: "data8: refused" });
    const tries = asked.length;
    await askDue(own, Date.now());
    expect(asked).toHaveLength(tries);
    for (let i = 0; i < 7; i++) {
      await dueNow();
      await askDue(own, Date.now());
    }
    expect(await dump("lookup_queue")).toEqual([]);
    instead = null;
    expect(verdicts(await check([n]))).toEqual(["clear"]);
    // Numbers that wait for a source without registers are dropped.
    instead = () => new Response("", { status: 500 });
    await check([fresh()]);
    await turn("t2a");
    await askDue(own, Date.now());
    expect(await dump("lookup_queue")).toEqual([]);
  });

  it("whatever a source does and says, a number without an answer of its own that counts is never clear", async () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record({
        status: fc.constantFrom("ok", "error", "clean", "unknown"),
        tps_status: fc.constantFrom("call", "CALL", "", null, "no_call"),
        ctps_status: fc.constantFrom("call", "maybe", undefined, "no_call"),
      }),
      fc.record({
        Status: fc.record({ Success: fc.boolean() }),
        Callable: fc.constantFrom(true, false, "true", null),
      }),
      fc.record({
        results: fc.array(
          fc.record({
            phoneNumber: fc.constantFrom("SAME", "+441632960000", "01632 960000"),
            status: fc.constantFrom("clean", "unknown", "tps-listed"),
            tpsListed: fc.constantFrom(true, false, null),
            ctpsListed: fc.constantFrom(true, false, undefined),
          }),
          { maxLength: 2 },
        ),
      }),
      fc.record({ a: fc.record({ t: fc.constantFrom("Y", "N", 1), c: fc.constantFrom("N", "N", "?") }) }),
    );
    const status = fc.constantFrom(200, 200, 200, 204, 401, 429, 500);
    // Change the source once for all cases: that takes longer than the questions.
    for (const source of ["data8", "t2a", "tpsclear", "mapped"]) {
      await turn(source);
      await fc.assert(
        fc.asyncProperty(
          status,
          fc.array(json, { minLength: 2, maxLength: 2 }),
          fc.boolean(),
          async (code, bodies, down) => {
            const n = fresh();
            let i = 0;
            instead = () => {
              if (down) throw new TypeError("no network");
              const text = JSON.stringify(bodies[i++ % 2]).replaceAll("SAME", n);
              return new Response(code === 204 ? null : text, { status: code });
            };
            const { results } = await check([n], tokens.manager);
            const rows = (await dump("lookups")) as { number: number; list: number; listed: number }[];
            const said = rows.filter((r) => `+${r.number}` === n);
            const free = said.length === 2 && said.every((r) => r.listed === 0);
            expect(results[0]!.verdict === "clear").toBe(free);
            if (down || code !== 200) expect(results[0]!.verdict).toBe("unknown");
            await env.DB.exec("DELETE FROM lookups");
            await env.DB.exec("DELETE FROM lookup_queue");
          },
        ),
        { numRuns: 8 },
      );
    }
  });
});
