/** Logged calls of closed months leave with their dials, are found and counted as before, and come back as they were. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../../../worker/core/change.ts";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { companyFigures } from "../../../../worker/proof/company.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import type { Env } from "../../../../worker/env.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { enter, done } from "../../privacy-requests/kit.ts";
import { dial } from "../../proof/kit.ts";
import {
  both,
  calls,
  close,
  dialsHere,
  files,
  here,
  imported,
  LATER,
  listed,
  made,
  numberOf,
  read,
  registers,
  row,
} from "./calls-kit.ts";
import { closeDials, packs } from "./closing.ts";

const tokens = aTeam();
const PLAIN = [0, 1, 2, 3];
/** Said more of, inbound, made by no dial, an item of a request, of a recording under a legal hold, replaced. */
const [SAID, BACK, UNSEEN, ASKED, HELD] = [10, 11, 12, 13, 14];
/** A recording that is kept, and nothing else, keeps no call. */
const RECORDED = 20;
let before: Awaited<ReturnType<typeof told>>;
let all: object[];

/** What counts calls, and what lists them but by a whole number. */
async function told() {
  const days = [-1, 1].map((n) => new Date(Date.parse(made.at) + n * DAY).toISOString().slice(0, 10)) as [
    string,
    string,
  ];
  const [start, end] = days.map((day) => `${day}T00:00:00.000Z`) as [string, string];
  const period = { from: days[0], to: days[1], zone: "UTC", start, end };
  const between = `from=${days[0]}&to=${days[1]}`;
  const { manager, compliance } = tokens;
  const person = (await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<string>("id"))!;
  const report = async (name: string) => {
    const { rows, from } = (await read(compliance, `/v1/reports/${name}?${between}`)) as {
      rows: unknown;
      from: unknown;
    };
    return { rows, from };
  };
  return {
    lists: await Promise.all(
      [
        "",
        between,
        `person=${person}`,
        "agent=Agent@example.com",
        "number=2079460950",
        "direction=outbound",
      ].map(async (query) => [await listed(manager, query), await listed(manager, query, 2)]),
    ),
    days: await read(manager, `/v1/calls/days?${between}`),
    unseen: await read(manager, `/v1/calls/unseen?${between}`),
    figures: (await companyFigures(env.DB, period, days[1])).calls,
    reports: await Promise.all(["presented", "misuse", "hours"].map(report)),
    find: await read(compliance, "/v1/find?number=2079460950"),
  };
}

beforeAll(async () => {
  await registers(tokens);
  for (const n of PLAIN) await both(tokens, n);
  await both(tokens, SAID, { outcome: "answered" });
  await both(tokens, BACK, { direction: "inbound" });
  expect(await imported(tokens, row(UNSEEN))).toEqual(["added"]);
  await both(tokens, ASKED);
  const request = await enter(tokens.compliance, { number: numberOf(ASKED) });
  await done(tokens.compliance, request, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, request, "match", { everything: true });
  for (const n of [HELD, RECORDED]) {
    await dial(tokens.agent, { number: numberOf(n), e164: numberOf(n), seen: null, at: made.at });
    const id = await arrive(
      env,
      tokens.admin,
      sample({ number: numberOf(n), agent: "agent@example.com", startedAt: made.at }),
    );
    if (n === HELD)
      expect(
        (
          await call("POST", `/v1/recordings/${id}/hold`, {
            token: tokens.compliance,
            body: { reason: "A claim", reviewOn: "2099-01-01" },
          })
        ).status,
      ).toBe(201);
  }
  before = await told();
  all = await calls();
});

const killed = {
  ...env,
  LEDGER: { idFromName: () => "x", get: () => ({ commit: () => Promise.reject(new Error("killed")) }) },
} as unknown as Env;

