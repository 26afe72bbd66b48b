/** One person or one integration: role, access, and the browsers with their last use. */
import { Anchor, Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useParams } from "wouter";
import type { PersonAnswer, PersonChanged, Role } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { countryName } from "../../ui/countries.ts";
import { confirm } from "../forms/Dialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { linkTo } from "../parts/location.ts";
import { roles, useMay, useMe } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { sayTime, When } from "../parts/When.tsx";
import { PeopleDevices } from "./Devices.tsx";
import { PeopleInvite } from "./Invite.tsx";
import { sayProposed } from "./proposed.ts";
import { PeoplePrefix, PeopleScopes } from "./Scopes.tsx";
import { sayScopes } from "./say-scopes.ts";

const words = deskPeopleEn.person;

export default function Person() {
  const { id = "" } = useParams<{ id: string }>();
  const answer = useApi<PersonAnswer>(`/v1/people/${id}`);
  const person = answer.data?.person;
  const isAdmin = useMay("admin");
  return (
    <Page
      title={person?.name ?? words.back}
      above={
        <Anchor size="sm" href={linkTo("/people")}>
          ← {words.back}
        </Anchor>
      }
      lead={
        person && (
          <Tag tone={person.active ? "good" : "plain"}>
            {deskPeopleEn.state[person.active ? "active" : "ended"]}
          </Tag>
        )
      }
      actions={isAdmin && answer.data && <Actions of={answer.data} />}
    >
      <QueryState of={answer}>
        {(data) => (
          <Stack gap="lg">
            <About of={data} isAdmin={isAdmin} />
            <div>
              <Title order={2} size="h3" mb="sm">
                {data.person.kind === "person"
                  ? deskPeopleEn.devices.title
                  : deskPeopleEn.devices.titleIntegration}
              </Title>
              <PeopleDevices of={data} />
            </div>
          </Stack>
        )}
      </QueryState>
    </Page>
  );
}

type Patch = { role?: Role; active?: boolean };
const usePatch = (id: string, done: (patch: Patch) => string) =>
  useMutate<Patch, PersonChanged>((body) => ({ method: "PATCH", path: `/v1/people/${id}`, body }), {
    touches: ["/v1/people", "/v1/me", "/v1/proposals"],
    done: ({ name, proposed }, patch) => (proposed ? sayProposed(name, proposed) : done(patch)),
  });

function Actions({ of: { person } }: { of: PersonAnswer }) {
  const me = useMe().person;
  const { name, active } = person;
  const [inviting, setInviting] = useState(false);
  const patch = usePatch(person.id, (p) => fill(p.active ? words.againDone : words.ended, { name }));
  async function end() {
    const yes = await confirm({
      title: fill(words.endSure, { name }),
      text: person.id === me.id ? `${words.endText} ${words.ownEnd}` : words.endText,
      yes: words.endYes,
      danger: true,
    });
    if (yes) patch.mutate({ active: false });
  }
  return (
    <>
      {person.kind === "person" && person.email !== null && (
        <Button variant="default" title={words.inviteAgainText} onClick={() => setInviting(true)}>
          {words.inviteAgain}
        </Button>
      )}
      {active ? (
        <Button variant="default" c="var(--desk-bad)" loading={patch.isPending} onClick={() => void end()}>
          {words.end}
        </Button>
      ) : (
        <Button loading={patch.isPending} onClick={() => patch.mutate({ active: true })}>
          {words.again}
        </Button>
      )}
      {inviting && (
        <PeopleInvite
          again={{ name, email: person.email ?? "", role: person.role }}
          close={() => setInviting(false)}
        />
      )}
    </>
  );
}

function About({ of, isAdmin }: { of: PersonAnswer; isAdmin: boolean }) {
  const { person, roleBy, prefix, prefixGuessed, lineRegion, signsIn, invite } = of;
  const mayTrail = useMay("compliance", "admin");
  return (
    <Paper withBorder p="md">
      <dl className="desk-terms">
        {person.email !== null && (
          <Fact label={words.email}>
            <Anchor size="sm" href={`mailto:${person.email}`}>
              {person.email}
            </Anchor>
            {signsIn && <Text size="sm">{words.signsIn}</Text>}
          </Fact>
        )}
        {person.kind === "integration" ? (
          <>
            <Fact label={words.scopes}>
              {isAdmin ? <PeopleScopes key={person.id + sayScopes(person)} of={of} /> : sayScopes(person)}
            </Fact>
            {person.scopes?.includes("recordings:write") === true && (
              <Fact label={words.prefix}>
                {isAdmin && (prefix === null || prefixGuessed) ? (
                  <PeoplePrefix of={of} />
                ) : (
                  (prefix ?? words.noPrefix)
                )}
              </Fact>
            )}
            {person.scopes?.includes("gate") === true && (
              <Fact label={words.lineRegion}>
                {lineRegion === null ? words.policyRegion : countryName(lineRegion)}
              </Fact>
            )}
          </>
        ) : (
          <Fact label={words.role}>
            {isAdmin ? <RoleChange key={person.id + person.role} of={of} /> : rolesEn[person.role]}
            <Text size="xs" c="dimmed" mt={4}>
              {words.roleBy[roleBy]}
            </Text>
          </Fact>
        )}
        <Fact label={words.since}>
          <When at={person.createdAt} />
        </Fact>
        <Fact label={words.seen}>
          <When at={person.lastSeenAt} />
          {invite && <Text size="sm">{fill(words.invited, { at: sayTime(invite.expiresAt) })}</Text>}
        </Fact>
        {mayTrail && (
          <Fact label={words.trail}>
            <Group gap="md">
              <Anchor size="sm" href={linkTo("/audit", { actor: person.id })}>
                {fill(words.trailBy, { name: person.name })}
              </Anchor>
              <Anchor size="sm" href={linkTo("/audit", { subject: person.id })}>
                {fill(words.trailOf, { name: person.name })}
              </Anchor>
            </Group>
          </Fact>
        )}
      </dl>
    </Paper>
  );
}

function RoleChange({ of: { person } }: { of: PersonAnswer }) {
  const me = useMe().person;
  const [role, setRole] = useState(person.role);
  const name = person.name;
  const patch = usePatch(person.id, (p) =>
    fill(words.roleChanged, { name, role: rolesEn[p.role ?? person.role] }),
  );
  async function change() {
    const own = person.id === me.id;
    const yes = await confirm({
      title: fill(words.roleSure, { name, role: rolesEn[role] }),
      text: own ? words.ownRole : words.roleText,
      yes: words.roleYes,
      danger: own,
    });
    if (yes) patch.mutate({ role });
  }
  return (
    <Group gap="xs">
      <NativeSelect
        aria-label={words.role}
        w={190}
        value={role}
        data={roles.map((r) => ({ value: r, label: rolesEn[r] }))}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      {role !== person.role && (
        <Button loading={patch.isPending} onClick={() => void change()}>
          {words.changeRole}
        </Button>
      )}
    </Group>
  );
}
