/** Every kind of CRM passes the same tests, against a double that follows its vendor's document. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { connectorKinds, fieldPattern, kinds, numberPattern } from "../../../shared/connectors/kinds.ts";
import type { Connector, Contact, Mark } from "../../../worker/connectors/connector.ts";
import { ConnectorError } from "../../../worker/connectors/connector.ts";
import { wireTo } from "../../../worker/connectors/http.ts";
import { connectorOf } from "../../../worker/connectors/kinds/index.ts";
import { put, valueAt } from "../../../worker/connectors/kinds/rest.ts";
import { bearer } from "../../../worker/connectors/sign-in/oauth.ts";
import { brokenOff, doubleOf, fill, marked } from "./kit.ts";

afterEach(() => vi.unstubAllGlobals());

async function all(crm: Connector): Promise<Contact[]> {
  const contacts: Contact[] = [];
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page = await crm.page(cursor);
    contacts.push(...page.contacts);
    cursor = page.next;
  }
  return contacts;
}

const NOW = Date.parse("2026-11-25T12:00:00Z");
const claim = () => Promise.resolve(() => Promise.resolve());
const reach = () => Promise.resolve();

describe.each(connectorKinds)("%s", (kind) => {
  function connect() {
    const double = doubleOf(kind);
    const waits: number[] = [];
    const kept: Record<string, string>[] = [];
    const vault = {
      secret: { ...double.secret },
      ...{ claim, reach },
      keep: (secret: Record<string, string>) => {
        kept.push(secret);
        return Promise.resolve();
      },
      over: () => Promise.resolve(true),
    };
    const wait = (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    };
    const crm = connectorOf(kind, double.setup, vault, { clock: () => NOW, wait });
    return { double, crm, waits, kept, vault };
  }
  const mark = (contact: Pick<Contact, "id" | "object">, verdict = "blocked"): Mark => ({
    id: contact.id,
    object: contact.object,
    verdict,
    date: verdict === "" ? "" : "2026-11-25",
    reasons: verdict === "" ? "" : "on TPS",
  });
  const many = (n: number) =>
    Array.from({ length: n }, (_, i) => `020 7946 0${String(i % 1000).padStart(3, "0")}`);

  it("reads every contact once, page by page and one kind of record after the other", async () => {
    const { double, crm } = connect();
    const { objects, fields } = double.setup;
    const first = objects[0]!;
    const ids = fill(double, kind, many(205));
    const [special] = fill(double, kind, [
      {
        [first.numbers[0]!]: "020 7946 0001; +44 7700 900001",
        ...(first.country && { [first.country]: "Ireland" }),
        [fields.verdict]: "clear",
        [fields.date]: "2026-11-01",
        [fields.reasons]: "none",
      },
    ]);
    const leads = objects[1] ? fill(double, kind, many(3), 1) : [];
    const contacts = await all(crm);
    expect(contacts.map(({ id }) => id)).toEqual([...ids, special, ...leads]);
    expect(contacts[4]).toEqual({
      id: ids[4],
      object: first.name,
      numbers: { [first.numbers[0]!]: ["020 7946 0004"] },
      whole: true,
      // Only a record by itself has all numbers: it is read when it changed.
      ...(kind === "espocrm" && { changed: "" }),
      country: "",
      party: "",
      account: "",
      flag: first.flag ? { set: false, by: "", at: "" } : null,
      person: null,
      optedOut: [],
      consent: null,
      consentOut: "",
      origin: { source: "", since: "", notice: "" },
      held: { verdict: "", date: "", reasons: "" },
      was: { verdict: null, date: null, reasons: null },
      consentWas: null,
      toldWas: { by: null, at: null },
      // Of the others it is known which fields there are.
      ...(kind === "rest" && { lacks: ["/country"] }),
    });
    const two = ["020 7946 0001", "+44 7700 900001"];
    expect(contacts[205]).toMatchObject({
      numbers: { [first.numbers[0]!]: kind === "pipedrive" ? two : [two.join("; ")] },
      country: first.country ? "Ireland" : "",
      party: "",
      account: "",
      held: { verdict: "clear", date: "2026-11-01", reasons: "none" },
    });
    expect(new Set(contacts.map(({ object }) => object))).toEqual(
      new Set(objects.slice(0, leads.length > 0 ? 2 : 1).map(({ name }) => name)),
    );
    expect(double.writes).toEqual([]);
  });

  it("writes to each record, empties what is empty, and names those that were refused", async () => {
    const { double, crm } = connect();
    fill(double, kind, many(130));
    const contacts = await all(crm);
    const [a, b, c] = [contacts[0]!, contacts[1]!, contacts[129]!];
    double.refuses.add(b.id);
    const refused = await crm.write(contacts.map((contact) => mark(contact)));
    expect(refused).toEqual([
      { id: b.id, object: b.object, why: expect.stringMatching(/^[\w .]+$/) as string },
    ]);
    expect(double.writes).toHaveLength(129);
    expect(marked(double, a.id)).toEqual(["blocked", "2026-11-25", "on TPS"]);
    expect(marked(double, c.id)).toEqual(["blocked", "2026-11-25", "on TPS"]);
    expect(marked(double, b.id)).toEqual([null, null, null]);
    expect(await crm.write([mark(a, "")])).toEqual([]);
    expect(marked(double, a.id)).toEqual([null, null, null]);
  });

  it("waits as long as it is told, goes on after a failure, and says when a wait is too long for it", async () => {
    const { double, crm, waits } = connect();
    fill(double, kind, many(2));
    const answers = [
      () => Response.json({}, { status: 429, headers: { "retry-after": "7" } }),
      () => new Response("bad gateway", { status: 502 }),
      () => new Response(null, { status: 503 }),
    ];
    double.instead = () => answers.shift()?.();
    expect(await all(crm)).toHaveLength(2);
    expect(waits).toEqual([7000, 500, 2000]);

    double.instead = () => new Response(null, { status: 429, headers: { "retry-after": "3600" } });
    const error = await crm.page(null).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject({ message: `${kind}: 429`, notBefore: NOW + 3_600_000 });

    // A CRM that never stops being busy is asked again in an hour, whatever it says.
    for (const headers of [{ "retry-after": "7" }, { "retry-after": "0" }, {}]) {
      waits.length = 0;
      double.instead = () => new Response(null, { status: 429, headers });
      expect(await crm.page(null).catch((e: unknown) => e)).toMatchObject({ notBefore: NOW + 3_600_000 });
      expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(30_000);
      expect(waits.length).toBeLessThan(70);
    }

    double.instead = () => new Response("secret words of a record", { status: 500 });
    await expect(crm.page(null)).rejects.toMatchObject({ message: `${kind}: 500`, status: 500 });
    double.instead = () => {
      throw new TypeError("network connection lost");
    };
    await expect(crm.page(null)).rejects.toMatchObject({ message: `${kind}: no answer`, status: 0 });
    // An answer that breaks off is asked for again, and is none in the end.
    const whole = [brokenOff(200), brokenOff(502)];
    double.instead = () => whole.shift();
    waits.length = 0;
    expect(await all(crm)).toHaveLength(2);
    expect(waits).toEqual([500, 2000]);
    double.instead = () => brokenOff(200);
    await expect(crm.page(null)).rejects.toMatchObject({ message: `${kind}: no answer`, status: 0 });
    double.instead = () => Response.json({ nothing: "as documented" });
    await expect(crm.page(null)).rejects.toThrow();
  });

  it("renews a token that is refused, once, and keeps what it was granted", async () => {
    const { double, crm, kept, vault } = connect();
    fill(double, kind, many(1));
    const oauth = double.tokens() === 0 && ["salesforce", "pipedrive", "zoho", "dynamics"].includes(kind);
    await all(crm);
    expect(double.tokens()).toBe(oauth ? 1 : 0);
    double.expire();
    if (oauth) {
      await all(crm);
      expect(double.tokens()).toBe(2);
      expect(kept).toHaveLength(2);
      expect(vault.secret).toMatchObject({ accessToken: "access-2" });
      if (double.secret["refreshToken"] ?? double.secret["code"])
        expect(vault.secret).toMatchObject({ refreshToken: "refresh-2" });
      expect(vault.secret).not.toHaveProperty("code");
    }
    double.instead = () => Response.json({ code: "INVALID_TOKEN" }, { status: 401 });
    await expect(crm.page(null)).rejects.toThrow(`${kind}: 401 INVALID_TOKEN`);
  });

  it("names its document, and is not called verified before it was tried on the vendor's own", () => {
    const { document, verified, objects, fields, ways } = kinds[kind];
    expect(document).toMatch(/^https:\/\//);
    expect(verified).toBe(false);
    expect(objects.length).toBeGreaterThan(0);
    expect(Object.keys(ways)).not.toEqual([]);
    if (kind !== "pipedrive")
      for (const field of Object.values(fields)) expect(field).toMatch(fieldPattern(kind));
  });
});

it.each([
  ["hubspot", 429, { status: "error", errorType: "RATE_LIMIT", policyName: "DAILY" }],
  ["salesforce", 403, [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "…" }]],
] as const)(
  "%s: a day's requests that are used up are not asked for again and again",
  async (kind, status, said) => {
    const double = doubleOf(kind);
    const vault = {
      secret: double.secret,
      ...{ claim, reach },
      keep: () => Promise.resolve(),
      over: () => Promise.resolve(true),
    };
    const wait = vi.fn(() => Promise.resolve());
    const crm = connectorOf(kind, double.setup, vault, { clock: () => NOW, wait });
    double.instead = () => Response.json(said, { status });
    expect(await crm.page(null).catch((e: unknown) => e)).toMatchObject({ notBefore: NOW + 3_600_000 });
    expect(wait).not.toHaveBeenCalled();
  },
);

it("Pipedrive: fields that were added to it are asked for by their keys", async () => {
  const double = doubleOf("pipedrive");
  const added = "0123456789abcdef0123456789abcdef01234567";
  double.setup.objects[0]!.numbers.push(added);
  fill(double, "pipedrive", [{ phones: "020 7946 0001", [added]: "020 7946 0002" }]);
  const vault = {
    secret: double.secret,
    ...{ claim, reach },
    keep: () => Promise.resolve(),
    over: () => Promise.resolve(true),
  };
  const crm = connectorOf("pipedrive", double.setup, vault, {
    clock: () => NOW,
    wait: () => Promise.resolve(),
  });
  expect((await all(crm))[0]!.numbers).toEqual({ phones: ["020 7946 0001"], [added]: ["020 7946 0002"] });
  expect(added).toMatch(numberPattern("pipedrive"));
});

it("HubSpot: one record that has its batch refused keeps none of the others from being written", async () => {
  const double = doubleOf("hubspot");
  fill(double, "hubspot", ["020 7946 0001", "020 7946 0002", "020 7946 0003"]);
  const vault = {
    secret: double.secret,
    ...{ claim, reach },
    keep: () => Promise.resolve(),
    over: () => Promise.resolve(true),
  };
  const crm = connectorOf("hubspot", double.setup, vault, {
    clock: () => NOW,
    wait: () => Promise.resolve(),
  });
  const contacts = await all(crm);
  double.refuses.add(`poison ${contacts[1]!.id}`);
  const refused = await crm.write(
    contacts.map(({ id, object }) => ({ id, object, verdict: "clear", date: "2026-11-25", reasons: "" })),
  );
  expect(refused).toEqual([{ id: contacts[1]!.id, object: "contacts", why: "400 VALIDATION_ERROR" }]);
  expect(double.writes).toEqual([`contacts ${contacts[0]!.id}`, `contacts ${contacts[2]!.id}`]);
});

it("a next page at another host is not asked for: it would be given the token", async () => {
  const double = doubleOf("dynamics");
  const vault = {
    secret: double.secret,
    ...{ claim, reach },
    keep: () => Promise.resolve(),
    over: () => Promise.resolve(true),
  };
  const crm = connectorOf("dynamics", double.setup, vault, {
    clock: () => NOW,
    wait: () => Promise.resolve(),
  });
  double.instead = () =>
    Response.json({
      value: [],
      "@odata.nextLink": "https://evil.example/api/data/v9.2/contacts?$skiptoken=1",
    });
  const { next } = await crm.page(null);
  await expect(crm.page(next)).rejects.toThrow("another host");
  expect(double.requests.some((request) => request.includes("evil"))).toBe(false);
});

describe("REST by mapping", () => {
  const paged = async (settings: Record<string, string>, answers: Record<string, unknown>) => {
    const double = doubleOf("rest");
    Object.assign(double.setup.settings, settings);
    const asked: string[] = [];
    double.instead = (request) => {
      const { pathname, search } = new URL(request.url);
      asked.push(pathname + search);
      return Response.json(answers[pathname + search]);
    };
    const vault = {
      secret: double.secret,
      ...{ claim, reach },
      keep: () => Promise.resolve(),
      over: () => Promise.resolve(true),
    };
    const waiting = { clock: () => NOW, wait: () => Promise.resolve() };
    const contacts = await all(connectorOf("rest", double.setup, vault, waiting));
    return { ids: contacts.map(({ id }) => id), asked };
  };
  const rows = (...ids: string[]) => ids.map((id) => ({ id }));
  it("pages follow by number, offset, cursor or address, or there is one", async () => {
    const list = { list: "/c", items: "" };
    expect(await paged({ ...list, paging: "none" }, { "/c": rows("a") })).toEqual({
      ids: ["a"],
      asked: ["/c"],
    });
    expect(
      await paged(
        { ...list, paging: "offset", parameter: "start" },
        { "/c?start=0": rows("a", "b"), "/c?start=2": rows("c"), "/c?start=3": [] },
      ),
    ).toMatchObject({ ids: ["a", "b", "c"] });
    expect(
      await paged(
        { list: "/c?n=2", items: "/rows", paging: "cursor", parameter: "after", next: "/meta/next" },
        {
          "/c?n=2": { rows: rows("a"), meta: { next: "x y" } },
          "/c?n=2&after=x%20y": { rows: rows("b"), meta: { next: null } },
        },
      ),
    ).toEqual({ ids: ["a", "b"], asked: ["/c?n=2", "/c?n=2&after=x%20y"] });
    expect(
      await paged(
        { list: "/c", items: "/rows", paging: "link", next: "/next" },
        {
          "/c": { rows: rows("a"), next: "https://crm.example.com/c?p=2" },
          "/c?p=2": { rows: rows("b") },
        },
      ),
    ).toMatchObject({ ids: ["a", "b"] });
  });
  it("a server that answers the same page to every number is no CRM without end", async () => {
    await expect(
      paged({ list: "/c", items: "", paging: "page" }, { "/c?page=1": rows("a"), "/c?page=2": rows("a") }),
    ).rejects.toThrow("the same page again");
  });
  it("nor is one whose answer has no end", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (sent++ < 400) controller.enqueue(new Uint8Array(100_000).fill(32));
        else controller.close();
      },
    });
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(endless)));
    const wire = wireTo("rest", "https://crm.example.com", () => Promise.resolve({}), {
      clock: Date.now,
      wait: () => Promise.resolve(),
    });
    await expect(wire("/c")).rejects.toThrow(new ConnectorError("rest: 200 too long"));
    expect(sent).toBeLessThan(300);
  });
  it("what is not where the mapping says is an error, and no empty CRM", async () => {
    await expect(paged({ list: "/c", items: "/rows", paging: "none" }, { "/c": [] })).rejects.toThrow(
      "no list",
    );
    await expect(
      paged({ list: "/c", items: "", id: "/key", paging: "none" }, { "/c": rows("a") }),
    ).rejects.toThrow("no id");
  });
  it("JSON pointers are those of RFC 6901", () => {
    const document = { "a/b": { "m~n": [10, 20] } };
    expect(valueAt(document, "/a~1b/m~0n/1")).toBe(20);
    expect(valueAt(document, "/a~1b/none/1")).toBeUndefined();
    expect(valueAt(document, "/constructor")).toBeUndefined();
    const body = {};
    put(body, "/x/a~1b", 1);
    put(body, "/x/y", 2);
    expect(body).toEqual({ x: { "a/b": 1, y: 2 } });
  });
});

describe("a token's answer", () => {
  const signed = (answer: object) => {
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(answer)));
    const vault = {
      secret: { clientId: "key", clientSecret: "secret" },
      ...{ claim, reach },
      keep: () => Promise.resolve(),
      over: () => Promise.resolve(true),
    };
    const grant = { kind: "salesforce", url: "https://example.my.salesforce.com/services/oauth2/token" };
    return bearer(grant, vault, () => NOW)({ method: "GET", path: "/" }, false);
  };
  it("may have an ID token, which is not looked at", async () => {
    const answer = { access_token: "access", token_type: "Bearer", id_token: "not.a.token" };
    expect(await signed(answer)).toEqual({ authorization: "Bearer access" });
  });
  it("may be an error although its status is 200, and the error's code is told", async () => {
    await expect(signed({ error: "invalid_code" })).rejects.toThrow(
      new ConnectorError("salesforce: no token, 200 invalid_code"),
    );
  });
});
