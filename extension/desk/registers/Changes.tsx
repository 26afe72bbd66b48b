/** Adds a few numbers to a register, or removes some, by hand. */
import { Alert, Button, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type {
  RegisterChangesAnswer as Answer,
  RegisterChanges as Asked,
  Register,
} from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { ApiError } from "../../ui/api.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useFault } from "../forms/useFault.ts";
import { useMutate } from "../parts/api.ts";
import { sayError } from "../parts/errors.ts";
import { fill, plural, texts } from "../parts/texts.ts";

const text = listsEn.changes;

/** The lines that are not empty, with their place in the text. */
const linesOf = (written: string) =>
  written
    .split("\n")
    .map((line, i) => ({ line: i + 1, number: line.trim() }))
    .filter(({ number }) => number !== "");
type Lines = ReturnType<typeof linesOf>;

export function RegisterChanges({ list, close }: { list: Register; close: () => void }) {
  const [adds, setAdds] = useState("");
  const [removes, setRemoves] = useState("");
  const [asOf, setAsOf] = useState(list.asOf ?? "");
  const { mutate, reset, error, isPending } = useMutate<Asked, Answer>(
    (body) => ({ method: "POST", path: `/v1/lists/${list.id}/changes`, body }),
    {
      touches: ["/v1/lists"],
      quiet: true,
      done: ({ version, added, removed, ignored }) =>
        fill(text.done, {
          version,
          added: plural(texts, listsEn.push.added, added),
          removed: plural(texts, listsEn.push.removed, removed),
          ignored: plural(texts, text.ignored, ignored),
        }),
    },
  );
  const add = linesOf(adds);
  const remove = linesOf(removes);
  const first = useFault<HTMLTextAreaElement>(add.length + remove.length === 0 ? text.nothing : "");
  const code = error instanceof ApiError ? error.problem?.code : undefined;

  /** What the Worker said is of what was sent, and a field with a fault is not sent again. */
  const changed =
    (set: (value: string) => void): ((value: string) => void) =>
    (value) => {
      set(value);
      if (error) reset();
    };

  /** `meant` confirms what the Worker asked back about. */
  function save(meant: Partial<Asked> = {}) {
    const numbers = (lines: Lines) => lines.map(({ number }) => number);
    mutate({ add: numbers(add), remove: numbers(remove), asOf, ...meant }, { onSuccess: close });
  }

  return (
    <FormDialog
      title={fill(text.title, { list: list.name })}
      size="lg"
      close={close}
      yes={text.yes}
      ownFailures
      sending={{ isPending, error }}
      send={() => save()}
    >
      <Text size="sm" c="dimmed">
        {text.lead}
      </Text>
      <Textarea
        ref={first}
        label={text.add}
        description={text.each}
        autosize
        minRows={3}
        maxRows={10}
        data-autofocus
        value={adds}
        error={problemsIn("add", add, error)}
        onChange={(event) => changed(setAdds)(event.currentTarget.value)}
      />
      <Textarea
        label={text.remove}
        description={text.each}
        autosize
        minRows={3}
        maxRows={10}
        value={removes}
        error={problemsIn("remove", remove, error)}
        onChange={(event) => changed(setRemoves)(event.currentTarget.value)}
      />
      <DateInput
        label={listsEn.push.asOf}
        description={listsEn.push.asOfNote}
        width={360}
        required
        value={asOf}
        onChange={changed(setAsOf)}
        {...(list.asOf === null ? {} : { min: list.asOf })}
      />
      {error && code !== "invalid" && (
        <Alert color="red" title={listsEn.push.failed} role="alert">
          <Text size="sm">{sayError(error)}</Text>
          {code === "list-shrinks" && (
            <Button size="xs" variant="default" mt="sm" onClick={() => save({ allowShrink: true })}>
              {text.meant}
            </Button>
          )}
          {code === "same-file" && list.version > 0 && (
            <Button size="xs" variant="default" mt="sm" onClick={() => save({ attestSameFile: true })}>
              {text.attest}
            </Button>
          )}
        </Alert>
      )}
    </FormDialog>
  );
}

/** What is wrong with which line. The Worker names a number that it cannot read by its place in the list: `add.3`. */
function problemsIn(name: "add" | "remove", lines: Lines, error: Error | null): string | undefined {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  const said = errors.flatMap(({ path, message }) => {
    const line = path.startsWith(`${name}.`) ? lines[Number(path.slice(name.length + 1))]?.line : undefined;
    return line === undefined ? [] : [fill(text.line, { line, what: message })];
  });
  return said.length > 0 ? said.slice(0, 5).join(" ") : undefined;
}
