/** What the database's owner writes beside archived objects, so that a page or a verification passes over rows of theirs: it is named. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { auditFaults } from "../../../../shared/texts/trail/faults.en.ts";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { keepLast } from "../../../../worker/trail/events.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { asOwner, call, DAY, dump, MONTH, newTeam } from "../../helpers.ts";
import { findingsIn, run, walk } from "../kit.ts";

interface Archive {
  first_seq: number;
  last_seq: number;
  first_at: string;
  last_at: string;
}
const archives = async () => (await dump("audit_archives")) as Archive[];
const archived = async () => {
  await archiveMonths(env, Date.now() + 3 * MONTH);
  await keepLast(env);
};

let consent: string;
let token: string;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  token = (await newTeam()).manager;
  await adopt(env);
  vi.setSystemTime(Date.now() + DAY);
  const { status, data } = await call("POST", "/v1/consents", {
    token,
    body: {
      ...{ number: "+442079460871", kind: "notification", giver: "subscriber", givenBy: "Dora Data" },
      ...{ givenAt: new Date().toISOString(), words: "Do ring me", how: "web", proof: "form 12" },
    },
  });
  expect(status, JSON.stringify(data)).toBe(201);
  consent = (data as { id: string }).id;
  const ended = await call("POST", `/v1/consents/${consent}/withdraw?because=mistake`, { token, body: {} });
  expect(ended.status).toBe(200);
  await archived();
});
afterAll(() => void vi.useRealTimers());

describe("other times of an object's rows than these have, by which no page of a day has them", () => {
  it.each([
    ["later ones", "first_at = '9999-01-01T00:00:00.000Z', last_at = '9999-01-02T00:00:00.000Z'"],
    ["earlier ones", "first_at = '2001-01-01T00:00:00.000Z', last_at = '2001-01-02T00:00:00.000Z'"],
    ["fewer", "last_at = first_at"],
    ["none", "first_at = '', last_at = 'x'"],
  ])("%s: a verification names the object, in whatever steps it goes", async (_, to) => {
    const [{ first_seq: first, first_at, last_at }] = (await archives()) as [Archive];
    expect(first_at < last_at).toBe(true);
    await asOwner(["audit_archives"], () =>
      run(`UPDATE audit_archives SET ${to} WHERE first_seq = ?`, first),
    );
    for (const most of [undefined, 3])
      expect(await walk(most)).toMatchObject({ ok: false, why: auditFaults["object-times"] });
    expect(await findingsIn("consents")).toContainEqual(expect.stringMatching(/^unreadable audit\//));
    await asOwner(["audit_archives"], () =>
      run(
        "UPDATE audit_archives SET first_at = ?, last_at = ? WHERE first_seq = ?",
        ...[first_at, last_at, first],
      ),
    );
    expect(await verify(env)).toMatchObject({ ok: true });
  });
});

describe("what was erased and is brought back, once what says that it went is archived", () => {
  const hides: [string, string][] = [
    ["as it was", "SELECT 1"],
    ["and the place where it is said is taken away", "DELETE FROM erased WHERE row = ?1"],
    ["and it is said to go later", "UPDATE erased SET since = '2999-01-01T00:00:00.000Z' WHERE row = ?1"],
    ["and it is said to go on a day", "UPDATE erased SET since = '2026-01-01' WHERE row = ?1"],
    ["and it is said elsewhere", "UPDATE erased SET seq = 1 WHERE row = ?1"],
    [
      "and it is said behind the trail",
      "UPDATE erased SET since = '2999-01-01T00:00:00.000Z', seq = 9000000000 WHERE row = ?1",
    ],
  ];
  const said = async () =>
    env.DB.prepare("SELECT 1 FROM audit WHERE subject = ?").bind(`erased/consents/${consent}`).first();
  beforeAll(async () => {
    await run("CREATE TABLE aside AS SELECT * FROM consents WHERE id = ?", consent);
    vi.setSystemTime(Date.now() + 100 * MONTH);
    await sweep(env, Date.now());
    expect(await dump("consents")).toEqual([]);
    expect(await said()).not.toBeNull();
  });

  const each = async () => {
    for (const [how, statement] of hides) {
      await run("CREATE TABLE as_said AS SELECT * FROM erased");
      await asOwner(["consents", "erased"], async () => {
        await run("INSERT INTO consents SELECT * FROM aside");
        await run(statement, ...(statement.includes("?1") ? [`consents/${consent}`] : []));
      });
      const found = await findingsIn("consents");
      expect(found.filter((one) => one.startsWith(`back ${consent}`)).length, how).toBeGreaterThan(0);
      await asOwner(["consents", "erased"], async () => {
        await run("DELETE FROM consents");
        await run("DELETE FROM erased");
        await run("INSERT INTO erased SELECT * FROM as_said");
        await run("DROP TABLE as_said");
      });
      expect(await findingsIn("consents"), how).toEqual([]);
    }
  };
  it("while it is in the database", each);
  it("once it has left", async () => {
    await archived();
    expect(await said()).toBeNull();
    await each();
  });
});
