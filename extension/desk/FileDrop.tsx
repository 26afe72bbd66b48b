/** A place to drop one file on, or to press and choose it. */
import { Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";

interface FileDropProps {
  label: string;
  text: string;
  note?: string;
  accept?: Record<string, string[]>;
  onFile: (file: File) => void;
}

const GB = 1_000_000_000;

export const FileDrop = ({ label, text, note, accept, onFile }: FileDropProps) => (
  <Dropzone
    onDrop={([file]) => file && onFile(file)}
    multiple={false}
    maxSize={GB}
    {...(accept === undefined ? {} : { accept })}
    className="desk-drop"
    // The zone is the button: the input inside is hidden from everybody.
    role="button"
    aria-label={`${label}. ${text}`}
    inputProps={{ "aria-hidden": true, tabIndex: -1, "aria-label": label }}
  >
    <Text fw={600} size="sm">
      {text}
    </Text>
    {note !== undefined && (
      <Text size="sm" c="dimmed">
        {note}
      </Text>
    )}
  </Dropzone>
);
