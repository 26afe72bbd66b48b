/**
 * Whatever a vendor's system answers to a write, a look or an erasure, on any of their routes: what it did not say in its own documented
 * words is never “written”, never “nothing held” and never a receipt, and the reason is told. A table of vendors and faults; each fault on
 * each request in turn.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type ConnectorKind, connectorKinds } from "../../../shared/connectors/kinds.ts";
import { ConnectorError, type Mark } from "../../../worker/connectors/connector.ts";
import { crmOf } from "../../../worker/connectors/crm.ts";
import { eraseIn, heldIn, systemsOf } from "../../../worker/connectors/kinds/held/read.ts";
import { add, drive, waiting } from "./drive.ts";
import { holding } from "./held.ts";
import { brokenOff, doubleOf, fill } from "./kit.ts";

drive();
// A body that drips is read until the time for an answer is over.
beforeEach(() => {
  vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
    const own = new AbortController();
    setTimeout(() => own.abort(new DOMException("timed out", "TimeoutError")), 20);
    return own.signal;
  });
});
afterEach(() => vi.restoreAllMocks());

/** A byte now and then, without end. */
const drip = ({ signal }: Request): Response =>
  new Response(
    new ReadableStream<Uint8Array>({
      async pull(to) {
        await scheduler.wait(5);
        if (signal.aborted) to.error(signal.reason);
        else to.enqueue(new TextEncoder().encode(" "));
      },
    }),
  );
const failing = (status: number, headers: Record<string, string> = {}) =>
  new Response(status === 200 ? "" : "busy", { status, headers });

type Fault = (request: Request) => Response;
const faults: Record<string, Fault> = {
  "a body that breaks off": () => brokenOff(200),
  "a body that drips": drip,
  "a page of HTML with 200": () => new Response("<html><title>Log in</title>", { status: 200 }),
  "half of its JSON": () => new Response('{"results": [{"id": "1"', { status: 200 }),
  "a redirect to another host": () => failing(302, { location: "https://elsewhere.example.com/login" }),
  "a permanent redirect to another host": () => failing(308, { location: "https://elsewhere.example.com/" }),
  "429 without a time": () => failing(429),
  "429 with a short time": () => failing(429, { "retry-after": "1" }),
  "429 with a long time": () => failing(429, { "retry-after": "7200" }),
  "503": () => failing(503),
  "a 404 of a proxy": () => new Response("<html>", { status: 404 }),
  "a 410 of a proxy": () => new Response("<html>", { status: 410 }),
};
/** JSON of another type than documented, on routes that answer something that is read. */
const types: Record<string, unknown> = {
  nothing: null,
  "a number": 7,
  "a text": "ok",
  "an empty list": [],
  "an empty object": {},
  "an error with 200": { error: { code: "x" }, errors: [{ message: "no" }], success: false },
};
for (const [name, body] of Object.entries(types))
  faults[`${name} in its place`] = () => Response.json(body, { status: 200 });

const who = { numbers: ["442079460958"], email: "dora@example.com" };
const kinds = [
  "hubspot",
  "espocrm",
  "salesforce",
  "dynamics",
  "pipedrive",
  "zoho",
] as const satisfies ConnectorKind[];
const table = kinds.flatMap((kind) => Object.keys(faults).map((name) => [kind, name] as const));

async function setUp(kind: ConnectorKind) {
  const crm = doubleOf(kind);
  holding(crm, kind);
  const { name: object, numbers } = crm.setup.objects[0]!;
  const [hers, known] = fill(crm, kind, [{ [numbers[0]!]: "020 7946 0958" }, {}]);
  await add(crm, kind);
  const [system] = await systemsOf(env.DB);
  return { crm, object, hers: hers!, known: known!, system: system! };
}

