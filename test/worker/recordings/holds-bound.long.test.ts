/**
 * What the database's owner can do to legal holds, with the triggers dropped and put back: the recording stays, what was done is
 * named, and officers get a mail.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH } from "../helpers.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { type Archive, archivesOf, readObject } from "../../../worker/trail/rows.ts";
import { done, enter } from "../privacy-requests/kit.ts";
import { append, deep, findingsIn, lostArchives, noLostArchives, run } from "../trail/kit.ts";
import { arrive, sample } from "./kit.ts";

const tokens = aTeam();
const now = Date.now();
const post = (path: string, body: object, method = "POST") =>
  call(method, `/v1/recordings/${path}`, { token: tokens.compliance, body });
const stored = async () => arrive(env, tokens.admin, sample());
const held = async () => {
  const id = await stored();
  const { status, data } = await post(`${id}/hold`, { reason: "a claim", reviewOn: "2099-01-01" });
  expect(status).toBe(201);
  return { id, hold: (data as { id: string }).id };
};
let numbers = 0;
/** A recording that was found of a requester. */
const found = async (kind: string) => {
  const number = `+44207946${String(++numbers).padStart(4, "0")}`;
  const id = await arrive(env, tokens.admin, sample({ number }));
  const request = await enter(tokens.compliance, { kind, number });
  await done(tokens.compliance, request, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, request, "match", { everything: true });
  return { id, request };
};
const of = async (id: string) =>
  (await env.DB.prepare("SELECT state, erase_after FROM recordings WHERE id = ?")
    .bind(id)
    .first<{ state: string; erase_after: string }>())!;
const stateOf = async (id: string) => (await of(id)).state;
const dayAfter = async (id: string) => Date.parse((await of(id)).erase_after) + DAY;
const bend = (text: string, ...params: string[]) => asOwner(["recording_holds"], () => run(text, ...params));
const keptBack = async () => ((await dump("kept_back")) as { row: string }[]).map(({ row }) => row);
const mails = async () =>
  ((await dump("outbox")) as { template: string; vals: string }[]).filter(
    ({ template }) => template === "rows-kept-back",
  );
const forged = (id: string, recording: string) =>
  bend(
    "INSERT INTO recording_holds (id, recording, reason, review_on, by, at) VALUES (?, ?, 'x', '2099-01-01', 'x', ?)",
    ...[id, recording, new Date(now).toISOString()],
  );

// As an older Worker left it.
const old = { id: "", hold: "" };
beforeAll(async () => {
  old.id = await stored();
  await forged("of-before", old.id);
  await adopt(env);
});
beforeEach(() => run("DELETE FROM outbox"));

it("one of before is bound once, and none that says it is older is bound later", async () => {
  expect((await deep("recording_holds")).bound).toEqual({ every: 1, some: 0, none: 0 });
  expect(await findingsIn("recording_holds")).toEqual([]);
  const other = await stored();
  await forged("later", other);
  await adopt(env);
  expect(await findingsIn("recording_holds")).toEqual(["extra later"]);
  await bend("DELETE FROM recording_holds WHERE id = 'later'");
});

it("each state is bound: held, renewed, released", async () => {
  const { id, hold } = await held();
  const renewed = await post(`${id}/hold`, { reason: "goes on", reviewOn: "2099-02-01" }, "PUT");
  expect(renewed.status).toBe(200);
  expect((await post(`${id}/release`, { reason: "settled" })).status).toBe(200);
  expect(await findingsIn("recording_holds")).toEqual([]);
  await bend("DELETE FROM recording_holds WHERE id = ?", hold);
  expect(new Set(await findingsIn("recording_holds"))).toEqual(new Set([`missing ${hold}`]));
});

