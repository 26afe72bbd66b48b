/** Takes a register's file wherever on the page it is dropped, and leads to its register: by the file's name, or as is said. */
import { NativeSelect } from "@mantine/core";
import { useEffect, useEffectEvent, useState } from "react";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { FormDialog } from "../forms/FormDialog.tsx";
import { go } from "../parts/location.ts";
import { fill } from "../parts/texts.ts";
import { hand } from "./dropped.ts";
import { guessRegister } from "./guess.ts";

const text = listsEn.anywhere;
const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") === true;

export function RegisterDropAnywhere({ lists }: { lists: readonly RegisterHead[] }) {
  const [file, setFile] = useState<File | null>(null);
  const [id, setId] = useState("");
  // One that is asked of a service takes no file.
  const open = lists.filter(({ lookup }) => lookup === undefined);
  function lead(list: string, dropped: File) {
    hand(list, dropped);
    go(`/lists/${list}`);
  }
  const [over, setOver] = useState(false);
  const drop = useEffectEvent((dropped: File) => {
    const guessed = guessRegister(dropped.name, open);
    if (guessed) lead(guessed.id, dropped);
    else setFile(dropped);
  });
  useEffect(() => {
    const control = new AbortController();
    const { signal } = control;
    const on = (type: "dragover" | "dragleave" | "drop", heard: (event: DragEvent) => void) =>
      addEventListener(type, heard, { signal });
    on("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    });
    // Out of the window.
    on("dragleave", ({ relatedTarget }) => relatedTarget === null && setOver(false));
    on("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const [dropped] = event.dataTransfer?.files ?? [];
      if (dropped) drop(dropped);
    });
    return () => control.abort();
  }, []);
  return (
    <>
      {over && <div className="desk-drop-over">{text.drop}</div>}
      {file && (
        <FormDialog
          title={fill(text.which, { file: file.name })}
          close={() => setFile(null)}
          yes={text.yes}
          sending={{ isPending: false, error: null }}
          send={() => lead(id, file)}
        >
          <NativeSelect
            label={listsEn.lists.columns.name}
            required
            data-autofocus
            value={id}
            data={[
              { value: "", label: text.choose, disabled: true },
              ...open.map((list) => ({ value: list.id, label: list.name })),
            ]}
            onChange={({ currentTarget }) => setId(currentTarget.value)}
          />
        </FormDialog>
      )}
    </>
  );
}
