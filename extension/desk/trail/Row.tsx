/** One row of the audit trail, whole: what was recorded, and the hashes that tie it to the others. */
import { Anchor, Code, Stack, Text } from "@mantine/core";
import type { AuditAnswer, AuditRow } from "../../../shared/trail/api.ts";
import { trailEn } from "../../../shared/texts/trail/desk.en.ts";
import { sayActor, sayCode } from "./words.ts";
import { useApi } from "../parts/api.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { linkTo } from "../parts/hash.ts";
import { State } from "../parts/State.tsx";
import { When } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";

const words = trailEn.detail;

interface AuditRowDialogProps {
  seq: number;
  /** The row, where it is in the list behind. */
  held: AuditRow | undefined;
  close: () => void;
}

export function AuditRowDialog({ seq, held, close }: AuditRowDialogProps) {
  const answer = useApi<AuditAnswer>(held ? null : `/v1/audit?before=${seq + 1}&limit=1`);
  const found = held ?? answer.data?.rows.find((row) => row.seq === seq);
  return (
    <Dialog opened onClose={close} title={fill(words.title, { n: seq })} size="lg">
      {found ? <Row row={found} /> : <State of={answer}>{() => <Text size="sm">{words.gone}</Text>}</State>}
    </Dialog>
  );
}

function Row({ row }: { row: AuditRow }) {
  const { columns } = trailEn;
  return (
    <Stack gap="md">
      <dl className="desk-terms">
        <div>
          <dt>{columns.at}</dt>
          <dd>
            <When at={row.at} />
          </dd>
        </div>
        <div>
          <dt>{columns.who}</dt>
          <dd>
            {row.actorName === null ? (
              sayActor(row)
            ) : (
              <Anchor size="sm" href={linkTo(`/people/${row.actor}`)}>
                {row.actorName}
              </Anchor>
            )}
          </dd>
        </div>
        <div>
          <dt>{columns.what}</dt>
          <dd>
            {sayCode(row.code)} <Code>{row.code}</Code>
          </dd>
        </div>
        <div>
          <dt>{columns.subject}</dt>
          <dd>{row.subject || "–"}</dd>
        </div>
      </dl>
      <div>
        <Text size="sm" fw={600} mb={4}>
          {words.payload}
        </Text>
        {row.payload === null ? (
          <Text size="sm" c="dimmed">
            {words.erased}
          </Text>
        ) : (
          <Code block tabIndex={0} className="desk-json">
            {JSON.stringify(row.payload, null, 2)}
          </Code>
        )}
      </div>
      <dl className="desk-terms desk-hashes">
        {(["hash", "prev", "commitment"] as const).map((name) => (
          <div key={name}>
            <dt>{words[name]}</dt>
            <dd>
              <Code>{row[name]}</Code>
            </dd>
          </div>
        ))}
      </dl>
    </Stack>
  );
}
