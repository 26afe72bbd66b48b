/** One connected CRM: its last run, the actions that are possible now, and all its runs. */
import { Alert, Anchor, Button, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { useParams } from "wouter";
import type { ConnectorsAnswer, ConnectorTest, Connector as Row } from "../../../shared/connectors/api.ts";
import { kinds } from "../../../shared/connectors/kinds.ts";
import { secretEndsOn } from "../../../shared/connectors/settings.ts";
import { deskConnectorsEn as text } from "../../../shared/texts/connectors/desk.en.ts";
import { connectorFieldsEn } from "../../../shared/texts/connectors/fields.en.ts";
import { confirm } from "../forms/Dialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { go, linkTo } from "../parts/location.ts";
import { Nowhere } from "../parts/Nowhere.tsx";
import { Page } from "../parts/Page.tsx";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, plural, sayCount, sayDate, texts } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { MakeFields } from "./Fields.tsx";
import { ConnectorForm } from "./Form.tsx";
import { ConnectorLastRun, ConnectorRuns } from "./Runs.tsx";
import { SignedIn, SignInButton, SignInCode } from "./SignIn.tsx";
import { isSignedOut, sayAbsent, sayContacts, sayError, statusOf, statusTone } from "./status.ts";

/** While a run is going on, or somebody signs in to the CRM, the page asks how far it is this often. */
const POLL_MS = 4000;

export default function Connector() {
  const { id = "" } = useParams<{ id: string }>();
  const answer = useApi<ConnectorsAnswer>("/v1/connectors");
  const connector = answer.data?.connectors.find((c) => c.id === id);
  const running = connector?.last?.state === "running";
  /** A sign-in that was begun here: what there was before, and by when it is agreed to. */
  const [begun, setBegun] = useState<{ before: string | null | undefined; until: string } | null>(null);
  const signsIn = begun !== null && begun.before === connector?.signIn?.at;
  const { refetch } = answer;
  useEffect(() => {
    if (!running && !signsIn) return undefined;
    const timer = setInterval(() => {
      if (running || Date.now() < Date.parse(begun?.until ?? "")) void refetch();
      else setBegun(null);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [running, signsIn, begun, refetch]);
  if (answer.data && !connector) return <Nowhere />;
  const status = connector && statusOf(connector);
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
        status && (
          <>
            <Tag tone={statusTone[status]}>{text.states[status]}</Tag> {text.kinds[connector.kind]}
          </>
        )
      }
      actions={
        connector && (
          <Actions
            of={connector}
            days={answer.data!.rescreenDays}
            callback={answer.data!.callback}
            signsIn={({ until }) => setBegun({ before: connector.signIn?.at, until })}
          />
        )
      }
    >
      <QueryState of={{ ...answer, data: connector }}>
        {(data) => <About of={data} callback={answer.data?.callback} />}
      </QueryState>
    </Page>
  );
}

function About({ of, callback }: { of: Row; callback: string | undefined }) {
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
      {of.signIn && <SignInCode of={of} />}
      {of.signIn && <SignedIn of={of} callback={callback} />}
      {of.error !== null && (
        <Alert color="red" role="alert" title={text.markFailed}>
          {sayError(of.error)}
        </Alert>
      )}
      <Text size="sm">{stepOf(of)}</Text>
      {of.flags && of.triedAt !== null && <Text size="sm">{sayFlags(of.flags, of.changes)}</Text>}
      {of.changes && <Text size="sm">{sayChanges(of.changes)}</Text>}
      {of.changes?.contested && (
        <Alert color="yellow" role="alert" title={text.changes.contested}>
          {plural(texts, text.changes.contestedText, of.changes.contested.records, {
            at: sayTime(of.changes.contested.at),
          })}
        </Alert>
      )}
      {secretEndsOn(of.setup.settings) !== undefined && (
        <Text size="sm">
          {fill(text.secret.endsOn, { date: sayDate(texts, secretEndsOn(of.setup.settings)!) })}
        </Text>
      )}
      {sayConsents(of).map((words) => (
        <Text key={words} size="sm">
          {words}
        </Text>
      ))}
      {of.last && <ConnectorLastRun run={of.last} />}
      <div>
        <Title order={2} size="h3" mb="sm">
          {text.runs.title}
        </Title>
        <ConnectorRuns of={of} />
      </div>
    </Stack>
  );
}

