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
import { sayProblem, sayRegion } from "./left.ts";
import { type Line, lineColumns, linesOf, sayWhat } from "./lines.ts";
import { SettleTask, TASKS } from "./SettleTask.tsx";

export const pathOf = ({ id }: SystemTask) => `${TASKS}/${encodeURIComponent(id)}`;
const lookAt = (of: SystemTask, from: number) => `${pathOf(of)}?look=${from}`;
/** The Worker asks the system for some records one after another. */
const PATIENT = { patienceMs: 60_000 };

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
        const answer: SystemTaskAnswer = await api("GET", lookAt(part, from), undefined, PATIENT);
        lines.push(...linesOf(answer, from));
        from = answer.held?.next ?? null;
      }
    downloadCsv(`cleardial-${name}-${day}.csv`, toCsv(lineColumns, lines));
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
      {isOpen && <Records parts={parts} from={0} />}
    </List.Item>
  );
}

/**
 * What a system holds of the records of tasks, from a place of the first on: it is asked as this is shown, and for what follows once
 * somebody wants to see it.
 */
function Records({ parts, from }: { parts: readonly SystemTask[]; from: number }) {
  const [of, ...others] = parts as [SystemTask, ...SystemTask[]];
  const one = useApi<SystemTaskAnswer>(of.unread ? null : lookAt(of, from), PATIENT);
  const [isNext, setNext] = useState(false);
  const next = one.data?.held?.next ?? null;
  const isLast = next === null && others.length === 0;
  return (
    <>
      {of.unread ? (
        <Text size="sm">{text.tasks.unread}</Text>
      ) : (
        <QueryState of={one}>
          {(data) => (
            <>
              {data.held && (
                <Text size="sm" c="dimmed">
                  {sayRegion(data.held.region)}
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
            </>
          )}
        </QueryState>
      )}
      {(of.unread || one.data) && !isLast && !isNext && (
        <Button size="compact-xs" variant="default" onClick={() => setNext(true)}>
          {text.tasks.next}
        </Button>
      )}
      {isNext && !isLast && (
        <Records {...(next === null ? { parts: others, from: 0 } : { parts, from: next })} />
      )}
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
