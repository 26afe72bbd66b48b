/** The connected CRMs with their states, and the form that connects another. */
import { Alert, Anchor, Button } from "@mantine/core";
import { useState } from "react";
import type { Connector, ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import { deskConnectorsEn as text } from "../../../shared/texts/connectors/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { When } from "../parts/When.tsx";
import { countColumn, timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { ConnectorForm } from "./Form.tsx";
import { statusOf, statusTone } from "./status.ts";

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
    value: (c) => text.states[statusOf(c)],
    cell: (c) => <Tag tone={statusTone[statusOf(c)]}>{text.states[statusOf(c)]}</Tag>,
  },
  timeColumn("last", text.columns.last, (c) => c.last?.at ?? null),
  {
    id: "next",
    header: text.columns.next,
    value: (c) => c.nextAt,
    cell: (c) => c.nextAt !== null && <When at={c.nextAt} />,
  },
  ...(["contacts", "blocked", "written"] as const).map((count) =>
    countColumn<Connector>(count, text.columns[count], (c) => c.last?.[count] ?? null),
  ),
];

export default function Connectors() {
  const answer = useApi<ConnectorsAnswer>("/v1/connectors");
  const [connecting, setConnecting] = useState(false);
  const connect = <Button onClick={() => setConnecting(true)}>{text.connect}</Button>;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={answer.data?.sealed && answer.data.connectors.length > 0 && connect}
    >
      <QueryState of={answer}>
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
                toneOf={(c) => (statusOf(c) === "failing" ? "bad" : undefined)}
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
      </QueryState>
      {connecting && <ConnectorForm callback={answer.data?.callback} close={() => setConnecting(false)} />}
    </Page>
  );
}
