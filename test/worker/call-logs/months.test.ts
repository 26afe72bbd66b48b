/** Months of calls and of recordings for analysts: what closed and what stays, each once; whole, or not at all; on the trail. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { monthsLater } from "../../../shared/core/calendar.ts";
import type { DisclosuresAnswer } from "../../../shared/policy/api-disclosures.ts";
import { aTeam, call, dump, today } from "../helpers.ts";
import {
  both,
  close as closeCalls,
  files,
  here as callsHere,
  imported,
  made,
  numberOf,
  registers,
  row,
} from "../dials/closed/calls-kit.ts";
import {
  begin,
  close as closeKept,
  here as recordingsHere,
  ids,
  named,
  registered,
} from "../recordings/closed/kit.ts";

const tokens = aTeam();
type Row = { id: string; number: string; startedAt: string };

const pageOf = async (name: "calls" | "recordings", month: string, query = "") => {
  const { status, data } = await call("GET", `/v1/${name}/months/${month}${query}`, { token: tokens.admin });
  expect(status, JSON.stringify(data)).toBe(200);
  return data as Record<typeof name, Row[]> & { next: string | null };
};
/** Page after page, of the months in which these tests' rows began. */
async function all(name: "calls" | "recordings", limit = 2000): Promise<Row[]> {
  const rows: Row[] = [];
  // Rows of a minute ago may be of the month before.
  for (const month of new Set([today(), made.at, new Date(Date.now() - 3_600_000).toISOString()]).values())
    if (!rows.some(({ startedAt }) => startedAt.startsWith(month.slice(0, 7))))
      for (let after = ""; ;) {
        const page = await pageOf(name, month.slice(0, 7), `?limit=${limit}${after}`);
        rows.push(...page[name]);
        if (page.next === null) break;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
  return rows;
}
const other = () => monthsLater(`${today().slice(0, 7)}-01`, -3).slice(0, 7);

/** What the trail and the report of what was sent say of the last page. */
async function said(name: "calls" | "recordings") {
  await env.DB.exec("DELETE FROM disclosures");
  const { [name]: rows } = await pageOf(name, today().slice(0, 7), "?limit=2");
  const { results } = await env.DB.prepare(
    "SELECT p.payload FROM audit a JOIN audit_payload p USING (seq) WHERE a.code = ? ORDER BY seq",
  )
    .bind(`opened.${name}-month`)
    .all<{ payload: string }>();
  expect(JSON.parse(results.at(-1)!.payload)).toEqual({
    month: today().slice(0, 7),
    limit: 2,
    [name]: rows.length,
  });
  const { data } = await call("GET", "/v1/disclosures", { token: tokens.compliance });
  expect((data as DisclosuresAnswer).disclosures).toContainEqual(
    expect.objectContaining({ kind: "export", what: name, times: 1, items: rows.length }),
  );
  for (const role of ["agent", "manager", "compliance"] as const) {
    const { status } = await call("GET", `/v1/${name}/months/${today().slice(0, 7)}`, {
      token: tokens[role],
    });
    expect(status, role).toBe(403);
  }
  const bad = await call("GET", `/v1/${name}/months/2026-13`, { token: tokens.admin });
  expect(bad.status).toBe(422);
}

describe("calls", () => {
  const PLAIN = [0, 1, 2];
  const UNSEEN = 12;
  let before: Row[];
  beforeAll(async () => {
    await registers(tokens);
    for (const n of PLAIN) await both(tokens, n);
    await imported(tokens, row(UNSEEN));
    before = await all("calls");
  });

  it("each once, wherever it lies, by pages of any size, and none of another month", async () => {
    expect(before.map(({ number }) => number).sort()).toEqual([...PLAIN, UNSEEN].map(numberOf));
    await closeCalls();
    expect(await callsHere()).toEqual([UNSEEN]);
    for (const limit of [1, 2, 3, 2000]) expect(await all("calls", limit), `${limit}`).toEqual(before);
    expect(await pageOf("calls", other())).toEqual({ calls: [], next: null });
  });

  it("one whose use is restricted is in no page", async () => {
    const { id } = before.find(({ number }) => number === numberOf(UNSEEN))!;
    await env.DB.prepare(
      "INSERT INTO restricted (kind, ref, until, request) VALUES ('call', ?, '2099-01-01', 'r')",
    )
      .bind(id)
      .run();
    expect(await all("calls")).toEqual(before.filter((one) => one.id !== id));
    await env.DB.exec("DELETE FROM restricted");
  });

  it("pages are on the trail and counted as taken out, and are an administrator's alone", () =>
    said("calls"));

  it("a file that is lost is named, and the month breaks off", async () => {
    const [{ key }] = (await files()) as [{ key: string }];
    const stored = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    const { status, data } = await call("GET", `/v1/calls/months/${made.at.slice(0, 7)}`, {
      token: tokens.admin,
    });
    expect([status, data]).toEqual([500, expect.objectContaining({ code: "archive-broken", detail: key })]);
    await env.ARCHIVE.put(key, stored);
  });
});

describe("recordings", () => {
  let before: Row[];
  beforeAll(async () => {
    await begin(tokens.admin, 4);
    before = await all("recordings");
  });

  it("each once, wherever it lies, by pages of any size, and none of another month", async () => {
    expect(before.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    await closeKept();
    expect(await recordingsHere()).toEqual([]);
    const [stays] = await registered(1);
    const since = await all("recordings");
    expect(since.filter(({ id }) => id !== stays)).toEqual(before);
    expect(since).toHaveLength(5);
    for (const limit of [1, 2, 3]) expect(await all("recordings", limit), `${limit}`).toEqual(since);
    expect(await pageOf("recordings", other())).toEqual({ recordings: [], next: null });
  });

  it("pages are on the trail and counted as taken out, and are an administrator's alone", () =>
    said("recordings"));

  it("a file that is lost is named, and the month breaks off", async () => {
    const [key] = await named();
    await env.ARCHIVE.delete(key!);
    const { status, data } = await call(
      "GET",
      `/v1/recordings/months/${before.at(-1)!.startedAt.slice(0, 7)}`,
      {
        token: tokens.admin,
      },
    );
    expect([status, data]).toEqual([500, expect.objectContaining({ code: "archive-broken", detail: key })]);
    expect((await dump("closed_kept_files")).length).toBe(1);
  });
});
