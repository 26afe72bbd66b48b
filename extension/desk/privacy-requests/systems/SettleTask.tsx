/** An officer's word on what was done in a connected CRM after the end of retention, for a whole day; and its receipt. */
import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SystemTask, SystemTaskDone } from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { DateInput } from "../../forms/DateInput.tsx";
import { Dialog } from "../../forms/Dialog.tsx";
import { FormDialog } from "../../forms/FormDialog.tsx";
import { useMutate } from "../../parts/api.ts";
import { fill } from "../../parts/texts.ts";
import { useToday } from "../../parts/useToday.ts";

export const TASKS = "/v1/system-tasks";

export function SettleTask({ parts, close }: { parts: readonly SystemTask[]; close: () => void }) {
  const today = useToday();
  const [on, setOn] = useState(today);
  const [how, setHow] = useState<string>(text.tasks.usual);
  const [backupsUntil, setBackups] = useState("");
  const [first, ...others] = parts;
  const done = useMutate<object, SystemTaskDone>(
    (body) => ({ method: "POST", path: `${TASKS}/${encodeURIComponent(first!.id)}`, body }),
    { touches: [TASKS] },
  );
  if (done.data)
    return (
      <Dialog opened onClose={close} title={text.tasks.receipt} size="lg">
        <div className="desk-letter">{done.data.receipt}</div>
      </Dialog>
    );
  const also = others.map(({ id }) => id);
  return (
    <FormDialog
      title={fill(text.settleName, { name: first!.name })}
      close={close}
      yes={text.save}
      sending={done}
      send={() => done.mutate({ on, how, also, ...(backupsUntil !== "" && { backupsUntil }) })}
    >
      <Text size="sm">{text.tasks.text}</Text>
      <DateInput label={text.date} required max={today} value={on} onChange={setOn} width={180} />
      <TextInput
        label={text.how}
        required
        maxLength={500}
        value={how}
        onChange={({ currentTarget }) => setHow(currentTarget.value)}
      />
      <DateInput
        label={text.backupsUntil}
        description={text.backupsNote}
        value={backupsUntil}
        onChange={setBackups}
        width={180}
      />
    </FormDialog>
  );
}
