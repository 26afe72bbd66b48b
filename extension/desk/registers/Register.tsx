/** One register: its current version and its history. Administrators load a new copy, change a few numbers, or roll back. */
import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useParams } from "wouter";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Register as RegisterAnswer } from "../../../shared/registers/api.ts";
import { maxAgeOf } from "../../../shared/registers/age.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { RegisterChanges } from "./Changes.tsx";
import { RegisterDeclare } from "./Declare.tsx";
import { RegisterHistory } from "./History.tsx";
import { RegisterLookup } from "./Lookup.tsx";
import { RegisterPush } from "./Push.tsx";
import { sayAge, sayDays, sayNumbers, statusOf, statusTone } from "./status.ts";

const text = listsEn.list;

export default function Register() {
  const { id = "" } = useParams<{ id: string }>();
  const list = useApi<RegisterAnswer>(`/v1/lists/${encodeURIComponent(id)}`);
  const policy = useApi<PolicyAnswer>("/v1/policy");
  const admin = useMay("admin");
  const [open, setOpen] = useState<"changes" | "declare" | null>(null);
  const close = () => setOpen(null);
  const of = {
    data: list.data && policy.data && { list: list.data, policy: policy.data.policy },
    error: list.error ?? policy.error,
    refetch: () => Promise.all([list.refetch(), policy.refetch()]),
  };
  return (
    <Page
      title={list.data?.name ?? id.toUpperCase()}
      above={
        <Anchor href={linkTo("/lists")} size="sm">
          {text.all}
        </Anchor>
      }
      actions={
        admin &&
        list.data && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setOpen("declare")}>
              {listsEn.declare.change}
            </Button>
            {list.data.lookup === undefined && (
              <Button variant="default" onClick={() => setOpen("changes")}>
                {listsEn.changes.button}
              </Button>
            )}
          </Group>
        )
      }
    >
      <QueryState of={of}>
        {(data) => (
          <>
            <InForce {...data} />
            {admin && data.list.lookup === undefined && <RegisterPush key={data.list.id} list={data.list} />}
            <RegisterLookup key={data.list.lookup} list={data.list} admin={admin} />
            {(data.list.lookup === undefined || data.list.history.length > 0) && (
              <Stack gap="sm">
                <Title order={2} size="h3">
                  {text.history}
                </Title>
                <RegisterHistory {...data} admin={admin && data.list.lookup === undefined} />
              </Stack>
            )}
            {open === "changes" && <RegisterChanges list={data.list} close={close} />}
            {open === "declare" && <RegisterDeclare lists={[data.list]} list={data.list} close={close} />}
          </>
        )}
      </QueryState>
    </Page>
  );
}

function InForce({ list, policy }: { list: RegisterAnswer; policy: Policy }) {
  const now = Date.now();
  const status = statusOf(list, policy, now);
  const note =
    list.asOf === null
      ? ""
      : fill(text.notes[status], { age: sayAge(list.asOf, now), limit: sayDays(maxAgeOf(list, policy)) });
  const { lookup } = list;
  const fact =
    lookup !== undefined
      ? fill(text.lookupFact, {
          source: listsEn.lookup.sources[lookup] ?? lookup,
          limit: sayDays(maxAgeOf(list, policy)),
        })
      : list.asOf === null
        ? text.neverFact
        : fill(text.fact, {
            numbers: sayNumbers(list.numbers),
            date: sayDate(texts, list.asOf),
            version: list.version,
          });
  return (
    <Group gap="sm" align="baseline">
      <Tag tone={statusTone[status]}>{listsEn.lists.states[status]}</Tag>
      <Text data-in-force>
        {fact} <span className="desk-quiet">{note}</span>
      </Text>
    </Group>
  );
}
