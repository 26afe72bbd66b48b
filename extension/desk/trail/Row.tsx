/** One row of the audit trail in full: what was recorded, and the hashes that chain it to the other rows. */
import { Anchor, Code, Stack, Text } from "@mantine/core";
import { trailEn } from "../../../shared/texts/trail/desk.en.ts";
import type { AuditAnswer, AuditRow } from "../../../shared/trail/api.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { useApi } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { linkTo } from "../parts/location.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill } from "../parts/texts.ts";
import { When } from "../parts/When.tsx";
import { sayActor, sayCode } from "./format.ts";

const words = trailEn.detail;

interface TrailRowProps {
  seq: number;
  /** The row, if the list behind the dialog has it. */
  held: AuditRow | undefined;
  close: () => void;
}

export function TrailRow({ seq, held, close }: TrailRowProps) {
  const answer = useApi<AuditAnswer>(held ? null : `/v1/audit?before=${seq + 1}&limit=1`);
  const found = held ?? answer.data?.rows.find((row) => row.seq === seq);
  return (
    <Dialog opened onClose={close} title={fill(words.title, { n: seq })} size="lg">
      {found ? (
        <Row row={found} />
      ) : (
        <QueryState of={answer}>{() => <Text size="sm">{words.gone}</Text>}</QueryState>
      )}
    </Dialog>
  );
}

function Row({ row }: { row: AuditRow }) {
  const { columns } = trailEn;
  return (
    <Stack gap="md">
      <dl className="desk-terms">
        <Fact label={columns.at}>
          <When at={row.at} />
        </Fact>
        <Fact label={columns.who}>
          {row.actorName === null ? (
            sayActor(row)
          ) : (
            <Anchor size="sm" href={linkTo(`/people/${row.actor}`)}>
              {row.actorName}
            </Anchor>
          )}
        </Fact>
        <Fact label={columns.what}>
          {sayCode(row.code)} <Code>{row.code}</Code>
        </Fact>
        <Fact label={columns.subject}>{row.subject || "–"}</Fact>
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
          <Fact key={name} label={words[name]}>
            <Code>{row[name]}</Code>
          </Fact>
        ))}
      </dl>
    </Stack>
  );
}
