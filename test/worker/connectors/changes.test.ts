/** What is made and changed in a CRM is screened within the minute, and only what differs is written. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { jobNames } from "../../../shared/jobs/clock.ts";
import type { FailedAnswer } from "../../../shared/jobs/api.ts";
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import { closeLeft, readChanges } from "../../../worker/connectors/changes/poll.ts";
import { MINUTE_CRON, scheduled } from "../../../worker/jobs/scheduled.ts";
import { markTurned } from "../../../worker/connectors/turned.ts";
import { watchAndTell } from "../../../worker/watching/watch.ts";
import { Noting } from "../core/noting.ts";
import { add, ask, drain, drive, driven, own, refusal, requestOf, run, waiting } from "./drive.ts";
import { connected, entries, factsOf, number, object, SAYS } from "./flagged.ts";
import { type Double, doubleOf, edit, type Fields, fill, marked } from "./kit.ts";
import { call, DAY, dump, MINUTE, push, setPolicy } from "../helpers.ts";

drive();
const BARRED = "+442079460000";
/** A listed number for each kind: an objection on it changes no verdict. */
const LISTED = {
  hubspot: "+442079460001",
  salesforce: "+442079460002",
  pipedrive: "+442079460003",
  zoho: "+442079460004",
  dynamics: "+442079460005",
  espocrm: "+442079460006",
} as const;
/** A field for the flag, where the vendor has none of its own. */
const FLAGS: Partial<Record<ConnectorKind, string>> = {
  hubspot: "do_not_call",
  pipedrive: "d".repeat(40),
  zoho: "Do_Not_Call",
};
beforeAll(async () => {
  for (const list of ["tps", "ctps"])
    await push(driven.tokens.admin, list, [BARRED, ...Object.values(LISTED)]);
});

/** A CRM with these records of its first kind, screened and switched on, some minutes ago. */
async function screened(kind: ConnectorKind, rows: Fields[], flag?: string) {
  const crm = doubleOf(kind);
  if (flag !== undefined) crm.setup.objects[0]!.flag = flag;
  crm.clock = () => driven.now;
  const { id, ids, go } = await connected(crm, kind, rows);
  await go();
  await ask("POST", `/${id}/switch`, { active: true });
  driven.now += 2 * MINUTE;
  crm.writes.length = 0;
  return { crm, id, ids };
}
const poll = () => readChanges(own, waiting);
const trail = async () => (await dump("audit")).length;
const stateOf = async () => ((await dump("connector_changes")) as Record<string, unknown>[])[0]!;
const heldBy = async (record: string) =>
  (
    await env.DB.prepare("SELECT number FROM connector_numbers WHERE record = ? AND number > 0")
      .bind(record)
      .all<{ number: number }>()
  ).results.map((one) => `+${one.number}`);