describe.each([
  ["this month", () => Promise.resolve()],
  ["in a month that was archived", () => archiveMonths(env, now + 3 * MONTH)],
])("a hold of %s", (_, archived) => {
  it.each([
    ["taken away", "DELETE FROM recording_holds WHERE id = ?"],
    ["given another recording", "UPDATE recording_holds SET recording = 'elsewhere' WHERE id = ?"],
    [
      "said to be released",
      "UPDATE recording_holds SET released_at = at, released_by = by, released_why = 'x' WHERE id = ?",
    ],
    [
      "said to be released, and that nothing binds it",
      "UPDATE recording_holds SET released_at = at, released_by = by, released_why = 'x', rev = 0, past = NULL, salt_high = NULL, salt_low = NULL, code = NULL WHERE id = ?",
    ],
  ])("%s: its recording stays, by day and by hand, with one mail", async (_name, text) => {
    const { id, hold } = await held();
    await archived();
    await bend(text.replace("'elsewhere'", `'${await stored()}'`), hold);
    const day = await dayAfter(id);
    await eraseDue(env, day);
    await eraseDue(env, day + DAY);
    expect(await stateOf(id)).toBe("kept");
    expect(await keptBack()).toContain(`recordings/${id}`);
    expect((await mails()).every(({ vals }) => vals.includes(id))).toBe(true);
    expect(await mails()).toHaveLength(2);
    await run("DELETE FROM kept_back WHERE row = 'recordings/' || ?", id);
    for (const anyway of [undefined, true])
      expect(await post(`${id}/erase`, { why: "a mistake", anyway })).toMatchObject({
        ...{ status: 409, data: { code: "recording-held" } },
      });
    await eraseDue(env, day + 2 * DAY);
    expect(await stateOf(id)).toBe("kept");
    expect((await findingsIn("recording_holds")).join()).toContain(hold);
  });

  it("taken away long before its recording's day is named by the daily run, and a new hold and its release end that", async () => {
    const { id, hold } = await held();
    await archived();
    await bend("DELETE FROM recording_holds WHERE id = ?", hold);
    await sweep(env, now);
    expect(await keptBack()).toContain(`recordings/${id}`);
    expect((await mails())[0]!.vals).toContain(id);
    await run("DELETE FROM outbox");
    await sweep(env, now + DAY);
    expect(await mails()).toEqual([]);
    expect((await post(`${id}/hold`, { reason: "still", reviewOn: "2099-01-01" })).status).toBe(201);
    expect((await post(`${id}/release`, { reason: "settled" })).status).toBe(200);
    await sweep(env, now + DAY);
    expect(await keptBack()).not.toContain(`recordings/${id}`);
    await eraseDue(env, await dayAfter(id));
    expect(await stateOf(id)).toBe("erased");
  });

  it.each([
    ["its item taken away", "DELETE FROM request_items WHERE request = ?1"],
    ["the whole of it taken away", "DELETE FROM requests WHERE id = ?1"],
    [
      "its item given another recording",
      "UPDATE request_items SET ref = 'elsewhere' WHERE request = ?1 AND kind = 'recording'",
    ],
    [
      "its item taken away, and said to be closed",
      "DELETE FROM request_items WHERE request = ?1; UPDATE requests SET state = 'withdrawn', closed_at = at, rev = rev + 1 WHERE id = ?1",
    ],
  ])("an access request, %s: its recording stays", async (_name, texts) => {
    const { id, request } = await found("access");
    await archived();
    await asOwner(["requests", "request_items", "duties"], async () => {
      for (const text of texts.split("; ")) await run(text, request);
    });
    await eraseDue(env, await dayAfter(id));
    expect(await stateOf(id)).toBe("kept");
    expect(await keptBack()).toContain(`recordings/${id}`);
    // Also once the database has the last events of the archive.
    await run("DELETE FROM kept_back");
    await keepLast(env);
    await eraseDue(env, await dayAfter(id));
    expect(await stateOf(id)).toBe("kept");
  });

  it("a request that is over, or asks for something else, holds nothing by an item that is gone", async () => {
    for (const kind of ["access", "erasure"]) {
      const { id, request } = await found(kind);
      if (kind === "access") {
        await call("PUT", `/v1/requests/${request}/files?purpose=withdrawal&name=a.png`, {
          ...{ token: tokens.compliance, raw: "a scan", headers: { "content-type": "image/png" } },
        });
        await done(tokens.compliance, request, "withdraw", { reason: "changed her mind" });
      }
      await archived();
      await asOwner(["request_items"], () => run("DELETE FROM request_items WHERE request = ?", request));
      await eraseDue(env, await dayAfter(id));
      expect(await stateOf(id), kind).toBe("erased");
    }
  });

  it("that was released lets its recording go on its day", async () => {
    const { id } = await held();
    expect((await post(`${id}/release`, { reason: "settled" })).status).toBe(200);
    await archived();
    await eraseDue(env, await dayAfter(id));
    expect(await stateOf(id)).toBe("erased");
    expect((await findingsIn("recording_holds")).join()).not.toContain(id);
  });
});

