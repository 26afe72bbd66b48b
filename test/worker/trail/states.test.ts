/** What ends a bar or revives a consent, bent by the database's owner: verify --deep finds and names it, whatever follows. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { commitmentTo, openingOf } from "../../../shared/trail/bound.ts";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import { typed } from "../../../shared/trail/leaves.ts";
import { callsBound } from "../../../worker/call-logs/bound.ts";
import { changeCalls } from "../../../worker/call-logs/rows.ts";
import { bind, type BoundTable, boundTable, insertBound, type NewRow } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { changeBound, statesOf } from "../../../worker/core/states.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { alteredIn, type Kept } from "../../../worker/trail/altered.ts";
import { boundTables } from "../../../worker/trail/tables.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH, setPolicy } from "../helpers.ts";
import { deep, findingsIn, namesColumn } from "./kit.ts";

const tokens = aTeam();
const run = (sql: string, ...params: (string | number | null)[]) =>
  env.DB.prepare(sql)
    .bind(...params)
    .run();
const made = async <T>(method: string, path: string, token: string, body: unknown = {}): Promise<T> => {
  const { status, data } = await call(method, path, { token, body });
  expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
  return data as T;
};
let last = 442079460500;
const aNumber = () => `+${++last}`;
const objection = (number = aNumber()) =>
  made<Suppression>("POST", "/v1/suppressions", tokens.agent, { number, reason: "asked us to stop" });
const end = ({ number }: Suppression) =>
  made("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, tokens.manager, { reason: "wrong digit" });
const consent = (token: string, own: object = {}) =>
  made<Consent>("POST", "/v1/consents", token, {
    ...{
      number: aNumber(),
      kind: "notification",
      giver: "subscriber",
      givenBy: "J. Doe",
      givenAt: new Date().toISOString(),
    },
    ...{ words: "Do ring me", how: "web", proof: "form 12", ...own },
  });

/** A row as it is, to be put back. */
const rowOf = async (table: string, id: string) =>
  (await env.DB.prepare(`SELECT * FROM ${table} WHERE id = ?`).bind(id).first<NewRow>())!;
const bend = (table: string, id: string, to: NewRow) =>
  asOwner([table], () =>
    run(
      `UPDATE ${table} SET ${Object.keys(to)
        .map((column) => `${column} = ?`)
        .join(", ")} WHERE id = ?`,
      ...Object.values(to),
      id,
    ),
  );
/** Numbers of 64 bits stay as they are. */
const aside = (table: string, id: string) =>
  run(`DROP TABLE IF EXISTS aside`).then(() =>
    run(`CREATE TABLE aside AS SELECT * FROM ${table} WHERE id = ?`, id),
  );
const back = async (table: string, id: string) => {
  const names = Object.keys(await rowOf(table, id));
  await asOwner([table], () =>
    run(
      `UPDATE ${table} SET ${names.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", ")} WHERE id = ?`,
      id,
    ),
  );
};

let live: Suppression;
let ended: Suppression;
let waiting: Consent;
let withdrawn: Consent;
let logged: string;
beforeAll(async () => {
  await adopt(env);
  live = await objection();
  ended = await objection();
  await end(ended);
  waiting = await consent(tokens.agent);
  withdrawn = await consent(tokens.manager);
  await made("POST", `/v1/consents/${withdrawn.id}/withdraw?because=mistake`, tokens.manager);
  await made("POST", "/v1/calls/import", tokens.manager, {
    dryRun: false,
    rows: [
      {
        provider: "softphone",
        number: aNumber(),
        agent: "ext 7",
        startedAt: new Date(Date.now() - 60_000).toISOString(),
      },
    ],
  });
  logged = ((await dump("calls")) as { id: string }[])[0]!.id;
});

const now = new Date().toISOString();
const attacks: [what: string, table: string, id: () => string, to: NewRow][] = [
  [
    "an objection is ended",
    "suppressions",
    () => live.id,
    { ended_at: now, ended_by: "x", ended_reason: "a mistake" },
  ],
  ["who ended it is another", "suppressions", () => ended.id, { ended_by: "x" }],
  ["why it ended is another", "suppressions", () => ended.id, { ended_reason: "replaced by a later entry" }],
  ["it closes less", "suppressions", () => live.id, { scope: "line" }],
  ["it leaves the line open", "suppressions", () => live.id, { keeps_line: 1 }],
  ["it says that nobody checked it", "suppressions", () => live.id, { unverified: 1 }],
  ["nobody is asked", "suppressions", () => live.id, { asks: 0 }],
  ["it says that it spreads from another", "suppressions", () => live.id, { origin: "x" }],
  ["a withdrawal is cleared", "consents", () => withdrawn.id, { withdrawn_at: null }],
  ["a consent in review counts", "consents", () => waiting.id, { state: "good" }],
  ["another is said to have given a consent", "consents", () => waiting.id, { giver: "other" }],
  ["nobody said who gave it", "consents", () => waiting.id, { giver: null }],
  ["the conversation has not happened", "consents", () => waiting.id, { done_at: now }],
  ["a call is somebody else’s", "calls", () => logged, { person: "x" }],
  ["a call was overridden", "calls", () => logged, { overridden: 1 }],
  ["a call has another’s dial", "calls", () => logged, { dial: "7" }],
  ["a call’s number was screened", "calls", () => logged, { screened: "lookup" }],
  ["a call was judged as another kind", "calls", () => logged, { judged_as: "automated" }],
  ["its log said another kind", "calls", () => logged, { campaign: "pensions" }],
  ["nobody knows as which kind it was judged", "calls", () => logged, { judged_as: null }],
];

