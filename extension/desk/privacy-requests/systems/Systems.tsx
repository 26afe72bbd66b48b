/** The connected systems of a request: what each holds, links to it, and what became of it. */
import { Alert, Anchor, Button, Group, List, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { RequestAnswer, RequestSummary } from "../../../../shared/privacy-requests/api.ts";
import type { HeldRecordRow, RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { Tag } from "../../parts/Tag.tsx";
import { fill, sayDate, texts } from "../../parts/texts.ts";
import { sayTime } from "../../parts/When.tsx";
import { useStep } from "../step.ts";
import { Certificate } from "./Certificate.tsx";
import { EraseThere } from "./EraseThere.tsx";
import { leftIn, sayProblem, sayRegion } from "./left.ts";
import { Settle } from "./Settle.tsx";

interface SystemsProps {
  row: RequestSummary;
  systems: readonly RequestSystem[];
  files: RequestAnswer["files"];
  events: RequestAnswer["events"];
}
/** A Worker that knew of connected systems says with each decision how many there were. */
const isRecorded = ({ action, detail }: RequestAnswer["events"][number]): boolean =>
  (action === "comply" || action === "partial") &&
  (detail as { systems?: unknown } | null)?.systems !== undefined;

export function RequestSystems({ row, systems, files, events }: SystemsProps) {
  const look = useStep(row);
  const [open, setOpen] = useState<{ what: "settle" | "erase"; system: RequestSystem } | null>(null);
  const may = (action: string) => row.actions.some((one) => one.action === action && one.wants === null);
  const close = () => setOpen(null);
  return (
    <Stack gap="md">
      <Text size="sm">{text.lead}</Text>
      {systems.length === 0 && (
        <Text size="sm" c="dimmed">
          {row.decision !== null && row.decision !== "deny"
            ? events.some(isRecorded)
              ? text.noneConnected
              : text.noneRecorded
            : text.none}
        </Text>
      )}
      {systems.map((system) => (
        <div key={system.id}>
          <System of={system} />
          {may("system") && (
            <Group gap={6} mt={6}>
              <Button
                size="compact-xs"
                variant="default"
                aria-label={fill(text.settleName, { name: system.name })}
                onClick={() => setOpen({ what: "settle", system })}
              >
                {text.settle}
              </Button>
              {row.kind === "erasure" &&
                row.decision === "comply" &&
                system.erases &&
                leftIn(system).length > 0 && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    c="var(--desk-bad)"
                    aria-label={fill(text.eraseName, { name: system.name })}
                    onClick={() => setOpen({ what: "erase", system })}
                  >
                    {text.erase}
                  </Button>
                )}
            </Group>
          )}
        </div>
      ))}
      {may("look") && (
        <Group>
          <Button
            size="xs"
            variant="default"
            loading={look.isPending}
            onClick={() => look.mutate({ path: "systems" })}
          >
            {systems.some(({ lookedAt }) => lookedAt !== null) ? text.again : text.look}
          </Button>
        </Group>
      )}
      {row.kind === "erasure" && (row.decision === "comply" || row.decision === "partial") && (
        <Certificate id={row.id} />
      )}
      {open?.what === "settle" && (
        <Settle key={open.system.id} row={row} system={open.system} files={files} close={close} />
      )}
      {open?.what === "erase" && (
        <EraseThere key={open.system.id} row={row} system={open.system} close={close} />
      )}
    </Stack>
  );
}

function System({ of }: { of: RequestSystem }) {
  const { name, host, region, lookedAt, problem, records, outcome, doneOn, how, backupsUntil } = of;
  const facts = [
    host,
    sayRegion(region),
    lookedAt === null ? text.notLooked : fill(text.looked, { at: sayTime(lookedAt) }),
  ];
  const said = [
    ...(doneOn === null ? [] : [fill(text.on, { date: sayDate(texts, doneOn) })]),
    ...(how === "" ? [] : [how]),
    ...(outcome !== "erased"
      ? []
      : [
          backupsUntil === null
            ? text.backupsUnsaid
            : fill(text.backups, { date: sayDate(texts, backupsUntil) }),
        ]),
  ];
  return (
    <Stack gap={4}>
      <Text fw={600}>
        {name}{" "}
        <Tag tone={outcome === null ? "warn" : "good"}>
          {outcome === null ? text.task : text.outcomes[outcome]}
        </Tag>
      </Text>
      <Text size="sm" c="dimmed">
        {facts.join(", ")}
      </Text>
      {said.length > 0 && <Text size="sm">{said.join("; ")}</Text>}
      {problem !== null && outcome === null && <Alert color="orange">{sayProblem(problem)}</Alert>}
      {records.length > 0 && (
        <List size="sm">
          {records.map((one) => (
            <List.Item key={`${one.object} ${one.id}`}>
              <Held of={one} />
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function Held({ of: { object, id, what, link, erasedOn, goneOn, why } }: { of: HeldRecordRow }) {
  const label = `${object} ${id}`;
  const state =
    erasedOn !== null
      ? fill(text.erasedOn, { date: sayDate(texts, erasedOn) })
      : goneOn !== null
        ? fill(text.goneOn, { date: sayDate(texts, goneOn) })
        : why !== null
          ? fill(text.stays, { why: why === "by-hand" ? text.byHand : why })
          : "";
  return (
    <>
      {link === null || (erasedOn ?? goneOn) !== null ? (
        label
      ) : (
        <Anchor href={link} target="_blank" rel="noreferrer" aria-label={fill(text.open, { object, id })}>
          {label}
        </Anchor>
      )}{" "}
      ({what.map((one) => text.what[one]).join(", ")}){state !== "" && `: ${state}`}
    </>
  );
}
