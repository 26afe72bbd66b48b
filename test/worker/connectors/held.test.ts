/** What each kind of CRM finds of one person, however it writes a number; what it erases; and what it must not take for theirs. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import { adviceFor } from "../../../shared/connectors/advice.ts";
import { eraseIn, heldIn, linksIn, systemsOf } from "../../../worker/connectors/kinds/held/read.ts";
import { add, drive, run, waiting } from "./drive.ts";
import { holding } from "./held.ts";
import { brokenOff, doubleOf, fill } from "./kit.ts";

drive();

const who = { numbers: ["442079460958"], email: "dora@example.com" };
/** By kind: fields of her records, two of others that look alike, and the links and the object of calls that are to be found. */
const cases: Partial<
  Record<
    ConnectorKind,
    { hers: object[]; others: object[]; call: [object: string, id: string]; link: (id: string) => string }
  >
> = {
  hubspot: {
    hers: [
      { phone: "020 7946 0958" },
      { mobilephone: "+44 (0)20 79460958" },
      { phone: "", email: "dora@example.com" },
    ],
    others: [{ phone: "020 7946 0959" }, { email: "dora@example.org" }],
    call: ["calls", "77001"],
    link: (id) => `https://app-eu1.hubspot.com/contacts/62515/record/0-1/${id}`,
  },
  espocrm: {
    hers: [
      { phoneNumber: "+442079460958" },
      { phoneNumber: "0113 496 0001", phoneNumberData: ["020-7946-0958"] },
      { phoneNumber: null, emailAddress: "dora@example.com" },
    ],
    // The digits in their order, with others in between.
    others: [
      { phoneNumber: "0207 9461 0958" },
      { phoneNumber: "0113 496 0002", emailAddress: "dora@example.org" },
    ],
    call: ["Call", "65f0call00000001"],
    link: (id) => `https://crm.example.com/#Contact/view/${id}`,
  },
  salesforce: {
    hers: [
      { Phone: "(020) 7946 0958" },
      { MobilePhone: "+44 20 7946 0958 ext. 3" },
      { Email: "dora@example.com" },
    ],
    others: [{ Phone: "0207 9461 0958" }, { Email: "dora@example.org" }],
    call: ["Task", "00T000000000000001"],
    link: (id) => `https://example.my.salesforce.com/${id}`,
  },
  dynamics: {
    hers: [
      { telephone1: "020 7946 0958" },
      { mobilephone: "+442079460958" },
      { emailaddress2: "dora@example.com" },
    ],
    others: [{ telephone1: "0207 9461 0958" }, { emailaddress1: "dora@example.org" }],
    call: ["phonecalls", "aaaabe2e-d01c-4d11-b83e-000000000001"],
    link: (id) => `https://example.crm11.dynamics.com/main.aspx?pagetype=entityrecord&etn=contact&id=${id}`,
  },
  pipedrive: {
    hers: [
      { phones: "0113 496 0001; 020 7946 0958" },
      { phones: "+442079460958" },
      { phones: "", emails: "dora@example.com" },
    ],
    others: [{ phones: "020 7946 0959" }, { phones: "", emails: "dora@example.org" }],
    call: ["activities", "77001"],
    link: (id) => `https://example.pipedrive.com/person/${id}`,
  },
  zoho: {
    hers: [{ Phone: "(020) 7946 0958" }, { Other_Phone: "+442079460958" }, { Email: "dora@example.com" }],
    others: [{ Phone: "0113 7946 0958" }, { Phone: "0207 9461 0958", Email: "dora@example.org" }],
    call: ["Calls", "3652397000009001"],
    link: (id) => `https://crm.zoho.eu/crm/tab/Contacts/${id}`,
  },
};

