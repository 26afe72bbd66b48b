/** One connected CRM: what its last run found, what can be done with it now, and its runs. */
import { Alert, Anchor, Button, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Connector, ConnectorsAnswer, ConnectorTest } from "../../../shared/connectors/api.ts";
import { kinds } from "../../../shared/connectors/kinds.ts";
import { deskConnectorsEn as text } from "../../../shared/texts/connectors/desk.en.ts";
import { ConnectorForm } from "./Form.tsx";
import { ConnectorRuns, LastRun } from "./Runs.tsx";
import { sayContacts, sayNumber, standingOf, standingTone } from "./words.ts";
import { useApi, useMutate } from "../parts/api.ts";
import { confirm } from "../parts/Dialog.tsx";
import { go, linkTo } from "../parts/hash.ts";
import { Page } from "../parts/Page.tsx";
import { State } from "../parts/State.tsx";
import { Tag } from "../parts/Tag.tsx";
import { sayTime } from "../parts/When.tsx";
import { fill, plural, texts } from "../parts/words.ts";
import { Nowhere } from "../shell/Gate.tsx";

const EVERY = 4000;

export function ConnectorView({ id }: { id: string }) {
  const answer = useApi<ConnectorsAnswer>("/v1/connectors");
  const connector = answer.data?.connectors.find((c) => c.id === id);
  const running = connector?.last?.state === "running";
  const { refetch } = answer;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => void refetch(), EVERY);
    return () => clearInterval(timer);
  }, [running, refetch]);
  if (answer.data && !connector) return <Nowhere />;
  const standing = connector && standingOf(connector);
  return (
    <Page
      title={connector?.name ?? text.title}
      above={
        <Anchor size="sm" href={linkTo("/connectors")}>
          ← {text.back}
        </Anchor>
      }
      lead={
        connector &&
        standing && (
          <>
            <Tag tone={standingTone[standing]}>{text.states[standing]}</Tag> {text.kinds[connector.kind]}
          </>
        )
      }
      actions={connector && <Actions of={connector} days={answer.data!.rescreenDays} />}
    >
      <State of={{ ...answer, data: connector }}>{(data) => <About of={data} />}</State>
    </Page>
  );
}

function About({ of }: { of: Connector }) {
  return (
    <Stack gap="lg">
      {!of.verified && (
        <Alert color="yellow" role="note" title={text.untried}>
          {of.kind === "rest" ? text.mappedText : text.untriedText}{" "}
          <Anchor size="sm" href={kinds[of.kind].document} target="_blank" rel="noreferrer">
            {text.document}
          </Anchor>
        </Alert>
      )}
      {of.error !== null && (
        <Alert color="red" role="alert" title={text.markFailed}>
          {fill(text.tested.failedText, { error: of.error })}
        </Alert>
      )}
      <Text size="sm">{stepOf(of)}</Text>
      {of.last && <LastRun run={of.last} />}
      <div>
        <Title order={2} size="h3" mb="sm">
          {text.runs.title}
        </Title>
        <ConnectorRuns of={of} />
      </div>
    </Stack>
  );
}

function stepOf({ active, triedAt, last, nextAt }: Connector): string {
  if (triedAt === null) return text.steps.test;
  if (!active) return last?.trial ? text.steps.trial : text.steps.off;
  if (nextAt === null || Date.parse(nextAt) <= Date.now()) return text.steps.soon;
  return fill(text.steps.on, { at: sayTime(nextAt) });
}

const touches = ["/v1/connectors"];

function Actions({ of, days }: { of: Connector; days: number }) {
  const { id, name, active, triedAt, last } = of;
  const [changing, setChanging] = useState(false);
  const path = `/v1/connectors/${id}`;
  const begin = useMutate<{ trial: boolean }>((body) => ({ method: "POST", path: `${path}/runs`, body }), {
    touches,
    done: text.begun,
  });
  const stop = useMutate<void>(() => ({ method: "POST", path: `${path}/stop` }), {
    touches,
    done: text.stopped,
  });
  const turn = useMutate<{ active: boolean }>((body) => ({ method: "POST", path: `${path}/switch`, body }), {
    touches,
    done: (_, to) => text.switched[to.active ? "on" : "off"],
  });
  const remove = useMutate<void>(() => ({ method: "DELETE", path }), {
    touches,
    done() {
      // Before the list comes without it: this page would be of nothing.
      go("/connectors");
      return fill(text.removed, { name });
    },
  });
  const counts = {
    name,
    days,
    written: sayNumber(last?.written ?? 0),
    contacts: sayContacts(last?.contacts ?? 0),
  };
  const sure = (words: string) => fill(last?.trial ? `${words} ${text.sure.trial}` : words, counts);
  async function run() {
    const { run: title, runText, runYes: yes } = text.sure;
    if (await confirm({ title: fill(title, counts), text: sure(runText), yes }))
      begin.mutate({ trial: false });
  }
  async function switchOn() {
    const { on: title, onText, onYes: yes } = text.sure;
    if (await confirm({ title: fill(title, counts), text: sure(onText), yes })) turn.mutate({ active: true });
  }
  async function takeAway() {
    const { remove: title, removeText, removeYes: yes } = text.sure;
    if (await confirm({ title: fill(title, counts), text: removeText, yes, danger: true })) remove.mutate();
  }
  const running = last?.state === "running";
  const words = text.actions;
  return (
    <>
      {/* What it said was of the set-up as it was. */}
      <Test key={String(changing)} path={path} />
      {running ? (
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
          {words.stop}
        </Button>
      ) : (
        <>
          <Button
            variant={triedAt === null ? "filled" : "default"}
            loading={begin.isPending}
            onClick={() => begin.mutate({ trial: true })}
          >
            {words.trial}
          </Button>
          {triedAt !== null && (
            <Button variant="default" loading={begin.isPending} onClick={() => void run()}>
              {words.run}
            </Button>
          )}
          <Button variant="default" onClick={() => setChanging(true)}>
            {words.change}
          </Button>
        </>
      )}
      {active ? (
        <Button variant="default" loading={turn.isPending} onClick={() => turn.mutate({ active: false })}>
          {words.off}
        </Button>
      ) : (
        triedAt !== null && (
          <Button loading={turn.isPending} onClick={() => void switchOn()}>
            {words.on}
          </Button>
        )
      )}
      <Button
        variant="default"
        c="var(--desk-bad)"
        loading={remove.isPending}
        onClick={() => void takeAway()}
      >
        {words.remove}
      </Button>
      {changing && <ConnectorForm connector={of} close={() => setChanging(false)} />}
    </>
  );
}

/** Reads one page, and says beside the buttons what stands on it. */
function Test({ path }: { path: string }) {
  const test = useMutate<void, ConnectorTest>(() => ({ method: "POST", path: `${path}/test` }), {
    touches: [],
  });
  const { data } = test;
  return (
    <>
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        {text.actions.test}
      </Button>
      {data && (
        <Alert
          className="desk-wide"
          color={data.ok ? "green" : "red"}
          role="status"
          {...(data.ok ? {} : { title: text.tested.failed })}
        >
          {data.ok
            ? plural(texts, text.tested.ok, data.contacts, {
                numbers: plural(texts, text.tested.numbers, data.numbers),
              })
            : fill(text.tested.failedText, { error: data.error ?? "" })}
        </Alert>
      )}
    </>
  );
}
