/** The CRMs that are connected: where each stands, and how to connect another. */
import { Alert, Anchor, Button } from "@mantine/core";
import { useState } from "react";
import { useRoute } from "wouter";
import type { Connector, ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import { deskConnectorsEn as text } from "../../../shared/texts/connectors/desk.en.ts";
import { ConnectorView } from "./Connector.tsx";
import { ConnectorForm } from "./Form.tsx";
import { sayNumber, standingOf, standingTone } from "./words.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/hash.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, State } from "../parts/State.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { Tag } from "../parts/Tag.tsx";
import { When } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";

const columns: Column<Connector>[] = [
  {
    id: "name",
    header: text.columns.name,
    value: (c) => c.name,
    cell: (c) => (
      <Anchor href={linkTo(`/connectors/${c.id}`)} fw={600} size="sm">
        {c.name}
      </Anchor>
    ),
  },
  { id: "kind", header: text.columns.kind, value: (c) => text.kinds[c.kind] },
  {
    id: "state",
    header: text.columns.state,
    value: (c) => text.states[standingOf(c)],
    cell: (c) => <Tag tone={standingTone[standingOf(c)]}>{text.states[standingOf(c)]}</Tag>,
  },
  {
    id: "last",
    header: text.columns.last,
    value: (c) => c.last?.at ?? null,
    cell: (c) => <When at={c.last?.at ?? null} />,
  },
  {
    id: "next",
    header: text.columns.next,
    value: (c) => c.nextAt,
    cell: (c) => c.nextAt !== null && <When at={c.nextAt} />,
  },
  ...(["contacts", "blocked", "written"] as const).map((count): Column<Connector> => ({
    id: count,
    header: text.columns[count],
    value: (c) => c.last?.[count] ?? null,
    cell: (c) => c.last && sayNumber(c.last[count]),
    align: "right",
  })),
];

export default function Connectors() {
  const [, params] = useRoute<{ id: string }>("/connectors/:id");
  return params ? <ConnectorView id={params.id} /> : <All />;
}

function All() {
  const answer = useApi<ConnectorsAnswer>("/v1/connectors");
  const [connecting, setConnecting] = useState(false);
  const connect = <Button onClick={() => setConnecting(true)}>{text.connect}</Button>;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={answer.data?.sealed && answer.data.connectors.length > 0 && connect}
    >
      <State of={answer}>
        {({ sealed, connectors, rescreenDays }) => (
          <>
            {!sealed && (
              <Alert color="yellow" role="note" title={text.noKey}>
                {text.noKeyText}
              </Alert>
            )}
            {connectors.length > 0 ? (
              <Table
                label={text.title}
                columns={columns}
                rows={connectors}
                idOf={(c) => c.id}
                toneOf={(c) => (standingOf(c) === "failing" ? "bad" : undefined)}
              />
            ) : (
              <Empty
                title={text.none}
                text={fill(text.noneText, { days: rescreenDays })}
                action={sealed && connect}
              />
            )}
          </>
        )}
      </State>
      {connecting && <ConnectorForm close={() => setConnecting(false)} />}
    </Page>
  );
}
