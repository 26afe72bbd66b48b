/** One register: what is in force, its versions, and for admins a new copy, small changes and the way back. */
import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Register } from "../../../shared/registers/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { ListChanges } from "./Changes.tsx";
import { ListDeclare } from "./Declare.tsx";
import { ListLookup } from "./Lookup.tsx";
import { ListHistory } from "./History.tsx";
import { limitOf, sayAge, sayDays, sayNumbers, standingOf, standingTone } from "./state.ts";
import { Push } from "./Push.tsx";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/hash.ts";
import { Page } from "../parts/Page.tsx";
import { State } from "../parts/State.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, sayDate, texts } from "../parts/words.ts";
import { useMay } from "../shell/me.ts";

const text = listsEn.list;

export function List({ id }: { id: string }) {
  const list = useApi<Register>(`/v1/lists/${encodeURIComponent(id)}`);
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
      <State of={of}>
        {(data) => (
          <>
            <InForce {...data} />
            <ListLookup key={data.list.lookup} list={data.list} admin={admin} />
            {admin && data.list.lookup === undefined && <Push list={data.list} />}
            {(data.list.lookup === undefined || data.list.history.length > 0) && (
              <Stack gap="sm">
                <Title order={2} size="h3">
                  {text.history}
                </Title>
                <ListHistory {...data} admin={admin && data.list.lookup === undefined} />
              </Stack>
            )}
            {open === "changes" && <ListChanges list={data.list} close={close} />}
            {open === "declare" && <ListDeclare lists={[data.list]} list={data.list} close={close} />}
          </>
        )}
      </State>
    </Page>
  );
}

function InForce({ list, policy }: { list: Register; policy: Policy }) {
  const now = Date.now();
  const standing = standingOf(list, policy, now);
  const note =
    list.asOf === null
      ? ""
      : fill(text.notes[standing], { age: sayAge(list.asOf, now), limit: sayDays(limitOf(list, policy)) });
  const { lookup } = list;
  const fact =
    lookup !== undefined
      ? fill(text.lookupFact, {
          source: listsEn.lookup.sources[lookup] ?? lookup,
          limit: sayDays(limitOf(list, policy)),
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
      <Tag tone={standingTone[standing]}>{listsEn.lists.states[standing]}</Tag>
      <Text data-in-force>
        {fact} <span className="desk-quiet">{note}</span>
      </Text>
    </Group>
  );
}