describe("what changed in a CRM", () => {
  it.each(["hubspot", "salesforce", "pipedrive", "zoho", "dynamics", "espocrm"] as const)(
    "%s: a new record and an edited one are screened at the next minute, and nothing else is written",
    async (kind) => {
      const [field, other, clear] = [number(), number(), number()];
      const phone = doubleOf(kind).setup.objects[0]!.numbers[0]!;
      const { crm, ids } = await screened(kind, [{ [phone]: field }, { [phone]: other }]);
      // What the run itself wrote is read, and differs from nothing.
      await poll();
      expect(crm.writes).toEqual([]);
      const before = await trail();
      await poll();
      expect(await trail()).toBe(before);

      const [made, fine] = fill(crm, kind, [{ [phone]: BARRED }, { [phone]: clear }]);
      edit(crm, ids[1]!, { [phone]: BARRED });
      driven.now += MINUTE;
      await poll();
      expect([made!, fine!, ids[1]!].map((id) => marked(crm, id)[0])).toEqual([
        "blocked",
        "clear",
        "blocked",
      ]);
      expect(crm.writes.length).toBe(3);
      expect(await heldBy(ids[1]!)).toEqual([BARRED]);
      const after = await trail();
      driven.now += 5 * MINUTE;
      await poll();
      expect([crm.writes.length, await trail()]).toEqual([3, after]);
    },
  );

  it("is watched from then on, and recorded in one screening a day, which ends after it", async () => {
    const { crm } = await screened("hubspot", [{ phone: number() }]);
    const numbers = [number(), number()];
    for (const phone of numbers) {
      fill(crm, "hubspot", [{ phone }]);
      driven.now += MINUTE;
      await poll();
    }
    const of = numbers.map((e164) => Number(e164.slice(1)));
    const { results } = await env.DB.prepare(
      `SELECT DISTINCT screening FROM watched WHERE number IN (${of.join()})`,
    ).all<{ screening: number }>();
    expect(results).toHaveLength(1);
    const {
      state,
      source,
      numbers: n,
    } = (await env.DB.prepare("SELECT * FROM screenings WHERE num = ?")
      .bind(results[0]!.screening)
      .first<Record<string, unknown>>())!;
    expect([state, source, n]).toEqual(["open", "connector", 2]);
    const ended = () =>
      env.DB.prepare("SELECT state, rows FROM screenings WHERE num = ?").bind(results[0]!.screening).first();
    await closeLeft(own);
    expect(await ended()).toEqual({ state: "open", rows: 0 });
    await env.DB.exec("UPDATE connector_changes SET day = '2026-01-01'");
    await closeLeft(own);
    expect(await ended()).toEqual({ state: "done", rows: 2 });
  });

  it("a record that lost its numbers has none here, and its fields are emptied", async () => {
    const { crm, ids } = await screened("hubspot", [{ phone: BARRED }]);
    edit(crm, ids[0]!, { phone: null });
    await poll();
    expect([await heldBy(ids[0]!), marked(crm, ids[0]!)]).toEqual([[], [null, null, null]]);
  });

  it("is read in pages, and an interrupted reading resumes where it was", async () => {
    const { crm } = await screened("hubspot", [{ phone: number() }]);
    const made = fill(
      crm,
      "hubspot",
      Array.from({ length: 150 }, () => ({ phone: BARRED })),
    );
    await readChanges(own, waiting, 50);
    expect(made.filter((id) => marked(crm, id)[0] === "blocked").length).toBeLessThan(150);
    await readChanges(own, waiting, 50);
    await readChanges(own, waiting, 50);
    expect(made.filter((id) => marked(crm, id)[0] === "blocked")).toHaveLength(150);
  });

  it("is not asked for before a run with this set-up, of a CRM that is off, nor of a mapped one", async () => {
    const asked = async (kind: ConnectorKind, ready: (crm: Double) => Promise<string>) => {
      const crm = doubleOf(kind);
      const id = await ready(crm);
      crm.requests.length = 0;
      await poll();
      await ask("DELETE", `/${id}`);
      return crm.requests;
    };
    const tried = async (crm: Double, kind: ConnectorKind) => {
      const { id } = await add(crm, kind);
      await run(id, true);
      return id;
    };
    expect(
      await asked("hubspot", async (crm) => {
        fill(crm, "hubspot", ["020 7946 0555"]);
        const id = await tried(crm, "hubspot");
        await ask("POST", `/${id}/switch`, { active: true });
        return id;
      }),
    ).toEqual([]);
    expect(
      await asked("hubspot", async (crm) => {
        fill(crm, "hubspot", ["020 7946 0555"]);
        const id = await tried(crm, "hubspot");
        await run(id, false);
        return id;
      }),
    ).toEqual([]);
    expect(
      await asked("rest", async (crm) => {
        crm.setup = {
          ...crm.setup,
          objects: [{ name: "contacts", numbers: ["/phone"] }],
          fields: { verdict: "/cleardial/verdict", date: "/cleardial/date", reasons: "/cleardial/reasons" },
        };
        fill(crm, "rest", ["020 7946 0555"]);
        const id = await tried(crm, "rest");
        await run(id, false);
        await ask("POST", `/${id}/switch`, { active: true });
        return id;
      }),
    ).toEqual([]);
  });
});

