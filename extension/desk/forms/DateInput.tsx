/** A calendar date (YYYY-MM-DD, "" for none): typed or pasted as people write it, or picked from a calendar. */
import { DateInput as Typed } from "@mantine/dates";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { fill, texts, words } from "../parts/texts.ts";
import { readDate } from "../../../shared/core/read-date.ts";

interface DateInputProps {
  label: string;
  value: string;
  onChange: (date: string) => void;
  description?: string;
  inputWrapperOrder?: ("label" | "input" | "description" | "error")[];
  error?: string | undefined;
  required?: boolean;
  disabled?: boolean;
  min?: string;
  max?: string;
  width?: number | string;
  placeholder?: string;
  /** The label is visible elsewhere already: here it is for screen readers only. */
  hideLabel?: boolean;
  /** What to say where a required day is missing. */
  "data-missing"?: string;
  /** It goes from the page while its text is no day: the day of before. */
  onLeft?: (date: string) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
}

/** A field of the page whose text is no day, though it is in no form of its own: names it. */
export const namesUnreadDay = (): boolean => {
  const field = document.querySelector<HTMLInputElement>("[data-dates-input]:invalid");
  field?.focus();
  return field?.checkValidity() === false;
};

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
  onLeft,
  placeholder = words.date.form,
  ...rest
}: DateInputProps) {
  /** What is typed and is no day that may be chosen: a form is not sent with it. */
  const [unread, setUnread] = useState<string | null>(null);
  /** It is named once the field was left, or its form was to be sent. */
  const [named, setNamed] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const wrong = unread === null || value !== "" ? "" : fill(words.date.wrong, { text: unread });
  const before = useRef(value);
  const left = useRef<() => void>(undefined);
  useEffect(() => {
    left.current = () => {
      if (wrong !== "") onLeft?.(before.current);
    };
  });
  useEffect(() => () => left.current?.(), []);
  // Also where the form is sent from within the field, by Enter.
  useEffect(() => field.current?.setCustomValidity(wrong), [wrong]);
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
        setUnread(null);
        onChange(date ?? "");
      }}
      dateParser={readDate}
      onInput={({ currentTarget }) => {
        field.current = currentTarget;
        const text = currentTarget.value.trim();
        const isNone = text === "" || !isDay(readDate(text));
        setUnread(isNone && text !== "" ? text : null);
        setNamed(false);
        // Not the day of before: nobody would see that it counts.
        if (isNone && value !== "") {
          before.current = value;
          onChange("");
        }
      }}
      onBlur={() => setNamed(true)}
      onInvalid={() => setNamed(true)}
      fixOnBlur={unread === null}
      // At once: what has the focus next is not behind a calendar that fades.
      popoverProps={{ transitionProps: { duration: 0 } }}
      error={named && wrong !== "" ? wrong : error}
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
