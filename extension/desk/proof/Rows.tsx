/** The rows of the audit trail that a proof quotes, and its signature with how to check it. */
import { Table as Plain, Text } from "@mantine/core";
import type { ProofRow } from "../../../shared/proof/api-trail.ts";
import type { Proof, ProofDocument } from "../../../shared/proof/api.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
import { trailEn } from "../../../shared/texts/trail/desk.en.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { PlainTable } from "../tables/PlainTable.tsx";
import { sayMoment } from "./format.ts";
import { ProofPart } from "./Part.tsx";

const { rows: text, signature: words } = proofEn;

const contentOf = ({ payload, withheld }: ProofRow): string =>
  payload !== null ? text.kept : withheld ? text.withheld : text.erased;

export function ProofRows({ proof }: { proof: Proof }) {
  const { rows, unlinked } = proof.trail;
  const { columns } = text;
  return (
    <ProofPart id="proof-rows" title={text.title}>
      {rows.length === 0 ? (
        <Text size="sm">{text.none}</Text>
      ) : (
        <PlainTable
          caption={text.title}
          headings={[
            { label: columns.seq, ta: "right" },
            columns.at,
            columns.code,
            columns.hash,
            columns.payload,
          ]}
          spacing={3}
        >
          <Plain.Tbody>
            {rows.map((row) => (
              <Plain.Tr key={row.seq}>
                <Plain.Th scope="row" ta="right">
                  {row.seq}
                </Plain.Th>
                <Plain.Td className="desk-when">{sayMoment(row.at, proof)}</Plain.Td>
                <Plain.Td>{sayCode(row.code)}</Plain.Td>
                <Plain.Td>
                  <code className="desk-whole">{row.hash}</code>
                </Plain.Td>
                <Plain.Td>{contentOf(row)}</Plain.Td>
              </Plain.Tr>
            ))}
          </Plain.Tbody>
        </PlainTable>
      )}
      {unlinked.length > 0 && (
        <Text size="sm" mt={6}>
          {plural(texts, text.unlinked, unlinked.length)}
        </Text>
      )}
    </ProofPart>
  );
}

const sayCode = (code: string): string => (trailEn.codes as Record<string, string>)[code] ?? code;

export const ProofSignature = ({ document, file }: { document: ProofDocument; file: string }) => (
  <ProofPart id="proof-signature" title={words.title}>
    {document.signature === null ? (
      <Text size="sm" fw={600}>
        {words.unsigned}
      </Text>
    ) : (
      <>
        <Text size="sm">{words.signed}</Text>
        <code className="desk-whole">{document.signature}</code>
        <Text size="sm" mt={4}>
          {words.key}
        </Text>
        <code className="desk-whole">{document.key}</code>
      </>
    )}
    <Text size="sm" mt={8}>
      {words.check}
    </Text>
    <code className="desk-whole">{fill(words.command, { file })}</code>
    <Text size="sm" mt={4}>
      {words.says}
    </Text>
    <Text size="sm" mt={4}>
      {words.proves}
    </Text>
  </ProofPart>
);
