/** Form fields that several dialogs have. */
import { Radio, Stack, Textarea, TextInput } from "@mantine/core";

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A telephone number as people write it, as the first field of its form. */
export const PhoneField = ({ label, value, onChange }: TextProps) => (
  <TextInput
    label={label}
    type="tel"
    name="number"
    required
    maxLength={100}
    data-autofocus
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
);

interface ReasonFieldProps extends TextProps {
  description?: string;
  /** Characters. */
  maxLength?: number;
  autofocus?: boolean;
}

/** A reason, or what serves as evidence: a few lines, required. */
export const ReasonField = ({
  label,
  value,
  onChange,
  description,
  maxLength = 500,
  autofocus = false,
}: ReasonFieldProps) => (
  <Textarea
    label={label}
    description={description}
    required
    maxLength={maxLength}
    autosize
    minRows={2}
    {...(autofocus ? { "data-autofocus": true } : {})}
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
);

interface RadioFieldProps<Value extends string> {
  label: string;
  /** Null: nothing is chosen yet. */
  value: Value | null;
  options: readonly { value: Value; label: string; description: string }[];
  onChange: (value: Value) => void;
}

/** One of a few options, each with its explanation. */
export const RadioField = <Value extends string>({
  label,
  value,
  options,
  onChange,
}: RadioFieldProps<Value>) => (
  <Radio.Group label={label} value={value} onChange={onChange}>
    <Stack gap="xs" mt={4}>
      {options.map((option) => (
        <Radio key={option.value} required {...option} />
      ))}
    </Stack>
  </Radio.Group>
);
