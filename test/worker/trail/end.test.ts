/**
 * Somebody who owns the database, but not the Ledger's own storage, takes rows from the end of the trail, of which no head has
 * left yet. And what is no such thing: crashes, lost answers, restores, an older Worker.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditFaults } from "../../../shared/texts/trail/faults.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import { auditKey } from "../../../worker/core/audit-key.ts";
import type { Written } from "../../../worker/core/change.ts";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { headKey } from "../../../worker/trail/head-files.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { tellCut } from "../../../worker/trail/end.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { withDatabase } from "../core/faults-kit.ts";
import { Noting } from "../core/noting.ts";
import { asOwner, aTeam, call, dump, MONTH } from "../helpers.ts";
import { append, memory, newest, remember, run, writeAs } from "./kit.ts";

const tokens = aTeam();
const write = (code = "test.written") =>
  record(env, { actor: "system", event: { code, subject: "", payload: null }, statements: [] });
/** Rows from one on go, with what they were about; answers what brings them back. */
async function cut(first: number): Promise<() => Promise<void>> {
  const rows = (await dump("audit")) as LinkedRow[];
  const payloads = (await dump("audit_payload")) as {
    seq: number;
    at: string;
    salt: string;
    payload: string;
  }[];
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq >= ?", first));
  await run("DELETE FROM audit_payload WHERE seq >= ?", first);
  return async () => {
    for (const row of rows.filter(({ seq }) => seq >= first)) await append(row);
    for (const { seq, at, salt, payload } of payloads.filter((one) => one.seq >= first))
      await run("INSERT INTO audit_payload VALUES (?, ?, ?, ?)", seq, at, salt, payload);
  };
}
const found = async () => {
  const { brokenAt, why } = await verify(env);
  return { brokenAt, why };
};
const holds = { brokenAt: undefined, why: undefined };
const missing = (first: number, last: number) => ({
  brokenAt: first,
  why: fill(auditFaults.end, { first, last }),
});

let seq: number;
let bring: () => Promise<void>;
let then: Written;
let own: string;
beforeAll(async () => {
  ({ thumbprint: own } = (await auditKey(env.AUDIT_KEY))!);
  await adopt(env);
});
beforeAll(async () => {
  for (let n = 0; n < 4; n++) await write();
  ({ seq } = await newest());
  then = (await memory())!;
  expect(then).toMatchObject({ seq, hash: (await newest()).hash, lost: [] });
  bring = await cut(seq - 3);
  await bring();
});
/** Each test begins with the same rows, and a Ledger that wrote them. */
const startAfresh = () =>
  afterEach(async () => {
    await cut(seq - 3);
    await bring();
    await remember(then);
    expect(await found()).toEqual(holds);
  });

describe("rows that are taken from the end", () => {
  startAfresh();
  it("are missed, from which to which; put back as they were, nothing is", async () => {
    const back = await cut(seq - 1);
    expect(await found()).toEqual(missing(seq - 1, seq));
    await back();
    expect(await found()).toEqual(holds);
  });

  it("also once the Worker has written on, and the trail itself says so", async () => {
    await cut(seq - 1);
    await write("test.since");
    const { results } = await env.DB.prepare("SELECT code, subject FROM audit WHERE seq >= ?")
      .bind(seq - 1)
      .all();
    expect(results).toEqual([
      { code: "evidence.cut", subject: `${seq - 1}-${seq}` },
      { code: "test.since", subject: "" },
    ]);
    expect(await found()).toEqual(missing(seq - 1, seq));
    for (let n = 0; n < 5; n++) await write();
    expect(await found()).toEqual(missing(seq - 1, seq));
  });

  it("also where the Worker writes on while no trigger says what follows what", async () => {
    await asOwner(["audit"], async () => {
      await run("DELETE FROM audit WHERE seq >= ?", seq - 1);
      await run("DELETE FROM audit_payload WHERE seq >= ?", seq - 1);
      await write("test.since");
    });
    const { results } = await env.DB.prepare("SELECT seq, code FROM audit WHERE seq >= ?")
      .bind(seq - 1)
      .all();
    expect(results).toEqual([
      { seq: seq - 1, code: "evidence.cut" },
      { seq, code: "test.since" },
    ]);
    expect(await found()).toEqual(missing(seq - 1, seq));
  });

  it("also where others are put in their place, and where all that is left says nothing of it", async () => {
    for (const hasKey of [true, false]) {
      await cut(seq);
      await writeAs("test.instead", hasKey);
      await writeAs("test.instead", hasKey);
      expect(await found()).toMatchObject(
        hasKey ? missing(seq, seq) : { brokenAt: seq, why: auditFaults.forged },
      );
      await cut(seq);
      expect(await found()).toEqual(missing(seq, seq));
    }
  });
});

it("of rows that are gone each officer gets one mail", async () => {
  const mails = async () =>
    ((await dump("outbox")) as { template: string; vals: string }[]).filter(
      (m) => m.template === "trail-cut",
    );
  await tellCut(env, Date.now());
  expect(await mails()).toEqual([]);
  const back = await cut(seq - 1);
  for (let n = 0; n < 3; n++) await tellCut(env, Date.now());
  expect((await mails()).map(({ vals }) => JSON.parse(vals) as unknown)).toEqual(
    Array.from({ length: 2 }, () => ({ first: seq - 1, last: seq })),
  );
  const codes = ((await dump("audit")) as LinkedRow[]).slice(-2).map(({ code }) => code);
  expect(codes).toEqual(["evidence.cut", "evidence.cut-told"]);
  await cut(seq - 1);
  await back();
  await remember(then);
});

