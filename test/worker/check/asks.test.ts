/**
 * Every route whose request or answer names numbers counts them against the asker (`asks`), or says here why it tells
 * nobody whether a number is barred.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Role, Scope } from "../../../shared/people/api.ts";
import { app } from "../../../worker/index.ts";
import { aTeam, call, dump, integration, push, roles, setPolicy, today } from "../helpers.ts";
import { DAY } from "../../../shared/core/time.ts";
import { blockDigest, blockOf, numberOf, offsetOf, pack } from "../../../shared/registers/blocks.ts";
import { enter } from "../privacy-requests/kit.ts";
import { arrive, diallerOf, sample } from "../recordings/kit.ts";

interface Schema {
  type?: string | string[];
  pattern?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
}
type Content = Record<string, { schema: Schema }>;
interface Operation {
  "x-asks"?: string;
  "x-scopes": Scope[];
  parameters?: { name: string; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}
const document = await (
  await app.request("/openapi.json")
).json<{ paths: Record<string, Record<string, Operation>> }>();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    ...operation,
  })),
);

const NAMED = /number|e164|written|phone|^add$|^remove$/i;
/** A text that is a number by its name or pattern, and rows or blocks of which a request does not say what they hold. */
function namesNumbers(schema: Schema | undefined, name = ""): boolean {
  if (!schema) return false;
  const types = [schema.type].flat();
  if (types.includes("string") && (NAMED.test(name) || schema.pattern?.includes("\\+[1-9]"))) return true;
  const packed = /^(?:blocks|changes)$/.test(name) && schema.items?.type === "array";
  if (types.includes("array") && (name === "rows" || packed)) return true;
  const { additionalProperties: others } = schema;
  return (
    Object.entries(schema.properties ?? {}).some(([field, inner]) => namesNumbers(inner, field)) ||
    namesNumbers(schema.items, name) ||
    (typeof others === "object" && namesNumbers(others, name)) ||
    [schema.anyOf, schema.allOf, schema.oneOf].some((some) => some?.some((one) => namesNumbers(one, name)))
  );
}
const inContent = (content: Content = {}): boolean =>
  Object.values(content).some(({ schema }) => namesNumbers(schema));

const own = "the company's own numbers, which everybody may know";
const onRecord = "what is on record already, judged and counted when it came; the read is on the trail";
const step = "a step with what is on record already; the step is on the trail";
const lines = "whose line it is, not whether it is barred";
const crm = "verdict and reasons are the names of the CRM's fields";
const counts = "counts of all dials, of no number";
const itself = "counts by itself: told.test.ts";
const excused: Record<string, string> = {
  "GET /v1/changes": itself,
  "GET /v1/policy": own,
  "PUT /v1/policy": own,
  "GET /v1/policy/versions/{version}": own,
  "GET /v1/connectors": crm,
  "POST /v1/connectors": crm,
  "PUT /v1/connectors/{id}": crm,
  "POST /v1/connectors/{id}/sign-in/confirm": crm,
  "POST /v1/connectors/{id}/stop": crm,
  "POST /v1/connectors/{id}/switch": crm,
  "GET /v1/parties": lines,
  "POST /v1/parties": lines,
  "DELETE /v1/parties/{id}": lines,
  "POST /v1/parties/bulk": lines,
  "POST /v1/consents/{id}/withdraw": step,
  "POST /v1/consents/{id}/review": step,
  "POST /v1/consents/{id}/done": step,
  "GET /v1/suppressions/{id}/scope": onRecord,
  "POST /v1/suppressions/{id}/scope": "it bars the numbers that it names",
  "GET /v1/lists/{id}/digests":
    "over sixteen numbers or more, of which none can be told; a register with fewer counts by itself: digests.test.ts",
  "PUT /v1/lists/{id}/uploads/{ver}/parts/{part}": "the answer is the same whatever is listed",
  "GET /v1/dials": onRecord,
  "GET /v1/dials/months/{month}": onRecord,
  "GET /v1/calls": onRecord,
  "GET /v1/calls/months/{month}": onRecord,
  "GET /v1/recordings/months/{month}": onRecord,
  "GET /v1/recordings": onRecord,
  "GET /v1/recordings/{id}": onRecord,
  "POST /v1/recordings/{id}/release": step,
  "POST /v1/recordings/{id}/look/approve": step,
  "POST /v1/recordings/{id}/erase": step,
  "POST /v1/recordings": itself,
  "POST /v1/requests": "the answer is the same for every number",
  "POST /v1/requests/entries": "the answer is the same for every number",
  "GET /v1/requests": onRecord,
  "GET /v1/requests/{id}": onRecord,
  "GET /v1/audit": onRecord,
  "POST /v1/audit/returned": "what verifying found of rows, sent back",
  "GET /v1/figures": counts,
  "GET /v1/reports/{report}": "what is on record of a period; each report is on the trail",
  "POST /v1/policy/preview": counts,
};