it.each([
  ["one that nobody placed", "invented"],
  ["a copy of another, with its seed", "copied"],
])("%s is named by the daily run, and stays until an officer releases it", async (_, hold) => {
  const id = await stored();
  if (hold === "copied")
    await bend(
      `INSERT INTO recording_holds (id, recording, reason, review_on, by, at, rev, past, salt_high, salt_low, code)
       SELECT ?, ?, reason, review_on, by, at, rev, past, salt_high, salt_low, code FROM recording_holds WHERE id = 'of-before'`,
      ...[hold, id],
    );
  else await forged(hold, id);
  await sweep(env, now);
  expect(await keptBack()).toContain(`recording_holds/${hold}`);
  const [mail] = await mails();
  expect(mail!.vals).toContain(`recording_holds/${hold}`);
  await run("DELETE FROM outbox");
  await sweep(env, now + DAY);
  expect(await mails()).toEqual([]);
  expect(await findingsIn("recording_holds")).toContainEqual(expect.stringMatching(`^extra ${hold}`));
  expect((await post(`${id}/release`, { reason: "nobody placed it" })).status).toBe(200);
  await sweep(env, now + DAY);
  expect(await keptBack()).not.toContain(`recording_holds/${hold}`);
  await eraseDue(env, await dayAfter(id));
  expect(await stateOf(id)).toBe("erased");
  await bend("DELETE FROM recording_holds WHERE id = ?", hold);
});

it("one whose review was put off is named by the daily run", async () => {
  const { hold } = await held();
  await bend("UPDATE recording_holds SET review_on = '2999-01-01' WHERE id = ?", hold);
  await sweep(env, now);
  expect(await keptBack()).toContain(`recording_holds/${hold}`);
});

it("nor can a record of an archive that nobody can read say that an access request was erased", async () => {
  const { id, request } = await found("access");
  await asOwner(["requests", "request_items", "duties"], () =>
    run("DELETE FROM requests WHERE id = ?", request),
  );
  await lostArchives([9_000_000_000]);
  await run(
    "INSERT INTO erased (row, since, seq) VALUES ('requests/' || ?, '2020-01-01T00:00:00.000Z', 9000000000)",
    request,
  );
  await eraseDue(env, await dayAfter(id));
  expect(await stateOf(id)).toBe("kept");
  await noLostArchives();
});

it("a hold that was taken away with the record of its archive: its recording stays", async () => {
  const id = await stored();
  await archiveMonths(env, now + 3 * MONTH);
  const { status } = await post(`${id}/hold`, { reason: "a claim", reviewOn: "2099-01-01" });
  expect(status).toBe(201);
  await archiveMonths(env, now + 3 * MONTH);
  await bend("DELETE FROM recording_holds WHERE recording = ?", id);
  await run("CREATE TABLE archives_aside AS SELECT * FROM audit_archives ORDER BY first_seq DESC LIMIT 1");
  await asOwner(["audit_archives"], () =>
    run("DELETE FROM audit_archives WHERE first_seq = (SELECT MAX(first_seq) FROM audit_archives)"),
  );
  const rowsOf = async (archive: Archive) => (await readObject(env, archive))!.rows!;
  const [lost] = ((await dump("archives_aside")) as { key: string }[]).map(({ key }) => ({ key }) as Archive);
  const [old, behind] = [(await rowsOf((await archivesOf(env.DB))[0]!))[0]!, (await rowsOf(lost!))[0]!];
  // A row that was genuine once hides nothing, not even the very one behind the last archive that is left.
  for (const copied of [old, behind]) {
    await asOwner(["audit"], () => append(copied));
    await run("DELETE FROM marks WHERE name = 'holds-archived'");
    await eraseDue(env, await dayAfter(id));
    expect(await stateOf(id), String(copied.seq)).toBe("kept");
    await run("UPDATE recordings SET due = NULL WHERE id = ?", id);
    await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq = ?", copied.seq));
  }
  await asOwner(["audit_archives"], () => run("INSERT INTO audit_archives SELECT * FROM archives_aside"));
});

it("one that was released goes by its age and is not missed; one with an old date written into it stays", async () => {
  const [one, other] = [await held(), await held()];
  for (const { id } of [one, other]) await post(`${id}/release`, { reason: "settled" });
  await bend("UPDATE recording_holds SET released_at = '2020-01-01T00:00:00.000Z' WHERE id = ?", other.hold);
  await sweep(env, now);
  expect(await keptBack()).toContain(`recording_holds/${other.hold}`);
  await sweep(env, now + 25 * MONTH);
  const left = (await dump("recording_holds")) as { id: string }[];
  expect(left.map(({ id }) => id)).toContain(other.hold);
  expect(left.map(({ id }) => id)).not.toContain(one.hold);
  const { findings } = await deep("recording_holds", now + 26 * MONTH);
  expect(findings.filter(({ key }) => key === one.hold)).toEqual([]);
  expect(findings).toContainEqual(
    expect.objectContaining({
      what: "altered",
      key: other.hold,
      columns: expect.arrayContaining(["released_at"]) as string[],
    }),
  );
});