describe("no such thing", () => {
  startAfresh();
  it("a Ledger that is killed before it remembers: the trail leads through what it wrote before", async () => {
    await write();
    await remember(then);
    expect(await found()).toEqual(holds);
    await write();
    expect(await memory()).toMatchObject({ seq: seq + 2, lost: [] });
    expect(await found()).toEqual(holds);
  });

  it("a commit whose answer was lost: it is remembered if it was written, and else not", async () => {
    for (const isWritten of [true, false]) {
      const { seq: before } = await newest();
      const lose = async (statements: D1PreparedStatement[]) => {
        if (isWritten) await env.DB.batch(statements);
        throw new Error("the network went away");
      };
      const away = { prepare: (text: string) => env.DB.prepare(text), batch: lose } as unknown as D1Database;
      const commit = await withDatabase(away, () =>
        write().then(
          () => true,
          () => false,
        ),
      );
      expect(commit).toBe(isWritten);
      expect(await memory()).toMatchObject({ seq: before + Number(isWritten), lost: [] });
      expect(await found()).toEqual(holds);
    }
  });

  it("a refusal: nothing was written, and nothing is remembered", async () => {
    const statements = [sql("INSERT INTO marks (name, value) VALUES ('evidence-start', '1')")];
    const event = { code: "test.refused", subject: "", payload: null };
    await expect(record(env, { actor: "system", event, statements })).rejects.toThrow("UNIQUE");
    expect(await memory()).toEqual(then);
  });

  it("another deployment, with a backup: its Ledger has written nothing yet, and remembers from its first row on", async () => {
    await remember(null);
    await cut(seq);
    expect(await found()).toEqual(holds);
    await write();
    expect(await memory()).toMatchObject({ seq, lost: [], keyed: { [own]: seq - 1 } });
    expect(await found()).toEqual(holds);
    await cut(seq);
    expect(await found()).toEqual(missing(seq, seq));
  });

  it("a commit asks for the newest row where that is another than the Ledger's own, and only there", async () => {
    const calls = () => {
      const noting = new Noting();
      return withDatabase(noting.db, () => write("test.noted")).then(() => noting.calls);
    };
    expect(await calls()).toBe(1);
    await writeAs("test.older", true);
    // Refused, asked, written.
    expect([await calls(), await calls()]).toEqual([3, 1]);
  });

  it("an older Worker, which remembers nothing, for an hour and for months", async () => {
    for (let n = 0; n < 3; n++) await writeAs("test.older", true);
    expect(await found()).toEqual(holds);
    await write();
    expect(await memory()).toMatchObject({ seq: seq + 4, lost: [] });
    expect(await found()).toEqual(holds);
  });
});

describe("going back to an earlier moment, as D1's Time Travel does", () => {
  startAfresh();
  const say = (token = tokens.compliance) =>
    call("POST", "/v1/audit/restored", { token, body: { why: "back to before Monday's import" } });

  it("is missed as well, and nothing is refused: an officer says so, and what is cut afterwards is missed again", async () => {
    await cut(seq - 1);
    expect((await call("GET", "/v1/people", { token: tokens.admin })).status).toBe(200);
    expect(await found()).toEqual(missing(seq - 1, seq));
    expect((await say(tokens.manager)).status).toBe(403);
    expect(await say()).toMatchObject({ status: 201, data: { ends: [{ first: seq - 1, last: seq }] } });
    expect(await newest()).toMatchObject({ code: "evidence.restored", subject: `${seq - 1}-${seq}` });
    expect(await found()).toEqual(holds);
    // There is nothing to say any more.
    expect((await say()).status).toBe(422);
    const { seq: last } = await newest();
    await cut(last);
    expect(await found()).toEqual(missing(last, last));
    await write();
    expect(await found()).toEqual(missing(last, last));
  });

  it("by the row in which an officer says so, before the Ledger has written any other", async () => {
    await cut(seq - 1);
    expect((await say()).status).toBe(201);
    expect(await memory()).toMatchObject({ lost: [] });
    const codes = ((await dump("audit")) as LinkedRow[]).slice(-2).map(({ code }) => code);
    expect(codes).toEqual(["evidence.cut", "evidence.restored"]);
    expect(await found()).toEqual(holds);
  });

  it("across a head that had left, where an older Worker wrote on: from the head on, and the head with them", async () => {
    const day = new Date().toISOString().slice(0, 10);
    await publishHead(env, Date.now());
    const { seq: last } = await newest();
    await cut(seq);
    await asOwner(["heads"], () => run("DELETE FROM heads WHERE day = ?", day));
    for (let n = 0; n < 9; n++) await writeAs("test.older", true);
    expect(await found()).toEqual(missing(seq, last));
    expect(await say()).toMatchObject({ status: 201, data: { ends: [{ first: seq, last }] } });
    expect(await found()).toEqual(holds);
    await env.ARCHIVE.delete(headKey(day));
  });

  it("and forward again: what was missed is there", async () => {
    const back = await cut(seq - 1);
    await write();
    expect(await found()).toEqual(missing(seq - 1, seq));
    await cut(seq - 1);
    await back();
    const { last } = (await memory())!.lost[0]!;
    expect(last).toBe(seq);
    // What was written in between is missed instead.
    expect(await found()).toEqual(missing(seq, seq));
  });
});

it("an end that has gone to the archive is not missed", async () => {
  const month = new Date(Date.now() + 2 * MONTH).getTime();
  await archiveMonths(env, month);
  await remember(then);
  expect(await found()).toEqual(holds);
  await write();
  expect(await found()).toEqual(holds);
  expect(await env.DB.prepare("SELECT 1 FROM audit WHERE code = 'evidence.cut'").first()).toBeNull();
});
