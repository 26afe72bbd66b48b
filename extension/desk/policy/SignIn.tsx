/** Who may sign in with the company account, rule by rule. */
import { NativeSelect, TextInput } from "@mantine/core";
import type { SignInRule } from "../../../shared/policy/policy.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { policyEn, sayValue } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { roles } from "../parts/me.ts";
import { PolicyRows } from "./Rows.tsx";

const words = deskPolicyEn.signIn;
const matches = ["group", "email", "domain"] as const;

interface PolicySignInProps {
  value: SignInRule[];
  error: string | undefined;
  readOnly: boolean;
  set: (rules: SignInRule[]) => void;
}

export const PolicySignIn = (rows: PolicySignInProps) => (
  <PolicyRows
    {...rows}
    words={words}
    blank={{ match: "domain", value: "", role: "agent" }}
    say={(rule) => sayValue("access.signIn", [rule])}
    nameOf={({ value }) => value}
    fields={(rule, change) => (
      <>
        <NativeSelect
          aria-label={words.match}
          value={rule.match}
          data={matches.map((m) => ({ value: m, label: policyEn.values[m] ?? m }))}
          onChange={(event) => change({ ...rule, match: event.currentTarget.value as SignInRule["match"] })}
        />
        <TextInput
          aria-label={words.value}
          value={rule.value}
          maxLength={300}
          onChange={(event) => change({ ...rule, value: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label={words.role}
          value={rule.role}
          data={roles.map((r) => ({ value: r, label: rolesEn[r] }))}
          onChange={(event) => change({ ...rule, role: event.currentTarget.value as SignInRule["role"] })}
        />
      </>
    )}
  />
);