it.each(Object.entries(cases))(
  "%s finds all of hers, with their calls, and erases what it is told",
  async (name, of) => {
    const kind = name as ConnectorKind;
    const crm = doubleOf(kind);
    const calls = holding(crm, kind);
    const hers = fill(crm, kind, of.hers as Record<string, unknown>[]);
    fill(crm, kind, of.others as Record<string, unknown>[]);
    calls.push({ of: hers[1]!, id: of.call[1] });
    await add(crm, kind);
    const [system] = await systemsOf(env.DB);
    const found = await heldIn(env, system!, who, [], waiting);
    expect(found.problem).toBeNull();
    expect(
      found.records
        .filter(({ what }) => what.includes("record"))
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...hers].sort());
    const { object } = found.records[0]!;
    expect(found.records.find(({ id }) => id === hers[0])!.link).toBe(of.link(hers[0]!));
    expect(found.records.filter(({ what }) => what.includes("call"))).toMatchObject([
      { object: of.call[0], id: of.call[1] },
    ]);
    // One is refused, one is gone already.
    crm.refuses.add(hers[0]!);
    const named = hers.map((id) => ({ object, id }));
    crm.records[object] = crm.records[object]!.filter(({ id }) => id !== hers[2]);
    const { erased, refused, stopped } = await eraseIn(env, system!, named, waiting);
    expect(stopped).toBeNull();
    expect(erased.map(({ id }) => id)).toEqual(hers.slice(1));
    expect(refused).toMatchObject([{ object, id: hers[0] }]);
    expect(refused[0]!.why).toMatch(
      /MISSING_SCOPES|No delete access|DELETE_FAILED|0x80040220|ERR_FORBIDDEN|NO_PERMISSION/,
    );
    const left = crm.records[object]?.map(({ id }) => id);
    expect(left).toContain(hers[0]);
    expect(left).not.toContain(hers[1]);
  },
);

it("HubSpot: tells recordings, transcripts and the region; calls of her number without a contact, and of her company; erases no company", async () => {
  const crm = doubleOf("hubspot");
  const calls = holding(crm, "hubspot");
  const [company] = fill(crm, "hubspot", [{ phone: "+44 20 7946 0958" }], 1);
  calls.push(
    {
      ...{ of: "", id: "1" },
      fields: {
        hs_call_to_number: "+442079460958",
        hs_call_recording_url: "https://x.example/1.mp3",
        hs_call_has_transcript: "true",
      },
    },
    { of: "", id: "2", fields: { hs_call_from_number: "020 7946 0958" } },
    { of: company!, id: "4", fields: { hs_call_to_number: "+442079460000" } },
    { of: "", id: "3", fields: { hs_call_to_number: "+442079460959" } },
  );
  await add(crm);
  const [system] = await systemsOf(env.DB);
  const { records, region } = await heldIn(env, system!, who, [], waiting);
  expect(region).toBe("eu1");
  expect(records.map(({ id, what }) => [id, ...what])).toEqual([
    [company, "record"],
    ["1", "call", "recording", "transcript"],
    ["2", "call"],
    ["4", "call"],
  ]);
  expect(await eraseIn(env, system!, records, waiting)).toMatchObject({
    erased: [],
    refused: records.map(() => ({ why: "by-hand" })),
  });
});

it("never takes what it cannot read for nothing: a refusal, a part, too many, or no search", async () => {
  const refusing = doubleOf("salesforce");
  holding(refusing, "salesforce");
  const asked = refusing.instead;
  refusing.instead = (request) =>
    request.url.includes("/query")
      ? Response.json([{ errorCode: "INSUFFICIENT_ACCESS" }], { status: 403 })
      : asked(request);
  await add(refusing, "salesforce");
  const look = async () => heldIn(env, (await systemsOf(env.DB)).at(-1)!, who, [], waiting);
  expect(await look()).toEqual({
    records: [],
    region: null,
    problem: expect.stringContaining("INSUFFICIENT_ACCESS") as string,
    asked: true,
  });

  const espo = doubleOf("espocrm");
  holding(espo, "espocrm");
  const [hers] = fill(espo, "espocrm", ["+442079460958"]);
  espo.role = "reads";
  await add(espo, "espocrm");
  expect(await look()).toMatchObject({
    records: [{ id: hers }],
    problem: "espocrm: Call: the role may not read all; espocrm: Call: 403 No read access.",
  });

  const many = doubleOf("hubspot");
  holding(many, "hubspot");
  fill(
    many,
    "hubspot",
    Array.from({ length: 101 }, () => "020 7946 0958"),
  );
  await add(many);
  const found = await look();
  expect(found.problem).toBe("more");
  expect(found.records).toHaveLength(100);

  const rest = doubleOf("rest");
  const [known] = fill(rest, "rest", ["+442079460958"]);
  const { id } = await add(rest, "rest");
  await run(id, true);
  await run(id, false);
  expect(await look()).toEqual({
    records: [{ object: "contacts", id: known, what: ["record"], link: null, unsure: true }],
    region: null,
    problem: "no-search",
    asked: false,
  });
});

const looked = async (known: Parameters<typeof heldIn>[3] = []) =>
  heldIn(env, (await systemsOf(env.DB)).at(-1)!, who, known, waiting);

