/** Whoever put a number on the list by mistake undoes it within half a minute, and only that. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { Suppression, SuppressionEntered } from "../../../shared/do-not-call/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { insertTies } from "../../../worker/people/one.ts";
import { aTeam, call, DAY, dump, under } from "../helpers.ts";
import { dated } from "../trail/kit.ts";

const tokens = aTeam();
const LINE = "+442079460701";
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
afterEach(async () => {
  for (const table of ["suppressions", "consents", "outbox"]) await env.DB.exec(`DELETE FROM ${table}`);
});

const code = ({ data }: { data: unknown }) => (data as { code?: string }).code;
const rows = async <T>(table: string) => (await dump(table)) as T[];
const enter = async (token: string, more: object = {}) => {
  const body = { number: LINE, reason: "no more", scope: "line", ...more };
  const { status, data } = await call("POST", "/v1/suppressions", { token, body });
  expect(status, JSON.stringify(data)).toBe(201);
  return data as SuppressionEntered;
};
const undo = ({ id }: { id: string }, token: string) =>
  call("POST", `/v1/suppressions/${id}/undo`, { token });
const end = (token: string, reason = "a mistake") =>
  call("DELETE", `/v1/suppressions/${encodeURIComponent(LINE)}`, { token, body: { reason } });
const entries = async () => {
  const path = `/v1/suppressions?number=${encodeURIComponent(LINE)}`;
  const { data } = await call("GET", path, { token: tokens.manager });
  return (data as { suppressions: Suppression[] }).suppressions;
};
const live = async () => (await entries()).filter(({ endedAt }) => endedAt === null);

describe("an entry is undone by whoever made it", () => {
  it("within half a minute, as a second event, of which the officers hear", async () => {
    const made = await enter(tokens.agent);
    expect(Date.parse(made.undoUntil!) - Date.parse(made.at)).toBe(30_000);
    expect((await undo(made, tokens.agent)).data).toEqual({ ended: 1 });
    expect(await live()).toEqual([]);
    expect(await entries()).toMatchObject([{ id: made.id, endedBy: made.by }]);
    const events = (await rows<{ subject: string; code: string }>("audit")).filter(
      ({ subject }) => subject === made.id,
    );
    expect(events.map(({ code }) => code)).toEqual(["suppression.added", "suppression.ended"]);
    expect((await rows<{ template: string }>("outbox")).map(({ template }) => template)).toContain(
      "objection-ended",
    );
    // There is nothing left to undo.
    expect(code(await undo(made, tokens.agent))).toBe("not-found");
  });

  it("and what it had replaced is in force again, as it was", async () => {
    const first = await enter(tokens.manager, { scope: "line", reason: "the line alone" });
    const wider = await enter(tokens.agent, { scope: "company" });
    expect(await live()).toMatchObject([{ id: wider.id, scope: "company" }]);
    await undo(wider, tokens.agent);
    expect(await live()).toMatchObject([{ scope: "line", reason: first.reason, by: first.by }]);
  });

  it("and entered again as it was meant, it closes no more than that", async () => {
    await undo(await enter(tokens.agent, { scope: "company" }), tokens.agent);
    expect((await enter(tokens.agent, { scope: "line" })).scope).toBe("line");
  });
});

describe("what the called person said, kept behind another's entry, is undone by whoever entered it", () => {
  const source = "said by the called person";
  const say = async (token = tokens.agent) => {
    const body = { number: LINE, reason: "on the telephone", scope: "line", source };
    const { status, data } = await call("POST", "/v1/suppressions", { token, body });
    expect(status, JSON.stringify(data)).toBe(200);
    return data as SuppressionEntered;
  };

  it("within half a minute: it comes back nowhere, and the other's stands", async () => {
    const first = await enter(tokens.manager);
    const { id, kept } = await say();
    expect(id).toBe(first.id);
    expect(Date.parse(kept!.undoUntil) - Date.now()).toBeGreaterThan(20_000);
    for (const token of [tokens.manager, tokens.compliance])
      expect(code(await undo(kept!, token))).toBe("not-found");
    expect((await undo(kept!, tokens.agent)).data).toEqual({ ended: 1 });
    expect(await live()).toMatchObject([{ id: first.id }]);
    const events = (await rows<{ subject: string; code: string }>("audit")).filter(
      ({ subject }) => subject === kept!.id,
    );
    expect(events.map(({ code }) => code)).toEqual(["suppression.added", "suppression.ended"]);
    expect((await rows<{ template: string }>("outbox")).map(({ template }) => template)).toContain(
      "objection-ended",
    );
    expect(code(await undo(kept!, tokens.agent))).toBe("not-found");
    await end(tokens.admin);
    expect(await live()).toEqual([]);
  });

  it("not later, and what was there already is none of theirs", async () => {
    await enter(tokens.manager);
    const { kept } = await say();
    expect((await say()).kept).toBeUndefined();
    const early = ago(36_000);
    await dated(suppressionsBound, `id = '${kept!.id}'`, { at: early, ended_at: early });
    expect(code(await undo(kept!, tokens.agent))).toBe("undo-over");
    await end(tokens.admin);
    expect(await live()).toMatchObject([{ source }]);
  });
});

describe("nobody undoes", () => {
  it("what somebody else entered, or what was on the list already", async () => {
    const made = await enter(tokens.agent);
    for (const token of [tokens.manager, tokens.compliance, tokens.admin])
      expect(code(await undo(made, token))).toBe("not-found");
    const again = await call("POST", "/v1/suppressions", {
      token: tokens.manager,
      body: { number: LINE, reason: "no more", scope: "line" },
    });
    expect([again.status, (again.data as SuppressionEntered).undoUntil]).toEqual([200, undefined]);
    expect(await live()).toHaveLength(1);
  });

  it("a house entry, which would free what an officer's longer one held before it", async () => {
    const until = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
    const house = { kind: "house", scope: undefined };
    await enter(tokens.manager, { ...house, until: until(200) });
    const made = await enter(tokens.agent, house);
    expect(made.undoUntil).toBeUndefined();
    expect(code(await undo(made, tokens.agent))).toBe("not-found");
    expect(await live()).toMatchObject([{ id: made.id, kind: "house" }]);
  });

  it("what is older", async () => {
    const made = await enter(tokens.agent);
    await dated(suppressionsBound, `id = '${made.id}'`, { at: ago(36_000) });
    expect(code(await undo(made, tokens.agent))).toBe("undo-over");
    expect(await live()).toHaveLength(1);
  });

  it("what was heard longer ago, and arrives now", async () => {
    const made = await enter(tokens.agent, { heardAt: ago(DAY) });
    expect(code(await undo(made, tokens.agent))).toBe("undo-over");
  });

  it.each([
    ["a colleague", "/v1/suppressions", { number: LINE, reason: "no more", scope: "line" }, 200],
    ["a file", "/v1/suppressions/bulk", { rows: [{ number: LINE, reason: "the old list" }] }, 200],
    [
      "the subscriber, in a letter",
      "/v1/requests/entries",
      { kind: "objection", channel: "post", receivedOn: ago(0).slice(0, 10), name: "J. Doe", number: LINE },
      201,
    ],
  ])("what %s has said again meanwhile", async (_, path, body, expected) => {
    const made = await enter(tokens.agent);
    const { status, data } = await call("POST", path, { token: tokens.compliance, body });
    expect(status, JSON.stringify(data)).toBe(expected);
    expect(code(await undo(made, tokens.agent))).toBe("undo-over");
    expect(await live()).toMatchObject([{ id: made.id }]);
  });

  it.each([
    ["that of another, which the same account sends", "/v1/suppressions", { source: "heard by B" }],
    ["a file's, by who entered it", "/v1/suppressions/bulk", null],
  ])("what was said again: %s", async (_, path, more) => {
    const made = await enter(tokens.compliance);
    const row = { number: LINE, reason: "no more", scope: "line", ...more };
    const body = more ? row : { rows: [row] };
    expect((await call("POST", path, { token: tokens.compliance, body })).status).toBe(200);
    expect(code(await undo(made, tokens.compliance))).toBe("undo-over");
    expect(await live()).toMatchObject([{ id: made.id }]);
  });

  it.each([
    ["/v1/suppressions", 201, { number: LINE, reason: "no more", scope: "line" }],
    ["/v1/suppressions/bulk", 200, { rows: [{ number: LINE, reason: "the old list" }] }],
  ])("what is said in the very moment of the undo: %s", async (path, expected, body) => {
    const made = await enter(tokens.agent);
    // Undone between the plan of the second word, and its changes.
    let isUndone = false;
    const undoFirst = async () => {
      if (isUndone) return;
      isUndone = true;
      expect((await undo(made, tokens.agent)).data).toEqual({ ended: 1 });
    };
    const DB = new Proxy(env.DB, {
      get(db, key) {
        if (key !== "prepare") return (Reflect.get(db, key) as (this: D1Database) => unknown).bind(db);
        return (text: string) => {
          const plain = db.prepare(text);
          if (!text.includes("ended_at IS NULL AND id IN")) return plain;
          return {
            bind: (...params: unknown[]) => ({
              all: async () => {
                await undoFirst();
                return plain.bind(...params).all();
              },
            }),
          };
        };
      },
    });
    const { status } = await under({ ...env, DB }, "POST", path, { token: tokens.compliance, body });
    expect([isUndone, status]).toEqual([true, expected]);
    const [entry, ...others] = await live();
    expect([others, entry?.id === made.id, entry?.endedAt]).toEqual([[], false, null]);
  });

  it("an answer of compliance's", async () => {
    const made = await enter(tokens.agent, { scope: "unsaid" });
    const body = { scope: "line", reason: "she said so" };
    const { status } = await call("POST", `/v1/suppressions/${made.id}/scope`, {
      token: tokens.compliance,
      body,
    });
    expect(status).toBe(200);
    expect(code(await undo(made, tokens.agent))).toBe("undo-over");
  });

  it("their own of last month, which comes back where a new one is undone", async () => {
    const old = await enter(tokens.agent);
    await dated(suppressionsBound, `id = '${old.id}'`, { at: ago(30 * DAY) });
    await undo(await enter(tokens.agent, { scope: "person" }), tokens.agent);
    const [back] = await live();
    expect(back).toMatchObject({ by: old.by, scope: "line" });
    expect(code(await undo(back!, tokens.agent))).toBe("undo-over");
    expect(await live()).toHaveLength(1);
  });

  it("by ending an old one and entering it again, narrower", async () => {
    const wide = await enter(tokens.manager, { scope: "company" });
    await dated(suppressionsBound, `id = '${wide.id}'`, { at: ago(30 * DAY) });
    await end(tokens.admin, "Undone within half a minute by the person who entered it.");
    expect((await enter(tokens.manager, { scope: "line" })).scope).toBe("company");
  });
});

describe("later, what one person entered another one ends", () => {
  const old = async (token: string, ms = 36_000, more: object = {}) => {
    const made = await enter(token, more);
    await dated(suppressionsBound, `id = '${made.id}'`, { at: ago(ms) });
    return made;
  };
  it("and until then it is in force", async () => {
    const made = await old(tokens.manager);
    expect(code(await end(tokens.manager))).toBe("own-entry");
    expect(await live()).toMatchObject([{ id: made.id }]);
    expect((await end(tokens.compliance)).data).toEqual({ ended: 1 });
    expect(await live()).toEqual([]);
  });

  it("also where it was said to be heard just now, or came back by an undo", async () => {
    const made = await old(tokens.manager);
    await undo(await enter(tokens.manager, { scope: "person" }), tokens.manager);
    expect(await live()).toMatchObject([{ by: made.by, scope: "line" }]);
    expect(code(await end(tokens.manager))).toBe("own-entry");
  });

  it("and of what was said again at once, too", async () => {
    await enter(tokens.manager);
    const body = { number: LINE, reason: "no more", scope: "line" };
    expect((await call("POST", "/v1/suppressions", { token: tokens.admin, body })).status).toBe(200);
    expect(code(await end(tokens.manager))).toBe("own-entry");
  });

  it("but at once they do it themselves, as an undo; and a house entry at any time", async () => {
    await enter(tokens.manager);
    expect((await end(tokens.manager)).status).toBe(200);
    await old(tokens.manager, DAY, { kind: "house", scope: undefined });
    expect((await end(tokens.manager)).status).toBe(200);
  });

  it("nor one who may be the same", async () => {
    const made = await old(tokens.manager);
    const { id } = (await env.DB.prepare(
      "SELECT person AS id FROM tokens t JOIN people p ON p.id = t.person WHERE p.role = 'compliance'",
    ).first<{ id: string }>())!;
    const tie = insertTies(id, [{ by: made.by, how: "code" }], ago(0));
    await record(env, {
      actor: "system",
      event: { code: "person.joined", subject: id, payload: {} },
      statements: tie,
    });
    expect(code(await end(tokens.compliance))).toBe("entry-held");
    expect((await end(tokens.admin)).status).toBe(200);
  });

  it("unless there has been nobody else for a day: then the officers hear of it", async () => {
    const others = "kind = 'person' AND role <> 'agent' AND role <> 'admin'";
    const made = await old(tokens.admin);
    await env.DB.exec(`UPDATE people SET active = 0 WHERE ${others}`);
    await env.DB.exec("DELETE FROM people_left");
    expect(code(await end(tokens.admin))).toBe("own-entry");
    await dated(suppressionsBound, `id = '${made.id}'`, { at: ago(DAY + 1000) });
    await env.DB.exec("DELETE FROM outbox");
    expect((await end(tokens.admin)).data).toEqual({ ended: 1 });
    expect(await rows<{ template: string }>("outbox")).toMatchObject([{ template: "objection-ended" }]);
    await env.DB.exec(`UPDATE people SET active = 1 WHERE ${others}`);
  });
});
