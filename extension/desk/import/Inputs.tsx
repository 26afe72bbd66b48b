/** What is said of all lines of an imported file that do not say it themselves. */
import { NativeSelect, TextInput } from "@mantine/core";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { fill } from "../parts/words.ts";

interface ProviderProps {
  words: { provider: string; providerNote: string };
  value: string | undefined;
  say: (provider: string) => void;
}

export const ProviderInput = ({ words, value = "", say }: ProviderProps) => (
  <TextInput
    label={words.provider}
    description={words.providerNote}
    required
    maxLength={31}
    value={value}
    onChange={({ currentTarget }) => say(currentTarget.value.trim().toLowerCase())}
  />
);

interface ChoiceProps<Value extends string> {
  label: string;
  note?: string;
  value: Value | undefined;
  options: Readonly<Partial<Record<Value, string>>>;
  say: (value: Value) => void;
}

export const Choice = <Value extends string>({ label, note, value, options, say }: ChoiceProps<Value>) => (
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
    onChange={({ currentTarget }) => say(currentTarget.value as Value)}
  />
);

export const zones = () => ({
  utc: importEn.zones.utc,
  local: fill(importEn.zones.local, { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
});
