/** A calendar date (YYYY-MM-DD, "" for none), picked from a calendar. */
import { DatePickerInput } from "@mantine/dates";
import { texts, words } from "../parts/texts.ts";

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

export const DateInput = ({
  value,
  onChange,
  min,
  max,
  width = 150,
  required = false,
  label,
  hideLabel = false,
  ...rest
}: DateInputProps) => (
  <DatePickerInput
    {...rest}
    label={label}
    {...(hideLabel ? { labelProps: { className: "desk-unseen" } } : {})}
    required={required}
    value={value === "" ? null : value}
    onChange={(date) => onChange(date ?? "")}
    valueFormat="D MMM YYYY"
    clearable={!required}
    w={width}
    clearButtonProps={{ "aria-label": `${words.date.clear}: ${label}` }}
    // For axe: the popover's own dialog role has no name; dates of other months and weekends are too pale.
    popoverProps={{ withRoles: false }}
    weekendDays={[]}
    hideOutsideDates
    ariaLabels={{ previousMonth: words.date.previous, nextMonth: words.date.next }}
    {...(min === undefined ? {} : { minDate: min })}
    {...(max === undefined ? {} : { maxDate: max })}
    locale={texts.language.slice(0, 2)}
  />
);
