import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Dial } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { unexplained } from "../../../shared/dials/unexplained.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import { type Campaign, defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { consentsBound } from "../../../worker/do-not-call/bound.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { call, dump, integration, join, newTeam, push, setPolicy } from "../helpers.ts";
import { dated } from "../trail/kit.ts";
import { redated } from "../registers/redated.ts";

let tokens: Record<Role, string>;
const [CLEAR, LISTED, OBJECTED] = ["+442079460001", "+442079460000", "+442079460002"];
const LISTED_LEEDS = "+441134960142";
/** On the registers, with a consent of their own. */
const ASKED = ["+442079460690", "+442079460691"] as const;
const OBJECTED_INDIAN = "+912079460003";
beforeAll(async () => {
  tokens = await newTeam();
  for (const list of ["tps", "ctps"])
    expect((await push(tokens.admin, list, [LISTED, LISTED_LEEDS, ...ASKED])).status).toBe(200);
  for (const number of [OBJECTED, OBJECTED_INDIAN]) {
    const body = { number, reason: "asked us to stop" };
    expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body })).status).toBe(201);
  }
});

const dial = (body: object, token = tokens.agent, headers: Record<string, string> = {}) =>
  call("POST", "/v1/dials", {
    token,
    headers,
    body: {
      number: CLEAR,
      e164: CLEAR,
      action: "passed",
      verdict: "clear",
      reasons: [{ code: "not-listed", list: "tps" }],
      seen: null,
      host: "crm.example.com",
      at: new Date().toISOString(),
      ...body,
    },
  });
const stored = async (body: object, token?: string) => {
  const { status, data } = await dial(body, token);
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Dial;
};
const read = async (query = "", token = tokens.admin) =>
  (await call("GET", `/v1/dials${query}`, { token })).data as { dials: Dial[]; next: string | null };
const allow = (policy: Partial<Policy>) => setPolicy(() => ({ ...defaultPolicy, ...policy }));

