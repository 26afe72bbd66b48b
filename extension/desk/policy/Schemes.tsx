/** The schemes that dial beside those that ClearDial knows, row by row. */
import { NativeSelect, TextInput } from "@mantine/core";
import type { SchemeRule } from "../../../shared/policy/policy.ts";
import { policyEn, sayValue } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { PolicyRows } from "./Rows.tsx";

const words = deskPolicyEn.schemes;

interface PolicySchemesProps {
  value: SchemeRule[];
  options: readonly string[];
  error: string | undefined;
  readOnly: boolean;
  set: (rows: SchemeRule[]) => void;
}

export const PolicySchemes = ({ options, ...rows }: PolicySchemesProps) => (
  <PolicyRows
    {...rows}
    words={words}
    blank={{ scheme: "", kind: "call" }}
    say={(row) => sayValue("dials.schemes", [row])}
    nameOf={({ scheme }) => scheme}
    fields={(row, change) => (
      <>
        <TextInput
          aria-label={words.scheme}
          value={row.scheme}
          maxLength={40}
          onChange={({ currentTarget }) => change({ ...row, scheme: schemeIn(currentTarget.value) })}
        />
        <TextInput
          aria-label={words.parameter}
          value={row.parameter ?? ""}
          placeholder={words.anywhere}
          maxLength={40}
          onChange={({ currentTarget }) => change(withParameter(row, currentTarget.value.trim()))}
        />
        <NativeSelect
          aria-label={words.kind}
          value={row.kind}
          data={options.map((kind) => ({ value: kind, label: policyEn.values[kind] ?? kind }))}
          onChange={({ currentTarget }) =>
            change({ ...row, kind: currentTarget.value as SchemeRule["kind"] })
          }
        />
      </>
    )}
  />
);

/** People paste what they see: `Acmephone://`. */
const schemeIn = (typed: string): string => typed.trim().toLowerCase().replace(/:.*$/, "");

const withParameter = ({ scheme, kind }: SchemeRule, parameter: string): SchemeRule => ({
  ...{ scheme, kind },
  ...(parameter !== "" && { parameter }),
});
