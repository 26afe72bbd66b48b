/** The providers whose call logs the Worker fetches by itself, and which person each of the logs' agents is. */
import { Button, Group, NativeSelect, Text, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import type { CallsState } from "../../../shared/call-logs/api.ts";
import { callsEn as text } from "../../../shared/texts/call-logs/desk.en.ts";
import { useApi, useMutate } from "../parts/api.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { When } from "../parts/When.tsx";
import { actionColumn, timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";

type List = CallsState["lists"][number];
type Said = CallsState["agents"][number];
type Unknown = CallsState["unknown"][number];

export function CallLogsSources() {
  const state = useApi<CallsState>("/v1/calls/state");
  return (
    <QueryState of={state}>
      {(data) => (
        <>
          <section aria-labelledby="lists">
            <Title order={2} size="h4" id="lists">
              {text.listsTitle}
            </Title>
            <Text size="sm" c="dimmed" mb="xs">
              {text.listsNote}
            </Text>
            <Table label={text.listsLabel} columns={listColumns} rows={data.lists} idOf={(l) => l.provider} />
          </section>
          <section aria-labelledby="agents">
            <Title order={2} size="h4" id="agents">
              {text.agentsTitle}
            </Title>
            <Text size="sm" c="dimmed" mb="xs">
              {text.agentsNote}
            </Text>
            <Agents {...data} />
          </section>
        </>
      )}
    </QueryState>
  );
}

function stateOf({ configured, error, ranAt }: List): string {
  if (!configured) return text.listStates.off;
  if (error !== null) return fill(text.listStates.failing, { error });
  return ranAt === null ? text.listStates.new : text.listStates.fine;
}

const listColumns: Column<List>[] = [
  { id: "provider", header: text.listColumns.provider, value: (l) => l.provider },
  { id: "state", header: text.listColumns.state, value: stateOf },
  {
    id: "since",
    header: text.listColumns.since,
    times: true,
    value: (l) => l.since,
    cell: (l) => l.since && <When at={l.since} />,
  },
  {
    id: "ranAt",
    header: text.listColumns.ranAt,
    times: true,
    value: (l) => l.ranAt,
    cell: (l) => l.ranAt && <When at={l.ranAt} />,
  },
];

function Agents({ agents, unknown }: CallsState) {
  const { people } = usePeople();
  const say = useMutate<{ agent: string; person: string | null }>(
    (body) => ({ method: "PUT", path: "/v1/calls/agents", body }),
    {
      touches: ["/v1/calls"],
      done: (_, { agent, person }) =>
        person === null
          ? fill(text.tookBack, { agent })
          : fill(text.said, { agent, person: people.find(({ id }) => id === person)?.name }),
      undo: (_, { agent, person }) => ({
        method: "PUT",
        path: "/v1/calls/agents",
        body: { agent, person: person === null ? agents.find((a) => a.agent === agent)!.person : null },
      }),
    },
  );
  const { mutate, isPending } = say;
  const unknownColumns = useMemo(
    (): Column<Unknown>[] => [
      { id: "agent", header: text.unknownColumns.agent, value: (u) => u.agent },
      { id: "calls", header: text.unknownColumns.calls, value: (u) => u.calls, align: "right" },
      {
        id: "person",
        header: text.unknownColumns.person,
        value: () => null,
        cell: ({ agent }) => (
          <Who agent={agent} busy={isPending} say={(person) => mutate({ agent, person })} />
        ),
      },
    ],
    [mutate, isPending],
  );
  const saidColumns = useMemo(
    (): Column<Said>[] => [
      { id: "agent", header: text.saidColumns.agent, value: (a) => a.agent },
      { id: "person", header: text.saidColumns.person, value: (a) => a.personName ?? a.person },
      timeColumn("at", text.saidColumns.at, (a) => a.at),
      actionColumn("do", text.saidColumns.do, ({ agent }) => (
        <Button
          size="compact-xs"
          variant="default"
          disabled={isPending}
          aria-label={fill(text.takeBackLabel, { agent })}
          onClick={() => mutate({ agent, person: null })}
        >
          {text.takeBack}
        </Button>
      )),
    ],
    [mutate, isPending],
  );
  return (
    <>
      {unknown.length === 0 ? (
        <Text size="sm">{text.unknownNone}</Text>
      ) : (
        <Table label={text.unknownLabel} columns={unknownColumns} rows={unknown} idOf={(u) => u.agent} />
      )}
      {agents.length > 0 && (
        <Table label={text.saidLabel} columns={saidColumns} rows={agents} idOf={(a) => a.agent} />
      )}
    </>
  );
}

interface WhoProps {
  agent: string;
  busy: boolean;
  say: (person: string) => void;
}

/** Saved by a button: choosing by keyboard passes through other people on the way. */
function Who({ agent, busy, say }: WhoProps) {
  const { people } = usePeople();
  const [person, setPerson] = useState("");
  return (
    <Group gap={6} wrap="nowrap">
      <NativeSelect
        size="xs"
        w={220}
        aria-label={fill(text.personLabel, { agent })}
        value={person}
        data={[
          { value: "", label: text.choose },
          ...people.filter((p) => p.kind === "person").map((p) => ({ value: p.id, label: p.name })),
        ]}
        onChange={({ currentTarget }) => setPerson(currentTarget.value)}
      />
      <Button
        size="xs"
        variant="default"
        aria-label={fill(text.sayLabel, { agent })}
        disabled={person === "" || busy}
        onClick={() => say(person)}
      >
        {text.say}
      </Button>
    </Group>
  );
}
