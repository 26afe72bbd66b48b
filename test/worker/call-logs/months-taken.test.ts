/** Months for analysts, attacked: odd months and cursors, the edges of a month, who may, and what closes while one is read. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Env } from "../../../worker/env.ts";
import { recall } from "../../../worker/dials/closed/read.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { forgetRecipients } from "../../../worker/policy/egress.ts";
import {
  allBack,
  both,
  close,
  closeAgain,
  files,
  here,
  imported,
  made,
  meanwhileBefore,
  numberOf,
  registers,
  row,
} from "../dials/closed/calls-kit.ts";
import { aTeam, call, integration, scopes, setPolicy, under } from "../helpers.ts";
import { neverTakenOver } from "../policy/never-taken-over.ts";

const tokens = aTeam();
const NAMES = ["calls", "recordings", "dials"] as const;
interface Page {
  calls: { id: string; number: string; startedAt: string }[];
  next: string | null;
  code?: string;
  detail?: string;
}
async function get(path: string, own: Env = env, token = tokens.admin) {
  const { status, data } = await under(own, "GET", path, { token });
  return { status, data: data as Page };
}
async function month(which: string, limit = 2000, own: Env = env): Promise<Page["calls"]> {
  const rows: Page["calls"] = [];
  for (let after = "", n = 0; n < 50; n++) {
    const { status, data } = await get(`/v1/calls/months/${which}?limit=${limit}${after}`, own);
    expect(status, JSON.stringify(data)).toBe(200);
    rows.push(...data.calls);
    if (data.next === null) return rows;
    after = `&after=${encodeURIComponent(data.next)}`;
  }
  throw new Error("no end");
}
const now = () => made.at.slice(0, 7);
/** How many rows the trail has of pages of months, and how often and of how much they count as sent. */
const left = async () => [
  await env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code LIKE 'opened.%-month'").first("n"),
  await env.DB.prepare(
    "SELECT COALESCE(SUM(times), 0) || ' ' || COALESCE(SUM(items), 0) AS n FROM disclosures",
  ).first("n"),
];
beforeAll(() => registers(tokens));

it("what is no month is refused, and one far away has nothing", async () => {
  for (const name of NAMES) {
    for (const bad of [
      "2026-00",
      "2026-13",
      "2026-8",
      "%2B2026-08",
      "2026-08%2F01",
      "2026-08%0A",
      "0026-08",
      "9999-12",
    ])
      expect((await get(`/v1/${name}/months/${bad}`)).status, `${name} ${bad}`).toBe(422);
    for (const far of ["2000-01", "2999-12"]) {
      const { status, data } = await get(`/v1/${name}/months/${far}`);
      expect([far, status, data]).toEqual([far, 200, { [name]: [], next: null }]);
    }
  }
});

it("a month has its first and its last millisecond, whenever its calls were entered, and whoever called", async () => {
  const times = [
    ...["2026-07-31T23:59:59.999Z", "2026-08-01T00:00:00Z", "2026-08-31T23:59:59.999Z"],
    ...["2026-08-31T23:59:59Z", "2026-09-01T00:00:00.000Z"],
  ];
  await imported(
    tokens,
    ...times.map((startedAt, n) => row(20 + n, { startedAt, ...(n === 3 ? { direction: "inbound" } : {}) })),
  );
  for (const limit of [1, 2, 2000])
    expect(
      (await month("2026-08", limit)).map(({ startedAt }) => startedAt),
      `${limit}`,
    ).toEqual(["2026-08-31T23:59:59.999Z", "2026-08-31T23:59:59.000Z", "2026-08-01T00:00:00.000Z"]);
});

