import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { daysLater } from "../../../shared/core/calendar.ts";
import type { Env } from "../../../worker/env.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { remind } from "../../../worker/jobs/reminders.ts";
import { eraseFiles } from "../../../worker/privacy-requests/files/erasure.ts";
import { english, sayDate } from "../../../shared/texts/language.ts";
import { call, dump, MONTH, under } from "../helpers.ts";
import {
  act,
  daysAgo,
  done,
  enter,
  officer,
  pause,
  read,
  today,
  tokens,
  upload,
  withdraw,
  withTeam,
} from "./kit.ts";

withTeam();
const at = (day: string) => Date.parse(`${day}T12:00:00Z`);
const letter = { text: "Dear Dora", how: "post" };

describe("the day by which it is decided", () => {
  it("both clocks are shown; they stand still while identity is asked for, and go on when the proof comes", async () => {
    const id = await enter(officer, { receivedOn: daysAgo(10) });
    await pause(id);
    const clocks = async () => (await read(officer, id)).request.clocks!;
    const before = await clocks();
    expect(before).toMatchObject({ paused: false, policyBy: daysLater(daysAgo(10), 30) });
    expect([before.policyBy, before.lawBy].sort()[0]).toBe(before.decideBy);
    await done(officer, id, "identity", { step: "ask", letter });
    // As if proof had been asked for six days ago.
    await env.DB.prepare("UPDATE requests SET asked_on = ?, rev = rev + 1 WHERE id = ?")
      .bind(daysAgo(6), id)
      .run();
    expect(await clocks()).toMatchObject({
      paused: true,
      lawBy: null,
      policyBy: daysLater(before.policyBy, 6),
    });
    const early = await act(officer, id, "identity", { step: "received", receivedOn: daysAgo(7) });
    expect(early).toMatchObject({ status: 422, why: "It cannot have arrived before it was asked for." });
    await done(officer, id, "identity", { step: "received", receivedOn: daysAgo(2) });
    expect(await clocks()).toMatchObject({ paused: false, policyBy: daysLater(before.policyBy, 4) });
    expect(await dump("requests")).toContainEqual(
      expect.objectContaining({
        id,
        proof_on: daysAgo(2),
        paused_days: 4,
        decide_by: (await clocks()).decideBy,
      }),
    );
  });
  it("without pauses in the policy, nothing stands still, and the letter says so", async () => {
    const id = await enter(officer, { receivedOn: daysAgo(10) });
    const before = (await read(officer, id)).request.clocks!;
    const text = (await call("GET", `/v1/requests/${id}/letters/identity`, { token: officer })).data;
    expect(text).toMatchObject({
      text: expect.stringContaining(`we decide by ${sayDate(english, before.decideBy)}`) as string,
    });
    await done(officer, id, "identity", { step: "ask", letter });
    await env.DB.prepare("UPDATE requests SET asked_on = ?, rev = rev + 1 WHERE id = ?")
      .bind(daysAgo(6), id)
      .run();
    expect((await read(officer, id)).request).toMatchObject({
      clocks: before,
      advice: expect.stringContaining("without pauses") as string,
    });
    await done(officer, id, "identity", { step: "received", receivedOn: daysAgo(2) });
    expect((await read(officer, id)).request.clocks).toEqual(before);
  });
  it("what is overdue stays so, also where proof is asked for then", async () => {
    const id = await enter(officer, { receivedOn: daysAgo(40) });
    const { clocks } = (await read(officer, id)).request;
    await done(officer, id, "identity", { step: "ask", letter });
    const overdue = async () =>
      (
        (await call("GET", "/v1/requests?show=overdue&limit=200", { token: officer })).data as {
          requests: { id: string }[];
        }
      ).requests.some((r) => r.id === id);
    expect(await overdue()).toBe(true);
    await done(officer, id, "identity", { step: "received" });
    expect((await read(officer, id)).request.clocks).toEqual(clocks);
    expect(await overdue()).toBe(true);
  });
  it("is extended once, within the first month, with its letter", async () => {
    const id = await enter(officer);
    const before = (await read(officer, id)).request.clocks!.decideBy;
    expect((await act(officer, id, "extend", { reason: "many calls" })).status).toBe(422);
    const draft = await call("GET", `/v1/requests/${id}/letters/extension?why=Many+calls.`, {
      token: officer,
    });
    expect(draft.data).toMatchObject({
      text: expect.stringContaining("more time to answer: Many calls.") as string,
    });
    await done(officer, id, "extend", { reason: "many calls", letter });
    const { request, letters } = await read(officer, id);
    expect(request.clocks!.decideBy > before).toBe(true);
    expect(letters).toMatchObject([{ kind: "extension", text: "Dear Dora" }]);
    expect(await act(officer, id, "extend", { reason: "more", letter })).toMatchObject({ why: "once" });
    const old = await enter(officer, { receivedOn: daysAgo(40) });
    expect(await act(officer, old, "extend", { reason: "late", letter })).toMatchObject({
      why: "first-month",
    });
  });
});

