/** Who receives data, row by row; and whom the policy should name: who received before it did, and who is sent nothing. */
import {
  Alert,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  NumberInput,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import type { Recipient } from "../../../shared/policy/policy.ts";
import { hostsOf, recipientKinds, recipientRoles, sayHost } from "../../../shared/policy/recipients.ts";
import { policyEn, sayRecipient } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn } from "../../../shared/texts/policy/desk.en.ts";
import { countries } from "../../ui/countries.ts";
import { useApi } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { PolicyRows } from "./Rows.tsx";

const words = deskPolicyEn.recipients;
const sayKind = (kind: string) => policyEn.values[kind] ?? kind;
const named = (values: readonly string[]) => values.map((value) => ({ value, label: sayKind(value) }));
const blank: Recipient = {
  ...{ kind: "webhook", name: "", host: "", role: "processor", country: "GB", contract: "", fields: [] },
};
/** What is sent to recipients of a kind: a beginning, to be read over. */
const usual: Partial<Record<Recipient["kind"], string[]>> = {
  connector: ["number", "verdict", "date", "reasons", "flag against calls"],
  webhook: ["number", "verdict", "register", "date"],
  lookup: ["number"],
  mail: ["e-mail address", "name"],
  provider: ["recording's id"],
  store: ["recordings", "requests' files"],
  "sign-in": ["sign-in"],
  timestamp: ["hash of the trail"],
  resolver: ["hosts' names"],
};

interface PolicyRecipientsProps {
  value: Recipient[];
  error: string | undefined;
  readOnly: boolean;
  set: (rows: Recipient[]) => void;
}

export const PolicyRecipients = (rows: PolicyRecipientsProps) => (
  <Stack gap="md">
    <Wanted {...rows} />
    <PolicyRows
      {...rows}
      words={words}
      blank={blank}
      say={sayRecipient}
      nameOf={({ name, host }) => name || host}
      rowClass="desk-recipient"
      fields={(row, change) => <Fields row={row} change={change} />}
    />
  </Stack>
);

interface FieldsProps {
  row: Recipient;
  change: (next: Recipient) => void;
}

const Fields = ({ row, change }: FieldsProps) => (
  <>
    <NativeSelect
      label={words.kind}
      value={row.kind}
      data={named(recipientKinds)}
      onChange={({ currentTarget }) => change({ ...row, kind: currentTarget.value as Recipient["kind"] })}
    />
    <TextInput
      label={words.name}
      value={row.name}
      maxLength={200}
      onChange={({ currentTarget }) => change({ ...row, name: currentTarget.value })}
    />
    <TextInput
      label={words.host}
      placeholder={words.hostHint}
      value={row.host}
      maxLength={253}
      onChange={({ currentTarget }) => change({ ...row, host: hostIn(currentTarget.value) })}
    />
    <TagsInput
      label={words.also}
      placeholder={row.also ? "" : words.alsoHint}
      value={row.also ?? []}
      onChange={(hosts) => {
        const { also: _, ...others } = row;
        change(hosts.length > 0 ? { ...others, also: hosts.map(hostIn) } : others);
      }}
    />
    <NativeSelect
      label={words.role}
      value={row.role}
      data={named(recipientRoles)}
      onChange={({ currentTarget }) => change({ ...row, role: currentTarget.value as Recipient["role"] })}
    />
    <Select
      label={words.country}
      searchable
      allowDeselect={false}
      value={row.country}
      data={countries}
      onChange={(country) => country !== null && change({ ...row, country })}
    />
    <TextInput
      label={words.contract}
      value={row.contract}
      maxLength={200}
      onChange={({ currentTarget }) => change({ ...row, contract: currentTarget.value })}
    />
    <TagsInput
      label={words.fields}
      placeholder={row.fields.length === 0 ? words.fieldsHint : ""}
      value={row.fields}
      onChange={(fields) => change({ ...row, fields })}
    />
    <NumberInput
      label={words.backupDays}
      placeholder={words.backupDaysHint}
      min={0}
      max={3650}
      allowDecimal={false}
      value={row.backupDays ?? ""}
      onChange={(days) => {
        const { backupDays: _, ...others } = row;
        change(typeof days === "number" ? { ...others, backupDays: days } : others);
      }}
    />
    {row.kind === "connector" && (
      <Checkbox
        label={words.erases}
        checked={row.erases === true}
        onChange={({ currentTarget: { checked } }) => {
          const { erases: _, ...others } = row;
          change(checked ? { ...others, erases: true } : others);
        }}
      />
    )}
  </>
);

/** Those that no row describes yet, also none that is not saved. An older Worker names no refused ones, or has no such route. */
function Wanted({ value, readOnly, set }: PolicyRecipientsProps) {
  const { data } = useApi<Partial<RecipientsAnswer>>("/v1/recipients");
  const isThere = (one: Pick<Recipient, "kind" | "host">) =>
    value.some((row) => row.kind === one.kind && hostsOf(row).includes(one.host));
  return (["refused", "undescribed"] as const).map((which) => {
    const them = (data?.[which] ?? []).filter((one) => !isThere(one));
    return (
      them.length > 0 && (
        <Alert
          key={which}
          color={which === "refused" ? "red" : "yellow"}
          role="note"
          title={words[which]}
          data-wanted={which}
        >
          <Text size="sm">{words[`${which}Text`]}</Text>
          <Stack gap={4} mt="xs">
            {them.map(({ kind, host, vendor }) => (
              <Group key={`${kind} ${host}`} gap="xs">
                <Text size="sm">
                  {fill(words.wanted, { kind: sayKind(kind), host: sayHost(host, kind) })}
                </Text>
                {!readOnly && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={fill(words.describeLabel, { host: sayHost(host, kind) })}
                    onClick={() => set(withHost(value, { kind, host, vendor }))}
                  >
                    {words.describe}
                  </Button>
                )}
              </Group>
            ))}
          </Stack>
        </Alert>
      )
    );
  });
}

/** The rows, with a further host in its recipient's row, and any other in a row of its own. */
function withHost(
  rows: Recipient[],
  { kind, host, vendor = host }: RecipientsAnswer["refused"][number],
): Recipient[] {
  const row = rows.find((one) => one.kind === kind && one.host === vendor);
  const also = host === vendor ? {} : { also: [...(row?.also ?? []), host] };
  const described: Recipient = {
    ...(row ?? { ...blank, kind, host: vendor, fields: usual[kind] ?? [] }),
    ...also,
  };
  return row ? rows.map((one) => (one === row ? described : one)) : [...rows, described];
}

/** People paste addresses: `https://API.example.com/v1`. */
const hostIn = (typed: string): string =>
  typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/[/?#].*$/, "");
