/** Who receives data, row by row. */
import { NativeSelect, Select, TagsInput, TextInput } from "@mantine/core";
import type { Recipient } from "../../../shared/policy/policy.ts";
import { recipientKinds, recipientRoles } from "../../../shared/policy/recipients.ts";
import { policyEn, sayRecipient } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { countries } from "../../ui/countries.ts";
import { PolicyRows } from "./Rows.tsx";

const words = deskPolicyEn.recipients;
const named = (values: readonly string[]) =>
  values.map((value) => ({ value, label: policyEn.values[value] ?? value }));
const blank: Recipient = {
  ...{ kind: "webhook", name: "", host: "", role: "processor", country: "GB", contract: "", fields: [] },
};

interface PolicyRecipientsProps {
  value: Recipient[];
  error: string | undefined;
  readOnly: boolean;
  set: (rows: Recipient[]) => void;
}

export const PolicyRecipients = (rows: PolicyRecipientsProps) => (
  <PolicyRows
    {...rows}
    words={words}
    blank={blank}
    say={sayRecipient}
    nameOf={({ name, host }) => name || host}
    fields={(row, change) => (
      <>
        <NativeSelect
          aria-label={words.kind}
          value={row.kind}
          data={named(recipientKinds)}
          onChange={({ currentTarget }) => change({ ...row, kind: currentTarget.value as Recipient["kind"] })}
        />
        <TextInput
          aria-label={words.name}
          placeholder={words.name}
          value={row.name}
          maxLength={200}
          onChange={({ currentTarget }) => change({ ...row, name: currentTarget.value })}
        />
        <TextInput
          aria-label={words.host}
          placeholder={words.host}
          value={row.host}
          maxLength={253}
          onChange={({ currentTarget }) => change({ ...row, host: hostIn(currentTarget.value) })}
        />
        <NativeSelect
          aria-label={words.role}
          value={row.role}
          data={named(recipientRoles)}
          onChange={({ currentTarget }) => change({ ...row, role: currentTarget.value as Recipient["role"] })}
        />
        <Select
          aria-label={words.country}
          searchable
          allowDeselect={false}
          value={row.country}
          data={countries}
          onChange={(country) => country !== null && change({ ...row, country })}
        />
        <TextInput
          aria-label={words.contract}
          placeholder={words.contract}
          value={row.contract}
          maxLength={200}
          onChange={({ currentTarget }) => change({ ...row, contract: currentTarget.value })}
        />
        <TagsInput
          aria-label={words.fields}
          placeholder={row.fields.length === 0 ? words.fields : ""}
          value={row.fields}
          onChange={(fields) => change({ ...row, fields })}
        />
      </>
    )}
  />
);

/** People paste addresses: `https://API.example.com/v1`. */
const hostIn = (typed: string): string =>
  typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/[/?#].*$/, "");