it("no cursor and no filter leads to rows of another month, or leaves out some of it", async () => {
  const ids = new Set((await month("2026-08")).map(({ id }) => id));
  for (const query of [
    ...[
      "after=2026-09-15T00:00:00.000Z|z",
      "after=2027-01-01T00:00:00.000Z|~",
      "from=2020-01-01",
      "to=2030-01-01",
    ],
    ...["number=020", "direction=inbound"],
  ]) {
    const { status, data } = await get(`/v1/calls/months/2026-08?${query}`);
    expect([query, status, new Set(data.calls.map(({ id }) => id))]).toEqual([query, 200, ids]);
  }
  for (const none of [
    "x",
    "|",
    "x|y",
    "NaN|NaN",
    "2026-08-31T23:59:59.999Z|",
    "Sun, 30 Aug 2026 10:00:00 GMT|x",
  ])
    for (const name of NAMES)
      expect([
        none,
        (await get(`/v1/${name}/months/2026-08?after=${encodeURIComponent(none)}`)).status,
      ]).toEqual([none, 422]);
  const { data } = await get("/v1/calls/months/2026-08?after=2026-07-15T00:00:00.000Z|z");
  expect(data).toEqual({ calls: [], next: null });
});

it("an integration with every scope takes no month out, nor does nobody", async () => {
  const token = await integration(tokens.admin, [...scopes], "Everything");
  for (const name of NAMES) {
    expect((await get(`/v1/${name}/months/2026-08`, env, token)).status, name).toBe(403);
    expect((await call("GET", `/v1/${name}/months/2026-08`)).status, name).toBe(401);
  }
});

it.each(["closes", "comes back", "comes back in part"])(
  "each once where it %s before any statement",
  async (what) => {
    if (what === "closes") for (const n of [0, 1, 2]) await both(tokens, n);
    const all = (await month(now())).map(({ id }) => id);
    expect(all).toHaveLength(3);
    for (let n = 0, isOver = false; !isOver; n++) {
      if (what !== "closes") await closeAgain();
      let seen = 0;
      isOver = true;
      const own = meanwhileBefore({ test: () => seen++ === n }, async () => {
        isOver = false;
        await (what === "closes" ? close() : what === "comes back" ? allBack() : recall(env, [numberOf(1)]));
      });
      expect(
        (await month(now(), 2, own)).map(({ id }) => id),
        `${n}`,
      ).toEqual(all);
      await allBack();
      if (isOver) expect(n).toBeGreaterThan(8);
    }
  },
  120_000,
);

it("a restricted call does not close, and stays out", async () => {
  const all = await month(now());
  const { id } = all.find(({ number }) => number === numberOf(2))!;
  await env.DB.prepare(
    "INSERT INTO restricted (kind, ref, until, request) VALUES ('call', ?, '2099-01-01', 'r')",
  )
    .bind(id)
    .run();
  await closeAgain();
  expect(await here()).toContain(2);
  expect((await month(now())).map((one) => one.id)).toEqual(
    all.map((one) => one.id).filter((one) => one !== id),
  );
  await env.DB.exec("DELETE FROM restricted");
});

it("a file that is altered ends the month, and nothing is said to have left", async () => {
  const [{ key }] = (await files()) as [{ key: string }];
  const stored = new Uint8Array(await (await env.ARCHIVE.get(key))!.arrayBuffer());
  await env.ARCHIVE.put(
    key,
    stored.map((byte, n) => (n === stored.length >> 1 ? byte ^ 1 : byte)),
  );
  const before = await left();
  const { status, data } = await get(`/v1/calls/months/${now()}`);
  expect([status, data.code, data.detail]).toEqual([500, "archive-broken", key]);
  expect(await left()).toEqual(before);
  await env.ARCHIVE.put(key, stored);
});

it("without a recipient of exports none leaves, and nothing is said to have left", async () => {
  await neverTakenOver(
    "recipients",
    "recipients-own",
    "recipients-exports",
    "recipients-tokens",
    "recipients-endpoints",
  );
  const recipient = {
    kind: "export",
    name: "Counsel",
    host: "",
    role: "controller",
    country: "GB",
    contract: "of 1 March",
    fields: ["calls"],
  };
  for (const recipients of [[recipient], []]) {
    await setPolicy(() => ({ recipients }));
    await adoptRecipients(env);
    forgetRecipients();
    const before = await left();
    for (const name of NAMES) {
      const { status, data } = await get(`/v1/${name}/months/2026-08`);
      expect([name, status, data.code]).toEqual(
        recipients.length > 0 ? [name, 200, undefined] : [name, 409, "export-recipient"],
      );
    }
    if (recipients.length === 0) expect(await left()).toEqual(before);
  }
});