function stepOf(of: Row): string {
  const { active, triedAt, last, nextAt } = of;
  if (isSignedOut(of)) return text.steps.signIn;
  if (triedAt === null) return text.steps.test;
  if (!active) return last?.trial ? text.steps.trial : text.steps.off;
  if (nextAt === null || Date.parse(nextAt) <= Date.now()) return text.steps.soon;
  return fill(text.steps.on, { at: sayTime(nextAt) });
}

/** How old what is known of the CRM's own flags is. */
function sayFlags({ readAt, nextAt, error }: NonNullable<Row["flags"]>, changes: Row["changes"]): string {
  const words = text.flags;
  return [
    readAt === null ? words.never : fill(changes ? words.readAll : words.read, { at: sayTime(readAt) }),
    ...(error === null ? [] : [sayError(error)]),
    nextAt === null ? words.off : fill(words.next, { at: sayTime(nextAt) }),
  ].join(" ");
}

/** How old what is known of changes is. */
function sayChanges({ readAt, error }: NonNullable<Row["changes"]>): string {
  const words = text.changes;
  return [
    readAt === null ? words.never : fill(words.read, { at: sayTime(readAt) }),
    ...(error === null ? [] : [sayError(error)]),
  ].join(" ");
}

/** Where ClearDial's words of consents stay as they are. */
const sayConsents = ({ active, last, setup, consentsLeft }: Row): string[] => [
  ...(!active && last !== null && setup.objects.some(({ consentOut }) => consentOut !== undefined)
    ? [text.consents.off]
    : []),
  ...(consentsLeft ?? []).map(({ at, ...place }) => fill(text.consents.left, { ...place, at: sayTime(at) })),
];

const touches = ["/v1/connectors"];

interface ActionsProps {
  of: Row;
  days: number;
  callback: string | undefined;
  signsIn: (begun: { until: string }) => void;
}

function Actions({ of, days, callback, signsIn }: ActionsProps) {
  const { id, name, active, triedAt, last } = of;
  const [changing, setChanging] = useState(false);
  const [making, setMaking] = useState(false);
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
      // Leave the page before the list is refetched: the connector is gone from it.
      go("/connectors");
      return fill(text.removed, { name });
    },
  });
  const counts = {
    name,
    days,
    written: sayCount(last?.written ?? 0),
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
  /** Before somebody has signed in to the CRM, nothing reaches it. */
  const out = of.signIn?.at === null;
  const words = text.actions;
  return (
    <>
      {of.signIn && <SignInButton of={of} begun={signsIn} />}
      {/* A change of the set-up clears the test's result. */}
      {!out && <Test key={String(changing)} path={path} />}
      {running ? (
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
          {words.stop}
        </Button>
      ) : (
        <>
          {!out && (
            <Button
              variant={triedAt === null ? "filled" : "default"}
              loading={begin.isPending}
              onClick={() => begin.mutate({ trial: true })}
            >
              {words.trial}
            </Button>
          )}
          {triedAt !== null && (
            <Button variant="default" loading={begin.isPending} onClick={() => void run()}>
              {words.run}
            </Button>
          )}
          {kinds[of.kind].makes && (
            <Button variant="default" onClick={() => setMaking(true)}>
              {connectorFieldsEn.action}
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
      {making && <MakeFields of={of} close={() => setMaking(false)} />}
      {changing && <ConnectorForm connector={of} callback={callback} close={() => setChanging(false)} />}
    </>
  );
}

/** Reads a page of each kind, tries our fields on one record of each, and says below the buttons what came of it. */
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
          {data.ok ? (
            <>
              <div>
                {plural(texts, text.tested.ok, data.contacts, {
                  numbers: plural(texts, text.tested.numbers, data.numbers),
                })}
              </div>
              {data.kinds.map(({ name, proved, absent }) => (
                <div key={name}>
                  {fill(proved ? text.tested.proved : text.tested.unproved, { object: name })}
                  {absent && ` ${sayAbsent(name, absent)}`}
                </div>
              ))}
            </>
          ) : (
            sayError(data.error ?? "")
          )}
        </Alert>
      )}
    </>
  );
}
