/** One person, or one integration: role, access, browsers with their last use. */
import { Anchor, Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useParams } from "wouter";
import type { PersonAnswer, Role } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { uiEn } from "../../../shared/texts/popup/popup.en.ts";
import { useApi, useMutate } from "../parts/api.ts";
import { confirm } from "../parts/Dialog.tsx";
import { linkTo } from "../parts/hash.ts";
import { Page } from "../parts/Page.tsx";
import { State } from "../parts/State.tsx";
import { Tag } from "../parts/Tag.tsx";
import { sayTime, When } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";
import { InviteDialog } from "./Invite.tsx";
import { Devices } from "./Devices.tsx";
import { roles } from "../policy/SignIn.tsx";
import { useMay, useMe } from "../shell/me.ts";

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
      <State of={answer}>
        {(data) => (
          <Stack gap="lg">
            <About of={data} isAdmin={isAdmin} />
            <div>
              <Title order={2} size="h3" mb="sm">
                {data.person.kind === "person"
                  ? deskPeopleEn.devices.title
                  : deskPeopleEn.devices.titleIntegration}
              </Title>
              <Devices of={data} />
            </div>
          </Stack>
        )}
      </State>
    </Page>
  );
}

type Patch = { role?: Role; active?: boolean };
const usePatch = (id: string, done: (patch: Patch) => string) =>
  useMutate<Patch>((body) => ({ method: "PATCH", path: `/v1/people/${id}`, body }), {
    touches: ["/v1/people", "/v1/me"],
    done: (_, patch) => done(patch),
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
        <InviteDialog
          again={{ name, email: person.email ?? "", role: person.role }}
          close={() => setInviting(false)}
        />
      )}
    </>
  );
}

function About({ of, isAdmin }: { of: PersonAnswer; isAdmin: boolean }) {
  const { person, roleBy, signsIn, invite } = of;
  const mayTrail = useMay("compliance", "admin");
  return (
    <Paper withBorder p="md">
      <dl className="desk-terms">
        {person.email !== null && (
          <div>
            <dt>{words.email}</dt>
            <dd>
              <Anchor size="sm" href={`mailto:${person.email}`}>
                {person.email}
              </Anchor>
              {signsIn && <Text size="sm">{words.signsIn}</Text>}
            </dd>
          </div>
        )}
        <div>
          <dt>{words.role}</dt>
          <dd>
            {isAdmin ? <RoleChange key={person.id + person.role} of={of} /> : uiEn.roles[person.role]}
            {person.kind === "person" && (
              <Text size="xs" c="dimmed" mt={4}>
                {words.roleBy[roleBy]}
              </Text>
            )}
          </dd>
        </div>
        <div>
          <dt>{words.since}</dt>
          <dd>
            <When at={person.createdAt} />
          </dd>
        </div>
        <div>
          <dt>{words.seen}</dt>
          <dd>
            <When at={person.lastSeenAt} />
            {invite && <Text size="sm">{fill(words.invited, { at: sayTime(invite.expiresAt) })}</Text>}
          </dd>
        </div>
        {mayTrail && (
          <div>
            <dt>{words.trail}</dt>
            <dd>
              <Group gap="md">
                <Anchor size="sm" href={linkTo("/audit", { actor: person.id })}>
                  {fill(words.trailBy, { name: person.name })}
                </Anchor>
                <Anchor size="sm" href={linkTo("/audit", { subject: person.id })}>
                  {fill(words.trailOf, { name: person.name })}
                </Anchor>
              </Group>
            </dd>
          </div>
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
    fill(words.roleChanged, { name, role: uiEn.roles[p.role ?? person.role] }),
  );
  const offered = person.kind === "integration" ? roles.filter((r) => r !== "admin") : roles;
  async function change() {
    const own = person.id === me.id;
    const yes = await confirm({
      title: fill(words.roleSure, { name, role: uiEn.roles[role] }),
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
        data={offered.map((r) => ({ value: r, label: uiEn.roles[r] }))}
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
