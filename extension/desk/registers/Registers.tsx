/** The registers with their age, size and state. Administrators may declare another. */
import { Anchor, Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ageInDays, maxAgeOf } from "../../../shared/registers/age.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, words } from "../parts/texts.ts";
import { Day } from "../parts/When.tsx";
import { countColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { RegisterDeclare } from "./Declare.tsx";
import { RegisterDropAnywhere } from "./DropAnywhere.tsx";
import { sayAge, sayDays, statusOf, statusTone } from "./status.ts";

const text = listsEn.lists;

export default function Registers() {
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists");
  const policy = useApi<PolicyAnswer>("/v1/policy");
  const queries = useQueryClient();
  const admin = useMay("admin");
  const [declaring, setDeclaring] = useState(false);
  const of = {
    data: lists.data && policy.data && { lists: lists.data.lists, policy: policy.data.policy },
    error: lists.error ?? policy.error,
    refetch: () => queries.invalidateQueries({ queryKey: [] }),
  };
  return (
    <Page
      title={words.nav.lists}
      lead={admin ? `${text.lead} ${listsEn.anywhere.note}` : text.lead}
      actions={
        admin &&
        lists.data && (
          <Button variant="default" onClick={() => setDeclaring(true)}>
            {listsEn.declare.button}
          </Button>
        )
      }
    >
      <QueryState
        of={of}
        empty={{
          when: (data) => data.lists.length === 0,
          show: <Empty title={text.none} text={text.noneText} />,
        }}
      >
        {(data) => (
          <>
            {admin && <RegisterDropAnywhere lists={data.lists} />}
            <RegisterTable {...data} />
          </>
        )}
      </QueryState>
      {declaring && lists.data && (
        <RegisterDeclare lists={lists.data.lists} close={() => setDeclaring(false)} />
      )}
    </Page>
  );
}

function RegisterTable({ lists, policy }: { lists: RegisterHead[]; policy: Policy }) {
  const columns = useMemo((): Column<RegisterHead>[] => {
    const now = Date.now();
    const age = (l: RegisterHead) => (l.asOf === null ? null : Math.max(0, ageInDays(l.asOf, now)));
    return [
      {
        id: "name",
        header: text.columns.name,
        value: (l) => l.name,
        cell: (l) => (
          <Anchor href={linkTo(`/lists/${l.id}`)} fw={600}>
            {l.name}
          </Anchor>
        ),
      },
      {
        id: "state",
        header: text.columns.state,
        value: (l) => text.states[statusOf(l, policy, now)],
        cell: (l) => {
          const status = statusOf(l, policy, now);
          return <Tag tone={statusTone[status]}>{text.states[status]}</Tag>;
        },
      },
      {
        id: "asOf",
        header: text.columns.asOf,
        value: (l) => l.asOf,
        cell: (l) =>
          l.asOf === null ? (
            <span className="desk-quiet">{l.lookup === undefined ? text.never : text.each}</span>
          ) : (
            <Day date={l.asOf} />
          ),
      },
      {
        id: "age",
        header: text.columns.age,
        value: age,
        cell: (l) =>
          l.asOf === null ? null : (
            <span className="desk-when">
              {age(l) === 0 ? text.today : sayAge(l.asOf, now)}{" "}
              <span className="desk-quiet">{fill(text.limit, { days: sayDays(maxAgeOf(l, policy)) })}</span>
            </span>
          ),
      },
      countColumn("numbers", text.columns.numbers, (l) => l.numbers),
      { id: "version", header: text.columns.version, value: (l) => l.version, align: "right" },
    ];
  }, [policy]);
  return <Table label={text.label} columns={columns} rows={lists} idOf={(l) => l.id} />;
}
