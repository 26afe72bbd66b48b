/** What is to be done in connected CRMs since the last recordings of some people were erased on their day; nothing without any. */
import { Alert, Anchor, Button, List, Text } from "@mantine/core";
import { useState } from "react";
import type { HeldWhat } from "../../../../shared/privacy-requests/api-systems.ts";
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
import { sayProblem } from "./left.ts";
import { SettleTask, TASKS } from "./SettleTask.tsx";

export const pathOf = ({ id }: SystemTask) => `${TASKS}/${encodeURIComponent(id)}`;
/** `what`: empty where a look found that it is not there any more; null where nobody looked. */
interface Line {
  object: string;
  id: string;
  link: string | null;
  what: readonly HeldWhat[] | null;
}
/** The records of a task from a place on, as far as one look goes, with their calls; by an older Worker, which has no looks, all of them. */
function linesOf({ task, links, held }: SystemTaskAnswer, from: number): Line[] {
  const all = task.records.map(([object, id], n): Line => ({
    ...{ object, id },
    ...{ link: links[n] ?? null, what: null },
  }));
  if (!held) return all;
  const keyOf = ({ object, id }: Pick<Line, "object" | "id">) => JSON.stringify([object, id]);
  const there = new Map(held.records.map((one) => [keyOf(one), one]));
  const own = all.slice(from, held.next ?? undefined).map((line): Line => {
    const found = there.get(keyOf(line));
    there.delete(keyOf(line));
    return found ?? { ...line, link: null, what: [] };
  });
  return [...own, ...there.values()];
}
const lookAt = (of: SystemTask, from: number) => `${pathOf(of)}?look=${from}`;
const sayWhat = (what: readonly HeldWhat[]): string =>
  what.length === 0 ? text.tasks.gone : what.map((one) => text.what[one]).join(", ");

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
    for (const part of parts)
      for (let from: number | null = 0; from !== null;) {
        const answer: SystemTaskAnswer = await api("GET", lookAt(part, from));
        lines.push(...linesOf(answer, from));
        from = answer.held?.next ?? null;
      }
    const columns = [
      ...(["object", "id", "link"] as const).map((key) => ({
        header: text.tasks.columns[key],
        value: (line: Line) => line[key],
      })),
      { header: text.tasks.columns.what, value: ({ what }: Line) => (what === null ? "" : sayWhat(what)) },
    ];
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
      {isOpen && parts.map((part) => <Records key={part.id} of={part} from={0} />)}
    </List.Item>
  );
}

/** What a system holds of a task's records, from a place on: it is asked as this is shown. */
function Records({ of, from }: { of: SystemTask; from: number }) {
  const one = useApi<SystemTaskAnswer>(of.unread ? null : lookAt(of, from));
  const [next, setNext] = useState<number | null>(null);
  if (of.unread) return <Text size="sm">{text.tasks.unread}</Text>;
  return (
    <>
      <QueryState of={one}>
        {(data) => (
          <>
            {data.held && (
              <Text size="sm" c="dimmed">
                {data.held.region === null
                  ? text.whereUnknown
                  : fill(text.where, { region: data.held.region })}
              </Text>
            )}
            {data.held && data.held.problem !== null && (
              <Alert color="orange">{sayProblem(data.held.problem)}</Alert>
            )}
            <List size="sm">
              {linesOf(data, from).map((line) => (
                <List.Item key={`${line.object} ${line.id}`}>
                  <Held of={line} />
                </List.Item>
              ))}
            </List>
            {data.held && data.held.next !== null && next === null && (
              <Button size="compact-xs" variant="default" onClick={() => setNext(data.held!.next)}>
                {text.tasks.next}
              </Button>
            )}
          </>
        )}
      </QueryState>
      {next !== null && <Records of={of} from={next} />}
    </>
  );
}

function Held({ of: { object, id, link, what } }: { of: Line }) {
  const label = `${object} ${id}`;
  return (
    <>
      {link === null ? (
        label
      ) : (
        <Anchor href={link} target="_blank" rel="noreferrer" size="sm">
          {fill(text.open, { object, id })}
        </Anchor>
      )}
      {what !== null && ` (${sayWhat(what)})`}
    </>
  );
}
