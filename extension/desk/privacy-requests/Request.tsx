/** One request: its next steps, duties, clocks, findings, facts, letters, files, recipients and timeline. */
import { Anchor, Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useParams } from "wouter";
import type { RequestAnswer, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { copyPartsEn } from "../../../shared/texts/privacy-requests/desk-parts.en.ts";
import { deskDutiesEn } from "../../../shared/texts/privacy-requests/desk-duties.en.ts";
import { namesEn } from "../../../shared/texts/privacy-requests/names.en.ts";
import { systemsEn } from "../../../shared/texts/privacy-requests/systems.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { useApi, useMutate } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { printText } from "../parts/print.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { RequestDuties } from "./Duties.tsx";
import { RequestClocks, RequestFacts } from "./Facts.tsx";
import { RequestFiles } from "./Files.tsx";
import { RequestDaysLeft, RequestState } from "./format.tsx";
import { RequestInCopy } from "./copy/InCopy.tsx";
import { RequestItems } from "./Items.tsx";
import { RequestNextSteps } from "./path/NextSteps.tsx";
import { RequestParts } from "./copy/Parts.tsx";
import { RequestRecipients } from "./Recipients.tsx";
import { RequestSystems } from "./systems/Systems.tsx";
import { RequestTimeline } from "./Timeline.tsx";

const all = deskRequestsEn;
const text = all.one;

export default function Request() {
  const { id = "" } = useParams<{ id: string }>();
  const answer = useApi<RequestAnswer>(`/v1/requests/${encodeURIComponent(id)}`);
  const row = answer.data?.request;
  useFollow(answer);
  return (
    <Page
      title={row ? fill(text.title, { kind: all.kinds[row.kind], reference: row.reference }) : text.back}
      above={
        <Anchor size="sm" href={linkTo("/requests")}>
          ← {text.back}
        </Anchor>
      }
      lead={
        row && (
          <span role="status">
            <RequestState of={row} /> <RequestDaysLeft of={row} />
          </span>
        )
      }
      actions={row && <Assignee row={row} />}
    >
      <QueryState of={answer}>{(data) => <Whole {...data} />}</QueryState>
    </Page>
  );
}

/**
 * After a decision the Worker erases recordings in the background, as fast as their stores allow, and so it makes a copy in
 * parts. The page looks again after these pauses, and no more often: the Worker logs each look.
 */
const LOOKS_MS = [1500, 3000, 6000, 12_000];
function useFollow({ data, refetch }: Pick<UseQueryResult<RequestAnswer>, "data" | "refetch">) {
  const looks = useRef(0);
  useEffect(() => {
    const goes = data?.request.kind === "erasure" && data.request.state === "decided";
    const left = data?.items.some(
      ({ kind, decision, state }) => kind === "recording" && decision === "comply" && state !== "erased",
    );
    const coming = data?.parts?.some(({ state }) => state === "waiting");
    const wait = LOOKS_MS[looks.current];
    if (!(coming || (goes && left)) || wait === undefined) return;
    const timer = setTimeout(() => {
      looks.current++;
      void refetch();
    }, wait);
    return () => clearTimeout(timer);
  }, [data, refetch]);
}

function Whole(answer: RequestAnswer) {
  const { request: row, items, files, letters, recipients, events, parts = [], systems } = answer;
  const ofData = row.kind === "access" || row.kind === "erasure";
  return (
    <>
      <Two>
        <Section id="next" title={text.next}>
          <RequestNextSteps {...answer} />
        </Section>
        <Stack gap="lg">
          <Section id="duties" title={deskDutiesEn.title}>
            <RequestDuties row={row} />
          </Section>
          {row.clocks !== null && row.kind !== "complaint" && (
            <Section id="clocks" title={text.clocks}>
              <RequestClocks clocks={row.clocks} unsent={row.unsent} />
            </Section>
          )}
        </Stack>
      </Two>
      {ofData && (
        <Section id="items" title={text.items}>
          <RequestItems row={row} items={items} searched={events.some((e) => e.action === "search")} />
        </Section>
      )}
      {ofData && systems && (
        <Section id="systems" title={systemsEn.title}>
          <RequestSystems row={row} systems={systems} files={files} events={events} />
        </Section>
      )}
      {row.kind === "access" &&
        row.actions.some(({ action, wants }) => action === "note" && wants === null) && (
          <Section id="in-copy" title={namesEn.title}>
            <RequestInCopy request={row} events={events} />
          </Section>
        )}
      {parts.length > 0 && (
        <Section id="parts" title={copyPartsEn.title}>
          <RequestParts row={row} parts={parts} items={items} />
        </Section>
      )}
      <Section id="facts" title={text.facts}>
        <RequestFacts row={row} />
      </Section>
      <Two>
        <Section id="letters" title={text.letters}>
          {letters.length === 0 ? (
            <Text size="sm" c="dimmed">
              {text.lettersNone}
            </Text>
          ) : (
            <Stack gap={4}>
              {letters.map((letter) => (
                <SentLetter key={letter.id} letter={letter} reference={row.reference} />
              ))}
            </Stack>
          )}
        </Section>
        <Section id="files" title={text.files}>
          <RequestFiles
            id={row.id}
            files={files.filter(({ id }) => !parts.some(({ file }) => file === id))}
            mayWithdraw={row.actions.some(({ action }) => action === "withdraw")}
            mayAdd={row.actions.some(({ action, wants }) => action === "file" && wants === null)}
          />
        </Section>
      </Two>
      {row.kind === "erasure" && row.decision !== null && (
        <Section id="recipients" title={text.recipients}>
          <RequestRecipients row={row} recipients={recipients} />
        </Section>
      )}
      <Section id="timeline" title={text.timeline}>
        <RequestTimeline events={events} />
      </Section>
    </>
  );
}

function SentLetter({ letter, reference }: { letter: RequestAnswer["letters"][number]; reference: string }) {
  const name = fill(text.letterLine, {
    kind: text.letterKinds[letter.kind],
    how: text.hows[letter.how],
    date: sayDate(texts, letter.sentOn),
  });
  return (
    <details className="desk-details">
      <summary>{name}</summary>
      <div className="desk-letter">{letter.text}</div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={fill(text.printLetter, { letter: name })}
        onClick={() => printText(`${text.letterKinds[letter.kind]} ${reference}`, letter.text)}
      >
        {text.print}
      </Button>
    </details>
  );
}

/** Side by side where the page has room, which a panel beside it may take. */
const Two = ({ children }: { children: ReactNode }) => (
  <SimpleGrid type="container" cols={{ base: 1, "700px": 2 }} spacing="lg">
    {children}
  </SimpleGrid>
);

const Section = ({ id, title, children }: { id: string; title: string; children: ReactNode }) => (
  <section aria-labelledby={id}>
    <Title order={2} size="h3" id={id} mb="sm">
      {title}
    </Title>
    <Paper withBorder p="md">
      {children}
    </Paper>
  </section>
);

function Assignee({ row }: { row: RequestSummary }) {
  const { people, nameOf } = usePeople();
  const path = `/v1/requests/${encodeURIComponent(row.id)}/assign`;
  const assign = useMutate<string | null>((to) => ({ method: "POST", path, body: { to } }), {
    touches: ["/v1/requests"],
    done: (_, to) => fill(text.taken, { name: to === null ? all.nobody : nameOf(to) }),
    undo: () => ({ method: "POST", path, body: { to: row.assignee } }),
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const officers = people.filter(
    ({ id, role, active }) => id === row.assignee || (active && (role === "compliance" || role === "admin")),
  );
  const to = chosen ?? row.assignee ?? "";
  return (
    <Group gap="xs" align="flex-end">
      <NativeSelect
        label={text.assignee}
        value={to}
        disabled={!row.actions.some(({ action }) => action === "assign")}
        data={[
          { value: "", label: all.nobody },
          ...officers.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
      />
      {/* Saved by a button: choosing by keyboard passes through other people on the way. */}
      {to !== (row.assignee ?? "") && (
        <Button
          loading={assign.isPending}
          onClick={() => assign.mutate(to || null, { onSuccess: () => setChosen(null) })}
        >
          {text.assign}
        </Button>
      )}
    </Group>
  );
}