describe("a month closes", () => {
  it("a kill before its commit changes nothing; a call that changes meanwhile refuses it", async () => {
    await archiveMonths(env, LATER);
    await expect(closeDials(killed, LATER)).rejects.toThrow("killed");
    expect(await calls()).toEqual(all);
    const meanwhile = (statement: string) =>
      ({
        ...env,
        LEDGER: {
          idFromName: () => "x",
          get: () => ({
            commit: async (change: Change) => {
              await env.DB.exec(statement);
              return ledgerOf(env).commit(change);
            },
          }),
        },
      }) as unknown as Env;
    const plain = `(SELECT id FROM calls WHERE number = ${numberOf(1).slice(1)})`;
    for (const [there, back] of [
      [
        `UPDATE calls SET rev = rev + 1 WHERE id = ${plain}`,
        `UPDATE calls SET rev = rev - 1 WHERE id = ${plain}`,
      ],
      [
        `INSERT INTO restricted (kind, ref, until, request) VALUES ('call', ${plain}, '2099-01-01', 'x')`,
        "DELETE FROM restricted",
      ],
    ] as const) {
      await expect(closeDials(meanwhile(there), LATER)).rejects.toThrow();
      await env.DB.exec(back);
      expect(await calls()).toEqual(all);
    }
    expect(await files()).toEqual([]);
  });

  it("with plain calls, each in its dial's line; whatever something names stays, and its dial", async () => {
    await close();
    expect(await here()).toEqual([SAID, BACK, UNSEEN, ASKED, HELD]);
    expect(await dialsHere()).toEqual([SAID, ASKED, HELD]);
    if (!packs.isOn) expect(await dump("closed_logged")).toHaveLength(2 * (PLAIN.length + 1));
  });

  it("lists, days, figures, reports and the count of a number are as before", async () => {
    expect(await told()).toEqual(before);
    expect(await here()).toHaveLength(5);
  });

  it("one number's calls come back and are listed as before, with all columns as they were", async () => {
    const list = (n: number) => listed(tokens.manager, `number=${encodeURIComponent(numberOf(n))}`);
    expect(await list(0)).toEqual(
      (before.lists[4]![0] as { number: string }[]).filter(({ number }) => number === numberOf(0)),
    );
    const columns = (some: object[]) =>
      some.filter((one) => (one as { number: number }).number === Number(numberOf(0).slice(1)));
    expect(columns(await calls())).toEqual(columns(all));
    expect(await told()).toEqual(before);
  });

  it("a kill while they come back halves and doubles nothing, and two who ask at once bring each once", async () => {
    const there = await Promise.all(
      ["calls", "dials", "closed_numbers", "closed_logged", "closed_out"].map(dump),
    );
    await expect(recall(killed, [numberOf(1)])).rejects.toThrow("killed");
    expect(
      await Promise.all(["calls", "dials", "closed_numbers", "closed_logged", "closed_out"].map(dump)),
    ).toEqual(there);
    await Promise.all([recall(env, [numberOf(1)]), recall(env, [numberOf(1)])]);
    expect((await here()).filter((n) => n === 1)).toEqual([1]);
    expect(await told()).toEqual(before);
  });

  it("a call that goes and leaves its dial is in no file from the next night on", async () => {
    const id = `(SELECT id FROM calls WHERE number = ${numberOf(1).slice(1)})`;
    const [{ ref }] = (await dump("calls")).filter(
      (one) => (one as { number: number }).number === Number(numberOf(1).slice(1)),
    ) as [{ ref: string }];
    await env.DB.exec(`DELETE FROM calls WHERE id = ${id}`);
    const text = async () => {
      const [{ key }] = (await files()) as [{ key: string }];
      return new Response(
        (await env.ARCHIVE.get(key))!.body.pipeThrough(new DecompressionStream("gzip")),
      ).text();
    };
    expect(await text()).toContain(ref);
    await rewriteFiles(env, 0, LATER);
    expect(await text()).not.toContain(ref);
    expect(await dialsHere()).toContain(1);
    all = all.filter((one) => (one as { ref: string }).ref !== ref);
  });

  it("all come back for an older Worker, each column as it was", async () => {
    for (let left = 1; left > 0;) left = (await reopen(env, "system", Date.now())).files;
    expect(await calls()).toEqual(all);
    for (const table of ["closed_numbers", "closed_logged", "closed_logged_quarters", "closed_logged_days"])
      expect(await dump(table), table).toEqual([]);
  });

  it("and go with their dials once their time is over", async () => {
    await env.DB.exec("DELETE FROM marks WHERE name = 'dials-reopened'");
    await closeDials(env, LATER);
    expect(await here()).toHaveLength(5);
    await rewriteFiles(env, (Date.parse(made.at) + 2 * DAY) * 64, LATER);
    for (const table of [
      "closed_files",
      "closed_numbers",
      "closed_logged",
      "closed_logged_quarters",
      "closed_logged_days",
    ])
      expect(await dump(table), table).toEqual([]);
  });
});
