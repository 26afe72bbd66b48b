/** What is to be done in connected CRMs since the last recordings of some people were erased on their day; nothing without any. */
import { Alert, Button, List, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SystemTask, SystemTasksAnswer } from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { DateInput } from "../../forms/DateInput.tsx";
import { FormDialog } from "../../forms/FormDialog.tsx";
import { useApi, useMutate } from "../../parts/api.ts";
import { fill, plural, sayDate, texts } from "../../parts/texts.ts";
import { useToday } from "../../parts/useToday.ts";

const PATH = "/v1/system-tasks";

export function SystemTasks() {
  // An older Worker has none.
  const { data } = useApi<SystemTasksAnswer>(PATH);
  const [shown, setShown] = useState<string | null>(null);
  const [settling, setSettling] = useState<SystemTask | null>(null);
  if (!data || data.tasks.length === 0) return null;
  return (
    <Alert color="orange" title={text.tasks.title} data-alarm="system-tasks">
      <Text size="sm">{text.tasks.text}</Text>
      <List size="sm" mt="xs">
        {data.tasks.map((task) => (
          <List.Item key={task.id}>
            {fill(text.tasks.line, {
              name: task.name,
              records: plural(texts, text.records, task.records.length),
              date: sayDate(texts, task.day),
            })}{" "}
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={shown === task.id}
              onClick={() => setShown(shown === task.id ? null : task.id)}
            >
              {text.tasks.show}
            </Button>{" "}
            <Button
              size="compact-xs"
              variant="default"
              aria-label={fill(text.settleName, { name: task.name })}
              onClick={() => setSettling(task)}
            >
              {text.settle}
            </Button>
            {shown === task.id && (
              <Text size="sm">{task.records.map((one) => one.join(" ")).join(", ")}</Text>
            )}
          </List.Item>
        ))}
      </List>
      {data.next !== null && (
        <Text size="sm" mt="xs">
          {text.tasks.more}
        </Text>
      )}
      {settling && <SettleTask key={settling.id} task={settling} close={() => setSettling(null)} />}
    </Alert>
  );
}

function SettleTask({ task, close }: { task: SystemTask; close: () => void }) {
  const today = useToday();
  const [on, setOn] = useState(today);
  const [how, setHow] = useState("");
  const [backupsUntil, setBackups] = useState("");
  const done = useMutate<object>(
    (body) => ({ method: "POST", path: `${PATH}/${encodeURIComponent(task.id)}`, body }),
    { touches: [PATH] },
  );
  return (
    <FormDialog
      title={fill(text.settleName, { name: task.name })}
      close={close}
      yes={text.save}
      sending={done}
      send={() =>
        done.mutate({ on, how, ...(backupsUntil !== "" && { backupsUntil }) }, { onSuccess: close })
      }
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
      <DateInput label={text.backupsUntil} value={backupsUntil} onChange={setBackups} width={180} />
    </FormDialog>
  );
}