it.each(attacks)("%s: the row and its columns are named", async (_what, table, id, to) => {
  expect(await findingsIn(table)).toEqual([]);
  await aside(table, id());
  await bend(table, id(), table === "calls" && "person" in to ? { person: await somebody() } : to);
  const { findings } = await deep(table);
  expect(findings).toMatchObject([{ what: "altered", key: id() }]);
  // Several at once may be any.
  if (Object.keys(to).length === 1)
    expect(findings[0]!.columns).toEqual(expect.arrayContaining(Object.keys(to)));
  await back(table, id());
  expect(await findingsIn(table)).toEqual([]);
});
const somebody = async () => ((await dump("people")) as { id: string }[])[0]!.id;

it("who reviewed a consent is another", async () => {
  const { id } = await consent(tokens.agent);
  await made("POST", `/v1/consents/${id}/review`, tokens.manager, { verdict: "refused", review: "no proof" });
  expect(await findingsIn("consents")).toEqual([]);
  await bend("consents", id, { reviewed_by: await somebody() });
  expect(await findingsIn("consents")).toEqual([expect.stringMatching(`altered ${id} .*reviewed_by`)]);
  await run("DELETE FROM consents WHERE id = ?", id);
  expect(await findingsIn("consents")).toContain(`missing ${id}`);
});

describe("what follows hides nothing", () => {
  it("a state of before, put back as it was bound", async () => {
    const { id, number } = await consent(tokens.manager);
    await aside("consents", id);
    await made("POST", `/v1/consents/${id}/withdraw?because=mistake`, tokens.manager);
    const before = await findingsIn("consents");
    await back("consents", id);
    expect(await findingsIn("consents")).toEqual([...before, `altered ${id}`]);
    // Nor where the next change by the Worker itself binds what it then finds.
    await made("POST", `/v1/consents/${id}/withdraw?because=mistake`, tokens.manager);
    expect(await findingsIn("consents"), number).toEqual([...before, `altered ${id}`]);
  });

  it("a row that says that nothing ever bound it, and is then changed by the Worker", async () => {
    const { id } = await consent(tokens.agent);
    await made("POST", `/v1/consents/${id}/withdraw?because=mistake`, tokens.manager);
    await bend("consents", id, { withdrawn_at: null, code: null, past: null });
    await made("POST", `/v1/consents/${id}/withdraw?because=mistake`, tokens.manager);
    expect(await findingsIn("consents")).toContain(`altered ${id}`);
    // Nor where what it keeps of them is no list.
    await bend("consents", id, { past: "1" });
    expect(await findingsIn("consents")).toContainEqual(
      expect.stringMatching(`altered ${id} .*past`) as string,
    );
  });

  it("an entry that is changed by the Worker after it was altered stays altered", async () => {
    const entry = await objection();
    await bend("suppressions", entry.id, { by: "x", at: "2026-01-01T00:00:00.000Z" });
    await end(entry);
    const again = await findingsIn("suppressions");
    expect(again).toEqual([`altered ${entry.id}`]);
    // Nor do the roots of the earlier states help, which are bound themselves.
    await bend("suppressions", entry.id, { past: "[]" });
    expect(await findingsIn("suppressions")).toContainEqual(
      expect.stringMatching(`altered ${entry.id} .*past`) as string,
    );
    await bend("suppressions", entry.id, { past: null });
    expect(await findingsIn("suppressions")).toContain(`altered ${entry.id}`);
    await run("DELETE FROM suppressions WHERE id = ?", entry.id);
  });
});