const TELLS = /^(verdict|reasons|listed|flag|workerVerdict|bars)$/;
/** Some answer has a field that says whether a number is barred. */
function tells(schema: Schema | undefined): boolean {
  if (!schema) return false;
  const { additionalProperties: others } = schema;
  return (
    Object.entries(schema.properties ?? {}).some(([field, inner]) => TELLS.test(field) || tells(inner)) ||
    tells(schema.items) ||
    (typeof others === "object" && tells(others)) ||
    [schema.anyOf, schema.allOf, schema.oneOf].some((some) => some?.some(tells))
  );
}

const tokens = aTeam();

describe("the API's document", () => {
  it("says of each route that names numbers what it counts, or it is excused", () => {
    const naming = operations.filter(
      ({ parameters = [], requestBody, responses }) =>
        parameters.some(({ name, schema }) => namesNumbers(schema, name)) ||
        inContent(requestBody?.content) ||
        Object.entries(responses).some(([status, { content }]) => status !== "default" && inContent(content)),
    );
    expect(naming.length).toBeGreaterThan(30);
    const silent = naming.filter((operation) => operation["x-asks"] === undefined).map(({ name }) => name);
    expect(silent.sort()).toEqual(Object.keys(excused).sort());
  });

  it("has no verdict in an answer of a route that is excused as telling none", () => {
    const said = operations.filter(
      ({ name }) => ![undefined, onRecord, step, itself, crm, counts].includes(excused[name]),
    );
    const telling = said.filter(({ responses }) =>
      Object.values(responses).some(({ content = {} }) =>
        Object.values(content).some(({ schema }) => tells(schema)),
      ),
    );
    expect(said.length).toBeGreaterThan(10);
    expect(telling.map(({ name }) => name)).toEqual([]);
  });
});

describe("each read that is excused as one of what is on record", () => {
  it.each(Object.keys(excused).filter((name) => excused[name] === onRecord && name.startsWith("GET ")))(
    "%s is on the trail, with who read it",
    async (name) => {
      const { id } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<{
        id: string;
      }>())!;
      const path = name.slice("GET ".length);
      const [, room] = /^\/v1\/(\w+)\/\{id\}/.exec(path) ?? [];
      const one =
        room === undefined
          ? ""
          : await (room === "recordings" ? aRecording() : room === "requests" ? aRequest() : anEntry());
      const opened = async () =>
        ((await dump("audit")) as { code: string; actor: string }[]).filter(
          ({ code, actor }) => code.startsWith("opened.") && actor === id,
        ).length;
      const before = await opened();
      const filled = path.replace("{id}", one).replace("{month}", "2026-08");
      const { status } = await call("GET", filled, { token: tokens.admin });
      expect([status, (await opened()) - before]).toEqual([200, 1]);
    },
  );
});

describe("what is on record", () => {
  it("says the same of a number before a register lists it and afterwards: it tells of then, and not of now", async () => {
    const number = "+442079460178";
    const at = new Date().toISOString();
    const seen = { seq: 1, policy: 1, lists: [] };
    const dial = {
      number,
      e164: number,
      action: "passed",
      verdict: "clear",
      host: "crm.example.com",
      seen,
      at,
    };
    expect((await call("POST", "/v1/dials", { token: tokens.agent, body: dial })).status).toBe(201);
    const ids = {
      recordings: await aRecording(number),
      requests: await aRequest(number),
      suppressions: await anEntry(number),
    };
    const of = `number=${encodeURIComponent(number)}`;
    const paths = [
      ...["dials", "calls", "recordings"].map((room) => `/v1/${room}?${of}`),
      ...Object.entries(ids).map(
        ([room, id]) => `/v1/${room}/${id}${room === "suppressions" ? "/scope" : ""}`,
      ),
      "/v1/requests",
      ...["dials", "calls", "recordings"].map((room) => `/v1/${room}/months/${at.slice(0, 7)}`),
    ];
    const reads = Object.keys(excused).filter(
      (name) => excused[name] === onRecord && name !== "GET /v1/audit",
    );
    expect(paths).toHaveLength(reads.length);
    const read = (path: string) => call("GET", path, { token: tokens.admin });
    const readAll = async () => {
      const answers = [];
      for (const path of paths) answers.push(await read(path));
      return answers.map(({ status, data }) => [status, data]);
    };
    const explained = async () =>
      JSON.stringify(((await read(`/v1/explain/${number}`)).data as { reasons: object[] }).reasons);
    const [before, told] = [await readAll(), await explained()];
    expect(before.map(([status]) => status)).toEqual(paths.map(() => 200));
    expect(JSON.stringify(before)).toContain(number);
    expect(await explained()).toBe(told);
    await push(tokens.admin, "tps", [number]);
    expect(await readAll()).toEqual(before);
    // That now says otherwise, and counts.
    expect(await explained()).not.toBe(told);
  });
});
const aRecording = (number?: string) =>
  arrive(env, tokens.admin, sample(number === undefined ? {} : { number }));