describe("a dial", () => {
  it("is stored with the page's verdict and the Worker's own, and is answered so", async () => {
    const seen = { seq: 3, policy: 0, lists: [{ id: "tps", version: 1, asOf: null }] };
    const at = "2026-11-20T10:00:00.000Z"; // it waited for a connection
    const one = await stored({ number: "020 7946 0001", seen, at });
    expect(one).toMatchObject({
      number: CLEAR,
      written: "020 7946 0001",
      recordNumber: null,
      ...{ layer: "page", sighting: null, medium: "call", via: null },
      action: "passed",
      verdict: "clear",
      seen,
      workerVerdict: "clear",
      workerReasons: [
        { code: "not-listed", list: "tps" },
        { code: "not-listed", list: "ctps" },
      ],
      agrees: true,
      policy: 0,
      lists: [
        { id: "tps", version: 1 },
        { id: "ctps", version: 1 },
      ],
      basis: null,
      purpose: "general",
      byName: "The agent",
      deviceAt: at,
    });
    expect((await read()).dials[0]).toEqual(one);
    const trail = (await dump("audit")) as { code: string; subject: string }[];
    expect(trail.filter((row) => row.subject === one.id)).toMatchObject([{ code: "dial.passed" }]);
  });

  it("that passed though the Worker sees a bar is stored as the evidence it is", async () => {
    expect(await stored({ number: LISTED, e164: LISTED })).toMatchObject({
      verdict: "clear",
      workerVerdict: "blocked",
      workerReasons: [{ code: "tps" }, { code: "ctps" }],
      agrees: false,
    });
    expect(
      await stored({ number: OBJECTED, e164: OBJECTED, action: "held", verdict: "blocked" }),
    ).toMatchObject({
      action: "held",
      workerVerdict: "blocked",
      workerReasons: [{ code: "objection" }, { code: "not-listed" }, { code: "not-listed" }],
      agrees: true,
    });
  });

  it("is read again: what is no number is kept as it was written, and another number is no agreement", async () => {
    expect(await stored({ number: "call me", e164: null, action: "held", verdict: "unknown" })).toMatchObject(
      {
        number: null,
        written: "call me",
        workerVerdict: "unknown",
        workerReasons: [{ code: "not-a-number" }],
        agrees: true,
      },
    );
    // A call that only its audio showed.
    const audio = { ...unexplained, e164: null, layer: "protocol", verdict: "unknown", reasons: [] };
    expect(await stored(audio)).toMatchObject({ number: null, via: "audio:", medium: "call", agrees: true });
    // The page read another number than the one dialled.
    expect(await stored({ number: CLEAR, e164: "+442079460009" })).toMatchObject({
      number: CLEAR,
      workerVerdict: "clear",
      agrees: false,
    });
  });

  it.each([
    ["Irish", "0113 496 0142", "+3531134960142"],
    ["Indian", "0113 496 0142", "+911134960142"],
    ["Indian", "011 3496 0142", "+911134960142"],
    ["French", "0113 496 0142", "+33113496014"],
    ["Italian, and lets it pass as clear", "01134960142", "+3901134960142"],
    ["none at all", "0113 496 0142", null],
  ])(
    "dialled nationally rings on a line of our own country: the page's reading is %s",
    async (_, number, e164) => {
      const one = await stored({ number, e164 });
      expect(one).toMatchObject({
        number: LISTED_LEEDS,
        written: number,
        workerVerdict: "blocked",
        agrees: false,
      });
      expect(one.workerReasons.map(({ code }) => code)).toContain("tps");
      expect((await read(`?number=${encodeURIComponent(LISTED_LEEDS)}`)).dials[0]).toEqual(one);
    },
  );

  it("behind a code that hides the caller is read so too", async () => {
    expect(await stored({ number: "141 0113 496 0142", e164: "+911134960142" })).toMatchObject({
      number: LISTED_LEEDS,
      written: "141 0113 496 0142",
      recordNumber: "+911134960142",
    });
    const codes = (await read(`?number=${encodeURIComponent(LISTED_LEEDS)}`)).dials[0]!.workerReasons.map(
      ({ code }) => code,
    );
    expect(codes[0]).toBe("withheld-caller-id");
    expect(codes).toEqual(expect.arrayContaining(["tps", "ctps", "no-register", "two-numbers"]));
  });

  it("whose page reads another number that it may be is judged by both, and the stricter counts", async () => {
    const indian = { number: "020 7946 0003", e164: OBJECTED_INDIAN };
    expect(toE164(indian.number, "IN").e164).toBe(OBJECTED_INDIAN);
    const one = await stored(indian);
    expect(one).toMatchObject({ number: "+442079460003", workerVerdict: "blocked", agrees: false });
    expect(one.workerReasons[0]).toMatchObject({ code: "objection" });
    // So nobody can learn about a number that the written one cannot be.
    expect(await stored({ number: CLEAR, e164: OBJECTED_INDIAN })).toMatchObject({ workerVerdict: "clear" });
  });

  it("whose override is asked for over an objection to either reading is refused", async () => {
    const over = { action: "overridden", verdict: "caution", basis: "service", reason: "Their boiler." };
    for (const [number, e164] of [
      ["020 7946 0002", "+912079460002"],
      ["020 7946 0003", OBJECTED_INDIAN],
    ])
      expect((await dial({ ...over, number, e164 })).data).toMatchObject({ code: "override-not-allowed" });
  });

  it("of digits that ring nothing passes for no page's word, and stays open without one", async () => {
    // No hours of the law bar it, so that the verdict is the same at every hour.
    const dominican = "(809) 555-0134";
    const held = { action: "held", verdict: "unknown" };
    const open = await stored({ number: dominican, e164: null, ...held });
    expect(open).toMatchObject({ number: null, written: dominican, workerVerdict: "unknown" });
    expect(open.workerReasons.at(-1)).toEqual({ code: "country-unclear" });
    const one = await stored({ number: dominican, e164: "+18095550134", ...held });
    expect(one).toMatchObject({ number: null, written: dominican, recordNumber: "+18095550134" });
    expect(one.workerVerdict).toBe("unknown");
    expect(one.workerReasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["no-rules", "two-numbers"]),
    );
    // A country in which the written number cannot be read so is not believed.
    expect(
      await stored({ number: dominican, e164: "+442079460001", action: "held", verdict: "unknown" }),
    ).toMatchObject({ number: null, agrees: false });
  });

  it("sent again under its key it is one dial", async () => {
    const key = { "idempotency-key": "dial-0001" };
    const at = new Date(Date.now() - 5 * 86_400_000).toISOString(); // the browser was off
    const first = await dial({ at }, tokens.agent, key);
    const again = await dial({ at }, tokens.agent, key);
    expect(again.data).toEqual(first.data);
    expect((await read()).dials.filter((d) => d.id === (first.data as Dial).id)).toHaveLength(1);
    // As after two days: the stored answer is gone, the dial itself is not.
    await env.DB.prepare("DELETE FROM idempotency").run();
    const late = await dial({ at }, tokens.agent, key);
    expect([late.status, late.data]).toEqual([201, first.data]);
    expect((await read()).dials.filter((d) => d.deviceAt === (first.data as Dial).deviceAt)).toHaveLength(1);
  });

  it("behind a code that hides the caller, is blocked, and of the number itself", async () => {
    const asked = { number: "141 020 7946 0001", e164: "+442079460001", action: "held", verdict: "blocked" };
    const { data } = await dial({ ...asked, reasons: [{ code: "withheld-caller-id" }] });
    expect(data).toMatchObject({
      number: "+442079460001",
      workerVerdict: "blocked",
      agrees: true,
    });
    expect((data as Dial).workerReasons[0]).toEqual({ code: "withheld-caller-id" });
  });

  it("from more than a day ahead is refused, and so is what is not whole", async () => {
    const before = (await read()).dials.length;
    const ahead = new Date(Date.now() + 25 * 3_600_000).toISOString();
    expect((await dial({ at: ahead })).data).toMatchObject({ code: "invalid", errors: [{ path: "at" }] });
    expect((await dial({ verdict: "fine" })).data).toMatchObject({ code: "invalid" });
    expect((await dial({ action: "overridden" })).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "basis" }, { path: "reason" }],
    });
    expect((await read()).dials).toHaveLength(before);
  });

  it("can be changed by nobody", async () => {
    await expect(env.DB.prepare("UPDATE dials SET verdict = 'clear'").run()).rejects.toThrow(
      "dials_append_only",
    );
  });
});

