/** What is to be done in connected CRMs since the last recordings of some people were erased on their day; nothing without any. */
import { Alert, Anchor, Button, List, Text } from "@mantine/core";
import { useState } from "react";
import type {
  SystemTask,
  SystemTaskAnswer,
  SystemTasksAnswer,
} from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { api } from "../../../ui/api.ts";
import { QueryState } from "../../parts/QueryState.tsx";
import { useApi } from "../../parts/api.ts";
import { fill, plural, sayDate, texts } from "../../parts/texts.ts";
import { sayFailure } from "../../parts/toast.tsx";
import { downloadCsv, toCsv } from "../../tables/csv.ts";
import { SettleTask, TASKS } from "./SettleTask.tsx";

export const pathOf = ({ id }: SystemTask) => `${TASKS}/${encodeURIComponent(id)}`;
interface Line {
  object: string;
  id: string;
  link: string | null;
}
const linesOf = ({ task, links }: SystemTaskAnswer): Line[] =>
  task.records.map(([object, id], n) => ({ object, id, link: links[n] ?? null }));

/** A day of a system, with its parts. */
const daysOf = (tasks: readonly SystemTask[]): SystemTask[][] => [
  ...Map.groupBy(tasks, ({ connector, name, day }) => JSON.stringify([connector, name, day])).values(),
];

export function SystemTasks() {
  // An older Worker has none.
  const { data } = useApi<SystemTasksAnswer>(TASKS);
  const [settling, setSettling] = useState<SystemTask[] | null>(null);
  const tasks = data?.tasks ?? [];
  return (
    <>
      {tasks.length > 0 && (
        <Alert color="orange" title={text.tasks.title} data-alarm="system-tasks">
          <Text size="sm">{text.tasks.text}</Text>
          <List size="sm" mt="xs">
            {daysOf(tasks).map((parts) => (
              <Day key={parts[0]!.id} parts={parts} settle={() => setSettling(parts)} />
            ))}
          </List>
          {data !== undefined && data.next !== null && (
            <Text size="sm" mt="xs">
              {text.tasks.more}
            </Text>
          )}
        </Alert>
      )}
      {settling && <SettleTask key={settling[0]!.id} parts={settling} close={() => setSettling(null)} />}
    </>
  );
}

function Day({ parts, settle }: { parts: readonly SystemTask[]; settle: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const { name, day } = parts[0]!;
  const count = parts.reduce((sum, { records }) => sum + records.length, 0);
  const save = async () => {
    const lines: Line[] = [];
    for (const part of parts) lines.push(...linesOf(await api<SystemTaskAnswer>("GET", pathOf(part))));
    const keys = ["object", "id", "link"] as const;
    const columns = keys.map((key) => ({
      header: text.tasks.columns[key],
      value: (line: Line) => line[key],
    }));
    downloadCsv(`cleardial-${name}-${day}.csv`, toCsv(columns, lines));
  };
  return (
    <List.Item>
      {fill(text.tasks.line, {
        name,
        records: plural(texts, text.records, count),
        date: sayDate(texts, day),
      })}{" "}
      <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {text.tasks.show}
      </Button>{" "}
      <Button
        size="compact-xs"
        variant="default"
        aria-label={fill(text.tasks.downloadName, { name })}
        onClick={() => void save().catch(sayFailure)}
      >
        {text.tasks.download}
      </Button>{" "}
      <Button
        size="compact-xs"
        variant="default"
        aria-label={fill(text.settleName, { name })}
        onClick={settle}
      >
        {text.settle}
      </Button>
      {isOpen && parts.map((part) => <Records key={part.id} of={part} />)}
    </List.Item>
  );
}

function Records({ of }: { of: SystemTask }) {
  const one = useApi<SystemTaskAnswer>(pathOf(of));
  if (of.unread) return <Text size="sm">{text.tasks.unread}</Text>;
  return (
    <QueryState of={one}>
      {(data) => (
        <List size="sm">
          {linesOf(data).map(({ object, id, link }) => (
            <List.Item key={`${object} ${id}`}>
              {link === null ? (
                `${object} ${id}`
              ) : (
                <Anchor href={link} target="_blank" rel="noreferrer" size="sm">
                  {fill(text.open, { object, id })}
                </Anchor>
              )}
            </List.Item>
          ))}
        </List>
      )}
    </QueryState>
  );
}