const aRequest = (number?: string) => enter(tokens.admin, number === undefined ? {} : { number });
const anEntry = async (number = "+442079460177") => {
  const body = { number, kind: "objection", reason: "asked" };
  return ((await call("POST", "/v1/suppressions", { token: tokens.admin, body })).data as { id: string }).id;
};

/** A request about so many numbers for each route that asks: whatever it answers, it has counted. */
const fresh = (n: number) => Array.from({ length: n }, (_, i) => `+4420794601${String(i).padStart(2, "0")}`);
const changes = (add: string[], remove: string[] = []) => ({ add, remove, asOf: today() });
const requests: Record<string, { path: string; body?: object; counts: number }> = {
  "POST /v1/check": { path: "/v1/check", body: { numbers: fresh(3) }, counts: 3 },
  "GET /v1/explain/{e164}": { path: "/v1/explain/+442079460100", counts: 1 },
  "GET /v1/numbers/{e164}/history": { path: "/v1/numbers/+442079460100/history", counts: 1 },
  "GET /v1/find": { path: "/v1/find?number=%2B442079460100", counts: 1 },
  "GET /v1/lists/{id}/numbers/{e164}": { path: "/v1/lists/tps/numbers/+442079460100", counts: 1 },
  "POST /v1/lists/{id}/changes": {
    path: "/v1/lists/tps/changes",
    body: changes(fresh(3), fresh(2)),
    counts: 5,
  },
  "GET /v1/lists/{id}/uploads/{ver}": { path: "/v1/lists/tps/uploads/1", counts: 100 },
  "POST /v1/lists/{id}/uploads/{ver}/commit": {
    path: "/v1/lists/tps/uploads/1/commit",
    body: { parts: 1 },
    counts: 100,
  },
  "POST /v1/suppressions": { path: "/v1/suppressions", body: { number: fresh(1)[0] }, counts: 1 },
  "GET /v1/suppressions": { path: "/v1/suppressions?number=%2B442079460100", counts: 1 },
  "DELETE /v1/suppressions/{e164}": { path: "/v1/suppressions/+442079460100", body: {}, counts: 1 },
  "POST /v1/suppressions/bulk": {
    path: "/v1/suppressions/bulk",
    body: { rows: [...fresh(4), ...fresh(2)].map((number) => ({ number })) },
    counts: 4,
  },
  "POST /v1/consents": { path: "/v1/consents", body: { number: fresh(1)[0] }, counts: 1 },
  "GET /v1/consents": { path: "/v1/consents?number=%2B442079460100", counts: 1 },
  "POST /v1/consents/bulk": {
    path: "/v1/consents/bulk",
    body: { rows: fresh(4).map((number) => ({ number })) },
    counts: 4,
  },
  "POST /v1/call-backs": { path: "/v1/call-backs", body: { number: fresh(1)[0] }, counts: 1 },
  "POST /v1/dials": { path: "/v1/dials", body: { number: fresh(1)[0] }, counts: 1 },
  "POST /v1/gate": { path: "/v1/gate", body: { to: fresh(1)[0], callId: "of-asks" }, counts: 1 },
  // Of no CRM: test/worker/connectors/callable.test.ts.
  "GET /v1/callable": { path: "/v1/callable?campaign=general", counts: 0 },
  "POST /v1/calls/import": {
    path: "/v1/calls/import",
    body: { rows: fresh(4).map((number) => ({ number })) },
    counts: 4,
  },
  "POST /v1/recordings/import": {
    path: "/v1/recordings/import",
    body: { rows: fresh(4).map((number) => ({ number })) },
    counts: 4,
  },
  "POST /v1/screenings": { path: "/v1/screenings", body: { source: "api", name: "x" }, counts: 0 },
  "PUT /v1/screenings/{id}/parts/{part}": {
    path: "/v1/screenings/none/parts/1",
    body: { numbers: fresh(5) },
    counts: 5,
  },
  "GET /v1/proof": { path: "/v1/proof?number=%2B442079460100&from=2026-01-01&to=2026-01-02", counts: 1 },
  "GET /v1/disclosures": { path: "/v1/disclosures?number=%2B442079460100", counts: 1 },
  // What an officer enters of a number comes back as their requester's page, copy or items.
  "POST /v1/requests/{id}/match": {
    path: "/v1/requests/none/match",
    body: { numbers: fresh(2) },
    counts: 3,
  },
  "POST /v1/requests/{id}/link": { path: "/v1/requests/none/link", counts: 1 },
  "POST /v1/requests/{id}/export": { path: "/v1/requests/none/export", counts: 1 },
  "GET /v1/watch/turned": { path: "/v1/watch/turned?number=%2B442079460100", counts: 1 },
};

