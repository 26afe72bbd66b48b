/** The webhooks: the addresses of other systems that are told, with their last answer. They can be tested, resumed and removed. */
import { Button, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { watchEn } from "../../../shared/texts/watching/desk.en.ts";
import type { Delivery, Webhook, WebhooksAnswer } from "../../../shared/watching/api.ts";
import { confirm } from "../forms/Dialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { sayTime, When } from "../parts/When.tsx";
import { actionColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { WatchingWebhookAdd } from "./WebhookAdd.tsx";

const text = watchEn.hooks;
const tones: Record<Webhook["state"], Tone> = { on: "good", failing: "warn", off: "bad" };
const lastTry = ({ deliveries }: Webhook) => deliveries.find(({ triedAt }) => triedAt !== null);

const sayState = ({ state, failingSince, offWhy }: Webhook): string =>
  fill(text.states[state], { at: failingSince === null ? "" : sayTime(failingSince), why: offWhy ?? "" });

function sayLast(hook: Webhook): string | null {
  const last = lastTry(hook);
  if (!last?.triedAt) return null;
  const values = { kind: text.last[last.kind], at: sayTime(last.triedAt) };
  return last.status === null
    ? fill(text.noAnswer, values)
    : fill(text.answered, { ...values, status: last.status });
}

export function WatchingWebhooks() {
  const [adding, setAdding] = useState(false);
  const isAdmin = useMay("admin");
  const hooks = useApi<WebhooksAnswer>("/v1/webhooks");
  return (
    <>
      <Group justify="space-between" align="flex-start" gap="md">
        <Text size="sm" c="dimmed" maw="75ch">
          {text.lead}
        </Text>
        {isAdmin && <Button onClick={() => setAdding(true)}>{text.add}</Button>}
      </Group>
      <QueryState
        of={hooks}
        empty={{
          when: ({ webhooks }) => webhooks.length === 0,
          show: <Empty title={text.empty} text={text.emptyText} />,
        }}
      >
        {({ webhooks }) => <Hooks webhooks={webhooks} isAdmin={isAdmin} />}
      </QueryState>
      {adding && <WatchingWebhookAdd close={() => setAdding(false)} />}
    </>
  );
}

function Hooks({ webhooks, isAdmin }: { webhooks: Webhook[]; isAdmin: boolean }) {
  const columns = useMemo(
    (): Column<Webhook>[] => [
      {
        id: "url",
        header: text.columns.url,
        value: (w) => w.url,
        cell: (w) => <span className="desk-address">{w.url}</span>,
      },
      {
        id: "state",
        header: text.columns.state,
        value: sayState,
        cell: (w) => <Tag tone={tones[w.state]}>{sayState(w)}</Tag>,
      },
      { id: "waiting", header: text.columns.waiting, value: (w) => w.waiting, align: "right" },
      {
        id: "last",
        header: text.columns.last,
        value: sayLast,
        cell: (w) => (
          <>
            {sayLast(w) ?? <When at={null} />}
            <div className="desk-quiet">{lastTry(w)?.answer}</div>
          </>
        ),
      },
      ...(isAdmin ? [actionColumn("act", text.columns.act, (w: Webhook) => <Actions hook={w} />)] : []),
    ],
    [isAdmin],
  );
  return <Table label={text.label} columns={columns} rows={webhooks} idOf={(w) => w.id} csv="webhooks" />;
}

function Actions({ hook: { id, url, state } }: { hook: Webhook }) {
  const { host } = new URL(url);
  const touches = ["/v1/webhooks", "/v1/watch"];
  const at = `/v1/webhooks/${id}`;
  const ping = useMutate<null, Delivery>(() => ({ method: "POST", path: `${at}/ping`, patienceMs: 30_000 }), {
    touches,
    done: (answer) =>
      fill(answer.state === "delivered" ? text.pingGood : text.pingBad, {
        host,
        status: answer.status ?? "",
        answer: `${answer.status ?? ""} ${answer.answer ?? ""}`.trim(),
      }),
  });
  const resume = useMutate<null>(() => ({ method: "POST", path: `${at}/resume`, patienceMs: 30_000 }), {
    touches,
    done: fill(text.resumed, { host }),
  });
  const remove = useMutate<null>(() => ({ method: "DELETE", path: at }), {
    touches,
    done: fill(text.removed, { host }),
  });
  const askRemove = async () => {
    const question = { title: fill(text.removeAsk, { host }), text: text.removeText };
    if (await confirm({ ...question, yes: text.removeYes, danger: true })) remove.mutate(null);
  };
  return (
    <Group gap={6} wrap="nowrap">
      <Button
        size="compact-xs"
        variant="default"
        loading={ping.isPending}
        aria-label={fill(text.pingLabel, { host })}
        onClick={() => ping.mutate(null)}
      >
        {text.ping}
      </Button>
      {state === "off" && (
        <Button
          size="compact-xs"
          variant="default"
          loading={resume.isPending}
          aria-label={fill(text.resumeLabel, { host })}
          onClick={() => resume.mutate(null)}
        >
          {text.resume}
        </Button>
      )}
      <Button
        size="compact-xs"
        variant="default"
        loading={remove.isPending}
        aria-label={fill(text.removeLabel, { host })}
        onClick={() => void askRemove()}
      >
        {text.remove}
      </Button>
    </Group>
  );
}
