import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Register } from "../../../shared/registers/api.ts";
import { aTeam, call, dump, push, today } from "../helpers.ts";

const tokens = aTeam();

const admin = () => ({ token: tokens.admin });
const put = (id: string, body: object) => call("PUT", `/v1/lists/${id}`, { ...admin(), body });
const ndd = { name: "NDD", regions: ["IE"], maxAgeDays: 20, source: "ComReg" };
const codes = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  const { verdict, reasons } = (data as { results: { verdict: string; reasons: { code: string }[] }[] })
    .results[0]!;
  return [verdict, ...reasons.map((r) => r.code)];
};
const dublin = "+35312345678";

describe("declaring a register", () => {
  it("numbers of its region are then screened against it: not known until it is loaded", async () => {
    expect(await codes(dublin)).toEqual(["unknown", "no-register"]);
    const { seq } = (await call("GET", "/v1/changes?since=0", admin())).data as { seq: number };
    const made = await put("ndd", ndd);
    expect([made.status, made.data]).toEqual([
      201,
      {
        ...{ id: "ndd", ...ndd, daysUntilEffective: 0, covers: "both" },
        ...{ version: 0, asOf: null, numbers: 0, history: [] },
      },
    ]);
    expect((await call("GET", "/v1/lists/ndd", admin())).data).toEqual(made.data);
    expect((await call("GET", `/v1/changes?since=${seq}`, admin())).data).toMatchObject({ lists: ["ndd"] });
    expect(await codes(dublin)).toEqual(["unknown", "not-screened"]);

    await push(tokens.admin, "ndd", [dublin]);
    expect(await codes(dublin)).toEqual(["blocked", "ndd"]);
    expect(await codes("+35312345679")).toEqual(["clear", "not-listed"]);
    expect(await codes("+442079460000")).not.toContain("ndd");
  });

  it("can be changed, and its numbers stay; the law's age of a copy is kept to", async () => {
    await env.DB.prepare("UPDATE versions SET as_of = date('now', '-10 days')").run();
    expect((await codes("+35312345679"))[0]).toBe("clear");
    const changed = await put("ndd", { ...ndd, name: "National Directory Database", maxAgeDays: 9 });
    expect([changed.status, changed.data]).toMatchObject([
      200,
      { name: "National Directory Database", numbers: 1, version: 1, history: [{ version: 1 }] },
    ]);
    expect(await codes("+35312345679")).toEqual(["unknown", "stale-list"]);
    const { payload } = (await env.DB.prepare(
      "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'list.declared' ORDER BY seq DESC",
    ).first<{ payload: string }>())!;
    expect(JSON.parse(payload)).toMatchObject({ maxAgeDays: 9, before: { name: "NDD", maxAgeDays: 20 } });
  });

  it("the registers of the United Kingdom come with their law's days", async () => {
    for (const [id, covers] of [
      ["tps", "individuals"],
      ["ctps", "businesses"],
    ])
      expect((await call("GET", `/v1/lists/${id}`, admin())).data).toMatchObject({
        daysUntilEffective: 28,
        maxAgeDays: 28,
        covers,
      });
  });

  it("refuses what is no register", async () => {
    const before = await dump("lists");
    const cases: [string, object, string][] = [
      ["Bad Id", ndd, "id"],
      ["x", { ...ndd, regions: [] }, "regions"],
      ["x", { ...ndd, regions: ["IE", "ZZ"] }, "regions.1"],
      ["x", { ...ndd, regions: ["ie"] }, "regions.0"],
      ["x", { ...ndd, maxAgeDays: 0 }, "maxAgeDays"],
      ["x", { ...ndd, daysUntilEffective: -1 }, "daysUntilEffective"],
      ["x", { ...ndd, covers: "nobody" }, "covers"],
      ["x", { ...ndd, name: " " }, "name"],
    ];
    for (const [id, body, path] of cases)
      expect((await put(encodeURIComponent(id), body)).data, path).toMatchObject({
        status: 422,
        code: "invalid",
        errors: [{ path }],
      });
    expect(await dump("lists")).toEqual(before);
    const many = Array.from({ length: 60 }, (_, i) => put(`more-${i}`, ndd));
    expect((await Promise.all(many)).map((m) => m.status)).toEqual(many.map(() => 201));
    expect((await put("one-too-many", ndd)).data).toMatchObject({ status: 409, code: "list-full" });
    const { data } = await call("GET", "/v1/lists", admin());
    expect((data as { lists: Register[] }).lists).toHaveLength(63);
  });
});

describe("what an unattended run reports", () => {
  beforeEach(async () => {
    await env.DB.exec("DELETE FROM outbox");
  });
  const report = (state: string, detail = "The host does not answer.", id = "tps") =>
    call("POST", `/v1/lists/${id}/sync`, { ...admin(), body: { state, detail } });
  const mails = async () => (await dump("outbox")) as { recipient: string; template: string; vals: string }[];

  it("goes to every administrator by mail, once a day for each register and kind", async () => {
    expect((await report("failed")).data).toEqual({ mails: 1 });
    expect((await report("failed", "Still not.")).data).toEqual({ mails: 0 });
    expect((await report("quiet", "8 days.")).data).toEqual({ mails: 1 });
    expect((await report("failed", "x", "ctps")).data).toEqual({ mails: 1 });
    const [first] = await mails();
    expect(first).toMatchObject({ recipient: "ada@example.com", template: "sync" });
    expect(JSON.parse(first!.vals)).toEqual({
      stage: "failed",
      list: "TPS",
      detail: "The host does not answer.",
    });
    const trail = (await dump("audit")) as { code: string; subject: string }[];
    expect(trail.filter((row) => row.code === "list.sync-failed").map((row) => row.subject)).toEqual([
      "tps",
      "tps",
      "ctps",
    ]);
  });

  it("is refused for a register that is not there, and without words", async () => {
    expect((await report("failed", "x", "nothing")).status).toBe(404);
    expect((await report("failed", " ")).data).toMatchObject({ code: "invalid" });
    expect((await report("fine")).data).toMatchObject({ code: "invalid" });
    expect(await mails()).toEqual([]);
  });
});

it("a list of another register cannot be reached by its version's number", async () => {
  const begun = await call("POST", "/v1/lists/tps/uploads", {
    ...admin(),
    body: { asOf: today(), parent: 0, source: { name: "x" } },
  });
  const { version } = begun.data as { version: number };
  const commit = await call("POST", `/v1/lists/ctps/uploads/${version}/commit`, {
    ...admin(),
    body: { parts: 0, blocks: 0, numbers: 1, hash: "0-0" },
  });
  expect(commit.status).toBe(404);
});