it("HubSpot: says that there are more where the first that it answers are another's", async () => {
  const crm = doubleOf("hubspot");
  holding(crm, "hubspot");
  const alike = { hs_whatsapp_phone_number: "+39 2079460958", phone: "020 7946 0958" };
  fill(
    crm,
    "hubspot",
    Array.from({ length: 101 }, () => alike),
  );
  await add(crm);
  const answer = crm.instead;
  crm.instead = async (request) => {
    const given = await answer(request);
    if (!request.url.endsWith("/contacts/search")) return given ?? null;
    const { results } = await given!.json<{ results: { id: string }[] }>();
    return Response.json({
      results: results.map(({ id }) => ({ id, properties: { phone: "+39 2079460958" } })),
    });
  };
  expect(await looked()).toMatchObject({ problem: "more" });
});

it("EspoCRM: says that there are more where only its conditions together found too many", async () => {
  const crm = doubleOf("espocrm");
  holding(crm, "espocrm");
  const alike = (phoneNumber: string) => Array.from({ length: 60 }, () => ({ phoneNumber }));
  fill(crm, "espocrm", [...alike("0207 9461 0958"), ...alike("0113 4961 0001")]);
  await add(crm, "espocrm");
  const both = { ...who, numbers: [...who.numbers, "441134960001"] };
  const found = await heldIn(env, (await systemsOf(env.DB)).at(-1)!, both, [], waiting);
  expect(found).toMatchObject({ problem: "more" });
});

it("reads of records that runs saw no more of a kind than tell that there are too many", async () => {
  const crm = doubleOf("hubspot");
  holding(crm, "hubspot");
  const { id } = await add(crm);
  await env.DB.batch(
    Array.from({ length: 130 }, (_, n) =>
      env.DB.prepare(
        `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
         SELECT num, 'contacts', ?1, 'phone', 0, 442079460958, 'clear', '2024-01-01', 1 FROM connectors WHERE id = ?2`,
      ).bind(String(9000 + n), id),
    ),
  );
  let reads = 0;
  const answer = crm.instead;
  crm.instead = (request) => {
    if (/\/contacts\/9\d+$/.test(request.url)) reads += 1;
    return answer(request);
  };
  await looked();
  expect(reads).toBe(101);
});

it.each(["salesforce", "dynamics", "espocrm"] as const)(
  "%s: says that there are more where it read only the first, though these look alike alone",
  async (kind) => {
    const crm = doubleOf(kind);
    holding(crm, kind);
    const field = crm.setup.objects[0]!.numbers[0]!;
    const alike = { [field]: "0207 9461 0958" };
    fill(
      crm,
      kind,
      Array.from({ length: 105 }, () => alike),
    );
    fill(crm, kind, ["020 7946 0958"]);
    await add(crm, kind);
    expect((await looked()).problem).toBe("more");
  },
);

it("Salesforce: says that there are more where an answer is not done", async () => {
  const crm = doubleOf("salesforce");
  holding(crm, "salesforce");
  const answer = crm.instead;
  crm.instead = async (request) => {
    const given = await answer(request);
    return request.url.includes("FROM+Lead")
      ? Response.json({ ...(await given!.json<object>()), done: false, nextRecordsUrl: "/x" })
      : given!;
  };
  await add(crm, "salesforce");
  expect((await looked()).problem).toBe("more");
});

it.each([
  ["hubspot", "hs_whatsapp_phone_number", "+442079460958"],
  ["hubspot", "second_line", "020 7946 0958"],
  ["espocrm", "cSecondLine", "(020) 7946 0958"],
  ["pipedrive", "d".repeat(40), "020 7946 0958"],
  ["zoho", "Second_Line", "020 7946-0958"],
] as const)("%s: asks every field of the set-up, such as %s", async (kind, field, text) => {
  const crm = doubleOf(kind);
  holding(crm, kind);
  const [object] = crm.setup.objects;
  if (!object!.numbers.includes(field)) object!.numbers.push(field);
  const [id] = fill(crm, kind, [{ [field]: text }]);
  await add(crm, kind);
  expect((await looked()).records).toMatchObject([{ id }]);
});

