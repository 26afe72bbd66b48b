/** The policy as our pages read it: an older Worker's answer lacks clauses that came later. */
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { completed, ofAnyRelease } from "../../../shared/policy/older.ts";

/** Each path of the API that answers a policy, and what its policy becomes: an earlier version stays as it was saved. */
const answersPolicy = [
  [/^\/v1\/policy$/, ofAnyRelease],
  [/^\/v1\/policy\/versions\/\d+$/, completed],
] as const;

/** The answer to a path of the API, with every clause of this release where it is a policy. */
export function wholeAnswer<T>(path: string, answer: T): T {
  const found = answersPolicy.find(([pattern]) => pattern.test(path));
  if (!found) return answer;
  const said = answer as T & PolicyAnswer;
  return { ...said, policy: found[1](said.policy) };
}