it("is read under another name, and with other credentials only once the fields were tried with them", async () => {
  const { crm, id } = await screened("hubspot", [{ phone: number() }]);
  const { secret, ...same } = requestOf(crm);
  const asked = async () => {
    crm.requests.length = 0;
    driven.now += MINUTE;
    await poll();
    return crm.requests.length > 0;
  };
  await ask("PUT", `/${id}`, { ...same, name: "Renamed" });
  expect(await asked()).toBe(true);
  await ask("PUT", `/${id}`, { ...same, secret });
  expect(await asked()).toBe(false);
  await run(id, false);
  expect(await asked()).toBe(true);
});

describe("a withdrawal", () => {
  it("in the CRM counts here at the next minute", async () => {
    const phone = number();
    const { crm, ids } = await screened("salesforce", [{ Phone: phone }]);
    expect(await entries(phone)).toEqual([]);
    edit(crm, ids[0]!, { DoNotCall: true });
    await poll();
    expect(await entries(phone)).toEqual([SAYS]);
  });

  it("here is the CRM's flag once its record was marked, and comes to rest", async () => {
    const phone = number();
    const { crm, ids } = await screened("salesforce", [{ Phone: phone }]);
    await object(phone);
    const { MARKS: _queue, ...byClock } = own;
    await watchAndTell(byClock, () => driven.now);
    expect(marked(crm, ids[0]!)[0]).toBe("blocked");
    driven.now += MINUTE;
    await poll();
    expect(crm.records["Contact"]![0]!.fields["DoNotCall"]).toBe(true);
    const writes = crm.writes.length;
    for (let n = 0; n < 3; n++) {
      driven.now += MINUTE;
      await poll();
    }
    expect(crm.writes.length).toBe(writes);
    // Ours does not come in as theirs.
    expect((await factsOf(phone)).suppressions.map(({ kind }) => kind)).toEqual(["objection"]);
  });

  it.each(Object.entries(LISTED) as [keyof typeof LISTED, string][])(
    "%s: here is the CRM's flag at the next minute, also where it changes no verdict",
    async (kind, e164) => {
      const { numbers: fields, flag = FLAGS[kind]! } = doubleOf(kind).setup.objects[0]!;
      const { crm, ids } = await screened(kind, [{ [fields[0]!]: e164 }, { [fields[0]!]: number() }], flag);
      const before = marked(crm, ids[0]!);
      await poll();
      expect(crm.writes).toEqual([]);
      await object(e164);
      driven.now += 7 * MINUTE;
      await poll();
      const records = crm.records[crm.setup.objects[0]!.name]!;
      expect(records.map(({ fields: its }) => Boolean(its[flag]))).toEqual([true, false]);
      expect([crm.writes.length, marked(crm, ids[0]!)]).toEqual([1, before]);
      driven.now += 7 * MINUTE;
      await poll();
      expect(crm.writes.length).toBe(1);
      // Ours does not come in as theirs.
      expect((await factsOf(e164)).suppressions.map(({ kind: of }) => of)).toEqual(["objection"]);
    },
  );

  it("counts although the day's numbers are used up, and the rest waits for the next day", async () => {
    const phone = number();
    const later = number();
    const { crm, ids } = await screened("salesforce", [{ Phone: phone }, { Phone: later }]);
    const policy = (screenedPerDay: number) =>
      setPolicy(({ access }) => ({ access: { ...access, screenedPerDay } }));
    await policy(1);
    edit(crm, ids[0]!, { DoNotCall: true });
    const made = fill(crm, "salesforce", [{ Phone: number() }, { Phone: number() }]);
    await poll();
    expect(await entries(phone)).toEqual([SAYS]);
    const before = await trail();
    driven.now += MINUTE;
    await poll();
    // Nothing is charged, screened or written again.
    expect([await trail(), crm.writes, (await stateOf())["failures"]]).toEqual([before, [], 0]);
    edit(crm, ids[1]!, { DoNotCall: true });
    driven.now += MINUTE;
    await poll();
    expect(await entries(later)).toEqual([SAYS]);
    expect(await Promise.all(made.map(heldBy))).toEqual([[], []]);
    await policy(1_000_000);
    driven.now += MINUTE;
    await poll();
    expect(made.map((record) => marked(crm, record)[0])).toEqual(["clear", "clear"]);
  });
});