it.each(["hubspot", "espocrm", "salesforce", "dynamics", "pipedrive", "zoho"] as const)(
  "%s: asks for a record that is known by its id: gone, it is left out; refused, it stays, with a problem",
  async (kind) => {
    const crm = doubleOf(kind);
    holding(crm, kind);
    const { name: object } = crm.setup.objects[0]!;
    const [there, gone, locked] = fill(crm, kind, [
      { Name: "no number any more" },
      { Name: "a" },
      { Name: "b" },
    ]);
    crm.records[object] = crm.records[object]!.filter(({ id }) => id !== gone);
    await add(crm, kind);
    const known = [there, gone].map((id) => ({
      ...{ object, id: id!, link: null },
      what: ["record" as const],
    }));
    const found = await looked(known);
    expect(found.problem).toBeNull();
    expect(found.records).toMatchObject([{ object, id: there, link: expect.any(String) as string }]);
    expect(found.records[0]).not.toHaveProperty("unsure");
    const answer = crm.instead;
    crm.instead = (request) =>
      new URL(request.url).pathname.includes(locked!) ? Response.json({}, { status: 403 }) : answer(request);
    const refused = await looked([...known, { object, id: locked!, what: ["record"], link: null }]);
    expect(refused.records).toMatchObject([{ id: there }, { id: locked, unsure: true }]);
    expect(refused.problem).toContain("403");
  },
);

it("EspoCRM: takes the empty list of a role that reads its own for no answer", async () => {
  const crm = doubleOf("espocrm");
  holding(crm, "espocrm");
  fill(crm, "espocrm", ["+442079460958"]);
  crm.role = "own";
  await add(crm, "espocrm");
  const { records, problem } = await looked();
  expect(records).toEqual([]);
  expect(problem).toBe(
    ["Contact", "Lead", "Account", "Call"]
      .map((name) => `espocrm: ${name}: the role may not read all`)
      .join("; "),
  );
  expect(adviceFor(problem!)).toBe("rights");
});

it("EspoCRM: says where a record that it found cannot be read", async () => {
  const crm = doubleOf("espocrm");
  holding(crm, "espocrm");
  const [hers] = fill(crm, "espocrm", ["+442079460958"]);
  const answer = crm.instead;
  crm.instead = (request) =>
    request.url.endsWith(`/${hers}`) ? new Response(null, { status: 403 }) : answer(request);
  await add(crm, "espocrm");
  expect(await looked()).toMatchObject({ records: [], problem: "espocrm: Contact: 403" });
});

it.each([
  ["hubspot", "phone", "country"],
  ["espocrm", "phoneNumber", "addressCountry"],
  ["salesforce", "Phone", "MailingCountry"],
  ["dynamics", "telephone1", "address1_country"],
  ["zoho", "Phone", "Mailing_Country"],
] as const)("%s: leaves out another country's number with the same digits", async (kind, number, country) => {
  const crm = doubleOf(kind);
  holding(crm, kind);
  fill(crm, kind, [
    { [number]: "+1 207 946 0958" },
    { [number]: "(207) 946-0958", [country]: "United States" },
  ]);
  const [hers, unread] = fill(crm, kind, [
    { [number]: "020 7946 0958", [country]: "United Kingdom" },
    { [number]: "home: 00 (0) 20 7946 0958 0000 1" },
  ]);
  await add(crm, kind);
  const ids = (await looked()).records.map(({ id }) => id);
  expect(ids).toContain(hers);
  // What cannot be read may be theirs; HubSpot's own search decides that for it.
  if (kind !== "hubspot") expect(ids).toContain(unread);
  expect(ids).toHaveLength(kind === "hubspot" ? 1 : 2);
});

it.each(["hubspot", "espocrm", "salesforce", "dynamics", "pipedrive", "zoho"] as const)(
  "%s: a 404 that is not its own word on the record says neither that it is gone nor that it was erased",
  async (kind) => {
    const crm = doubleOf(kind);
    holding(crm, kind);
    const [id] = fill(crm, kind, [{}]);
    await add(crm, kind);
    const [system] = await systemsOf(env.DB);
    const { name: object } = crm.setup.objects[0]!;
    const known = [{ object, id: id!, what: ["record" as const], link: null }];
    const answer = crm.instead;
    // A user who may not see it, in Salesforce's words; a proxy that has moved in the others'.
    crm.instead = (request) =>
      request.url.includes("oauth2") || (kind === "salesforce" && !request.url.includes(id!))
        ? answer(request)
        : kind === "salesforce"
          ? Response.json([{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }], {
              status: 404,
            })
          : new Response("<html>", { status: 404 });
    const { records, problem } = await heldIn(env, system!, { numbers: [], email: null }, known, waiting);
    expect(records).toMatchObject([{ id, unsure: true }]);
    expect(problem).not.toBeNull();
    const { erased } = await eraseIn(env, system!, [{ object, id: id! }], waiting);
    expect(erased).toEqual([]);
  },
);