it("what is refused while proof is out is judged by the clock that stood still", async () => {
  const id = await enter(officer, { receivedOn: daysAgo(40) });
  await done(officer, id, "identity", { step: "ask", letter });
  await env.DB.prepare("UPDATE requests SET asked_on = ?, rev = rev + 1 WHERE id = ?")
    .bind(daysAgo(20), id)
    .run();
  const { decideBy } = (await read(officer, id)).request.clocks!;
  await done(officer, id, "decide", {
    decision: "deny",
    ground: "other",
    other: "no proof",
    reasons: "none came",
  });
  expect((await read(officer, id)).request.clocks).toMatchObject({ paused: false, decideBy });
  expect(await dump("requests")).toContainEqual(expect.objectContaining({ id, decide_by: decideBy }));
});

it("figures by the month in which they came: received, decided, late, median days", async () => {
  await env.DB.exec("DELETE FROM requests");
  const deny = { decision: "deny", ground: "unfounded", reasons: "spam" };
  for (const days of [4, 8])
    await done(officer, await enter(officer, { receivedOn: daysAgo(days) }), "decide", deny);
  await enter(officer, { receivedOn: daysAgo(45) });
  await done(officer, await enter(officer, { receivedOn: daysAgo(60) }), "decide", deny);
  const { data } = await call("GET", "/v1/requests/figures", { token: tokens.manager });
  const figures = data as { open: number; months: { received: number; decided: number; late: number }[] };
  // One request is not decided; the other's requester has not been told.
  expect(figures).toMatchObject({ open: 4, overdue: 2, medianDays: 8 });
  expect(figures.months).toHaveLength(12);
  const sum = (key: "received" | "decided" | "late") =>
    figures.months.reduce((n, month) => n + month[key], 0);
  expect([sum("received"), sum("decided"), sum("late")]).toEqual([4, 3, 2]);
  const queue = (await call("GET", "/v1/requests", { token: officer })).data as {
    requests: { receivedOn: string }[];
  };
  expect(queue.requests.map((r) => r.receivedOn)).toContain(daysAgo(45));
});