it("Pipedrive: a withdrawal there counts at the next minute, and an objection here is its flag then; a quiet minute costs a page", async () => {
  const [phone, theirs] = [number(), number()];
  const { crm, ids } = await screened(
    "pipedrive",
    [{ phones: phone }, { phones: theirs }],
    FLAGS["pipedrive"],
  );
  await poll();
  const flags = () => crm.records["persons"]!.map(({ fields }) => fields[FLAGS["pipedrive"]!] ?? null);
  await object(phone);
  edit(crm, ids[1]!, { [FLAGS["pipedrive"]!]: "yes" });
  driven.now += MINUTE;
  await poll();
  expect([flags(), await entries(theirs)]).toEqual([["yes", "yes"], [SAYS]]);
  expect((await factsOf(phone)).suppressions.map(({ kind }) => kind)).toEqual(["objection"]);
  driven.now += 15 * MINUTE;
  await poll();
  driven.now += 6 * MINUTE;
  crm.requests = [];
  await poll();
  expect(crm.requests).toEqual(["GET example.pipedrive.com/api/v2/persons"]);
});

it("Pipedrive: the day of a consent that is taken out there is a withdrawal at the next minute", async () => {
  const e164 = number();
  const [at, purpose, proof] = ["e", "f", "0"].map((digit) => digit.repeat(40));
  const crm = doubleOf("pipedrive");
  crm.clock = () => driven.now;
  Object.assign(crm.setup.objects[0]!, { consentAt: at, consentFor: purpose, consentProof: proof });
  const claim = { [at!]: "2026-06-01", [purpose!]: "offers by telephone", [proof!]: "form 7" };
  const { id, ids, go } = await connected(crm, "pipedrive", [{ phones: e164, ...claim }]);
  await go();
  await ask("POST", `/${id}/switch`, { active: true });
  driven.now += 2 * MINUTE;
  await poll();
  expect((await factsOf(e164)).suppressions).toEqual([]);
  edit(crm, ids[0]!, { [at!]: null });
  driven.now += MINUTE;
  await poll();
  expect((await factsOf(e164)).suppressions.map(({ kind }) => kind)).toEqual(["objection"]);
});