describe("a dial that arrives late", () => {
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
  beforeAll(async () => {
    // As if the registers had been there for days.
    await redated("committed_at = ?", "TRUE", ago(5 * 86_400_000));
  });
  let n = 700;
  const aNumber = () => `+442079460${++n}`;
  const object = async (number: string) => {
    const body = { number, reason: "asked us to stop" };
    expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body })).status).toBe(201);
  };
  const ask = async (number: string, givenAt: string, kind = "solicited") => {
    const said = {
      giver: "subscriber",
      givenBy: "Jo Doe",
      words: "Do ring me",
      how: "telephone",
      proof: "recording 7",
    };
    const body = { number, kind, givenAt, ...said };
    const { status, data } = await call("POST", "/v1/consents", { token: tokens.manager, body });
    expect(status, JSON.stringify(data)).toBe(201);
    return data as Consent;
  };
  const usesOf = async ({ id }: Consent) =>
    ((await dump("consent_uses")) as { consent: string; at: string }[]).filter((use) => use.consent === id);

  it("is judged by its own moment, with the verdict of its arrival beside it", async () => {
    const number = aNumber();
    await object(number);
    const one = await stored({ number, e164: number, at: ago(13 * 3_600_000) });
    expect(one).toMatchObject({
      ...{ workerVerdict: "clear", workerReasons: [{ code: "not-listed" }, { code: "not-listed" }] },
      arrival: { verdict: "blocked", policy: 0, lists: [{ id: "tps", version: 1 }, { id: "ctps" }] },
    });
    expect(one.arrival!.reasons[0]).toMatchObject({ code: "objection" });
    const query = `?number=${encodeURIComponent(number)}`;
    expect((await read(query)).dials[0]).toEqual(one);
    // Nobody can tell it from a clock that was set back: an officer sees it among those that differ.
    expect((await read(`${query}&disagreed=true`)).dials).toEqual([one]);
    expect((await read(`${query}&verdict=blocked`)).dials).toEqual([]);
    const honest = await stored({ number: CLEAR, at: ago(3_600_000) });
    expect(honest).toMatchObject({ agrees: true, arrival: { verdict: "clear" } });
  });

  it("is believed for a day, and not where it could be called just now", async () => {
    const number = aNumber();
    await object(number);
    for (const late of [4 * 60_000, 25 * 3_600_000, -3_600_000]) {
      const one = await stored({ number, e164: number, at: ago(late) });
      expect(one.workerVerdict).toBe("blocked");
      expect(one).not.toHaveProperty("arrival");
    }
  });

  it("overrides by a clock that was put back neither an objection nor what policy no longer allows", async () => {
    const asked = { action: "overridden", verdict: "blocked", basis: "service", reason: "Their boiler." };
    const number = aNumber();
    await object(number);
    const at = ago(20 * 60_000);
    const refused = { status: 409, code: "override-not-allowed" };
    expect((await dial({ ...asked, number, e164: number, at })).data).toMatchObject(refused);
    const barred = { ...asked, number: LISTED, e164: LISTED, at };
    await allow({ overrides: "none" });
    expect((await dial(barred)).data).toMatchObject(refused);
    await allow({});
    expect((await dial(barred)).status).toBe(201);
  });

  it("rests on a consent that was withdrawn meanwhile, and its use is dated as it was made", async () => {
    const consent = await ask(ASKED[0], ago(4 * 3_600_000), "notification");
    await dated(consentsBound, `id = '${consent.id}'`, { at: ago(3 * 3_600_000) });
    const reason = { reason: "They rang us." };
    const path = `/v1/consents/${consent.id}/withdraw`;
    expect((await call("POST", path, { token: tokens.manager, body: reason })).status).toBe(200);
    const at = ago(2 * 3_600_000);
    expect(await stored({ number: ASKED[0], e164: ASKED[0], verdict: "caution", at })).toMatchObject({
      ...{ workerVerdict: "caution", arrival: { verdict: "blocked" } },
    });
    expect(await usesOf(consent)).toMatchObject([{ at }]);
  });

  it("saves no attempt by a clock that was put back to before they asked", async () => {
    const consent = await ask(ASKED[1], ago(60_000));
    const at = ago(3_600_000);
    expect(await stored({ number: ASKED[1], e164: ASKED[1], verdict: "caution", at })).toMatchObject({
      ...{ workerVerdict: "blocked", arrival: { verdict: "caution" }, agrees: false },
    });
    const [use, ...more] = await usesOf(consent);
    // What only its arrival counts is used then, and not before they asked.
    expect([use!.at > consent.givenAt, more]).toEqual([true, []]);
  });

  it("has the kind that was usual when it was made, where nobody chose one", async () => {
    const runs = (kind: Campaign, hours: number) =>
      setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs: [kind] } }), ago(hours * 3_600_000));
    await runs("automated", 23);
    await runs("general", 21);
    // A recorded message wants prior consent (PECR reg 19); nobody gave any.
    const one = await stored({ at: ago(22 * 3_600_000) });
    expect(one).toMatchObject({ purpose: "automated", workerVerdict: "blocked", agrees: false });
    expect([one.workerReasons[0]!.code, one.arrival!.verdict]).toEqual(["needs-consent", "clear"]);
  });
});

