/** A place to drop one file on, with a button to choose it. */
import { Button, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { useRef } from "react";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";

interface FileDropProps {
  /** What kind of file is wanted. */
  label: string;
  note?: string;
  onFile: (file: File) => void;
}

const GB = 1_000_000_000;

export function FileDrop({ label, note, onFile }: FileDropProps) {
  const open = useRef<() => void>(null);
  return (
    <Dropzone
      onDrop={([file]) => file && onFile(file)}
      multiple={false}
      maxSize={GB}
      openRef={open}
      // The button inside opens the chooser; the zone itself only takes drops.
      activateOnClick={false}
      activateOnKeyboard={false}
      enablePointerEvents
      className="desk-drop"
      inputProps={{ "aria-label": label }}
    >
      <div className="desk-drop-inside">
        <Text size="sm" component="span">
          {listsEn.push.drop}
        </Text>
        <Button variant="default" onClick={() => open.current?.()}>
          {listsEn.push.choose}
        </Button>
        {note !== undefined && (
          <Text size="sm" c="dimmed" component="span">
            {note}
          </Text>
        )}
      </div>
    </Dropzone>
  );
}
