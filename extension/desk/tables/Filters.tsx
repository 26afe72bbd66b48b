/** The row of filters above a table. Their values are in the address (`useFilters`), so that a view can be linked to. */
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { DateInput } from "../forms/DateInput.tsx";
import { useFilters } from "../parts/location.ts";
import { words } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";

/** `names` are its filters, for the button that clears them all. */
export function Filters({ names, children }: { names: readonly string[]; children: ReactNode }) {
  const [values, set] = useFilters(...names);
  const any = Object.values(values).some((value) => value !== "");
  return (
    <Group gap="sm" align="flex-end" role="search" aria-label={words.table.filters}>
      {children}
      {any && (
        <Button variant="subtle" onClick={() => set(Object.fromEntries(names.map((name) => [name, ""])))}>
          {words.table.clear}
        </Button>
      )}
    </Group>
  );
}

interface FilterProps {
  name: string;
  label: string;
  width?: number | string;
}

/** The pause after typing before the filter applies. */
const TYPING_MS = 300;

export function TextFilter({
  name,
  label,
  width = 200,
  placeholder,
}: FilterProps & { placeholder?: string }) {
  const [values, set] = useFilters(name);
  const value = values[name] ?? "";
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The back button or a link may have changed the address.
  useEffect(() => {
    setTyped((now) => (now.trim() === value ? now : value));
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <TextInput
      type="search"
      label={label}
      w={width}
      value={typed}
      {...(placeholder === undefined ? {} : { placeholder })}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value;
        setTyped(text);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => set({ [name]: text.trim() }, { replace: true }), TYPING_MS);
      }}
    />
  );
}

/** A telephone number as people write it. */
export const NumberFilter = ({ label }: { label: string }) => (
  <TextFilter name="number" label={label} placeholder="020 7946 0000" width={170} />
);

interface ChoiceProps extends FilterProps {
  /** The label for no choice, unless `options` have one. */
  any?: string;
  options: Readonly<Record<string, string>>;
}

export function ChoiceFilter({ name, label, width = 160, any, options }: ChoiceProps) {
  const [values, set] = useFilters(name);
  const all = any === undefined ? options : { "": any, ...options };
  return (
    <NativeSelect
      label={label}
      w={width}
      value={values[name] ?? ""}
      data={Object.entries(all).map(([value, text]) => ({ value, label: text }))}
      onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
    />
  );
}

/** One of the people. */
export function PersonFilter({ any, ...rest }: FilterProps & { any: string }) {
  const { people } = usePeople();
  return <ChoiceFilter {...rest} any={any} options={Object.fromEntries(people.map((p) => [p.id, p.name]))} />;
}

export function DateFilter({ name, label, width }: FilterProps) {
  const [values, set] = useFilters(name);
  return (
    <DateInput
      label={label}
      placeholder={words.date.any}
      value={values[name] ?? ""}
      onChange={(date) => set({ [name]: date })}
      {...(width === undefined ? {} : { width })}
    />
  );
}

/** A time of day, HH:MM. */
export function TimeFilter({ name, label, width = 150 }: FilterProps) {
  const [values, set] = useFilters(name);
  return (
    <TextInput
      type="time"
      label={label}
      w={width}
      value={values[name] ?? ""}
      onChange={({ currentTarget }) => set({ [name]: currentTarget.value }, { replace: true })}
    />
  );
}