it("a look whose answer breaks off is a problem, and what was erased before one did is told", async () => {
  const crm = doubleOf("espocrm");
  holding(crm, "espocrm");
  const ids = fill(crm, "espocrm", [{ phoneNumber: "+442079460958" }, {}, {}]);
  await add(crm, "espocrm");
  const [system] = await systemsOf(env.DB);
  const answer = crm.instead;
  crm.instead = () => brokenOff(200);
  expect(await heldIn(env, system!, who, [], waiting)).toMatchObject({
    records: [],
    problem: "espocrm: no answer",
    asked: true,
  });
  crm.instead = (request) =>
    request.url.endsWith(ids[1]!) && request.method === "DELETE" ? brokenOff(200) : answer(request);
  expect(
    await eraseIn(
      env,
      system!,
      ids.map((id) => ({ object: "Contact", id })),
      waiting,
    ),
  ).toMatchObject({ erased: [{ id: ids[0] }], refused: [], stopped: "espocrm: no answer" });
});

it("tells what was erased before the system stopped", async () => {
  const crm = doubleOf("dynamics");
  holding(crm, "dynamics");
  const ids = fill(crm, "dynamics", ["1", "2", "3"]);
  await add(crm, "dynamics");
  const answer = crm.instead;
  crm.instead = (request) =>
    request.url.includes(ids[1]!) ? Response.json({}, { status: 401 }) : answer(request);
  const [system] = await systemsOf(env.DB);
  const named = ids.map((id) => ({ object: "contacts", id }));
  expect(await eraseIn(env, system!, named, waiting)).toEqual({
    asked: true,
    erased: [named[0]],
    refused: [],
    stopped: "dynamics: 401",
  });
});

it.each([
  ["hubspot", "contacts", "https://app-eu1.hubspot.com/contacts/62515/record/0-1/7"],
  ["salesforce", "Contact", "https://example.my.salesforce.com/7"],
  [
    "dynamics",
    "contacts",
    "https://example.crm11.dynamics.com/main.aspx?pagetype=entityrecord&etn=contact&id=7",
  ],
  ["espocrm", "Contact", "https://crm.example.com/#Contact/view/7"],
  ["pipedrive", "persons", "https://example.pipedrive.com/person/7"],
  ["zoho", "Contacts", "https://crm.zoho.eu/crm/tab/Contacts/7"],
  ["rest", "contacts", null],
] as const)("%s: tells where a person opens a record", async (kind, object, link) => {
  const crm = doubleOf(kind);
  holding(crm, kind);
  await add(crm, kind);
  const linkOf = await linksIn(env, (await systemsOf(env.DB)).at(-1)!, waiting);
  expect(linkOf?.({ object, id: "7" }) ?? null).toBe(link);
});

it("HubSpot: a link that it does not tell now is none, and no failure", async () => {
  const crm = doubleOf("hubspot");
  crm.instead = () => brokenOff(200);
  await add(crm);
  expect(await linksIn(env, (await systemsOf(env.DB)).at(-1)!, waiting)).toBeNull();
});

it.each([
  ["salesforce", "own", ["salesforce: without View All Data its user may not read all"]],
  [
    "dynamics",
    "own",
    ["contacts", "leads", "accounts", "phonecalls"].map(
      (one) => `dynamics: ${one}: its user may not read all`,
    ),
  ],
  ["dynamics", "reads", ["dynamics: phonecalls: its user may not read all"]],
  ["pipedrive", "own", ["pipedrive: its user is no administrator of deals, and may not read all"]],
  ["zoho", "own", ["zoho: its user's profile is not Administrator, and may not read all"]],
] as const)(
  "%s: takes the empty answer of a user with rights “%s” for no answer",
  async (kind, role, said) => {
    const crm = doubleOf(kind);
    holding(crm, kind);
    crm.role = role;
    await add(crm, kind);
    const { records, problem } = await looked();
    expect(records).toEqual([]);
    expect(problem).toBe(said.join("; "));
    expect(adviceFor(problem!)).toBe("rights");
  },
);

