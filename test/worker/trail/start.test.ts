/** The record of from where on the trail binds what: as another release wrote it, and as somebody without the key did. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditFaults } from "../../../shared/texts/trail/faults.en.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { auditKey } from "../../../worker/core/audit-key.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { headKey } from "../../../worker/trail/head-files.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { adoptions, startBy, startOf } from "../../../worker/trail/start.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner, DAY, MONTH } from "../helpers.ts";
import { remember, run, writeAs } from "./kit.ts";

type Kept = Record<string, unknown>;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const today = dayOf(Date.now());
const tomorrow = dayOf(Date.now() + DAY);

const value = async () =>
  (await env.DB.prepare("SELECT value FROM marks WHERE name = 'evidence-start'").first<string>("value"))!;
const mark = async () => JSON.parse(await value()) as Kept;
const put = (text: string) =>
  run("INSERT OR REPLACE INTO marks (name, value) VALUES ('evidence-start', ?)", text);
/** As the Worker of another release writes it, under the Worker's key. */
async function signed({ mac: _, ...start }: Kept): Promise<Kept> {
  const { mac } = (await auditKey(env.AUDIT_KEY))!;
  return { ...start, mac: mac(`start ${canonical(start)}`) };
}

let own: string;
beforeAll(async () => {
  await adoptRecipients(env);
  await adopt(env);
  own = await value();
});
afterEach(() => put(own));

