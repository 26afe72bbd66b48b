/** A day and a time of this device's zone, typed or pasted as people write it. Its value is the text; readMoment reads it. */
import { TextInput } from "@mantine/core";
import { readMoment } from "../../../shared/core/read-date.ts";
import { fill, words } from "../parts/texts.ts";
import { useFault } from "./useFault.ts";

interface MomentInputProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** What else is wrong with it. */
  error?: string | undefined;
}

/** As a field begins with a time (milliseconds): `25/11/2026 14:30`. */
export const writeMoment = (time: number): string =>
  new Date(time)
    .toLocaleString("en-GB", {
      ...({ day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" } as const),
    })
    .replace(",", "");

/** Milliseconds; NaN where the text is no moment. */
export const momentOf = (text: string): number => Date.parse(readMoment(text) ?? "");

export function MomentInput({ label, value, onChange, error }: MomentInputProps) {
  const isUnread = value.trim() !== "" && readMoment(value) === null;
  const field = useFault<HTMLInputElement>(
    isUnread ? fill(words.date.wrongMoment, { text: value.trim() }) : "",
  );
  return (
    <TextInput
      ref={field}
      label={label}
      required
      w={240}
      autoComplete="off"
      placeholder={words.date.moment}
      error={error}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
