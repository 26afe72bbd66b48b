/** An officer says that what a system was refused is imported: the notice of it goes. */
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useMutate } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { fill } from "../parts/texts.ts";

const text = recordingsEn.alarms.refused;

interface System {
  id: string;
  name: string;
  /** The last refusal that is shown. */
  until: string;
}

export function RefusedAnswers({ refused }: { refused: NonNullable<RecordingsState["refused"]> }) {
  const may = useMay("compliance", "admin");
  const [open, setOpen] = useState<System | null>(null);
  if (!may) return null;
  const systems = [...Map.groupBy(refused, ({ id }) => id)].map(([id, rows]): System => {
    const until = rows.map(({ last }) => last).toSorted();
    return { id, name: rows[0]!.name, until: until.at(-1)! };
  });
  return (
    <Group gap="xs" mt="xs">
      {systems.map((system) => (
        <Button key={system.id} variant="default" size="xs" onClick={() => setOpen(system)}>
          {fill(text.done, { name: system.name })}
        </Button>
      ))}
      {open && <Answer system={open} close={() => setOpen(null)} />}
    </Group>
  );
}

function Answer({ system: { id, name, until }, close }: { system: System; close: () => void }) {
  const [why, setWhy] = useState("");
  const sending = useMutate<null>(
    () => ({
      method: "POST",
      path: "/v1/recordings/refused",
      body: { system: id, until, why: why.trim() },
    }),
    { touches: ["/v1/recordings"], quiet: true, done: () => text.said },
  );
  const yes = fill(text.done, { name });
  return (
    <FormDialog
      {...{ title: yes, yes, close, sending }}
      send={() => sending.mutate(null, { onSuccess: close })}
    >
      <ReasonField label={text.why} description={text.doneNote} value={why} onChange={setWhy} />
    </FormDialog>
  );
}
