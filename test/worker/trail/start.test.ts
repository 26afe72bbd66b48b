/** The record of from where on the trail binds what: as another release wrote it, and as somebody without the key did. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { canonical } from "../../../shared/trail/canonical.ts";
import { auditKey } from "../../../worker/core/audit-key.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { headKey } from "../../../worker/trail/head-files.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { adoptions, startOf } from "../../../worker/trail/start.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner } from "../helpers.ts";
import { run } from "./kit.ts";

type Kept = Record<string, unknown>;
const today = new Date().toISOString().slice(0, 10);

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
      await run("UPDATE audit SET code = 'evidence.adopted' WHERE code = 'aside'");
    });
    await run("UPDATE marks SET name = 'evidence-adopted' WHERE name = 'aside'");
  });

  it("a later one knows of more: it counts here and in the bucket, and goes on when it is written again", async () => {
    const returned = [{ first: 1, last: 1, from: "2026-01-01", to: "2026-01-02", by: "a later field" }];
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
