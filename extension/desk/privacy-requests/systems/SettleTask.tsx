/** An officer's word on what was done in a connected CRM after the end of retention, for a whole day; and its receipt. */
import { Text } from "@mantine/core";
import { useState } from "react";
import type { SystemTask, SystemTaskDone } from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { Dialog } from "../../forms/Dialog.tsx";
import { FormDialog } from "../../forms/FormDialog.tsx";
import { useMutate } from "../../parts/api.ts";
import { fill } from "../../parts/texts.ts";
import { useToday } from "../../parts/useToday.ts";
import { Document } from "./Document.tsx";
import { type Done, doneBody, DoneFields } from "./DoneFields.tsx";

export const TASKS = "/v1/system-tasks";

export function SettleTask({ parts, close }: { parts: readonly SystemTask[]; close: () => void }) {
  const [done, setDone] = useState<Done>({ on: useToday(), how: text.tasks.usual, backupsUntil: "" });
  const [first, ...others] = parts;
  const settled = useMutate<object, SystemTaskDone>(
    (body) => ({ method: "POST", path: `${TASKS}/${encodeURIComponent(first!.id)}`, body }),
    { touches: [TASKS] },
  );
  if (settled.data)
    return (
      <Dialog opened onClose={close} title={text.tasks.receipt} size="lg">
        <Document title={text.tasks.receipt} text={settled.data.receipt} />
      </Dialog>
    );
  const also = others.map(({ id }) => id);
  return (
    <FormDialog
      title={fill(text.settleName, { name: first!.name })}
      close={close}
      yes={text.save}
      sending={settled}
      send={() => settled.mutate({ ...doneBody(done, true), also })}
    >
      <Text size="sm">{text.tasks.text}</Text>
      <DoneFields value={done} set={setDone} erased />
    </FormDialog>
  );
}
