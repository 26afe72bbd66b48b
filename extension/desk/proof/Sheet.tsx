/** A proof as one sheet: its facts, events or figures, registers, rows of the trail and signature. Always dark on white. */
import { Table as Plain, Text, Title } from "@mantine/core";
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { Proof, ProofDocument, ProofRegister } from "../../../shared/proof/api.ts";
import { spansOf } from "../../../shared/proof/dates.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { proofEn as text } from "../../../shared/texts/proof/desk.en.ts";
import { DAY } from "../../../shared/core/time.ts";
import { Fact } from "../parts/Fact.tsx";
import { fill, plural, sayCount, sayDate, texts } from "../parts/texts.ts";
import { PlainTable } from "../tables/PlainTable.tsx";
import { ProofAltered } from "./Altered.tsx";
import { ProofCompany } from "./Company.tsx";
import { ProofEvents } from "./Events.tsx";
import { sayMoment } from "./format.ts";
import { ProofPart } from "./Part.tsx";
import { ProofRows, ProofSignature } from "./Rows.tsx";
import { sentenceOf } from "./sentence.ts";

export const fileOf = (proof: Proof): string =>
  fill(text.file, {
    about: proof.about === "number" ? proof.number.slice(1) : proof.about,
    from: proof.from,
    to: proof.to,
  });

export function ProofSheet({ document }: { document: ProofDocument }) {
  const { proof } = document;
  const company = proof.company || text.unnamed;
  const title =
    proof.about === "number"
      ? fill(text.heading.number, { number: sayNumber(proof.number) })
      : fill(text.heading.company, { company });
  return (
    <article className="desk-sheet" aria-labelledby="proof">
      <Title order={2} id="proof" mb="sm">
        {title}
      </Title>
      <Text fw={600} mb="sm" data-sentence>
        {sentenceOf(proof)}
      </Text>
      <dl className="desk-terms">
        <Fact label={text.facts.company}>{proof.company || text.nameless}</Fact>
        {proof.about === "number" && <Fact label={text.facts.number}>{proof.number}</Fact>}
        <Fact label={text.facts.period}>
          {fill(text.facts.periodSays, {
            from: sayDate(texts, proof.from),
            to: sayDate(texts, proof.to),
          })}
        </Fact>
        <Fact label={text.facts.zone}>{fill(text.facts.zoneSays, { zone: proof.zone })}</Fact>
        <Fact label={text.facts.madeAt}>{sayMoment(proof.madeAt, proof)}</Fact>
        <Fact label={text.facts.madeBy}>
          {fill(text.facts.madeBySays, { name: proof.madeBy.name, role: rolesEn[proof.madeBy.role] })}
        </Fact>
        <Fact label={text.facts.sha256}>
          <code className="desk-whole">{document.sha256}</code>
        </Fact>
      </dl>
      {proof.about === "number" && <ProofAltered proof={proof} />}
      {proof.about === "number" ? <ProofEvents proof={proof} /> : <ProofCompany proof={proof} />}
      <Registers proof={proof} />
      <ProofRows proof={proof} />
      <ProofSignature document={document} file={fileOf(proof)} />
    </article>
  );
}

const { registers: words } = text;

/** One line for consecutive versions that agree on the number: the history of the number, not of the file. */
function Registers({ proof }: { proof: Proof }) {
  const { columns } = words;
  const ofNumber = proof.about === "number";
  return (
    <ProofPart id="proof-registers" title={words.title}>
      <PlainTable
        caption={words.title}
        headings={[
          columns.list,
          columns.from,
          columns.to,
          ofNumber ? columns.listed : null,
          { label: columns.versions, ta: "right" },
          columns.asOf,
        ]}
      >
        <Plain.Tbody>
          {proof.registers.flatMap((register) => [
            ...register.lookups.map(({ source, from, to }) => (
              <Plain.Tr key={`${register.list} ${from}`}>
                <Plain.Th scope="row">{register.name}</Plain.Th>
                <Plain.Td>{sayMoment(from, proof)}</Plain.Td>
                <Plain.Td>{to === null ? words.still : sayMoment(to, proof)}</Plain.Td>
                <Plain.Td colSpan={ofNumber ? 3 : 2}>{fill(words.lookedUp, { source })}</Plain.Td>
              </Plain.Tr>
            )),
            ...spansOf(register.versions).map((span) => (
              <Plain.Tr key={`${register.list} ${span.from}`}>
                <Plain.Th scope="row">{register.name}</Plain.Th>
                <Plain.Td>{sayMoment(span.from, proof)}</Plain.Td>
                <Plain.Td>{span.to === null ? words.still : sayMoment(span.to, proof)}</Plain.Td>
                {ofNumber && (
                  <Plain.Td fw={600}>
                    {words.listed[span.listed === null ? "unknown" : span.listed ? "yes" : "no"]}
                  </Plain.Td>
                )}
                <Plain.Td ta="right">{sayCount(span.versions)}</Plain.Td>
                <Plain.Td>
                  {span.versions === 1
                    ? sayDate(texts, span.first.asOf)
                    : fill(words.dated, {
                        first: sayDate(texts, span.first.asOf),
                        last: sayDate(texts, span.last.asOf),
                      })}
                </Plain.Td>
              </Plain.Tr>
            )),
          ])}
        </Plain.Tbody>
      </PlainTable>
      {proof.registers.every(({ gaps }) => gaps.length === 0) ? (
        <Text size="sm" mt={6}>
          {words.noGap}
        </Text>
      ) : (
        <ul className="desk-gaps">
          {proof.registers.flatMap((register) =>
            register.gaps.map((gap) => (
              <li key={`${register.list} ${gap.from}`}>{sayGap(register, gap, proof)}</li>
            )),
          )}
        </ul>
      )}
    </ProofPart>
  );
}

function sayGap(
  { name, maxAgeDays }: ProofRegister,
  { from, to }: ProofRegister["gaps"][number],
  proof: Proof,
): string {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / DAY);
  return fill(words.gap, {
    list: name,
    days: maxAgeDays,
    from: sayMoment(from, proof),
    to: sayMoment(to, proof),
    long: days === 0 ? words.underADay : plural(texts, words.gapDays, days),
  });
}
