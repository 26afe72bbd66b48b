/** What the database's owner can do to proposals, with the triggers dropped and put back. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, setPolicy } from "../helpers.ts";
import { namesColumn, deep, findingsIn, run } from "../trail/kit.ts";
import { codeOf, end, now, propose, second, tokens, withSecond } from "./kit.ts";

withSecond();
const proposed = async () => {
  await setPolicy(() => defaultPolicy);
  const loosened = { ...defaultPolicy.recording, regions: ["GB", "US"] };
  return (await propose({ ...defaultPolicy, recording: loosened })).id;
};
const bend = (text: string, ...params: string[]) => asOwner(["proposals"], () => run(text, ...params));
const found = () => findingsIn("proposal_states");

beforeAll(async () => {
  // As an older Worker left it.
  const { id: by } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<{
    id: string;
  }>())!;
  await bend(
    `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at, state, settled_by, settled_at)
     VALUES ('of-before', 'policy', 0, '[]', '[]', '', ?1, '[]', '2026-01-01', '2026-01-08', 'refused', ?1, '2026-01-02')`,
    by,
  );
  await adopt(env);
});

it("one of before is bound once, also where it was settled", async () => {
  expect((await deep("proposal_states")).bound).toEqual({ every: 1, some: 0, none: 0 });
  expect(await found()).toEqual([]);
});

it("each that somebody made, refused or approved is as the trail has it", async () => {
  await end(await proposed(), "refuse", tokens.manager);
  const id = await proposed();
  expect((await end(id, "approve", second)).status).toBe(200);
  expect(await found()).toEqual([]);
  await bend("UPDATE proposals SET settled_by = by WHERE id = ?", id);
  expect(await found()).toEqual([namesColumn(id, "settled_by")]);
  await bend(
    "UPDATE proposals SET settled_by = (SELECT id FROM people WHERE email = 'second@example.com') WHERE id = ?",
    id,
  );
  expect(await found()).toEqual([]);
});

it("an approval that nobody gave changes no policy and is found, and so is one put in or taken away", async () => {
  const id = await proposed();
  const { version } = await now();
  await bend(
    "UPDATE proposals SET state = 'approved', settled_by = by, settled_at = at, version = base + 1 WHERE id = ?",
    id,
  );
  expect((await now()).version).toBe(version);
  expect((await found()).join()).toContain(`altered ${id}`);
  expect(codeOf(await end(id, "approve", second))).toBe("proposal-settled");
  await bend(
    "INSERT INTO proposals SELECT 'forged', kind, base, changes, effect, why, by, roles, at, expires_at, counts_at, state, settled_by, settled_at, version, rev, changed_at, past, salt_high, salt_low, code FROM proposals WHERE id = ?",
    id,
  );
  expect(await found()).toContain("extra forged");
  await bend("DELETE FROM proposals WHERE id IN ('forged', ?)", id);
  expect(await found()).toEqual([`missing ${id}`]);
});

it("one whose effect was made to look small is approved by nobody", async () => {
  const id = await proposed();
  await bend(`UPDATE proposals SET effect = '[{"path":"recording.regions","n":7}]' WHERE id = ?`, id);
  expect(codeOf(await end(id, "approve", second))).toBe("proposal-moved");
  expect((await end(id, "refuse", second)).status).toBe(200);
});
