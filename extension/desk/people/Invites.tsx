/** People who were invited and have not joined yet. Hidden if the list is empty. */
import { Button, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import type { InvitesAnswer } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { useApi } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { actionColumn, timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { PeopleInvite } from "./Invite.tsx";

const { columns: names, invites: words } = deskPeopleEn;
type Invite = InvitesAnswer["invites"][number];

export function PeopleInvites() {
  const { data } = useApi<InvitesAnswer>("/v1/invites");
  const isAdmin = useMay("admin");
  const [again, setAgain] = useState<Invite | null>(null);
  const columns = useMemo((): Column<Invite>[] => {
    const now = new Date().toISOString();
    const isOut = (i: Invite) => i.expiresAt > now;
    const state = (i: Invite) =>
      isOut(i) ? fill(words.state.out, { at: sayTime(i.expiresAt) }) : words.state.over;
    return [
      { id: "name", header: names.name, value: (i) => i.name },
      {
        id: "email",
        header: names.email,
        value: (i) => i.email,
        cell: (i) => <span className="desk-address">{i.email}</span>,
      },
      { id: "role", header: names.role, value: (i) => rolesEn[i.role] },
      {
        id: "state",
        header: names.state,
        value: state,
        cell: (i) => <Tag tone={isOut(i) ? "warn" : "plain"}>{state(i)}</Tag>,
      },
      { id: "by", header: words.by, value: (i) => i.byName },
      timeColumn("at", words.at, (i) => i.at),
      actionColumn(
        "again",
        words.again,
        (i) =>
          isAdmin && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={fill(words.againLabel, { name: i.name })}
              onClick={() => setAgain(i)}
            >
              {words.again}
            </Button>
          ),
        "right",
      ),
    ];
  }, [isAdmin]);
  return (
    <>
      {data && data.invites.length > 0 && (
        <div className="desk-above">
          <Title order={2} size="h3" mb="sm">
            {words.title}
          </Title>
          <Table label={words.title} columns={columns} rows={data.invites} idOf={(i) => i.id} />
        </div>
      )}
      {again && (
        <PeopleInvite
          again={{ name: again.name, email: again.email, role: again.role }}
          close={() => setAgain(null)}
        />
      )}
    </>
  );
}
