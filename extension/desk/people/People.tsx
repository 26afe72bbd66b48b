/** The people and integrations that have access, and how to give access to another. */
import { Anchor, Button, Tabs } from "@mantine/core";
import { useMemo, useState } from "react";
import type { PeopleAnswer, Person } from "../../../shared/people/api.ts";
import { deskPeopleEn as words } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { sayScopes } from "./say-scopes.ts";
import { useApi } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { words as common } from "../parts/texts.ts";
import { timeColumn } from "../tables/columns.tsx";
import { ChoiceFilter, Filters, TextFilter } from "../tables/Filters.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { PeopleIntegration } from "./Integration.tsx";
import { PeopleInvite } from "./Invite.tsx";
import { PeopleInviteMany } from "./InviteMany.tsx";
import { PeopleInvites } from "./Invites.tsx";

const stateOf = (person: Person) => words.state[person.active ? "active" : "ended"];

const name: Column<Person> = {
  id: "name",
  header: words.columns.name,
  value: (p) => p.name,
  cell: (p) => (
    <Anchor className="desk-name" size="sm" fw={600} href={linkTo(`/people/${p.id}`)}>
      {p.name}
    </Anchor>
  ),
};
const role: Column<Person> = { id: "role", header: words.columns.role, value: (p) => rolesEn[p.role] };
const scopes: Column<Person> = { id: "scopes", header: words.columns.scopes, value: sayScopes };
const rest: Column<Person>[] = [
  {
    id: "state",
    header: words.columns.state,
    value: stateOf,
    cell: (p) => <Tag tone={p.active ? "good" : "plain"}>{stateOf(p)}</Tag>,
  },
  timeColumn("seen", words.columns.seen, (p) => p.lastSeenAt),
  timeColumn("since", words.columns.created, (p) => p.createdAt),
];
const email: Column<Person> = {
  id: "email",
  header: words.columns.email,
  value: (p) => p.email,
  cell: (p) => <span className="desk-address">{p.email}</span>,
};
const peopleColumns = [name, email, role, ...rest];
const integrationColumns = [name, scopes, ...rest];

export default function People() {
  const [{ kind }, set] = useFilters("kind");
  const answer = useApi<PeopleAnswer>("/v1/people");
  const isAdmin = useMay("admin");
  const [inviting, setInviting] = useState(false);
  const [making, setMaking] = useState(false);
  const [many, setMany] = useState(false);
  const tab = kind === "integration" ? "integrations" : "people";
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        isAdmin && (
          <>
            <Button variant="default" onClick={() => setMaking(true)}>
              {words.integration.open}
            </Button>
            <Button variant="default" onClick={() => setMany(true)}>
              {words.many.open}
            </Button>
            <Button onClick={() => setInviting(true)}>{words.invite.open}</Button>
          </>
        )
      }
    >
      <Tabs value={tab} onChange={(next) => set({ kind: next === "people" ? "" : "integration" })}>
        <Tabs.List mb="md">
          <Tabs.Tab value="people">{words.tabs.people}</Tabs.Tab>
          <Tabs.Tab value="integrations">{words.tabs.integrations}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {tab === "people" && <PeopleInvites />}
          <QueryState of={answer}>
            {({ people }) => <Listing kind={tab === "people" ? "person" : "integration"} people={people} />}
          </QueryState>
        </Tabs.Panel>
      </Tabs>
      {inviting && <PeopleInvite close={() => setInviting(false)} />}
      {many && <PeopleInviteMany close={() => setMany(false)} />}
      {making && <PeopleIntegration close={() => setMaking(false)} />}
    </Page>
  );
}

function Listing({ kind, people }: { kind: Person["kind"]; people: Person[] }) {
  const [{ find, role, state }] = useFilters("find", "role", "state");
  const ofKind = useMemo(() => people.filter((p) => p.kind === kind), [people, kind]);
  const isPeople = kind === "person";
  const rows = useMemo(() => {
    const wanted = find.toLowerCase();
    return ofKind.filter(
      (p) =>
        `${p.name} ${p.email ?? ""}`.toLowerCase().includes(wanted) &&
        (role === "" || !isPeople || p.role === role) &&
        (state === "" || (state === "active") === p.active),
    );
  }, [ofKind, find, role, state, isPeople]);
  if (ofKind.length === 0)
    return isPeople ? (
      <Empty title={words.none} text={words.noneText} />
    ) : (
      <Empty title={words.noIntegrations} text={words.noIntegrationsText} />
    );
  return (
    <>
      <Filters names={["find", "role", "state"]}>
        <TextFilter name="find" label={words.filters.find} placeholder={words.filters.findHint} />
        {isPeople && (
          <ChoiceFilter
            name="role"
            label={words.filters.role}
            width={190}
            any={words.filters.all}
            options={rolesEn}
          />
        )}
        <ChoiceFilter
          name="state"
          label={words.filters.state}
          any={words.filters.all}
          options={{ active: words.state.active, ended: words.state.ended }}
        />
      </Filters>
      <div className="desk-below">
        {rows.length === 0 ? (
          <Empty title={common.table.none} text={common.table.noneText} />
        ) : (
          <Table
            label={isPeople ? words.tabs.people : words.tabs.integrations}
            columns={isPeople ? peopleColumns : integrationColumns}
            rows={rows}
            idOf={(p) => p.id}
            csv={isPeople ? "people" : "integrations"}
            toneOf={(p) => (p.active ? undefined : "quiet")}
          />
        )}
      </div>
    </>
  );
}
