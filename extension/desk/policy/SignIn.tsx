/** Who may sign in with the company account, rule by rule. */
import { Button, CloseButton, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import type { SignInRule } from "../../../shared/policy/policy.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { policyEn, sayValue } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { roles } from "../parts/me.ts";
import { fill } from "../parts/texts.ts";

const words = deskPolicyEn.signIn;
const matches = ["group", "email", "domain"] as const;

interface PolicySignInProps {
  value: SignInRule[];
  error: string | undefined;
  readOnly: boolean;
  set: (rules: SignInRule[]) => void;
}

export function PolicySignIn({ value, error, readOnly, set }: PolicySignInProps) {
  const change = (at: number, patch: Partial<SignInRule>) =>
    set(value.map((rule, i) => (i === at ? { ...rule, ...patch } : rule)));
  return (
    <Stack gap="xs">
      {value.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      {readOnly
        ? value.map((rule, i) => (
            <Text key={i} size="sm">
              {sayValue("access.signIn", [rule])}
            </Text>
          ))
        : value.map((rule, i) => (
            <div key={i} className="desk-rule">
              <NativeSelect
                aria-label={words.match}
                value={rule.match}
                data={matches.map((m) => ({ value: m, label: policyEn.values[m] ?? m }))}
                onChange={(event) => change(i, { match: event.currentTarget.value as SignInRule["match"] })}
              />
              <TextInput
                aria-label={words.value}
                value={rule.value}
                maxLength={300}
                onChange={(event) => change(i, { value: event.currentTarget.value })}
              />
              <NativeSelect
                aria-label={words.role}
                value={rule.role}
                data={roles.map((r) => ({ value: r, label: rolesEn[r] }))}
                onChange={(event) => change(i, { role: event.currentTarget.value as SignInRule["role"] })}
              />
              <CloseButton
                aria-label={fill(words.remove, { value: rule.value })}
                onClick={() => set(value.filter((_, at) => at !== i))}
              />
            </div>
          ))}
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {!readOnly && (
        <div>
          <Button
            size="xs"
            variant="default"
            onClick={() => set([...value, { match: "domain", value: "", role: "agent" }])}
          >
            {words.add}
          </Button>
        </div>
      )}
    </Stack>
  );
}
