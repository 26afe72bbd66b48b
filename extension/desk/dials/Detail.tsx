/** One dial in full: both verdicts with their reasons, and the register and policy versions behind each. */
import { Alert, Anchor, Group, List, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { Dial } from "../../../shared/dials/api.ts";
import { isUnexplained } from "../../../shared/dials/unexplained.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { linkTo } from "../parts/location.ts";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { VerdictTag } from "../parts/Verdict.tsx";
import { sayTime, When } from "../parts/When.tsx";

const text = dialsEn;
/** What was dialled: a number, or text that is not a number. */
export function sayDialled(dial: Dial): string {
  if (dial.number !== null) return sayNumber(dial.number);
  return isUnexplained(dial) ? text.unexplained : fill(text.notNumber, { written: dial.written ?? "" });
}

/** The number that the page took it for, where the digits ring another. */
export const sayMeant = (e164: string): string => fill(text.meant, { number: sayNumber(e164) });

export const sayLayers = (layers: readonly Dial["layer"][]): string =>
  layers.map((layer) => text.layers[layer]).join(", ");

export const sayAction = (dial: Dial): string => (dial.refused ? text.wanted : text.actions[dial.action]);

/** A dial that took longer to arrive had waited for a connection. */
const LATE_MS = MINUTE;

interface DetailProps {
  dial: Dial;
  lists: RegisterHead[];
  close: () => void;
}

export const DialDetail = ({ dial, lists, close }: DetailProps) => (
  <Dialog opened onClose={close} size="xl" title={fill(text.detailTitle, { number: sayDialled(dial) })}>
    <Stack gap="lg">
      <Group gap="xl" align="flex-start" style={{ rowGap: "var(--mantine-spacing-sm)" }}>
        <Fact label={text.columns.action}>{sayAction(dial)}</Fact>
        {dial.written !== null && <Fact label={text.columns.written}>{dial.written}</Fact>}
        {dial.number !== null && <Fact label={text.columns.rings}>{sayNumber(dial.number)}</Fact>}
        {dial.recordNumber !== null && (
          <Fact label={text.columns.recordNumber}>{sayNumber(dial.recordNumber)}</Fact>
        )}
        {dial.medium !== "call" && <Fact label={text.columns.medium}>{text.media[dial.medium]}</Fact>}
        {dial.layer !== "page" && <Fact label={text.columns.layer}>{text.layers[dial.layer]}</Fact>}
        {dial.layers && (
          <Fact label={text.columns.layers}>
            {sayLayers(dial.layers)}{" "}
            <Anchor
              size="sm"
              underline="always"
              href={linkTo("/dials", { sighting: dial.sighting ?? dial.id })}
            >
              {text.sightings}
            </Anchor>
          </Fact>
        )}
        <Fact label={text.columns.deviceAt}>
          <When at={dial.deviceAt} />
        </Fact>
        <Fact label={text.columns.by}>{dial.byName ?? dialsEn.somebody}</Fact>
        {dial.host !== "" && <Fact label={text.columns.host}>{dial.host}</Fact>}
        {dial.gate && <GateFacts gate={dial.gate} />}
        <Fact label={text.columns.purpose}>{text.purposes[dial.purpose]}</Fact>
        {dial.basis !== null && <Fact label={text.columns.basis}>{consentsEn.bases[dial.basis]}</Fact>}
        {dial.reason !== null && <Fact label={text.columns.reason}>{dial.reason}</Fact>}
      </Group>
      {dial.refused && (
        <Alert color="red" title={text.refusedTitle}>
          {text.refusedNote}
        </Alert>
      )}
      {Date.parse(dial.at) - Date.parse(dial.deviceAt) > LATE_MS && (
        <Text size="sm" c="dimmed">
          {fill(dial.arrival ? text.thenNote : text.late, {
            at: sayTime(dial.at),
            deviceAt: sayTime(dial.deviceAt),
          })}
        </Text>
      )}
      {dial.gate && (
        <Text size="sm" c="dimmed">
          {text.systemNote}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: dial.gate ? 1 : 2 }} spacing="lg">
        {!dial.gate && (
          <Side
            title={text.page}
            verdict={dial.verdict}
            reasons={dial.reasons}
            state={dial.seen}
            lists={lists}
          />
        )}
        <Side
          title={dial.gate ? text.system : dial.arrival ? text.then : text.server}
          verdict={dial.workerVerdict}
          reasons={dial.workerReasons}
          state={dial}
          lists={lists}
        />
        {dial.arrival && (
          <Side
            title={text.arrival}
            verdict={dial.arrival.verdict}
            reasons={dial.arrival.reasons}
            state={dial.arrival}
            lists={lists}
          />
        )}
      </SimpleGrid>
    </Stack>
  </Dialog>
);

const GateFacts = ({ gate }: { gate: NonNullable<Dial["gate"]> }) => (
  <>
    {gate.agent !== null && <Fact label={text.columns.agent}>{gate.personName ?? gate.agent}</Fact>}
    <Fact label={text.columns.shown}>{gate.from ?? text.noNumberShown}</Fact>
    <Fact label={text.columns.callId}>{gate.callId}</Fact>
    <Fact label={text.columns.until}>
      <When at={gate.until} />
    </Fact>
  </>
);

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <Text size="xs" c="dimmed">
      {label}
    </Text>
    <Text size="sm" component="div">
      {children}
    </Text>
  </div>
);

interface SideProps {
  title: string;
  verdict: Dial["verdict"];
  reasons: Dial["reasons"];
  /** The versions that the verdict is based on; null where the page had none. */
  state: Pick<Dial, "policy" | "lists"> | null;
  lists: RegisterHead[];
}

function Side({ title, verdict, reasons, state, lists }: SideProps) {
  const nameOf = (id: string) => lists.find((l) => l.id === id)?.name ?? id.toUpperCase();
  return (
    <Stack gap="xs">
      <Title order={3} size="h4">
        {title}
      </Title>
      <div>
        <VerdictTag verdict={verdict} />
      </div>
      {reasons.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.noReasons}
        </Text>
      ) : (
        <List size="sm">
          {reasons.map((reason, i) => (
            <List.Item key={i}>{sayReason(texts, reason, lists)}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed" component="div">
        {state === null
          ? text.knewNothing
          : [
              ...state.lists.map(({ id, version, asOf }) =>
                asOf === null
                  ? fill(text.listNever, { list: nameOf(id) })
                  : fill(text.listAt, { list: nameOf(id), version, date: sayDate(texts, asOf) }),
              ),
              fill(text.policyAt, { version: state.policy }),
            ].map((line) => <div key={line}>{line}</div>)}
      </Text>
    </Stack>
  );
}