/** In which minutes Pipedrive is asked for changes, each time it is; `refuses`: those in which it answers 429. */
async function askedIn(minutes: number, refuses: (minute: number) => Record<string, string> | null) {
  const { crm } = await screened("pipedrive", [{ phones: number() }]);
  await poll();
  let minute = 1;
  const asked: number[] = [];
  crm.instead = (request) => {
    if (!new URL(request.url).searchParams.has("updated_since")) return null;
    asked.push(minute);
    const headers = refuses(minute);
    return headers && Response.json({ success: false }, { status: 429, headers });
  };
  for (; minute <= minutes; minute++) {
    driven.now += MINUTE;
    await poll();
  }
  return asked;
}
/** What its document gives with each answer: of two seconds, not of the day. */
const BURST = { "x-ratelimit-limit": "80", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2" };

it("Pipedrive: it is asked each minute, each five once it refuses as its day's tokens are used up, and each again on its next day", async () => {
  const refused = await askedIn(16, (minute) => (minute >= 3 && minute < 12 ? BURST : null));
  // By its documented headers alone, which name its two seconds: once more, and no further.
  expect(refused).toEqual([1, 2, 3, 3, 8, 8, 13, 14, 15, 16]);
  // A wait that it asks for is no failure.
  expect(await stateOf()).toMatchObject({ failures: 0, error: null });
});

it("Pipedrive: where it says that no token of the day is left, it is asked once, and not again within its seconds", async () => {
  const asked = await askedIn(8, (minute) =>
    minute === 3 ? { ...BURST, "x-daily-ratelimit-token-remaining": "0" } : null,
  );
  expect(asked).toEqual([1, 2, 3, 8]);
});

it("Pipedrive: tokens that are used up while a run waits keep a withdrawal for five minutes, and no longer", async () => {
  const theirs = number();
  const { crm, id, ids } = await screened("pipedrive", [{ phones: theirs }], FLAGS["pipedrive"]);
  await poll();
  await ask("POST", `/${id}/runs`, { trial: false });
  edit(crm, ids[0]!, { [FLAGS["pipedrive"]!]: "yes" });
  const asked: number[] = [];
  let minute = 1;
  crm.instead = () => {
    asked.push(minute);
    return minute === 1
      ? Response.json({}, { status: 429, headers: { "x-daily-ratelimit-token-remaining": "0" } })
      : null;
  };
  for (; minute <= 6; minute++) {
    driven.now += MINUTE;
    await poll();
  }
  expect([...new Set(asked)]).toEqual([1, 6]);
  expect(await entries(theirs)).toEqual([SAYS]);
});

it("a withdrawal in either is in force in both after one run of the minute's trigger", async () => {
  const [theirs, ours] = [number(), number()];
  const { crm, ids } = await screened("espocrm", [{ phoneNumber: theirs }, { phoneNumber: ours }]);
  edit(crm, ids[0]!, { doNotCall: true });
  await object(ours);
  const { MARKS: _queue, ...byClock } = own;
  await scheduled({ cron: MINUTE_CRON, scheduledTime: driven.now }, byClock);
  expect(await entries(theirs)).toEqual([SAYS]);
  const flags = crm.records["Contact"]!.map(({ fields }) => fields["doNotCall"]);
  expect([flags, ids.map((id) => marked(crm, id)[0])]).toEqual([
    [true, true],
    ["blocked", "blocked"],
  ]);
});

it("with nothing connected a minute reads next to nothing, and writes only that it ran", async () => {
  const noting = new Noting();
  const before = await trail();
  await scheduled({ cron: MINUTE_CRON, scheduledTime: driven.now }, { ...own, DB: noting.db });
  const asked = [...noting.asked];
  const ofJobs = asked.filter(([text]) => text.includes("clock_jobs"));
  const others = asked.filter(([text]) => !text.includes("clock_jobs"));
  const read = (them: typeof asked) => them.reduce((sum, [, { read }]) => sum + read, 0);
  expect([others.length <= 3, read(others) <= 7, await trail()]).toEqual([true, true, before]);
  // How the jobs went: a few reads of each job's row.
  expect(read(ofJobs)).toBeLessThanOrEqual(5 * jobNames.length);
});

/** Two CRMs, each with a number of its own, screened and switched on. */
async function two() {
  const one = await screened("hubspot", [{ phone: number() }]);
  const toOne = fetch;
  const other = await screened("salesforce", [{ Phone: number() }]);
  const toOther = fetch;
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) =>
    (new Request(input, init).url.includes("hubapi") ? toOne : toOther)(input, init),
  );
  return [one.crm, other.crm] as const;
}

