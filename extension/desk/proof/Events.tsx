/** The events of a number in order of time. Those before the period that still applied when it began come first. */
import { Table as Plain, Text } from "@mantine/core";
import type { ProofEvent } from "../../../shared/proof/api-events.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { isCompared } from "../../../shared/proof/compared.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
import { PlainTable } from "../tables/PlainTable.tsx";
import { sayEvent, sayMoment } from "./format.ts";
import { ProofPart } from "./Part.tsx";

const text = proofEn.events;

export function ProofEvents({ proof }: { proof: NumberProof }) {
  const day = (at: string) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone: proof.zone }).format(Date.parse(at));
  const before = proof.events.filter(({ at }) => day(at) < proof.from);
  const during = proof.events.filter(({ at }) => day(at) >= proof.from);
  return (
    <ProofPart id="proof-events" title={text.title}>
      {proof.events.length === 0 ? (
        <Text size="sm">{text.none}</Text>
      ) : (
        <PlainTable
          caption={text.title}
          headings={[
            text.columns.at,
            text.columns.what,
            text.columns.details,
            { label: text.columns.rows, ta: "right" },
          ]}
          spacing={4}
        >
          {before.length > 0 && (
            <Plain.Tbody>
              <Plain.Tr>
                <Plain.Th colSpan={4} scope="rowgroup">
                  {text.before}
                </Plain.Th>
              </Plain.Tr>
              <Lines of={before} proof={proof} />
            </Plain.Tbody>
          )}
          <Plain.Tbody>
            <Lines of={during} proof={proof} />
          </Plain.Tbody>
        </PlainTable>
      )}
    </ProofPart>
  );
}

function Lines({ of, proof }: { of: ProofEvent[]; proof: NumberProof }) {
  const quoted = new Map(proof.trail.rows.map((row) => [row.seq, row]));
  return (
    <>
      {of.map((event, i) => {
        const { what, details } = sayEvent(event, proof);
        const all = isCompared(event, quoted) ? details : [...details, text.uncompared];
        return (
          <Plain.Tr key={i}>
            <Plain.Td className="desk-when">{sayMoment(event.at, proof)}</Plain.Td>
            <Plain.Td fw={600}>{what}</Plain.Td>
            <Plain.Td>{all.join("; ")}</Plain.Td>
            <Plain.Td ta="right">{event.rows.length === 0 ? text.bare : event.rows.join(", ")}</Plain.Td>
          </Plain.Tr>
        );
      })}
    </>
  );
}