describe("what is kept for a time only", () => {
  const objects = async (id: string) => {
    const lists = [env.FILES, env.COPIES].map((bucket) => bucket!.list({ prefix: `requests/${id}/` }));
    return (await Promise.all(lists)).flatMap((list) => list.objects).length;
  };

  it("a proof goes seven days after it was checked, in the store and by name; a store that fails is asked again", async () => {
    const id = await enter(officer);
    await upload(id, "proof");
    await done(officer, id, "identity", { step: "verified", how: "passport" });
    await eraseFiles(env, at(daysLater(today(), 6)));
    expect(await objects(id)).toBe(1);
    const fails = {
      ...env,
      FILES: { delete: () => Promise.reject(new Error("away")) },
    } as unknown as Env;
    await eraseFiles(fails, at(daysLater(today(), 7)));
    expect((await read(officer, id)).files).toMatchObject([{ erasedAt: null, name: "passport.png" }]);
    await eraseFiles(env, at(daysLater(today(), 8)));
    expect(await objects(id)).toBe(0);
    expect((await read(officer, id)).files).toMatchObject([
      { name: "", erasedAt: expect.any(String) as string },
    ]);
  });

  it("a proof that nobody has checked goes seven days after its request is over", async () => {
    const id = await enter(officer);
    await upload(id, "proof");
    await upload(id, "scan");
    await withdraw(id);
    await eraseFiles(env, at(daysLater(today(), 6)));
    expect(await objects(id)).toBe(3);
    await eraseFiles(env, at(daysLater(today(), 7)));
    expect((await read(officer, id)).files).toMatchObject([
      { purpose: "proof", erasedAt: expect.any(String) as string },
      { purpose: "scan", erasedAt: null },
      { purpose: "withdrawal", erasedAt: null },
    ]);
  });

  it("what a store took of a step that was never written is erased the day after", async () => {
    // As if the Worker died after storing the file: the step is refused, and the file cannot be removed.
    const dying = (id: string, meanwhile: string): Env => {
      const bucket = (whole: R2Bucket) =>
        new Proxy(whole, {
          get(store, name) {
            if (name === "delete") return () => Promise.reject(new Error("dead"));
            const own: unknown = Reflect.get(store, name);
            if (typeof own !== "function") return own;
            return async (...args: unknown[]) => {
              const answer: unknown = await own.apply(store, args);
              if (name === "put")
                await env.DB.prepare(`UPDATE requests SET rev = rev + 1 ${meanwhile} WHERE id = ?`)
                  .bind(id)
                  .run();
              return answer;
            };
          },
        });
      return { ...env, FILES: bucket(env.FILES!), COPIES: bucket(env.COPIES!) };
    };
    const [scanned, copied] = [await enter(officer), await enter(officer)];
    await env.DB.prepare("UPDATE duties SET void_at = 'x' WHERE request = ?").bind(scanned).run();
    const over = `, state = 'withdrawn', closed_at = '${new Date().toISOString()}'`;
    const path = `/v1/requests/${scanned}/files?purpose=scan&name=a.png`;
    const scan = await under(dying(scanned, over), "PUT", path, {
      token: officer,
      raw: new Uint8Array([1, 2, 3]),
      headers: { "content-type": "image/png" },
    });
    await done(officer, copied, "identity", { step: "clear", how: "known" });
    await done(officer, copied, "match");
    await done(officer, copied, "decide", { decision: "comply" });
    const copy = await act(officer, copied, "export", {}, dying(copied, ""));
    expect([scan.status, copy.status]).toEqual([409, 409]);
    for (const id of [scanned, copied]) {
      expect(await objects(id)).toBe(1);
      // No one sees it.
      expect((await read(officer, id)).files).toEqual([]);
    }
    expect(await act(officer, copied, "letters", { kind: "decision", ...letter })).toMatchObject({
      why: "exported",
    });
    await eraseFiles(env, at(daysLater(today(), 1)));
    for (const id of [scanned, copied]) expect(await objects(id)).toBe(0);
  });

  it("what its store has not erased for a whole day is told of, once a day", async () => {
    await env.DB.exec("DELETE FROM outbox; DELETE FROM requests");
    const id = await enter(officer);
    await upload(id, "proof");
    const { reference } = await done(officer, id, "identity", { step: "verified", how: "passport" });
    const told = async (days: number) => {
      await env.DB.exec("DELETE FROM outbox WHERE template <> 'files-left'");
      await remind(env, at(daysLater(today(), days)));
      return ((await dump("outbox")) as { template: string; vals: string }[]).flatMap(({ template, vals }) =>
        template === "files-left" ? [(JSON.parse(vals) as { references: string }).references] : [],
      );
    };
    expect(await told(8)).toEqual([]);
    expect(await told(9)).toEqual([reference, reference]);
    expect(await told(9)).toHaveLength(2);
    expect(await told(10)).toHaveLength(4);
    await eraseFiles(env, at(daysLater(today(), 10)));
    expect(await told(11)).toHaveLength(4);
  });

  it("files that their store does not erase are in no other's way", async () => {
    const insert = env.DB.prepare(
      `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, by, at)
       VALUES (?1, ?2, 'proof', 's3', ?1, '', 'image/png', 1, '2026-01-01', 'p', 'x')`,
    );
    const stuck = await enter(officer);
    await env.DB.batch(Array.from({ length: 100 }, (_, n) => insert.bind(`stuck-${n}`, stuck)));
    const id = await enter(officer);
    await upload(id, "proof");
    await done(officer, id, "identity", { step: "verified", how: "passport" });
    for (let run = 0; run < 12; run++) await eraseFiles(env, at(daysLater(today(), 8)));
    expect(await objects(id)).toBe(0);
    await env.DB.exec("DELETE FROM request_files WHERE store = 's3'");
  });

  it("a request goes with all that hangs on it 24 months after it was closed; the trail stays", async () => {
    await env.DB.exec("DELETE FROM requests");
    const id = await enter(officer);
    const live = await enter(officer);
    await upload(id, "scan");
    await done(officer, id, "note", { text: "about Dora" });
    await withdraw(id);
    const over = Date.now() + 25 * MONTH;
    await sweep(env, Date.now() + 23 * MONTH);
    await sweep(env, over);
    // Its scan is still in the store and must go first.
    expect(await dump("requests")).toHaveLength(2);
    await eraseFiles(env, over);
    expect(await objects(id)).toBe(0);
    await sweep(env, over);
    expect(await dump("requests")).toMatchObject([{ id: live }]);
    for (const table of ["request_files", "request_letters", "request_items"])
      expect(await dump(table)).toEqual([]);
    expect(JSON.stringify(await dump("request_events"))).not.toContain("about Dora");
    expect((await dump("audit")) as object[]).toContainEqual(
      expect.objectContaining({ code: "request.withdraw", subject: id }),
    );
  });
});
