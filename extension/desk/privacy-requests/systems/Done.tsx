/** What is to be done in connected CRMs after the end of retention, and what was: who said it, when, with its receipt. */
import { Button, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import type {
  SystemTask,
  SystemTaskAnswer,
  SystemTasksAnswer,
} from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { systemsEn as all } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { Dialog } from "../../forms/Dialog.tsx";
import { QueryState } from "../../parts/QueryState.tsx";
import { useApi, usePages } from "../../parts/api.ts";
import { fill, sayDate, texts } from "../../parts/texts.ts";
import { usePeople } from "../../parts/usePeople.ts";
import { actionColumn, countColumn, dayColumn } from "../../tables/columns.tsx";
import { PagedTable } from "../../tables/PagedTable.tsx";
import type { Column } from "../../tables/Table.tsx";
import { TASKS } from "./SettleTask.tsx";
import { pathOf, SystemTasks } from "./Tasks.tsx";

const text = all.tasks;
const rowsOf = (answer: SystemTasksAnswer) => answer.tasks;

export function RequestsSystems() {
  const { nameOf } = usePeople();
  const pages = usePages<SystemTasksAnswer, SystemTask>(TASKS, { show: "done", limit: 20 }, rowsOf);
  const [shown, setShown] = useState<SystemTask | null>(null);
  const columns = useMemo(() => columnsOf(nameOf, setShown), [nameOf]);
  return (
    <>
      <SystemTasks />
      <Title order={2} size="h3">
        {text.done.title}
      </Title>
      <PagedTable
        pages={pages}
        columns={columns}
        label={text.done.title}
        idOf={({ id }) => id}
        csv="system-tasks"
        empty={text.done.none}
        emptyText={text.done.noneText}
      />
      {shown && <Receipt of={shown} close={() => setShown(null)} />}
    </>
  );
}

const columnsOf = (
  nameOf: (id: string) => string,
  show: (task: SystemTask) => void,
): Column<SystemTask>[] => [
  dayColumn("doneOn", text.done.columns.doneOn, ({ doneOn }) => doneOn ?? ""),
  // One that the system ended names nobody.
  {
    id: "by",
    header: text.done.columns.by,
    value: ({ by }) => (by === "system" ? text.done.system : nameOf(by)),
  },
  { id: "name", header: text.done.columns.name, value: ({ name }) => name },
  countColumn("records", text.done.columns.records, ({ records }) => records.length),
  dayColumn("day", text.done.columns.day, ({ day }) => day),
  { id: "how", header: text.done.columns.how, value: ({ how }) => all.receipt.how[how] ?? how },
  actionColumn("receipt", text.receipt, (task) => (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={fill(text.receiptName, { name: task.name, date: sayDate(texts, task.day) })}
      onClick={() => show(task)}
    >
      {text.receipt}
    </Button>
  )),
];

function Receipt({ of, close }: { of: SystemTask; close: () => void }) {
  const one = useApi<SystemTaskAnswer>(pathOf(of));
  return (
    <Dialog opened onClose={close} title={text.receipt} size="lg">
      <QueryState of={one}>{({ receipt }) => <div className="desk-letter">{receipt}</div>}</QueryState>
    </Dialog>
  );
}
