/** What is owed for a request, and by when; below it what was done or is owed no longer. */
import { List, Text } from "@mantine/core";
import type { RequestDuty, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskDutiesEn as text } from "../../../shared/texts/privacy-requests/desk-duties.en.ts";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { Day } from "../parts/When.tsx";
import { DaysLeft, dutiesOf } from "./format.tsx";

export function RequestDuties({ row }: { row: RequestSummary }) {
  const isOpen = ({ state }: RequestDuty) => state === "open" || state === "overdue";
  const open = dutiesOf(row).filter(isOpen);
  const over = dutiesOf(row).filter((duty) => !isOpen(duty));
  return (
    <>
      {open.length === 0 ? (
        <Text size="sm">{text.none}</Text>
      ) : (
        <List size="sm" aria-label={text.title}>
          {open.map((duty) => (
            <List.Item key={keyOf(duty)}>
              {text.kinds[duty.kind]}: {duty.due !== null && <Day date={duty.due} />} <DaysLeft of={duty} />
              {duty.mail && ` ${text.mail[duty.mail]}`}
            </List.Item>
          ))}
        </List>
      )}
      {over.length > 0 && (
        <List size="sm" mt="sm" c="dimmed" aria-label={text.over}>
          {over.map((duty) => (
            <List.Item key={keyOf(duty)}>
              {text.kinds[duty.kind]}:{" "}
              {duty.metOn === null ? text.void : fill(text.met, { date: sayDate(texts, duty.metOn) })}
            </List.Item>
          ))}
        </List>
      )}
    </>
  );
}

const keyOf = ({ kind, round }: RequestDuty) => `${kind}.${round}`;
