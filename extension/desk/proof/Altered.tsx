/** The stored rows of a number that are not as the trail says, and what of the trail was not searched for such. */
import { Text } from "@mantine/core";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
import { compareEn } from "../../../shared/texts/trail/compare.en.ts";
import { trailEn } from "../../../shared/texts/trail/desk.en.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { sayMoment } from "./format.ts";
import { ProofPart } from "./Part.tsx";

const text = proofEn.altered;

export function ProofAltered({ proof }: { proof: NumberProof }) {
  const { altered = [], trail } = proof;
  const { unread = [] } = trail;
  if (altered.length + unread.length === 0) return null;
  return (
    <ProofPart id="proof-altered" title={text.title}>
      {altered.length > 0 && <Text size="sm">{plural(texts, text.lead, altered.length)}</Text>}
      <ul className="desk-gaps">
        {altered.map(({ table, ref, how, seq, at, code, told }) => (
          <li key={`${table} ${ref}`}>
            {fill(text.how[how], {
              what: compareEn.tables[table]?.[0] ?? table,
              ref,
              seq: seq ?? "",
              at: at === null ? "" : sayMoment(at, proof),
              change: (trailEn.codes as Record<string, string>)[code ?? ""] ?? code ?? "",
            })}{" "}
            {text.tells[told ? "yes" : "no"]}
          </li>
        ))}
        {unread.map(([first, last]) => (
          <li key={first}>{fill(text.unread, { first, last })}</li>
        ))}
      </ul>
    </ProofPart>
  );
}
