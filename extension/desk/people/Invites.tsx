/** Who was invited and has not joined yet. Nothing is shown where there is nobody. */
import { Button, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import type { InvitesAnswer } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { uiEn } from "../../../shared/texts/popup/popup.en.ts";
import { useApi } from "../parts/api.ts";
import { type Column, Table } from "../tables/Table.tsx";
import { Tag } from "../parts/Tag.tsx";
import { sayTime, When } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";
import { InviteDialog } from "./Invite.tsx";
import { useMay } from "../shell/me.ts";

const { columns: names, invites: words } = deskPeopleEn;
type Invite = InvitesAnswer["invites"][number];

export function Invites() {
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
      { id: "email", header: names.email, value: (i) => i.email },
      { id: "role", header: names.role, value: (i) => uiEn.roles[i.role] },
      {
        id: "state",
        header: names.state,
        value: state,
        cell: (i) => <Tag tone={isOut(i) ? "warn" : "plain"}>{state(i)}</Tag>,
      },
      { id: "by", header: words.by, value: (i) => i.byName },
      { id: "at", header: words.at, value: (i) => i.at, cell: (i) => <When at={i.at} /> },
      {
        id: "again",
        header: words.again,
        value: () => null,
        plain: true,
        align: "right",
        cell: (i) =>
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
      },
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
        <InviteDialog
          again={{ name: again.name, email: again.email, role: again.role }}
          close={() => setAgain(null)}
        />
      )}
    </>
  );
}