describe("a record of another release", () => {
  it("is the one that this release writes, also with its names in another order", async () => {
    const kept = await mark();
    expect(await signed(kept)).toEqual(kept);
    expect(Object.keys(kept).sort()).toEqual(
      [...adoptions, "keyed", "key", "replaced", "returned", "mac"].sort(),
    );
    await put(JSON.stringify(Object.fromEntries(Object.entries(kept).reverse())));
    expect(await startOf(env)).toMatchObject({ isKept: true, keyed: kept["keyed"] });
  });

  it("an earlier one knew of fewer adoptions: each is found again by its event, once, and kept", async () => {
    const kept = await mark();
    for (const which of adoptions) {
      const { [which]: adopted, ...before } = kept;
      await put(JSON.stringify(await signed(before)));
      expect(await startOf(env)).toMatchObject({ [which]: adopted, keyed: kept["keyed"], isKept: false });
      await adopt(env);
      expect(await mark()).toEqual(kept);
    }
    // One that has not happened yet.
    const { rows: _, ...before } = kept;
    await put(JSON.stringify(await signed(before)));
    await run("UPDATE marks SET name = 'aside' WHERE name = 'evidence-adopted'");
    await asOwner(["audit"], async () => {
      await run("UPDATE audit SET code = 'aside' WHERE code = 'evidence.adopted'");
      expect(await startOf(env)).toMatchObject({ rows: null, keyed: kept["keyed"], isKept: true });
      // Nor does a bucket that does not answer say of it, and verdicts go on.
      const ARCHIVE = { list: () => Promise.reject(new Error("away")) } as unknown as R2Bucket;
      expect(await startOf({ ...env, ARCHIVE })).toMatchObject({ rows: null, isKept: true });
      await run("UPDATE audit SET code = 'evidence.adopted' WHERE code = 'aside'");
    });
    await run("UPDATE marks SET name = 'evidence-adopted' WHERE name = 'aside'");
  });

  it("put back, with its adoption taken away, while the bucket does not answer: nothing is adopted, or kept", async () => {
    const kept = await mark();
    const { rows, ...before } = kept;
    const old = JSON.stringify(await signed(before));
    await env.ARCHIVE.put(headKey(today), JSON.stringify({ start: kept }));
    await put(old);
    await run("UPDATE marks SET name = 'aside' WHERE name = 'evidence-adopted'");
    await asOwner(["audit"], async () => {
      await run("UPDATE audit SET code = 'aside' WHERE code = 'evidence.adopted'");
      const list = () => Promise.reject(new Error("away"));
      const away = { ...env, ARCHIVE: { list } as unknown as R2Bucket };
      const count = () => env.DB.prepare("SELECT COUNT(*) AS n FROM audit").first<number>("n");
      const events = await count();
      expect(await startBy(away, old)).toMatchObject({ rows: null });
      await adopt(away);
      expect([await count(), await value()]).toEqual([events, old]);
      expect(await startBy(env, old)).toMatchObject({ rows });
      await run("UPDATE audit SET code = 'evidence.adopted' WHERE code = 'aside'");
    });
    await run("UPDATE marks SET name = 'evidence-adopted' WHERE name = 'aside'");
    await env.ARCHIVE.delete(headKey(today));
  });

  it("a later one knows of more: it counts here and in the bucket, and goes on when it is written again", async () => {
    const bound = { since: "2026-01-02", until: "2026-01-03", policy: 0, said: 3, by: "a later field" };
    const returned = [
      { first: 1, last: 1, from: "2026-01-01", to: "2026-01-02", said: 2, by: "a later field", bound },
    ];
    const rows = { ...((await mark())["rows"] as object), by: "a later field" };
    const later = await signed({ ...(await mark()), rows, returned, requests: { seq: 7, at: "2027-01-01" } });
    await put(JSON.stringify(later));
    expect(await startOf(env)).toMatchObject({ isKept: true, rows });
    await publishHead(env, Date.now());
    const head = await (await env.ARCHIVE.get(headKey(today)))!.json<{ start: Kept }>();
    expect(head.start).toEqual(later);
    await run("DELETE FROM marks WHERE name = 'evidence-start'");
    expect(await startOf(env)).toMatchObject({ isKept: false, keyed: later["keyed"], rows });
    await adopt(env);
    expect(await mark()).toEqual(later);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("whose code does not fit, by whatever was added or taken away, counts for nothing", async () => {
    const kept = await mark();
    const { later: _, ...less } = kept;
    for (const altered of [{ ...kept, more: 1 }, less, { ...kept, keyed: 1_000_000 }]) {
      await put(JSON.stringify(altered));
      expect(await startOf(env)).toMatchObject({ isKept: false, keyed: kept["keyed"] });
    }
  });
});

describe("a record that somebody made who has no key, once the event of the key is archived", () => {
  const everything = { first: 1, last: 1_000_000, from: "2020-01-01", to: "2090-01-01", said: 1 };
  const bare = {
    ...{ rows: { seq: 1_000_000, at: "2090-01-01" }, access: null, entries: null, later: null },
    ...{ keyed: 1_000_000, key: "somebody", replaced: [], returned: [], mac: "" },
  };
  const made = (key: string) => [
    { ...bare, keyed: null },
    { ...bare, keyed: 1, returned: [everything] },
    { ...bare, key },
    { ...bare, key: null, returned: [everything], replaced: [{ key, until: 1 }] },
  ];
  let seq: number;
  let keyed: number;
  beforeAll(async () => {
    keyed = (await mark())["keyed"] as number;
    await archiveMonths(env, Date.now() + 2 * MONTH);
    expect(await env.DB.prepare("SELECT 1 FROM audit WHERE code = 'evidence.keyed'").first()).toBeNull();
    seq = await writeAs("test.forged", false);
  });
  const forged = { brokenAt: 0, why: auditFaults.forged };
  beforeAll(() => void (forged.brokenAt = seq));

  it("excuses no row, also where it has gone to the bucket already; nothing signs it, and none is published", async () => {
    const { thumbprint } = (await auditKey(env.AUDIT_KEY))!;
    const key = headKey(today);
    const head = await (await env.ARCHIVE.get(key))!.json<object>();
    for (const start of made(thumbprint)) {
      await put(JSON.stringify(start));
      await env.ARCHIVE.put(key, JSON.stringify({ ...head, start }));
      expect(await verify(env)).toMatchObject(forged);
      expect(await startOf(env)).toMatchObject({ keyed, returned: [], isKept: false });
      // A Ledger that has written nothing since the upgrade, and a database without any of the Worker's marks.
      await remember(null);
      await run("UPDATE marks SET name = 'aside-' || name WHERE name LIKE 'evidence-%-adopted'");
      expect(await startOf(env)).toMatchObject({ keyed, returned: [], isKept: false });
      await run("UPDATE marks SET name = substr(name, 7) WHERE name LIKE 'aside-%'");
      await publishHead(env, Date.now() + DAY);
      const next = await (await env.ARCHIVE.get(headKey(tomorrow)))!.json<{ start: Kept | null }>();
      expect(next.start).toBeNull();
      await env.ARCHIVE.delete(headKey(tomorrow));
      await asOwner(["heads"], () => run("DELETE FROM heads WHERE day = ?", tomorrow));
      await adopt(env);
      expect(await mark()).toMatchObject({ keyed, key: thumbprint, returned: [], replaced: [] });
      expect((await mark())["rows"]).toEqual((JSON.parse(own) as Kept)["rows"]);
      expect(await verify(env)).toMatchObject(forged);
    }
  });

  it("a range that no row of the Worker's says excuses none, whoever signed it; one that a row says does, also archived", async () => {
    const range = { first: seq, last: seq, from: "2026-01-01", to: "2026-01-02" };
    await put(JSON.stringify(await signed({ ...(await mark()), returned: [range] })));
    expect(await verify(env)).toMatchObject(forged);
    await writeAs("evidence.returned", false, `${seq}-${seq}`);
    expect(await verify(env)).toMatchObject(forged);
    const said = await writeAs("evidence.returned", true, `${seq}-${seq}`);
    expect(await startOf(env)).toMatchObject({ isKept: false, returned: [{ ...range, said }] });
    expect(await verify(env)).toMatchObject({ brokenAt: said - 1 });
    await adopt(env);
    expect(await mark()).toMatchObject({ returned: [{ ...range, said }] });
    expect(await startOf(env)).toMatchObject({ isKept: true });
  });
});
