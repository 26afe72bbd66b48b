/** The schemes that dial beside those that ClearDial knows, row by row. */
import { Button, CloseButton, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import type { SchemeRule } from "../../../shared/policy/policy.ts";
import { policyEn, sayValue } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { fill } from "../parts/texts.ts";

const words = deskPolicyEn.schemes;

interface PolicySchemesProps {
  value: SchemeRule[];
  options: readonly string[];
  error: string | undefined;
  readOnly: boolean;
  set: (rows: SchemeRule[]) => void;
}

export function PolicySchemes({ value, options, error, readOnly, set }: PolicySchemesProps) {
  const change = (at: number, next: SchemeRule) => set(value.map((row, i) => (i === at ? next : row)));
  return (
    <Stack gap="xs">
      {value.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      {readOnly
        ? value.map((row) => (
            <Text key={row.scheme} size="sm">
              {sayValue("dials.schemes", [row])}
            </Text>
          ))
        : value.map((row, i) => (
            <div key={i} className="desk-rule">
              <TextInput
                aria-label={words.scheme}
                value={row.scheme}
                maxLength={40}
                onChange={({ currentTarget }) => change(i, { ...row, scheme: schemeIn(currentTarget.value) })}
              />
              <TextInput
                aria-label={words.parameter}
                value={row.parameter ?? ""}
                placeholder={words.anywhere}
                maxLength={40}
                onChange={({ currentTarget }) => change(i, withParameter(row, currentTarget.value.trim()))}
              />
              <NativeSelect
                aria-label={words.kind}
                value={row.kind}
                data={options.map((kind) => ({ value: kind, label: policyEn.values[kind] ?? kind }))}
                onChange={({ currentTarget }) =>
                  change(i, { ...row, kind: currentTarget.value as SchemeRule["kind"] })
                }
              />
              <CloseButton
                aria-label={fill(words.remove, { value: row.scheme })}
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
          <Button size="xs" variant="default" onClick={() => set([...value, { scheme: "", kind: "call" }])}>
            {words.add}
          </Button>
        </div>
      )}
    </Stack>
  );
}

/** People paste what they see: `Acmephone://`. */
const schemeIn = (typed: string): string => typed.trim().toLowerCase().replace(/:.*$/, "");

const withParameter = ({ scheme, kind }: SchemeRule, parameter: string): SchemeRule => ({
  ...{ scheme, kind },
  ...(parameter !== "" && { parameter }),
});
