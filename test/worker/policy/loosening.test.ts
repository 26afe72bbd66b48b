/** What loosens waits for a second person: every clause, every way, every role. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { PolicySaved } from "../../../shared/policy/api.ts";
import { clauseAt, withClause } from "../../../shared/policy/clauses.ts";
import { approvers } from "../../../shared/policy/loosened.ts";
import { settleDue } from "../../../worker/policy/settle.ts";
import { and, eitherWay, oneWay } from "../../shared/policy/loosenings.ts";
import { type call, DAY, roles, setPolicy } from "../helpers.ts";
import { codeOf, end, integrations, now, propose, put, second, tokens, withSecond } from "./kit.ts";

withSecond();

/** Changes that loosen, each in one round: a save has one change of a clause. test/shared/policy tries them both ways. */
const rounds = (() => {
  const all = [...oneWay.map(([path, looser, stricter]) => [path, stricter, looser] as const), ...eitherWay];
  const ofClause = [...Map.groupBy(all, ([path]) => clauseAt(path)!.path).values()];
  const most = Math.max(...ofClause.map((cases) => cases.length));
  return Array.from({ length: most }, (_, round) =>
    ofClause.flatMap((cases) => cases.slice(round, round + 1)),
  );
})();
/** The policies before and after some changes. Who has a name has an address. */
const both = (changes: readonly (readonly [path: string, from: unknown, to: unknown])[]) => {
  const start = and("identity.address", "1 High Street");
  const before = changes.reduce((policy, [path, from]) => withClause(policy, path, from), start);
  return { before, next: changes.reduce((policy, [path, , to]) => withClause(policy, path, to), before) };
};

describe("what loosens", () => {
  it.each(rounds.map((changes, round) => [round + 1, changes] as const))(
    "round %i of every clause: it waits, whoever saves it, until a second person approves it",
    async (round, changes) => {
      const { before, next } = both(changes);
      await setPolicy(() => before);
      const proposal = await propose(next, round % 2 === 1 ? tokens.manager : tokens.admin);
      expect(proposal.changes.map(({ path }) => path).sort()).toEqual(changes.map(([path]) => path).sort());
      // Time alone does not bring it into force, as there is somebody else.
      await settleDue(env, Date.now() + 2 * DAY);
      expect((await now()).policy).toEqual(before);
      const { status, data } = await end(proposal.id, "approve", second);
      expect(status, JSON.stringify(data)).toBe(200);
      expect((await now()).policy).toEqual(next);
    },
  );

  // One that compliance officers may approve, and one that is an administrator's.
  it.each([
    ["outOfHours", "hold", "warn"],
    ["recording.regions", ["GB"], ["GB", "IE"]],
  ] as const)("%s: by nobody alone, nor by the wrong second person", async (path, from, to) => {
    const { before, next } = both([[path, from, to]]);
    await setPolicy(() => before);
    const denied = async (who: string, answer: ReturnType<typeof call>, code = "role-not-allowed") =>
      expect(codeOf(await answer), who).toBe(code);
    await Promise.all([
      ...(["agent", "compliance"] as const).map((role) => denied(role, put(next, tokens[role]))),
      ...integrations.map(([scope, token]) => denied(scope, put(next, token), "scope-missing")),
    ]);
    const [byManager, byAdmin] = [await propose(next, tokens.manager), await propose(next)];

    // Nobody approves their own, or without the role, or as a system.
    const may = approvers([path]);
    expect(byAdmin.roles).toEqual(may);
    await Promise.all([
      ...(["approve", "refuse"] as const).map((how) =>
        denied(how, end(byAdmin.id, how, tokens.admin), "own-proposal"),
      ),
      ...roles
        .filter((role) => !may.includes(role))
        .map((role) => denied(role, end(byAdmin.id, "approve", tokens[role]))),
      ...integrations.flatMap(([scope, token]) =>
        (["approve", "refuse", "withdraw"] as const).map((how) =>
          denied(`${scope}, ${how}`, end(byAdmin.id, how, token), "scope-missing"),
        ),
      ),
      denied("another's", end(byManager.id, "withdraw", tokens.admin)),
    ]);
    expect((await now()).policy).toEqual(before);
    const approver = may.includes("compliance") ? tokens.compliance : second;
    expect((await end(byAdmin.id, "approve", approver)).status).toBe(200);
    expect((await now()).policy).toEqual(next);
  });

  it("is what the rest of the save is not: a manager's tightening of an administrator's clause counts at once", async () => {
    const { before } = both([["overrides", "none", "none"]]);
    await setPolicy(() => before);
    const next = and("screening.offlineMinutes", 10, and("overrides", "with-consent", before));
    const { status, data } = await put(next, tokens.manager);
    expect(status, JSON.stringify(data)).toBe(200);
    const { policy, proposed } = data as PolicySaved;
    expect(policy.screening.offlineMinutes).toBe(10);
    expect((proposed?.changes ?? []).map(({ path }) => path)).toEqual(["overrides"]);
    await end(proposed!.id, "refuse", second);
  });

  it("deleting a sign-in rule may give roles: it waits where a group's rule caps a domain's, and not otherwise", async () => {
    const staff = { match: "domain", value: "example.com", role: "manager" };
    const capped = { match: "group", value: "contractors", role: "agent" };
    const { before, next } = both([["access.signIn", [staff, capped], [staff]]]);
    await setPolicy(() => before);
    const { changes, id } = await propose(next);
    expect(changes.map(({ path }) => path)).toEqual(["access.signIn"]);
    expect((await now()).policy).toEqual(before);
    await end(id, "withdraw", tokens.admin);
    // In the other order: what it caps first, then the cap.
    for (const rules of [[capped], []]) {
      const { data } = await put(and("access.signIn", rules, before), tokens.admin);
      expect((data as PolicySaved).proposed).toBeNull();
    }
    expect((await now()).policy.access.signIn).toEqual([]);
  });
});
