/** Records of a CRM by which an objection closes further numbers, as the database's owner can bend them. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { adopt } from "../../../worker/trail/adopt.ts";
import { call } from "../helpers.ts";
import { namesColumn, deep, findingsIn, run } from "../trail/kit.ts";
import { HOME, hold, LINE, MOBILE, objected, said, tokens, withCrms } from "./scope-kit.ts";

withCrms();
const found = () => findingsIn("suppression_records");
const keys = async (suppression: string) =>
  (
    await env.DB.prepare(
      "SELECT suppression || '/' || connector || '/' || id AS key FROM suppression_records WHERE suppression = ?",
    )
      .bind(suppression)
      .all<{ key: string }>()
  ).results.map(({ key }) => key);
const record = { connector: "hub", object: "contacts", record: "7" };

beforeAll(() => adopt(env));

it("each that an officer named is bound, also on the entry that replaces it", async () => {
  await hold([1, "contacts", "7", LINE, MOBILE], [1, "contacts", "8", LINE]);
  const { id } = await objected(LINE, { scope: "unsaid" });
  await said(id, { scope: "person", records: [record], notTheirs: [] });
  expect(await keys(id)).toHaveLength(1);
  expect(await found()).toEqual([]);
  const { id: later } = await objected(LINE, { scope: "company" });
  expect(later).not.toBe(id);
  expect(await keys(later)).toHaveLength(1);
  expect((await deep("suppression_records")).bound).toEqual({ every: 2, some: 0, none: 0 });
  expect(await found()).toEqual([]);
});

it("one that is taken away, put in or altered is found", async () => {
  await hold([1, "contacts", "7", LINE, MOBILE], [1, "contacts", "9", LINE, HOME]);
  const { id } = await objected(LINE, { scope: "unsaid" });
  await said(id, { scope: "person", records: [record], notTheirs: [HOME] });
  const [key] = await keys(id);
  await run("UPDATE suppression_records SET record = '9' WHERE suppression = ?", id);
  expect(await found()).toEqual([namesColumn(key!, "record")]);
  await run("UPDATE suppression_records SET record = '7' WHERE suppression = ?", id);
  await run(
    "INSERT INTO suppression_records (suppression, connector, object, record) VALUES (?, 1, 'contacts', '9')",
    id,
  );
  const other = (await keys(id)).find((one) => one !== key);
  expect(await found()).toEqual([`extra ${other}`]);
  await run("DELETE FROM suppression_records WHERE suppression = ?", id);
  expect(await found()).toEqual([`missing ${key}`]);
});

it("goes with its entry or its CRM, and is then not missed", async () => {
  await hold([2, "contacts", "7", LINE, MOBILE]);
  const { id } = await objected(LINE, { scope: "unsaid" });
  await said(id, { scope: "person", records: [{ ...record, connector: "sales" }], notTheirs: [] });
  expect((await call("DELETE", "/v1/connectors/sales", { token: tokens.admin })).status).toBeLessThan(300);
  expect(await keys(id)).toEqual([]);
  expect(await found()).toEqual([]);
});