describe("an override", () => {
  const asked = {
    number: LISTED,
    e164: LISTED,
    action: "overridden",
    verdict: "blocked",
    reasons: [{ code: "tps", list: "tps" }],
    basis: "service",
    reason: "Their boiler is due today.",
  };
  const override = (body: object) => dial({ ...asked, ...body });

  it("is stored with its basis and reason where policy allows them", async () => {
    for (const overrides of ["with-consent", "service-and-solicited"] as const) {
      await allow({ overrides });
      expect((await override({})).data).toMatchObject({
        ...{ action: "overridden", basis: "service", reason: "Their boiler is due today." },
        agrees: true,
      });
      // What they agreed to or asked for is recorded, and judged again.
      for (const basis of ["solicited", "consent"])
        expect((await override({ basis })).data).toMatchObject({
          ...{ status: 409, code: "override-not-allowed" },
        });
    }
    await allow({ overrides: "none" });
    expect((await override({})).data).toMatchObject({ code: "override-not-allowed" });
    await allow({});
  });

  it("is a person's: a system's is refused, and stored as refused", async () => {
    await allow({ overrides: "with-consent" });
    const fleet = await integration(tokens.admin, ["check"]);
    const answer = await dial({ ...asked }, fleet);
    expect(answer.data).toMatchObject({ status: 409, code: "override-not-allowed" });
    expect((await read("?limit=1")).dials).toMatchObject([{ action: "overridden", refused: true }]);
    expect((await dial({}, fleet)).status).toBe(201);
    await allow({});
  });

  it("is refused where the Worker does not know what the law wants known, whatever the page says", async () => {
    // No register of Ireland is loaded.
    const irish = { number: "+35312345678", e164: "+35312345678" };
    const { data } = await override(irish);
    expect(data).toMatchObject({ code: "override-not-allowed" });
    expect((data as { detail: string }).detail).toContain("Not all is known");
  });

  it("is refused over an objection and for a hidden number, whatever the page saw; nothing of it is lost", async () => {
    const cases: { number?: string; e164?: string; verdict?: string; reasons: object[] }[] = [
      { number: OBJECTED, e164: OBJECTED, verdict: "unknown", reasons: [{ code: "offline" }] },
      { reasons: [{ code: "withheld-caller-id" }] },
    ];
    for (const body of cases) {
      // It waited for a connection: it is sent until it is answered, and stored once.
      const at = new Date().toISOString();
      const before = (await read("?limit=500")).dials.length;
      const key = { "idempotency-key": crypto.randomUUID() };
      const send = () => dial({ ...asked, ...body, at }, tokens.agent, key);
      const refused = { status: 409, code: "override-not-allowed" };
      expect((await send()).data).toMatchObject(refused);
      const again = await send();
      expect([again.status, again.data]).toMatchObject([409, refused]);
      const { dials } = await read("?limit=500");
      expect(dials).toHaveLength(before + 1);
      expect(dials[0]).toMatchObject({
        number: body.number ?? LISTED,
        action: "overridden",
        refused: true,
        reasons: body.reasons,
        workerVerdict: "blocked",
      });
      const trail = (await dump("audit")) as { code: string; subject: string }[];
      expect(trail.filter((row) => row.subject === dials[0]!.id)).toMatchObject([{ code: "dial.refused" }]);
    }
    expect((await read("?limit=500")).dials.filter((d) => d.refused).map((d) => d.reason)).toContain(
      asked.reason,
    );
  });
});