const systems = new Map<Scope, Promise<string>>();
const systemWith = (scope: Scope): Promise<string> => {
  const made = systems.get(scope) ?? integration(tokens.admin, [scope], `With ${scope}`);
  systems.set(scope, made);
  return made;
};
const scopesOf = (name: string): Scope[] => operations.find((one) => one.name === name)!["x-scopes"];

describe("each route that asks", () => {
  const asking = operations.filter((operation) => operation["x-asks"] !== undefined);
  it("is tried here", () => {
    expect(asking.map(({ name }) => name).sort()).toEqual(Object.keys(requests).sort());
  });

  const spent = async () => {
    const rows = (await dump("asked")) as { numbers: number }[];
    return rows.reduce((sum, { numbers }) => sum + numbers, 0);
  };
  for (const [name, { path, body, counts }] of Object.entries(requests))
    it(`${name} counts before it answers, for every role and scope that it admits`, async () => {
      const [method = ""] = name.split(" ");
      const { ["x-roles"]: admitted } = operations.find(
        (operation) => operation.name === name,
      ) as unknown as {
        "x-roles": Role[];
      };
      for (const role of roles.filter((one) => admitted.includes(one))) {
        await env.DB.exec("DELETE FROM asked");
        await call(method, path, { token: tokens[role], ...(body && { body }) });
        expect(await spent(), role).toBe(counts);
      }
      for (const scope of scopesOf(name)) {
        const token = await systemWith(scope);
        await env.DB.exec("DELETE FROM asked");
        await call(method, path, { token, ...(body && { body }) });
        expect(await spent(), scope).toBe(counts);
      }
    });

  it("answers nothing beyond the hour, or the day of screenings", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date().setMinutes(30) });
    await setPolicy(({ access }) => ({
      access: {
        ...access,
        ...{
          numbersPerHour: 1000,
          officeNumbersPerHour: 1000,
          gateNumbersPerHour: 1000,
          screenedPerDay: 10_000,
        },
      },
    }));
    const [hour, day] = [new Date().toISOString().slice(0, 13), new Date().toISOString().slice(0, 10)];
    await env.DB.exec("DELETE FROM asked");
    await env.DB.prepare(
      `INSERT INTO asked (person, hour, numbers) SELECT id, ?1, 1000 FROM people UNION ALL SELECT id, ?2, 10000 FROM people
       UNION ALL SELECT id, ?1 || '+gate', 1000 FROM people`,
    )
      .bind(hour, day)
      .run();
    for (const [name, { path, body, counts }] of Object.entries(requests)) {
      const [method = ""] = name.split(" ");
      if (counts === 0) continue;
      // The gate answers systems alone.
      const token = name === "POST /v1/gate" ? await systemWith("gate") : tokens.admin;
      const { status, data } = await call(method, path, { token, ...(body && { body }) });
      expect([name, status, (data as { code: string }).code]).toEqual([name, 429, "too-many-numbers"]);
    }
    vi.useRealTimers();
  });
});

describe("what asks by the way", () => {
  const barred = "+442079460199";
  beforeAll(async () => {
    await env.DB.exec("DELETE FROM asked");
    await push(tokens.admin, "tps", [barred]);
  });

  it("a registered recording's answer says nothing of the number", async () => {
    const token = await diallerOf(tokens.admin);
    const { status, data } = await call("POST", "/v1/recordings", {
      token,
      body: sample({ number: barred, direction: "outbound" }),
    });
    expect([status, (data as { flag: unknown }).flag]).toEqual([201, null]);
  });

  it("a trial of an import of calls is on the trail", async () => {
    const row = {
      provider: "log",
      number: barred,
      direction: "outbound",
      startedAt: new Date().toISOString(),
    };
    await call("POST", "/v1/calls/import", { token: tokens.manager, body: { dryRun: true, rows: [row] } });
    const codes = ((await dump("audit")) as { code: string }[]).map(({ code }) => code);
    expect(codes).toContain("opened.calls-trial");
  });

  it("an entry that has ended already is refused, so that it tells of no live one", async () => {
    const body = { number: barred, kind: "house", reason: "x", until: "2020-01-01" };
    const { status, data } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
    expect([status, data]).toMatchObject([422, { errors: [{ path: "until" }] }]);
  });
});