it.each(table)(
  "%s: %s, on any request of a look, is never taken for nothing",
  async (kind, name) => {
    const { crm, object, hers, known, system } = await setUp(kind);
    const answer = crm.instead;
    const listed = [hers, known].map((id) => ({ object, id, what: ["record" as const], link: null }));
    crm.requests = [];
    expect((await heldIn(env, system, who, listed, waiting)).problem).toBeNull();
    const all = crm.requests.filter((one) => !one.includes("oauth2")).length;
    expect(all).toBeGreaterThan(3);
    for (let place = 0; place < all; place++) {
      let n = 0;
      let isAsked = false;
      let path = "";
      crm.instead = (request) => {
        const isIt = n === place || (isAsked && request.url === path);
        if (!isAsked) n += 1;
        if (!isIt) return answer(request);
        [isAsked, path] = [true, request.url];
        return faults[name]!(request);
      };
      const { records, problem } = await heldIn(env, system, who, listed, waiting);
      const ids = records.map(({ id }) => id);
      // Both stay listed; where nothing is said to be amiss, the answer said nothing of what is held but that they are there.
      expect([path, ids.includes(hers), ids.includes(known)]).toEqual([path, true, true]);
      const isRecord = new URL(path).pathname.includes(hers) || new URL(path).pathname.includes(known);
      const isOwn = isRecord && !path.endsWith("/calls");
      if (!isOwn) expect([path, problem]).toEqual([path, expect.stringMatching(/^\w+: ./) as string]);
      expect(problem ?? "").not.toMatch(/ZodError|undefined|\[object|Unexpected|<html>/);
    }
  },
  60_000,
);

it.each(table)(
  "%s: %s, in place of the answer to an erasure, is no receipt",
  async (kind, name) => {
    const { crm, object, hers, known, system } = await setUp(kind);
    const answer = crm.instead;
    const isErasure = ({ method, url }: Request) => method === "DELETE" || url.endsWith("/gdpr-delete");
    // Nothing is erased: the fault comes in its place.
    crm.instead = (request) => (isErasure(request) ? faults[name]!(request) : answer(request));
    const { erased, refused, stopped } = await eraseIn(
      env,
      system,
      [hers, known].map((id) => ({ object, id })),
      waiting,
    );
    expect(erased).toEqual([]);
    expect(refused.length === 2 || stopped !== null).toBe(true);
    for (const why of [...refused.map((one) => one.why), ...(stopped === null ? [] : [stopped])])
      expect(why).toMatch(/^(\w+: .|\d{3})/);
  },
  60_000,
);

const more: Partial<Record<ConnectorKind, (data: object) => object>> = {
  hubspot: (data) => ({ ...data, total: 4000, paging: { next: { after: "101" } } }),
  espocrm: (data) => ({ ...data, total: 4000 }),
  salesforce: (data) => ({ ...data, done: false, nextRecordsUrl: "/services/data/v61.0/query/01g-101" }),
  dynamics: (data) => ({ ...data, "@odata.nextLink": "https://elsewhere.example.com/next" }),
  pipedrive: (data) => ({ ...data, additional_data: { next_cursor: "b2Zmc2V0" } }),
  zoho: (data) => ({ ...data, info: { count: 1, more_records: true } }),
};
it.each(kinds)(
  "%s: an answer that says there is more, however few it has, is not all; no other host is asked",
  async (kind) => {
    const { crm, system } = await setUp(kind);
    const answer = crm.instead;
    crm.instead = async (request) => {
      const given = await answer(request);
      const data: unknown =
        given &&
        (await given
          .clone()
          .json()
          .catch(() => null));
      const isList = ["results", "list", "records", "value", "data"].some((key) =>
        Object.hasOwn(Object(data) as object, key),
      );
      return isList ? Response.json(more[kind]!(data as object)) : (given ?? null);
    };
    crm.requests = [];
    expect(await heldIn(env, system, who, [], waiting)).toMatchObject({ problem: "more" });
    expect(crm.requests.join()).not.toContain("elsewhere");
    expect(crm.requests.length).toBeLessThan(40);
  },
);

it.each([
  ["too few", (ids: string[]) => ids.slice(1).map((id) => ({ id, success: true, errors: [] }))],
  ["too many", (ids: string[]) => [...ids, ...ids].map((id) => ({ id, success: true, errors: [] }))],
  ["others", (ids: string[]) => ids.map(() => ({ id: "003999999999999AAA", success: true, errors: [] }))],
])("Salesforce: results of %s than were asked for are no receipt", async (_, results) => {
  const { crm, object, hers, known, system } = await setUp("salesforce");
  const answer = crm.instead;
  crm.instead = (request) =>
    request.method === "DELETE"
      ? Response.json(results(new URL(request.url).searchParams.get("ids")!.split(",")))
      : answer(request);
  const named = [hers, known].map((id) => ({ object, id }));
  const { erased, stopped } = await eraseIn(env, system, named, waiting);
  expect(erased).toEqual([]);
  expect(stopped).toMatch(/^salesforce: ./);
});

const isWrite = ({ method, url }: Request) =>
  ["PATCH", "PUT"].includes(method) || url.endsWith("/batch/update");
/** Marks of three records, and what writes them. */
async function written(kind: ConnectorKind) {
  const crm = doubleOf(kind);
  const { name: object, numbers } = crm.setup.objects[0]!;
  const ids = fill(crm, kind, [{ [numbers[0]!]: "020 7946 0958" }, {}, {}]);
  await add(crm, kind);
  const [system] = await systemsOf(env.DB);
  const marks = ids.map((id): Mark => ({
    ...{ id, object, verdict: "blocked", date: "2026-11-30", reasons: "on TPS" },
  }));
  return { crm, ids, write: (await crmOf(env, system!.row, waiting)).write, marks };
}

it.each(
  connectorKinds.flatMap((kind) =>
    Object.keys(faults)
      // What a mapped CRM answers to a write no document says.
      .filter((name) => kind !== "rest" || !name.endsWith("in its place"))
      .map((name) => [kind, name] as const),
  ),
)(
  "%s: %s, in place of the answer to a write, marks nothing",
  async (kind, name) => {
    const { crm, ids, write, marks } = await written(kind);
    crm.instead = (request) => (isWrite(request) ? faults[name]!(request) : null);
    const said = await write(marks).catch((error: unknown) => error);
    if (!Array.isArray(said)) {
      expect(said).toBeInstanceOf(ConnectorError);
      expect(String(said)).toMatch(new RegExp(`^Error: ${kind}: .`));
    } else expect(said.map(({ id }: { id: string }) => id).sort()).toEqual(ids.toSorted());
  },
  60_000,
);

it.each(["hubspot", "salesforce", "zoho"] as const)(
  "%s: of records that its answer to a write leaves out, none counts as written",
  async (kind) => {
    const { crm, ids, write, marks } = await written(kind);
    let lost = 0;
    const answer = async (request: Request): Promise<Response | null> => {
      if (!isWrite(request)) return null;
      const body = await request.clone().json<{ inputs?: object[]; records?: object[]; data?: object[] }>();
      const asked = (body.inputs ?? body.records ?? body.data) as { id: string }[];
      const some = asked.slice(0, asked.length - ++lost);
      const taken = (one: { id: string }) => ({ ...one, status: "success", code: "SUCCESS", success: true });
      if (kind === "salesforce") return Response.json(some.map((one) => ({ ...taken(one), errors: [] })));
      return Response.json({ status: "COMPLETE", results: some.map(taken), data: some.map(taken) });
    };
    crm.instead = answer;
    const said = await write(marks).catch((error: unknown) => error);
    if (!Array.isArray(said)) expect(String(said)).toContain(`${kind}: another answer than documented`);
    else expect(said).toEqual([expect.objectContaining({ id: ids[2] })]);
  },
);

it("HubSpot: an error that names no record is that of those which the answer leaves out", async () => {
  const { crm, ids, write, marks } = await written("hubspot");
  crm.instead = (request) =>
    isWrite(request)
      ? Response.json(
          {
            status: "COMPLETE",
            results: [{ id: ids[0], properties: {} }],
            ...{ numErrors: 2, errors: [{ status: "error", category: "VALIDATION_ERROR", message: "…" }] },
          },
          { status: 207 },
        )
      : null;
  expect(await write(marks)).toEqual(
    ids.slice(1).map((id) => ({ id, object: "contacts", why: "VALIDATION_ERROR" })),
  );
});
