/** A calendar date (YYYY-MM-DD, "" for none): typed or pasted as people write it, or picked from a calendar. */
import { DateInput as Typed } from "@mantine/dates";
import { useState } from "react";
import { fill, texts, words } from "../parts/texts.ts";
import { readDate } from "./read-date.ts";

interface DateInputProps {
  label: string;
  value: string;
  onChange: (date: string) => void;
  description?: string;
  error?: string | undefined;
  required?: boolean;
  disabled?: boolean;
  min?: string;
  max?: string;
  width?: number | string;
  placeholder?: string;
  /** The label is visible elsewhere already: here it is for screen readers only. */
  hideLabel?: boolean;
}

export function DateInput({
  value,
  onChange,
  min,
  max,
  width = 150,
  required = false,
  label,
  hideLabel = false,
  error,
  placeholder = words.date.form,
  ...rest
}: DateInputProps) {
  /** What was typed and is no day that may be chosen, once the field was left. */
  const [wrong, setWrong] = useState<string | null>(null);
  const isDay = (date: string | null) =>
    date !== null && (min === undefined || date >= min) && (max === undefined || date <= max);
  return (
    <Typed
      {...rest}
      placeholder={placeholder}
      label={label}
      {...(hideLabel ? { labelProps: { className: "desk-unseen" } } : {})}
      required={required}
      value={value === "" ? null : value}
      onChange={(date) => {
        setWrong(null);
        onChange(date ?? "");
      }}
      dateParser={readDate}
      onInput={() => setWrong(null)}
      onBlur={({ currentTarget: { value: text } }) => {
        if (text.trim() === "" || isDay(readDate(text))) return;
        // Not the day of before: nobody would see that it counts.
        setWrong(text.trim());
        onChange("");
      }}
      error={wrong === null ? error : fill(words.date.wrong, { text: wrong })}
      valueFormat="D MMM YYYY"
      clearable={!required}
      w={width}
      clearButtonProps={{ "aria-label": `${words.date.clear}: ${label}` }}
      // For axe: dates of other months and weekends are too pale.
      weekendDays={[]}
      hideOutsideDates
      ariaLabels={{ previousMonth: words.date.previous, nextMonth: words.date.next }}
      {...(min === undefined ? {} : { minDate: min })}
      {...(max === undefined ? {} : { maxDate: max })}
      locale={texts.language.slice(0, 2)}
    />
  );
}
