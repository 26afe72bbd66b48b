/** Whoever owns the buckets and the database replaces a scan or a copy and what its row says of it: verify --deep names it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import { eraseFiles } from "../../../worker/privacy-requests/files/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, call, DAY, MONTH } from "../helpers.ts";
import { namesColumn, deepOf, run } from "../trail/kit.ts";
import { done, enter, fileOn, officer, upload, withTeam } from "./kit.ts";
import { copied } from "./export/zip.ts";

withTeam();
const found = async (now?: number) => (await deepOf(["request_files"], now)).found;
const placeOf = async (file: string) =>
  (await env.DB.prepare("SELECT object, sha256, etag FROM request_files WHERE id = ?")
    .bind(file)
    .first<{ object: string; sha256: string; etag: string }>())!;
const open = (id: string, file: string) =>
  call("GET", `/v1/requests/${id}/files/${file}`, { token: officer });

it("a scan that was replaced is not opened, and one whose row was made to fit is named", async () => {
  await adopt(env);
  const id = await enter(officer);
  await upload(id, "scan");
  const file = await fileOn(id, "scan");
  const { object, sha256, etag } = await placeOf(file);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await deepOf(["request_files"])).toEqual({ found: [], bound: { every: 1, none: 0 } });
  // A bucket that was copied has other versions of the same bytes.
  await run("UPDATE request_files SET etag = 'copied' WHERE id = ?", file);
  expect((await open(id, file)).status).toBe(200);
  const put = (await env.FILES!.put(object, "xyz"))!;
  expect(((await open(id, file)).data as Problem).code).toBe("object-changed");
  await run("UPDATE request_files SET etag = ? WHERE id = ?", put.etag, file);
  expect((await open(id, file)).status).toBe(200);
  expect(await found()).toEqual([namesColumn(`request_files ${file}`, "etag")]);
  await run("UPDATE request_files SET etag = ? WHERE id = ?", etag, file);
  expect(await found()).toEqual([]);

  await done(officer, id, "identity", { step: "clear", how: "known to us" });
  await done(officer, id, "match", { everything: true });
  await env.FILES!.put(object, "again");
  // What is no longer what they sent is in no copy of theirs.
  const { said, text } = await copied(id);
  expect(said("data.json")).not.toContain("files/001");
  expect(text).toContain("passport.png");
  const copy = await fileOn(id, "export");
  expect(await deepOf(["request_files"])).toEqual({ found: [], bound: { every: 2, none: 0 } });
  for (const set of ["sha256 = 'ab'", "bytes = bytes + 1", "by = 'x'"]) {
    await run("CREATE TABLE aside AS SELECT * FROM request_files WHERE id = ?", copy);
    await run(`UPDATE request_files SET ${set} WHERE id = ?`, copy);
    expect(await found()).toEqual([namesColumn(`request_files ${copy}`, set.split(" ")[0]!)]);
    await run(
      "UPDATE request_files SET (sha256, bytes, by) = (SELECT sha256, bytes, by FROM aside) WHERE id = ?",
      copy,
    );
    await run("DROP TABLE aside");
  }
  await eraseFiles(env, Date.now() + 40 * DAY);
  expect(await found()).toEqual([]);
  await asOwner(["request_files"], () => run("DELETE FROM request_files WHERE id = ?", file));
  expect(await found()).toEqual([`request_files ${file}: missing`]);
  // With its request it goes, once the time of that is over.
  expect(await found(Date.now() + 240 * MONTH)).toEqual([]);
});

it("a name that a sender gave a file, altered, is named; erased with its file it leaves its hash", async () => {
  const id = await enter(officer, { number: "+442079460395" });
  await upload(id, "scan");
  const file = await fileOn(id, "scan");
  const key = `request_file_names ${id}/${file}`;
  const names = async () => (await deepOf(["request_file_names"])).found.filter((one) => one.includes(file));
  expect(await names()).toEqual([]);
  await run("UPDATE request_files SET name = 'consent.pdf' WHERE id = ?", file);
  expect(await names()).toEqual([namesColumn(key, "name")]);
  // Nor does it pass for erased.
  await run("UPDATE request_files SET name = '' WHERE id = ?", file);
  expect(await names()).toEqual([namesColumn(key, "name")]);
  await run("UPDATE request_files SET name = 'passport.png' WHERE id = ?", file);
  expect(await names()).toEqual([]);

  await run("UPDATE request_files SET erase_after = '2026-01-01' WHERE id = ?", file);
  await eraseFiles(env, Date.now());
  const read = () =>
    env.DB.prepare("SELECT name, erased_at, name_past AS past FROM request_files WHERE id = ?")
      .bind(file)
      .first<{ name: string; erased_at: string | null; past: string }>();
  const erased = (await read())!;
  expect(erased).toMatchObject({ name: "", erased_at: expect.any(String) as string });
  expect(JSON.parse(erased.past)).toHaveLength(1);
  expect(await names()).toEqual([]);
  await run("UPDATE request_files SET name = 'passport.png' WHERE id = ?", file);
  expect(await names()).toEqual([namesColumn(key, "name")]);
  await run("UPDATE request_files SET name = '' WHERE id = ?", file);
  await asOwner(["request_files"], () => run("DELETE FROM request_files WHERE id = ?", file));
  expect([...new Set(await names())]).toEqual([`${key}: missing`]);
});

it("when a copy was opened first is bound; another day, or none, is named", async () => {
  const id = await enter(officer, { number: "+442079460396" });
  await done(officer, id, "identity", { step: "clear", how: "known to us" });
  await done(officer, id, "match", { everything: true });
  await copied(id);
  const copy = await fileOn(id, "export");
  const key = `request_file_opened ${id}/${copy}`;
  const opened = async () =>
    (await deepOf(["request_file_opened"])).found.filter((one) => one.includes(copy));
  const at = () =>
    env.DB.prepare("SELECT opened_at AS at FROM request_files WHERE id = ?").bind(copy).first<string>("at");
  await Promise.all([open(id, copy), open(id, copy)]);
  const first = await at();
  expect(first).not.toBeNull();
  await open(id, copy);
  expect(await at()).toBe(first);
  expect(await opened()).toEqual([]);
  const bent = (value: string | null) =>
    run("UPDATE request_files SET opened_at = ? WHERE id = ?", value, copy);
  for (const value of [first!.slice(0, -1), null]) {
    await bent(value);
    expect(await opened()).toContainEqual(namesColumn(key, "opened_at"));
  }
  await bent(first);
  expect(await opened()).toEqual([]);
  // One that nobody has opened.
  const scan = await enter(officer, { number: "+442079460397" });
  await upload(scan, "scan");
  const file = await fileOn(scan, "scan");
  await run("UPDATE request_files SET opened_at = ? WHERE id = ?", new Date().toISOString(), file);
  expect((await deepOf(["request_file_opened"])).found).toEqual([
    `request_file_opened ${scan}/${file}: extra`,
  ]);
});