describe("trouble", () => {
  it("a CRM that does not answer holds no other up", async () => {
    const [slow, other] = await two();
    let answer: (response: null) => void = () => undefined;
    const asked = new Promise<null>((resolve) => (answer = resolve));
    slow.instead = () => asked;
    const [made] = fill(other, "salesforce", [{ Phone: BARRED }]);
    const going = poll();
    try {
      await vi.waitFor(() => expect(marked(other, made!)[0]).toBe("blocked"), { timeout: 15_000 });
    } finally {
      answer(null);
      await going;
    }
  });

  it("of two that read at once one reads, screens and writes", async () => {
    const { crm } = await screened("hubspot", [{ phone: number() }]);
    fill(crm, "hubspot", [{ phone: BARRED }]);
    crm.requests.length = 0;
    const before = await trail();
    await Promise.all([poll(), poll()]);
    expect(crm.requests.filter((one) => one.endsWith("contacts/search"))).toHaveLength(1);
    const codes = ((await dump("audit")) as { code: string }[]).slice(before).map(({ code }) => code);
    expect([crm.writes.length, codes.filter((code) => code.startsWith("connector."))]).toEqual([
      1,
      ["connector.changes"],
    ]);
  });

  it("loses nothing: what changed meanwhile is read once the CRM answers, after a mail at the third failure", async () => {
    const { crm } = await screened("hubspot", [{ phone: number() }]);
    const [made] = fill(crm, "hubspot", [{ phone: BARRED }]);
    const mails = async () =>
      ((await dump("outbox")) as { template: string }[]).filter((one) => one.template === "connector-failed")
        .length;
    const before = await mails();
    crm.instead = () => new Response(null, { status: 500 });
    for (let n = 1; n <= 3; n++) {
      await poll();
      expect(await stateOf()).toMatchObject({ failures: n, error: "hubspot: 500", lease: null });
      driven.now += 20 * MINUTE;
    }
    expect((await mails()) - before).toBe(1);
    const failing = async () => {
      const { data } = await call("GET", "/v1/work/runs/failed", { token: driven.tokens.admin });
      return (data as FailedAnswer).failed;
    };
    const [listed] = await failing();
    expect(listed).toMatchObject({ failures: 3, error: "hubspot: 500" });
    crm.instead = () => null;
    // "Send again" asks at once.
    await env.DB.prepare("UPDATE connector_changes SET due = '2099-01-01'").run();
    const body = { ids: [listed!.id] };
    expect((await call("POST", "/v1/work/runs/again", { token: driven.tokens.admin, body })).status).toBe(
      200,
    );
    await poll();
    expect(await failing()).toEqual([]);
    expect(marked(crm, made!)[0]).toBe("blocked");
    expect(await stateOf()).toMatchObject({ failures: 0, error: null, due: null });
  });

  it("a CRM that asks for a wait gets it, and that is no failure", async () => {
    const { crm } = await screened("hubspot", [{ phone: number() }]);
    crm.instead = () => new Response(null, { status: 429, headers: { "retry-after": "300" } });
    await poll();
    const { failures, due } = await stateOf();
    expect([failures, due]).toEqual([0, new Date(driven.now + 300_000).toISOString()]);
    crm.requests.length = 0;
    await poll();
    expect(crm.requests).toEqual([]);
  });

  it("no test of the set-up begins while changes are read: it would empty what they mark", async () => {
    const { crm, id } = await screened("hubspot", [{ phone: number() }]);
    let answer: unknown;
    crm.instead = async () => {
      crm.instead = () => null;
      answer = await refusal("POST", `/${id}/test`);
      return null;
    };
    await poll();
    expect(answer).toMatchObject({ code: "connector-running" });
    expect(await ask("POST", `/${id}/test`)).toMatchObject({ ok: true });
    expect(await stateOf()).toMatchObject({ lease: null });
  });

  it("where a run begins meanwhile, the run has the word, and nothing of it is forgotten", async () => {
    const { crm, id } = await screened("hubspot", [{ phone: number() }]);
    const [made] = fill(crm, "hubspot", [{ phone: BARRED }]);
    crm.instead = async (request) => {
      if (!request.url.includes("/search")) return null;
      crm.instead = () => null;
      await ask("POST", `/${id}/runs`, { trial: false });
      return null;
    };
    await poll();
    expect(await heldBy(made!)).toEqual([]);
    await poll();
    await drain();
    expect([await heldBy(made!), marked(crm, made!)[0]]).toEqual([[BARRED], "blocked"]);
    const [later] = fill(crm, "hubspot", [{ phone: BARRED }]);
    await poll();
    expect(marked(crm, later!)[0]).toBe("blocked");
  });
});

