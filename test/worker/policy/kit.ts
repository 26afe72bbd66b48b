/** Shared by the tests of proposals: a team with a second administrator and integrations, and the steps of a proposal. */
import { beforeAll, expect } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { Role, Scope } from "../../../shared/people/api.ts";
import type { PolicyAnswer, PolicySaved, Proposal, ProposalsAnswer } from "../../../shared/policy/api.ts";
import { call, integration, join, newTeam, scopes } from "../helpers.ts";

export let tokens: Record<Role, string>;
/** Another administrator, and an integration with each scope. */
export let second: string;
export const integrations: [Scope, string][] = [];
export const withSecond = (): void =>
  beforeAll(async () => {
    tokens = await newTeam();
    second = await join(tokens.admin, "admin", "second@example.com");
    for (const scope of scopes) integrations.push([scope, await integration(tokens.admin, [scope])]);
  });

export const now = async () =>
  (await call("GET", "/v1/policy", { token: tokens.admin })).data as PolicyAnswer;
export const put = async (policy: unknown, token: string, why = "a trial week") => {
  const { version } = await now();
  return call("PUT", "/v1/policy", { token, body: { policy, why }, headers: { "if-match": `"${version}"` } });
};
export const propose = async (policy: unknown, token = tokens.admin): Promise<Proposal> => {
  const { status, data } = await put(policy, token);
  expect(status, JSON.stringify(data)).toBe(200);
  return (data as PolicySaved).proposed!;
};
export const end = (id: string, how: "approve" | "refuse" | "withdraw", token: string) =>
  call("POST", `/v1/proposals/${id}/${how}`, { token });
export const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
export const open = async (show = "open") =>
  ((await call("GET", `/v1/proposals?show=${show}`, { token: tokens.manager })).data as ProposalsAnswer)
    .proposals;