describe("a register's upload and changes, asked which of two numbers is listed", () => {
  const [listed, free] = ["+442079460301", "+442079460302"];
  const base = "/v1/lists/ctps";
  const asked = (method: string, path: string, body?: object) =>
    call(method, `${base}${path}`, { token: tokens.admin, ...(body && { body }) });
  const trail = async (code: string) =>
    ((await dump("audit")) as { code: string }[]).filter((event) => event.code === code).length;
  const spent = async () =>
    ((await dump("asked")) as { numbers: number }[]).reduce((sum, { numbers }) => sum + numbers, 0);
  beforeAll(async () => {
    await env.DB.exec("DELETE FROM asked");
    await push(tokens.admin, "ctps", [listed, "+442079460309"]);
  });

  /** The answers to an upload with one part, by a file of its own. */
  async function uploaded(kind: "whole" | "changes", number: string, file: string) {
    const { version: parent } = (await asked("GET", "")).data as { version: number };
    const source = { name: "x", sha256: file.repeat(64) };
    const opening = { asOf: today(), parent, kind, source };
    const { version } = (await asked("POST", "/uploads", opening)).data as { version: number };
    const [block, data] = [blockOf(numberOf(number)), pack([offsetOf(numberOf(number))])];
    const part =
      kind === "whole"
        ? { blocks: [[block, 1, blockDigest(block, data), data]] }
        : { changes: [[block, data, ""]] };
    const put = () => asked("PUT", `/uploads/${version}/parts/1`, part);
    const [sent, again] = [await put(), await put()];
    const { parts } = (await asked("POST", "/uploads", opening)).data as { parts: object[] };
    return {
      version,
      said: [sent.status, sent.text, again.text, parts.map((row) => Object.keys(row).sort())],
    };
  }

  it("a part says neither at once, nor sent again, nor to who resumes it", async () => {
    for (const [i, kind] of (["whole", "changes"] as const).entries()) {
      const of = await uploaded(kind, listed, `${i}`);
      const other = await uploaded(kind, free, `${i + 2}`);
      expect(of.said, kind).toEqual(other.said);
      expect(of.said[0]).toBe(200);
    }
  });

  it("what it would change is told of the whole upload, counted and on the trail", async () => {
    const { version } = await uploaded("changes", free, "4");
    const [before, cost] = [await trail("opened.comparison"), await spent()];
    const { status, data } = await asked("GET", `/uploads/${version}`);
    expect([status, data]).toEqual([200, { added: 1, removed: 0 }]);
    expect([(await trail("opened.comparison")) - before, (await spent()) - cost]).toEqual([1, 100]);
  });

  it("a refused commit counts, is on the trail, and has no figure", async () => {
    await setPolicy(({ screening }) => ({ screening: { ...screening, maxShrinkShare: 0 } }));
    const { version } = await uploaded("whole", free, "5");
    const [before, cost] = [await trail("list.refused"), await spent()];
    const refused = await asked("POST", `/uploads/${version}/commit`, {
      ...{ parts: 1, blocks: 1, numbers: 1, hash: "0-0" },
    });
    expect(refused.data).toMatchObject({ status: 409, code: "list-shrinks" });
    expect((refused.data as { detail: string }).detail).not.toMatch(/\b[12]\b/);
    expect([(await trail("list.refused")) - before, (await spent()) - cost]).toEqual([1, 100]);
  });

  it.each([
    ["add, under a later day", { add: [listed] }, "same-file"],
    ["remove, of which none may go", { remove: [listed] }, "list-shrinks"],
    ["remove one that is not there, under a later day", { remove: [free] }, "same-file"],
  ])("changes: %s", async (_, body, code) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + DAY });
    const [before, cost] = [await trail("list.refused"), await spent()];
    const { status, data } = await asked("POST", "/changes", { asOf: today(), ...body });
    expect([status, (data as { code: string }).code]).toEqual([409, code]);
    expect((data as { detail?: string }).detail ?? "").not.toMatch(/\b[12]\b/);
    expect([(await trail("list.refused")) - before, (await spent()) - cost]).toEqual([1, 1]);
    vi.useRealTimers();
  });
});