describe("rows of an earlier release", () => {
  const tableOf = (name: string) => boundTables.find((table) => table.name === name)!;
  /** As that release bound it: what no step changes, once. */
  const asBefore = async (name: string, id: string) => {
    const { states } = tableOf(name);
    const row = await rowOf(name, id);
    const old = boundTable({
      name,
      columns: states!.before,
      at: "r.at",
      ...(name === "calls" && { day: "started_at" }),
    });
    const fresh: NewRow = {
      ...Object.fromEntries(states!.before.map((column) => [column, row[column]!])),
      id: `old-${id}`,
    };
    await record(env, {
      actor: "system",
      event: { code: "x", subject: id, payload: null },
      statements: [
        insertBound(old, [
          {
            ...fresh,
            ...(name === "suppressions" ? { number: ++last } : {}),
            ...("ref" in fresh && { ref: id }),
          },
        ]),
      ],
    });
    return `old-${id}`;
  };

  it("are bound in part until they are adopted, once; calls by their next change", async () => {
    const ids = {
      suppressions: await asBefore("suppressions", live.id),
      consents: await asBefore("consents", waiting.id),
      calls: await asBefore("calls", logged),
    };
    await asOwner(["audit"], () =>
      run("UPDATE audit SET code = 'x' WHERE code = 'evidence.entries-adopted'"),
    );
    await run("DELETE FROM marks WHERE name IN ('evidence-entries-adopted', 'evidence-start')");
    const found = async () =>
      (
        await Promise.all(
          Object.entries(ids).map(async ([table, id]) =>
            (await findingsIn(table)).filter((f) => f.includes(id)),
          ),
        )
      ).flat();
    expect(await found()).toEqual([]);
    expect((await deep("suppressions")).bound).toMatchObject({ some: 1, none: 0 });
    await bend("suppressions", ids.suppressions, { at: "2026-01-01T00:00:00.000Z" });
    expect(await found()).toEqual([namesColumn(ids.suppressions, "at")]);
    await bend("suppressions", ids.suppressions, { at: live.at });
    await adopt(env);
    expect(await found()).toEqual([]);
    for (const table of ["suppressions", "consents"])
      expect((await deep(table)).bound).toMatchObject({ some: 0, none: 0 });
    expect((await deep("calls")).bound).toMatchObject({ some: 1, none: 0 });
    await bend("suppressions", ids.suppressions, { ended_at: now, ended_by: "x", ended_reason: "x" });
    expect(await found()).toEqual([expect.stringMatching(`altered ${ids.suppressions}`)]);
    // Another such row is bound by no event of its own state: an older Worker's, whose own event is all there is.
    await run(
      "INSERT INTO consents (id, number, kind, basis, given_by, given_at, evidence, by, at) SELECT 'bare', number, kind, basis, given_by, given_at, evidence, by, '2026-01-01' FROM consents WHERE id = ?",
      waiting.id,
    );
    await adopt(env);
    expect(await findingsIn("consents")).toContain("extra bare");
    await made("PUT", "/v1/calls/agents", tokens.manager, { agent: "ext 7", person: await somebody() });
    expect((await deep("calls")).bound).toMatchObject({ some: 0, none: 0 });
    expect(await findingsIn("calls")).toEqual([]);
  });
});

