/** The control that changes one clause, by the clause's kind. Where it is read-only it shows the value in words. */
import {
  Checkbox,
  Group,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  Select,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { sayNumber, toE164 } from "../../../shared/phone/phone.ts";
import type { Clause } from "../../../shared/policy/clauses.ts";
import type { Hours, Policy, Recipient, SchemeRule, SignInRule } from "../../../shared/policy/policy.ts";
import { readSite } from "../../../shared/policy/sites.ts";
import { policyEn, sayValue } from "../../../shared/texts/policy/clauses.en.ts";
import { deskPolicyEn as words } from "../../../shared/texts/policy/desk.en.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { countries } from "../../ui/countries.ts";
import { fill } from "../parts/texts.ts";
import { PolicyGrounds } from "./Grounds.tsx";
import { PolicyHours } from "./Hours.tsx";
import { PolicyRecipients } from "./Recipients.tsx";
import { PolicyRegisters } from "./Registers.tsx";
import { PolicySchemes } from "./Schemes.tsx";
import { PolicySignIn } from "./SignIn.tsx";

interface PolicyControlProps {
  clause: Clause;
  /** The clause's value, with staged changes. */
  value: unknown;
  policy: Policy;
  label: string;
  error: string | undefined;
  readOnly: boolean;
  /** `path` may name one key of a record: `hours.GB`. */
  set: (path: string, value: unknown) => void;
}

const said = (value: string) => policyEn.values[value] ?? value;

export function PolicyControl(props: PolicyControlProps) {
  const { clause, value, policy, label, error, readOnly, set } = props;
  const { path, kind, options = [] } = clause;
  if (kind === "registers")
    return (
      <PolicyRegisters
        value={value as Record<string, string>}
        options={options}
        readOnly={readOnly}
        set={(register, treatment) => set(`${path}.${register}`, treatment)}
      />
    );
  if (kind === "hours")
    return <PolicyHours value={value as Record<string, Hours>} error={error} readOnly={readOnly} set={set} />;
  if (kind === "sign-in")
    return (
      <PolicySignIn
        value={value as SignInRule[]}
        error={error}
        readOnly={readOnly}
        set={(next) => set(path, next)}
      />
    );
  if (kind === "schemes")
    return (
      <PolicySchemes
        value={value as SchemeRule[]}
        options={options}
        error={error}
        readOnly={readOnly}
        set={(next) => set(path, next)}
      />
    );
  if (kind === "recipients")
    return (
      <PolicyRecipients
        value={value as Recipient[]}
        error={error}
        readOnly={readOnly}
        set={(next) => set(path, next)}
      />
    );
  if (kind === "grounds")
    return (
      <PolicyGrounds
        value={value as Record<string, string>}
        error={error}
        readOnly={readOnly}
        set={(register, ground) => set(`${path}.${register}`, ground)}
      />
    );
  if (readOnly) return <Text size="sm">{sayValue(path, value)}</Text>;
  const put = (next: unknown) => set(path, next);
  const common = { "aria-label": label, error };

  switch (kind) {
    case "choice":
      return options.every((o) => said(o).length < 12) ? (
        <SegmentedControl
          aria-label={label}
          value={String(value)}
          onChange={put}
          data={options.map((o) => ({ value: o, label: said(o) }))}
        />
      ) : (
        <NativeSelect
          {...common}
          value={String(value)}
          data={options.map((o) => ({ value: o, label: said(o) }))}
          onChange={(event) => put(event.currentTarget.value)}
        />
      );
    case "choices":
      return (
        <Checkbox.Group {...common} value={value as string[]} onChange={put}>
          <Group gap="md">
            {options.map((o) => (
              <Checkbox key={o} value={o} label={said(o)} size="sm" />
            ))}
          </Group>
        </Checkbox.Group>
      );
    case "switch":
      return (
        <Group gap="xs">
          <Switch
            aria-label={label}
            checked={value === true}
            onChange={(event) => put(event.currentTarget.checked)}
          />
          <Text size="sm" aria-hidden="true">
            {said(String(value))}
          </Text>
        </Group>
      );
    case "count":
    case "share":
      return <Count clause={clause} value={value as number | null} label={label} error={error} put={put} />;
    case "line":
      return (
        <TextInput
          {...common}
          maxLength={clause.max ?? 500}
          value={String(value)}
          onChange={(event) => put(event.currentTarget.value)}
        />
      );
    case "lines":
      return (
        <Textarea
          {...common}
          maxLength={clause.max ?? 500}
          autosize
          minRows={2}
          value={String(value)}
          onChange={(event) => put(event.currentTarget.value)}
        />
      );
    case "date":
      return (
        <DateInput
          label={label}
          hideLabel
          placeholder={words.unset}
          error={error}
          value={(value as string | null) ?? ""}
          onChange={(date) => put(date === "" ? null : date)}
          // "Not set" was never said.
          onLeft={(date) => put(date === "" ? null : date)}
        />
      );
    case "phone":
      return (
        <OwnNumber value={value as string | null} policy={policy} label={label} error={error} put={put} />
      );
    case "region":
      return (
        <Select
          {...common}
          searchable
          allowDeselect={false}
          clearable={clause.optional ?? false}
          placeholder={clause.optional ? policyEn.sameRegion : ""}
          value={value as string | null}
          data={countries}
          onChange={(next) => (next !== null || clause.optional) && put(next)}
        />
      );
    default:
      return (
        <TagsInput
          {...common}
          value={(value as string[]).map(kind === "phones" ? sayNumber : String)}
          onChange={(items) => put([...new Set(items.map((item) => written(kind, item, policy)))])}
          placeholder={(value as string[]).length === 0 ? words.list.add : ""}
        />
      );
  }
}

/** What was typed, as the policy stores it. What cannot be read stays as typed: the Worker says what is wrong with it. */
function written(kind: Clause["kind"], item: string, policy: Policy): string {
  const text = item.trim();
  if (kind === "phones") return toE164(text, policy.numbers.defaultRegion).e164 ?? text;
  if (kind === "regions") return text.toUpperCase();
  return (kind === "origins" && readSite(text)) || text;
}

interface CountProps extends Pick<PolicyControlProps, "clause" | "label" | "error"> {
  value: number | null;
  put: (value: number | null) => void;
}

function Count({ clause, value, label, error, put }: CountProps) {
  const share = clause.kind === "share";
  const scale = share ? 100 : 1;
  const { min = 0, max = 1 } = clause;
  const limits = fill(words.limits, { from: min * scale, to: max * scale });
  const unit = share ? "%" : (clause.unit ?? "");
  return (
    <NumberInput
      aria-label={`${label} (${unit}, ${limits})`}
      error={error}
      w={150}
      placeholder={clause.optional ? words.unlimited : ""}
      value={value === null ? "" : Math.round(value * scale)}
      min={min * scale}
      max={max * scale}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="blur"
      suffix={` ${unit}`}
      // An empty field changes nothing yet, unless no number is a choice.
      onChange={(next) => {
        if (typeof next === "number") put(next / scale);
        else if (next === "" && clause.optional) put(null);
      }}
    />
  );
}

interface OwnNumberProps extends Pick<PolicyControlProps, "policy" | "label" | "error"> {
  value: string | null;
  put: (value: string | null) => void;
}

/** A choice of the company's own numbers. */
function OwnNumber({ value, policy, label, error, put }: OwnNumberProps) {
  const own = [...new Set([...policy.identity.ownNumbers, ...(value === null ? [] : [value])])];
  return (
    <NativeSelect
      aria-label={label}
      error={error}
      value={value ?? ""}
      data={[{ value: "", label: words.unset }, ...own.map((n) => ({ value: n, label: sayNumber(n) }))]}
      onChange={(event) => put(event.currentTarget.value || null)}
    />
  );
}
