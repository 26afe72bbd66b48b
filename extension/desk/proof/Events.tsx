/** The events of a number in order of time. Those before the period that still applied when it began come first. */
import { Table as Plain, Text } from "@mantine/core";
import type { ProofEvent } from "../../../shared/proof/api-events.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
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
        <Plain className="desk-table" verticalSpacing={4}>
          <Plain.Caption className="desk-unseen">{text.title}</Plain.Caption>
          <Plain.Thead>
            <Plain.Tr>
              <Plain.Th>{text.columns.at}</Plain.Th>
              <Plain.Th>{text.columns.what}</Plain.Th>
              <Plain.Th>{text.columns.details}</Plain.Th>
              <Plain.Th ta="right">{text.columns.rows}</Plain.Th>
            </Plain.Tr>
          </Plain.Thead>
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
        </Plain>
      )}
    </ProofPart>
  );
}

const Lines = ({ of, proof }: { of: ProofEvent[]; proof: NumberProof }) => (
  <>
    {of.map((event, i) => {
      const { what, details } = sayEvent(event, proof);
      return (
        <Plain.Tr key={i}>
          <Plain.Td className="desk-when">{sayMoment(event.at, proof)}</Plain.Td>
          <Plain.Td fw={600}>{what}</Plain.Td>
          <Plain.Td>{details.join("; ")}</Plain.Td>
          <Plain.Td ta="right">{event.rows.length === 0 ? text.bare : event.rows.join(", ")}</Plain.Td>
        </Plain.Tr>
      );
    })}
  </>
);