describe("while a run goes on", () => {
  it.each(["hubspot", "salesforce", "pipedrive", "zoho", "dynamics", "espocrm"] as const)(
    "%s: a withdrawal in the CRM counts within the minute, and an objection here goes out, of records that it has passed",
    async (kind) => {
      const [theirs, ours, fresh] = [number(), number(), number()];
      const phone = doubleOf(kind).setup.objects[0]!.numbers[0]!;
      const { crm, id, ids } = await screened(
        kind,
        [{ [phone]: theirs }, { [phone]: ours }],
        FLAGS[kind] ?? doubleOf(kind).setup.objects[0]!.flag,
      );
      const flag = crm.setup.objects[0]!.flag!;
      await poll();
      // It waits: for its queue, or for a day's quota.
      await ask("POST", `/${id}/runs`, { trial: false });
      driven.now += 5 * MINUTE;
      await poll();
      edit(crm, ids[0]!, { [flag]: kind === "pipedrive" ? "yes" : true });
      fill(crm, kind, [{ [phone]: fresh }]);
      await object(ours);
      expect(await entries(theirs)).toEqual([]);
      driven.now += 5 * MINUTE;
      await poll();
      expect(await entries(theirs)).toEqual([SAYS]);
      expect(crm.records[crm.setup.objects[0]!.name]![1]!.fields[flag]).toBeTruthy();
      // New records are the run's.
      expect(marked(crm, ids[0]!)[0]).toBe("clear");
      const writes = crm.writes.length;
      driven.now += 5 * MINUTE;
      await poll();
      expect(crm.writes.length).toBe(writes);
      await drain();
      driven.now += 5 * MINUTE;
      await poll();
      expect(marked(crm, ids[0]!)[0]).toBe("blocked");
      expect(await entries(theirs)).toEqual([SAYS]);
      expect((await factsOf(ours)).suppressions.map(({ kind: its }) => its)).toEqual(["objection"]);
    },
  );
});