describe("as which kind a call was judged, which a release before did not bind", () => {
  const { few: _, ...before } = callsBound;
  const of = (id: string): NewRow => ({
    ...{ id, ref: id, via: "import", provider: "p", provider_id: null, number: 442079460900, agent: null },
    ...{ person: null, direction: "outbound", started_at: now, seconds: 9, verdict: "clear", reasons: "[]" },
    ...{ overridden: 0, dial: null, screened: null, extension: null, by: "x", at: now, replaces: null },
    ...{ campaign: null, judged_as: "general" },
  });
  const written = (table: BoundTable, id: string) =>
    record(env, {
      actor: "system",
      event: { code: "x", subject: id, payload: null },
      statements: [insertBound(table, [of(id)])],
    });
  const found = async (id: string) => (await findingsIn("calls")).filter((finding) => finding.includes(id));
  const inPart = async () => (await deep("calls")).bound.some;

  it("of its rows it is counted as not bound, until they change", async () => {
    const some = await inPart();
    await written(before, "narrow");
    expect([await found("narrow"), await inPart()]).toEqual([[], some + 1]);
    // What an owner writes there nobody can tell; all else is named as ever.
    await bend("calls", "narrow", { judged_as: "automated" });
    expect(await found("narrow")).toEqual([]);
    await bend("calls", "narrow", { verdict: "blocked" });
    expect(await found("narrow")).toEqual([namesColumn("narrow", "verdict")]);
    await bend("calls", "narrow", { verdict: "clear" });
    await record(env, {
      actor: "system",
      event: { code: "x", subject: "", payload: null },
      statements: await changeCalls(env.DB, ["narrow"], () => ({ dial: "7" })),
    });
    expect([await found("narrow"), await inPart()]).toEqual([[], some]);
    await bend("calls", "narrow", { judged_as: "general" });
    expect(await found("narrow")).toEqual([namesColumn("narrow", "judged_as")]);
    await bend("calls", "narrow", { judged_as: "automated" });
  });

  it("that release goes on verifying and changing rows of ours; then they are bound as it binds them", async () => {
    const some = await inPart();
    await written(callsBound, "wide");
    const asBound = async () =>
      (
        await env.DB.prepare(`${before.select} WHERE ${before.named}`)
          .bind(JSON.stringify(["wide"]))
          .all<Kept>()
      ).results[0]!;
    const event = async () => {
      const { subject } = await asBound();
      return (await env.DB.prepare("SELECT * FROM audit WHERE subject = ?")
        .bind(subject)
        .first<LinkedRow>())!;
    };
    const none = { salt: null, payload: null };
    expect(alteredIn(before, await asBound(), { ...(await event()), ...none })).toBeNull();
    expect([await found("wide"), await inPart()]).toEqual([[], some]);
    const [row] = await statesOf(env.DB, before, "id = ?", "wide");
    await record(env, {
      actor: "system",
      event: { code: "x", subject: "", payload: null },
      statements: [changeBound(before, row!, { dial: "7" }, new Date().toISOString())],
    });
    // The state of before is in `past` as its event has it.
    expect([await found("wide"), await inPart()]).toEqual([[], some + 1]);
  });

  it.each([
    ["kind", { judged_as: "automated" }],
    ["code", { code: "5" }],
  ])("a %s that was altered does not pass for bound with the row's next change", async (what, to) => {
    const id = `bent-${what}`;
    await written(callsBound, id);
    await bend("calls", id, to);
    await record(env, {
      actor: "system",
      event: { code: "x", subject: "", payload: null },
      statements: await changeCalls(env.DB, [id], () => ({ dial: "7" })),
    });
    expect(await found(id)).toEqual([`altered ${id}`]);
  });

  it("a word that is no kind of call is named, though its sums were found by trying", () => {
    const [table, values] = [callsBound, { ...of("tried"), rev: 1, changed_at: null, past: "[]" } as NewRow];
    const { kept, event } = bind(table, values);
    const fields = [...table.columns, ...Object.keys(table.few!)].map((name) => typed(values[name]!));
    const seed = kept
      .slice(0, 2)
      .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, "0"))
      .join("");
    const whole = {
      old: 0,
      over: 0,
      bare: 0,
      blank: 0,
      erased: null,
      past: "[]",
      key: "tried",
      place: "1",
      at: now,
    };
    const row = { ...whole, subject: event.row, seed, code: kept[2] };
    const told = {
      subject: event.row,
      commitment: commitmentTo(openingOf(null, [event.root])),
      salt: null,
      payload: null,
    };
    const bent = (value: string) => ({ ...row, fields: JSON.stringify([...fields.slice(0, -1), value]) });
    expect(alteredIn(table, bent("tgeneral"), told)).toBeNull();
    expect(alteredIn(table, bent("tpensions"), told)).toEqual(["judged_as"]);
    const any = { ...table, few: { ...table.few, judged_as: ["tpensions"] } };
    expect(alteredIn(any, bent("tgeneral"), told)).toEqual(["judged_as"]);
  });
});

describe("age excuses nothing", () => {
  const later = Date.now() + 30 * MONTH;
  const missing = async () =>
    (await deep("suppressions", later)).findings.map(({ what, key }) => `${what} ${key}`);

  it("a consent of long ago that is entered today, and swept tonight, is not missed", async () => {
    await setPolicy(() => ({ consents: { ...defaultPolicy.consents, monthsAtMost: 1 } }));
    await setPolicy(() => ({ retention: { ...defaultPolicy.retention, dialMonths: 12 } }));
    const { id } = await consent(tokens.manager, {
      givenAt: new Date(Date.now() - 60 * MONTH).toISOString(),
    });
    await sweep(env, Date.now() + 25 * DAY);
    expect(((await dump("consents")) as { id: string }[]).map((row) => row.id)).not.toContain(id);
    const { findings } = await deep("consents", Date.now() + 26 * DAY);
    expect(findings.map(({ key }) => key)).not.toContain(id);
  });

  it("an objection that is gone is missed for ever, in force or not, unless the sweep took it", async () => {
    const [stays, over] = [await objection(), await objection()];
    await end(over);
    const before = await missing();
    for (const { id } of [stays, over]) await run("DELETE FROM suppressions WHERE id = ?", id);
    const gone = await missing();
    expect(gone).toEqual(expect.arrayContaining([`missing ${stays.id}`, `missing ${over.id}`]));
    expect(before.join()).not.toMatch(stays.id);
    const swept = await objection();
    await end(swept);
    await sweep(env, Date.now() + 25 * MONTH);
    expect(((await dump("suppressions")) as { id: string }[]).map(({ id }) => id)).not.toContain(swept.id);
    expect((await missing()).join()).not.toMatch(swept.id);
    expect(await rowOf("suppressions", live.id)).toMatchObject({ ended_at: null });
  });
});