describe("the dials", () => {
  it("are found by number, person, action, the Worker's verdict, disagreement and day", async () => {
    const other = await join(tokens.admin, "agent", "second@example.com");
    const { by } = await stored({ number: "+442079460077", e164: "+442079460077" }, other);
    const find = async (query: string) => (await read(`?limit=500&${query}`)).dials;
    expect((await find("number=02079460077")).map((d) => d.by)).toEqual([by]);
    expect(await find(`by=${by}`)).toHaveLength(1);
    for (const action of ["held", "passed", "overridden"]) {
      const found = await find(`action=${action}`);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map((d) => d.action))).toEqual(new Set([action]));
    }
    expect(new Set((await find("verdict=unknown")).map((d) => d.workerVerdict))).toEqual(
      new Set(["unknown"]),
    );
    const disagreed = await find("disagreed=true");
    expect(disagreed.length).toBeGreaterThan(0);
    expect(disagreed.every((d) => !d.agrees)).toBe(true);
    expect(await find("disagreed=true&action=held&verdict=blocked")).toEqual([]);
    const day = new Date().toISOString().slice(0, 10);
    expect(await find(`from=${day}&to=${day}`)).toHaveLength((await find("")).length);
    expect(await find("to=2020-01-01")).toEqual([]);
    expect(await find("from=2999-01-01")).toEqual([]);
    expect((await call("GET", "/v1/dials?number=hello", { token: tokens.admin })).data).toMatchObject({
      code: "not-a-number",
    });
  });

  it("come in pages, newest first, each once", async () => {
    const all = (await read("?limit=500")).dials.map((d) => d.id);
    const paged: string[] = [];
    for (let after: string | null = ""; after !== null;) {
      const page = await read(`?limit=3${after && `&after=${encodeURIComponent(after)}`}`);
      paged.push(...page.dials.map((d) => d.id));
      after = page.next;
    }
    expect(paged).toEqual(all);
    const times = (await read("?limit=500")).dials.map((d) => d.at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it("of others are not an agent's to see", async () => {
    const own = (await read("?limit=500", tokens.agent)).dials;
    expect(own.length).toBeGreaterThan(3);
    expect(new Set(own.map((d) => d.byName))).toEqual(new Set(["The agent"]));
    const { by } = (await read("?number=02079460077")).dials[0]!;
    const asked = (await read(`?limit=500&by=${by}`, tokens.agent)).dials;
    expect(asked).toEqual(own);
    expect((await read("?number=02079460077", tokens.agent)).dials).toEqual([]);
  });

  it("are not looked at unseen: who did, and for what, stands in the trail", async () => {
    await read("?number=02079460077&disagreed=true", tokens.manager);
    const row = await env.DB.prepare(
      "SELECT a.actor, p.name, d.payload FROM audit a JOIN audit_payload d USING (seq) JOIN people p ON p.id = a.actor WHERE a.code = 'opened.dials' ORDER BY a.seq DESC LIMIT 1",
    ).first<{ name: string; payload: string }>();
    expect(row?.name).toBe("The manager");
    expect(JSON.parse(row!.payload)).toMatchObject({ number: "02079460077", disagreed: "true" });
  });

  it("go when policy says so", async () => {
    const count = (await dump("dials")).length;
    await sweep(env, Date.now() + 23 * 30.4375 * 86_400_000);
    expect(await dump("dials")).toHaveLength(count);
    await sweep(env, Date.now() + 25 * 30.4375 * 86_400_000);
    expect(await dump("dials")).toEqual([]);
  });
});