describe("a verdict that somebody overwrites in the CRM", () => {
  const clears = (crm: Double): Fields => ({
    [crm.setup.fields.verdict]: "clear",
    [crm.setup.fields.reasons]: null,
  });
  it.each(["hubspot", "salesforce", "pipedrive", "zoho", "dynamics", "espocrm"] as const)(
    "%s: is written again at the next minute, and nothing else is",
    async (kind) => {
      const phone = doubleOf(kind).setup.objects[0]!.numbers[0]!;
      const { crm, ids } = await screened(kind, [{ [phone]: BARRED }, { [phone]: number() }]);
      await poll();
      driven.now += 10 * MINUTE;
      edit(crm, ids[0]!, clears(crm));
      edit(crm, ids[1]!, { Note: "called" });
      await poll();
      expect(marked(crm, ids[0]!)[0]).toBe("blocked");
      expect(crm.writes.length).toBe(1);
      driven.now += 5 * MINUTE;
      await poll();
      expect(crm.writes.length).toBe(1);
    },
  );

  it("again on the same day stays, and is told of; on the next day it is written again", async () => {
    const { crm, id, ids } = await screened("hubspot", [{ phone: BARRED }]);
    await poll();
    const contested = async () => {
      const { connectors } = await ask<{ connectors: { id: string; changes: { contested?: object } }[] }>(
        "GET",
        "",
      );
      return connectors.find((one) => one.id === id)!.changes.contested;
    };
    // Another program that writes there at each change.
    for (let n = 0; n < 10; n++) {
      driven.now += MINUTE;
      edit(crm, ids[0]!, clears(crm));
      await poll();
    }
    expect(crm.writes.length).toBe(1);
    expect(await contested()).toMatchObject({ records: 1 });
    const rows = await trail();
    driven.now += MINUTE;
    await poll();
    expect(await trail()).toBe(rows);
    driven.now += DAY;
    edit(crm, ids[0]!, clears(crm));
    await poll();
    expect([crm.writes.length, marked(crm, ids[0]!)[0]]).toEqual([2, "blocked"]);
  });

  it("whose number's status changed meanwhile gets the verdict of now, and is nobody else's writing", async () => {
    const e164 = number();
    const { crm, id, ids } = await screened("hubspot", [{ phone: e164 }]);
    await poll();
    // It waits, as for a CRM that was down.
    await env.DB.exec("UPDATE connectors SET due = '2999-01-01'");
    await object(e164);
    driven.now += MINUTE;
    edit(crm, ids[0]!, { [crm.setup.fields.verdict]: "caution" });
    await poll();
    expect([marked(crm, ids[0]!)[0], crm.writes.length]).toEqual(["blocked", 1]);
    driven.now += MINUTE;
    await poll();
    const { connectors } = await ask<{ connectors: { id: string; changes: object }[] }>("GET", "");
    expect(connectors.find((one) => one.id === id)!.changes).not.toHaveProperty("contested");
    expect(crm.writes.length).toBe(1);
  });

  it("as a reading has it that was there before ClearDial's own writing, nobody overwrote: it does not use up the day", async () => {
    const e164 = number();
    const { crm, id, ids } = await screened("hubspot", [{ phone: e164 }]);
    await poll();
    driven.now += 10 * MINUTE;
    // The search answers what was there before, as HubSpot's may.
    edit(crm, ids[0]!, { Note: "called" });
    const before = structuredClone(crm.records);
    // The test's clock writes, not the real one.
    await env.DB.exec("UPDATE connectors SET due = '2999-01-01'");
    await object(e164);
    await env.DB.exec("UPDATE connectors SET due = NULL");
    await markTurned(own, waiting);
    expect(marked(crm, ids[0]!)[0]).toBe("blocked");
    const written = crm.records;
    crm.records = before;
    driven.now += MINUTE;
    await poll();
    crm.records = written;
    crm.writes.length = 0;
    driven.now += 2 * MINUTE;
    edit(crm, ids[0]!, clears(crm));
    await poll();
    expect([marked(crm, ids[0]!)[0], crm.writes.length]).toEqual(["blocked", 1]);
    const { connectors } = await ask<{ connectors: { id: string; changes: object }[] }>("GET", "");
    expect(connectors.find((one) => one.id === id)!.changes).not.toHaveProperty("contested");
  });

  it("that a rule there wrote at once is written again two minutes later", async () => {
    const { crm, ids } = await screened("hubspot", [{ phone: BARRED }]);
    await poll();
    edit(crm, ids[0]!, clears(crm));
    for (let n = 0; n < 3; n++) {
      driven.now += MINUTE;
      await poll();
    }
    expect([marked(crm, ids[0]!)[0], crm.writes.length]).toEqual(["blocked", 1]);
  });

  it("is tried once where the CRM refuses it, until the next run", async () => {
    const { crm, ids } = await screened("salesforce", [{ Phone: BARRED }]);
    await poll();
    driven.now += MINUTE;
    edit(crm, ids[0]!, clears(crm));
    crm.refuses = new Set([ids[0]!]);
    crm.requests.length = 0;
    await poll();
    driven.now += MINUTE;
    await poll();
    expect(crm.requests.filter((request) => request.startsWith("PATCH"))).toHaveLength(1);
  });

  it("is not written again where the CRM had not taken it, nor beside a run, which does it itself", async () => {
    const { crm, id, ids } = await screened("hubspot", [{ phone: BARRED }]);
    await poll();
    await ask("POST", `/${id}/runs`, { trial: false });
    driven.now += MINUTE;
    edit(crm, ids[0]!, clears(crm));
    await poll();
    expect(crm.writes).toEqual([]);
    await drain();
    expect(marked(crm, ids[0]!)[0]).toBe("blocked");
  });
});
