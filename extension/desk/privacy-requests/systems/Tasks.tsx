/** What is to be done in connected CRMs since the last recordings of some people were erased on their day; nothing without any. */
import { Alert, Button, List, Text } from "@mantine/core";
import { useState } from "react";
import type { SystemTask, SystemTasksAnswer } from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { askReason } from "../../forms/Dialog.tsx";
import { useApi, useMutate } from "../../parts/api.ts";
import { fill, plural, sayDate, texts } from "../../parts/texts.ts";

const PATH = "/v1/system-tasks";

export function SystemTasks() {
  // An older Worker has none.
  const { data } = useApi<SystemTasksAnswer>(PATH);
  const [shown, setShown] = useState<string | null>(null);
  const done = useMutate<{ id: string; how: string }>(
    ({ id, how }) => ({ method: "POST", path: `${PATH}/${encodeURIComponent(id)}`, body: { how } }),
    { touches: [PATH] },
  );
  if (!data || data.tasks.length === 0) return null;
  async function settle({ id, name }: SystemTask) {
    const how = await askReason({
      title: fill(text.settleName, { name }),
      text: text.tasks.text,
      reasonLabel: text.how,
      yes: text.save,
    });
    if (how !== null) done.mutate({ id, how });
  }
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
              loading={done.isPending}
              aria-label={fill(text.settleName, { name: task.name })}
              onClick={() => void settle(task)}
            >
              {text.settle}
            </Button>
            {shown === task.id && (
              <Text size="sm">{task.records.map((one) => one.join(" ")).join(", ")}</Text>
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
