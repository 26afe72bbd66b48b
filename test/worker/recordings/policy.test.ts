/** Import of existing recordings, and what a change of policy does to their days. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type {
  ImportAnswer,
  Recording,
  RecordingsState,
  RetentionQuestion,
} from "../../../shared/recordings/api.ts";
import { monthsLater } from "../../../shared/core/calendar.ts";
import { bringForward } from "../../../worker/recordings/retention.ts";
import { asOwner, aTeam, call, DAY, daysAgo, dump, under } from "../helpers.ts";
import { aged, arrive, imported, laid, sample, saveRecording, standIn } from "./kit.ts";

const tokens = aTeam();

const rows = () =>
  dump("recordings") as Promise<
    { id: string; erase_after: string; started_on: string; rule: string; months: number }[]
  >;

describe("import", () => {
  const send = (some: unknown[], dryRun?: boolean, token = tokens.compliance) =>
    under(aged(env), "POST", "/v1/recordings/import", {
      token,
      body: { rows: some, ...(dryRun === undefined ? {} : { dryRun }) },
    });

  it("says of each row what would happen and changes nothing; then does just that, and the same rows again nothing", async () => {
    const objected = "+442079460301";
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number: objected, reason: "stop" },
    });
    await asOwner(["suppressions"], () =>
      env.DB.exec("UPDATE suppressions SET at = '2025-01-01T00:00:00.000Z'"),
    );
    await arrive(
      env,
      tokens.admin,
      sample({ providerId: "known", storage: { kind: "r2", key: "calls/known" } }),
    );
    const day = daysAgo(180);
    const row = (providerId: string, more: object = {}) => ({
      ...sample({
        providerId,
        startedAt: `${day}T10:00:00.000Z`,
        storage: { kind: "r2", key: `calls/${providerId}` },
      }),
      ...more,
    });
    const nowhere = `RE${"b".repeat(32)}`;
    const some = [
      row("new"),
      row("old", { startedAt: "2025-02-01T10:00:00.000Z" }),
      row("objected", { number: objected }),
      row("known"),
      row("new"),
      row("other", { storage: { kind: "r2", key: "calls/known" } }),
      row("twin", { storage: { kind: "r2", key: "calls/old" } }),
      row(nowhere, { provider: "twilio", storage: { kind: "twilio", key: nowhere } }),
      row("bad", { seconds: -1 }),
      row("nobody", { number: "12" }),
      row("keyless", { storage: { kind: "r2" } }),
    ];
    for (const providerId of ["new", "old", "objected"]) await laid(env, row(providerId));
    const expected = [
      { status: "added", eraseAfter: monthsLater(day, 12), due: false, flag: null },
      { status: "added", eraseAfter: "2026-02-01", due: true },
      { status: "added", flag: [expect.objectContaining({ code: "objection" })] },
      { status: "there" },
      { status: "there" },
      { status: "refused", code: "recording-object-taken" },
      { status: "refused", code: "recording-object-taken" },
      { status: "refused", code: "store-unknown" },
      { status: "refused", code: "invalid", why: expect.stringContaining("seconds") as string },
      { status: "refused", code: "not-a-number" },
      { status: "refused", code: "invalid" },
    ];
    const seen = async () => ((await dump("audit")) as { code: string }[]).map(({ code }) => code);
    const before = [await rows(), await seen()] as const;
    const asked = await send(some);
    expect((asked.data as ImportAnswer).results).toMatchObject(expected);
    expect([await rows(), await seen()]).toEqual([before[0], [...before[1], "recording.import-tried"]]);

    const done = (await send(some, false)).data as ImportAnswer;
    expect(done.results).toMatchObject(expected);
    expect((await rows()).map((r) => r.id)).toEqual(
      expect.arrayContaining(done.results.flatMap((r) => (r.id === null ? [] : [r.id]))),
    );
    expect(await rows()).toHaveLength(before[0].length + 3);
    // The same recordings in other places: the audio in one of the two would never be erased.
    const [first, second] = ["calls/elsewhere", "calls/and-there"].map((key) => ({
      kind: "r2" as const,
      key,
    }));
    for (const storage of [first!, second!]) await laid(env, { storage });
    const moved = [
      row("new", { storage: first }),
      row("twice", { storage: first }),
      row("twice", { storage: second }),
    ];
    expect(((await send(moved)).data as ImportAnswer).results).toMatchObject([
      { status: "refused", code: "recording-elsewhere" },
      { status: "added" },
      { status: "refused", code: "recording-elsewhere" },
    ]);
    const again = (await send(some, false)).data as ImportAnswer;
    expect(again.results.map((r) => r.status)).toEqual([
      ...["there", "there", "there", "there", "there"],
      ...Array.from({ length: 6 }, () => "refused"),
    ]);
    expect(await rows()).toHaveLength(before[0].length + 3);
    expect((await send([row("agent")], false, tokens.agent)).status).toBe(403);
  });

  it("what lies outside the regions exists already: it is taken into quarantine, and told of", async () => {
    const own = { ...env, TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t" };
    const providerId = `RE${"c".repeat(32)}`;
    const storage = { kind: "twilio", key: providerId };
    const withheld = { ...sample(), provider: "twilio", providerId, number: null, storage };
    const start_time = new Date(Date.now() - 2 * DAY).toUTCString();
    standIn(() => Response.json({ status: "completed", duration: "1", start_time }));
    const { data } = await imported(own, tokens.compliance, [withheld]);
    expect((data as ImportAnswer).results).toMatchObject([{ status: "added", quarantined: true }]);
    const mails = (await dump("outbox")) as { template: string }[];
    expect(mails.filter((m) => m.template === "recording-outside")).toHaveLength(2);
    vi.unstubAllGlobals();
  });

  it("two imports of the same rows at once register each once", async () => {
    const some = Array.from({ length: 20 }, (_, i) =>
      sample({ providerId: `twice-${i}`, storage: { kind: "r2", key: `twice/${i}` } }),
    );
    for (const row of some) await laid(env, row);
    await send(some);
    const [one, other] = await Promise.all([send(some, false), send(some, false)]);
    const added = [one, other].map(
      ({ data }) => (data as ImportAnswer).results.filter((r) => r.status === "added").length,
    );
    expect(added.sort()).toEqual([0, 20]);
  });
});

describe("when policy changes", () => {
  const anew = (body: object, token = tokens.admin) =>
    call("POST", "/v1/recordings/retention", { token, body: { why: "test", ...body } });
  const days = async () => Object.fromEntries((await rows()).map((r) => [r.id, r.erase_after]));

  it("by SQL the days are those of the kernel, for every day of a leap year and the next", async () => {
    const some = Array.from({ length: 500 }, (_, i) =>
      sample({
        providerId: `day-${i}`,
        startedAt: new Date(Date.parse("2024-01-01T12:00:00Z") + i * DAY).toISOString(),
        storage: { kind: "r2", key: `day/${i}` },
      }),
    );
    for (const row of some) await laid(env, row);
    await imported(aged(env), tokens.admin, some);
    for (const months of [6, 1, 13, 24]) {
      await saveRecording({ retentionMonths: months });
      expect((await anew({ dryRun: false, lengthen: true })).status).toBe(200);
      for (const r of await rows())
        expect([r.started_on, r.erase_after, r.months]).toEqual([
          r.started_on,
          monthsLater(r.started_on, months),
          months,
        ]);
    }
  });

  it("sooner comes by itself, a week after the save; later never does, and says how many it is about", async () => {
    const all = (await rows()).length;
    const before = await days();
    await saveRecording({ retentionMonths: 6 });
    expect((await anew({})).data).toEqual({
      ...{ months: 6, sooner: all, later: 0, changed: 0 },
      ...{ now: null, then: null },
    });
    await bringForward(env, Date.now());
    await bringForward(env, Date.now() + 6.9 * DAY);
    expect(await days()).toEqual(before);
    await bringForward(env, Date.now() + 7.1 * DAY);
    const short = await days();
    for (const r of await rows()) expect(r.erase_after).toBe(monthsLater(r.started_on, 6));

    await saveRecording({ retentionMonths: 12 });
    await bringForward(env, Date.now() + 30 * DAY);
    expect((await anew({ dryRun: false })).data).toMatchObject({ sooner: 0, later: all, changed: 0 });
    expect(await days()).toEqual(short);
    expect((await anew({ dryRun: false, lengthen: true }, tokens.compliance)).status).toBe(403);
    expect((await anew({ lengthen: true })).data).toMatchObject({ later: all, changed: 0 });
    expect(await days()).toEqual(short);
    expect((await anew({ dryRun: false, lengthen: true })).data).toMatchObject({ changed: all });
    for (const r of await rows()) expect(r.erase_after).toBe(monthsLater(r.started_on, 12));
    const { payload } = (await env.DB.prepare(
      "SELECT payload FROM audit_payload JOIN audit USING (seq) WHERE code = 'recording.days-moved' ORDER BY seq DESC",
    ).first<{ payload: string }>())!;
    expect(JSON.parse(payload)).toEqual({ months: 12, sooner: 0, later: all, lengthen: true, why: "test" });
  });

  it("a longer one is asked about until an administrator answers, yes or no; another change asks anew", async () => {
    const question = async () =>
      (await call("GET", "/v1/recordings/retention", { token: tokens.manager })).data as RetentionQuestion;
    const waiting = async () =>
      ((await call("GET", "/v1/recordings/state", { token: tokens.compliance })).data as RecordingsState)
        .lengthened;
    const stay = (body: object, token = tokens.admin) =>
      call("POST", "/v1/recordings/retention/stay", { token, body: { why: "no need", ...body } });
    expect(await question()).toMatchObject({ months: 12, later: 0, asks: false });
    const before = await days();
    const some = Object.values(before).sort();
    await saveRecording({ retentionMonths: 24 });
    const asked = await question();
    expect(asked).toMatchObject({ months: 24, later: some.length, asks: true });
    expect(asked.now).toEqual({ first: some[0], last: some.at(-1) });
    expect(asked.then!.first).toBe(monthsLater(some[0]!, 12));
    expect(await waiting()).toBe(some.length);

    expect((await stay({}, tokens.manager)).status).toBe(403);
    expect((await stay({ why: " " })).status).toBe(422);
    expect((await stay({ months: 36 })).data).toMatchObject({ code: "policy-moved" });
    expect(await waiting()).toBe(some.length);
    expect((await stay({ months: 24 })).data).toMatchObject({ asks: false });
    expect([await waiting(), await question(), await days()]).toEqual([0, { ...asked, asks: false }, before]);
    const { payload } = (await env.DB.prepare(
      "SELECT payload FROM audit_payload JOIN audit USING (seq) WHERE code = 'recording.days-stay'",
    ).first<{ payload: string }>())!;
    expect(JSON.parse(payload)).toEqual({ months: 24, later: some.length, why: "no need" });
    // Another clause moves nothing; other months, and back, ask again.
    await saveRecording({ purposes: ["quality"] });
    expect(await waiting()).toBe(0);
    await saveRecording({ retentionMonths: 12 });
    expect(await waiting()).toBe(0);
    await saveRecording({ retentionMonths: 24 });
    expect(await waiting()).toBe(some.length);
    expect((await anew({ dryRun: false, lengthen: true, months: 12 })).status).toBe(412);
    expect((await anew({ dryRun: false, lengthen: true, months: 24 })).data).toMatchObject({
      changed: some.length,
    });
    expect(await waiting()).toBe(0);
  });

  it("what goes for another reason keeps its day", async () => {
    const id = await arrive(env, tokens.admin, sample());
    await env.DB.prepare("UPDATE recordings SET rule = 'hand', erase_after = '2026-11-25' WHERE id = ?")
      .bind(id)
      .run();
    await anew({ dryRun: false, lengthen: true });
    expect((await days())[id]).toBe("2026-11-25");
  });

  it("what lies outside the regions comes forward once every policy of a week wanted that", async () => {
    const id = await arrive(env, tokens.admin, sample());
    const get = async () =>
      (await under(env, "GET", `/v1/recordings/${id}`, { token: tokens.admin })).data as Recording;
    const before = await get();
    await saveRecording({ regions: ["IE"], outsideRegions: "erase" });
    await bringForward(env, Date.now());
    expect(await get()).toEqual({ ...before, quarantined: true });
    await bringForward(env, Date.now() + 8 * DAY);
    const then = new Date(Date.now() + 8 * DAY).toISOString().slice(0, 10);
    expect(await get()).toMatchObject({ eraseAfter: then, rule: "outside-regions" });
  });
});