it.each([
  ["salesforce", "UserPermissionAccess", "INVALID_TYPE"],
  ["dynamics", "WhoAmI", "0x80040220"],
  ["dynamics", "EntityDefinitions", "0x80040220"],
  ["dynamics", "RetrieveUserPrivilege", "0x80040220"],
  ["pipedrive", "users/me", "ERR_FORBIDDEN"],
] as const)("%s: says so where it does not tell what its user may read (%s)", async (kind, route, code) => {
  const crm = doubleOf(kind);
  holding(crm, kind);
  await add(crm, kind);
  const answer = crm.instead;
  crm.instead = (request) =>
    request.url.includes(route) ? Response.json([{ errorCode: code }], { status: 403 }) : answer(request);
  expect((await looked()).problem).toContain(code);
});

it.each([
  ["pipedrive", "phones", "+39 020 7946 0958"],
  ["zoho", "Phone", "0113 7946 0958"],
] as const)(
  "%s: says that there are more where the first that it answers are another's",
  async (kind, field, other) => {
    const crm = doubleOf(kind);
    holding(crm, kind);
    fill(
      crm,
      kind,
      Array.from({ length: 102 }, () => ({ [field]: other })),
    );
    await add(crm, kind);
    expect(await looked()).toMatchObject({ records: [], problem: "more" });
  },
);

it("Pipedrive: what is marked as deleted is gone, and meetings are no calls", async () => {
  const crm = doubleOf("pipedrive");
  const calls = holding(crm, "pipedrive");
  const [there, marked] = fill(crm, "pipedrive", ["1", "2"]);
  crm.refuses.add(`deleted ${marked}`);
  calls.push({ of: there!, id: "500" });
  await add(crm, "pipedrive");
  const known = [there, marked].map((id) => ({
    ...{ object: "persons", id: id!, link: null },
    what: ["record" as const],
  }));
  const { records, problem } = await looked(known);
  expect(problem).toBeNull();
  expect(records.map(({ object, id }) => [object, id])).toEqual([
    ["persons", there],
    ["activities", "500"],
  ]);
});

it("Pipedrive: what its user may not read of activities is said, and hides no record", async () => {
  const crm = doubleOf("pipedrive");
  const calls = holding(crm, "pipedrive");
  const [hers] = fill(crm, "pipedrive", ["+442079460958"]);
  calls.push({ of: hers!, id: "500" });
  crm.role = "reads";
  await add(crm, "pipedrive");
  const { records, problem } = await looked();
  expect(records).toMatchObject([{ object: "persons", id: hers }]);
  expect(problem).toBe("pipedrive: activities: 403 ERR_FORBIDDEN");
  expect(adviceFor(problem!)).toBe("rights");
});

it("Zoho: a scope that is missing asks for no other token, as it grants few", async () => {
  const crm = doubleOf("zoho");
  holding(crm, "zoho");
  const [contact] = fill(crm, "zoho", ["+442079460958"]);
  crm.role = "reads";
  crm.lacks.add("scope users");
  await add(crm, "zoho");
  const { problem } = await looked();
  expect(problem).toBe("zoho: users: OAUTH_SCOPE_MISMATCH; zoho: Calls: OAUTH_SCOPE_MISMATCH");
  await looked();
  const [system] = await systemsOf(env.DB);
  await eraseIn(env, system!, [{ object: "Contacts", id: contact! }], waiting);
  expect(crm.tokens()).toBe(1);
});

it("Zoho: tells recordings and the region, of leads and accounts too; a scope that is missing is said, and hides no record", async () => {
  const crm = doubleOf("zoho");
  const calls = holding(crm, "zoho");
  const [contact] = fill(crm, "zoho", ["+442079460958"]);
  const [lead] = fill(crm, "zoho", ["+442079460958"], 1);
  calls.push(
    { of: contact!, id: "9001", fields: { Voice_Recording__s: "https://x.example/1.mp3" } },
    { of: lead!, id: "9002" },
  );
  await add(crm, "zoho");
  const { records, region, problem } = await looked();
  expect([region, problem]).toEqual(["EU", null]);
  expect(records.map(({ object, id, what }) => [object, id, ...what])).toEqual([
    ["Contacts", contact, "record"],
    ["Leads", lead, "record"],
    ["Calls", "9001", "call", "recording"],
    ["Calls", "9002", "call"],
  ]);
  crm.role = "reads";
  const less = await looked();
  expect(less.problem).toBe("zoho: Calls: OAUTH_SCOPE_MISMATCH");
  expect(less.records.map(({ id }) => id)).toEqual([contact, lead]);
  expect(adviceFor(less.problem!)).toBe("rights");
});
