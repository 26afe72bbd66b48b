/** A link to a request that the database's owner wrote, or made to open more, opens nothing. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { newLink } from "../../../worker/privacy-requests/links.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { MONTH } from "../helpers.ts";
import { run } from "../trail/kit.ts";
import { enter, officer, open, withTeam } from "./kit.ts";

withTeam();

const insert = `INSERT INTO request_links (hash, request, scope, until, at, handed) VALUES (?, ?, 'whole', '2099-01-01', ?, 0)`;
const at = new Date().toISOString();
const statusOf = async (token: string) => (await open(`/privacy-request/${token}`)).status;

it("one of before goes on, also from the archive; then the trail has each, with what it opens", async () => {
  const request = await enter(officer, { kind: "erasure" });
  const { link, statement } = newLink(
    { req: { url: "https://cleardial.test" } },
    request,
    "page",
    Date.now(),
  );
  await record(env, {
    actor: "system",
    event: { code: "request.link", subject: request, payload: null },
    statements: [statement],
  });
  const token = link.split("/").at(-1)!;
  // As the release before left it.
  await run(insert, sha256Hex("cdr_before"), request, at);
  expect(await statusOf("cdr_before")).toBe(200);
  await adopt(env);
  expect([await statusOf("cdr_before"), await statusOf(token)]).toEqual([200, 200]);

  await run(insert, sha256Hex("cdr_mine"), request, at);
  expect(await statusOf("cdr_mine")).toBe(404);
  for (const set of ["scope = 'whole'", "until = '2098-01-01'", "hash = 'x'"]) {
    await run(
      "CREATE TABLE aside AS SELECT scope, until, hash FROM request_links WHERE hash = ?",
      sha256Hex(token),
    );
    await run(`UPDATE request_links SET ${set} WHERE hash = ?`, sha256Hex(token));
    expect(await statusOf(token), set).toBe(404);
    await run(
      "UPDATE request_links SET scope = a.scope, until = a.until, hash = a.hash FROM aside a WHERE request_links.hash IN (a.hash, 'x')",
    );
    await run("DROP TABLE aside");
  }
  await archiveMonths(env, Date.now() + 3 * MONTH);
  expect([await statusOf("cdr_mine"), await statusOf(token)]).toEqual([404, 200]);
});
