/** Inputs for values that hold for every line of an imported file that does not have its own. */
import { NativeSelect, TextInput } from "@mantine/core";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { fill } from "../parts/texts.ts";

interface ProviderProps {
  words: { provider: string; providerNote: string };
  value: string | undefined;
  set: (provider: string) => void;
}

export const ProviderInput = ({ words, value = "", set }: ProviderProps) => (
  <TextInput
    label={words.provider}
    description={words.providerNote}
    required
    maxLength={31}
    value={value}
    onChange={({ currentTarget }) => set(currentTarget.value.trim().toLowerCase())}
  />
);

interface ChoiceProps<Value extends string> {
  label: string;
  note?: string;
  value: Value | undefined;
  options: Readonly<Partial<Record<Value, string>>>;
  set: (value: Value) => void;
}

export const Choice = <Value extends string>({ label, note, value, options, set }: ChoiceProps<Value>) => (
  <NativeSelect
    label={label}
    description={note}
    required
    value={value ?? ""}
    data={[
      { value: "", label: importEn.choose, disabled: true },
      ...Object.entries<string>(options as Record<string, string>).map(([of, name]) => ({
        value: of,
        label: name,
      })),
    ]}
    onChange={({ currentTarget }) => set(currentTarget.value as Value)}
  />
);

/** Labels of the time zones that times without a zone may be in. */
export const zones = () => ({
  utc: importEn.zones.utc,
  local: fill(importEn.zones.local, { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
});
