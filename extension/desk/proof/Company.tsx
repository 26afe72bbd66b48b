/** The company's figures for a period: screenings, calls, requests and recordings, with charts. */
import { Table as Plain } from "@mantine/core";
import type { CompanyProof } from "../../../shared/proof/api.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
import { Bars } from "../charts/Bars.tsx";
import { CallsByDay, HeldBy, RegisterAges } from "../charts/PeriodCharts.tsx";
import { Fact } from "../parts/Fact.tsx";
import { fill, plural, sayCount, sayDate, texts } from "../parts/texts.ts";
import { PlainTable } from "../tables/PlainTable.tsx";
import { ProofPart } from "./Part.tsx";

const text = proofEn.company;
const share = new Intl.NumberFormat(texts.language, { maximumFractionDigits: 1 });

export function ProofCompany({ proof }: { proof: CompanyProof }) {
  const { screened, dials, calls, requests, recordings, days, heldBy, overrides } = proof.figures;
  const { decided, medianDays, longestDays, late } = requests;
  return (
    <>
      <ProofPart id="proof-figures" title={text.title}>
        <dl className="desk-terms">
          <Fact label={text.screened}>
            {sayCount(screened.numbers)} {plural(texts, text.screenings, screened.screenings)}
          </Fact>
          <Fact label={text.blocked}>
            {sayCount(screened.blocked)}
            {screened.numbers > 0 &&
              `, ${fill(text.share, { share: share.format((100 * screened.blocked) / screened.numbers) })}`}
          </Fact>
          <Fact label={text.passed}>{sayCount(dials.passed)}</Fact>
          <Fact label={text.held}>{sayCount(dials.held)}</Fact>
          <Fact label={text.overridden}>
            {sayCount(dials.overridden)}
            {dials.refused > 0 && `; ${plural(texts, text.refused, dials.refused)}`}
          </Fact>
          <Fact label={text.logs}>
            {sayCount(calls.outbound)}
            {calls.outbound > 0 &&
              `; ${fill(text.logsNote, {
                blocked: sayCount(calls.blocked),
                unscreened: sayCount(calls.unscreened),
              })}`}
          </Fact>
          <Fact label={text.requests}>
            {sayCount(requests.received)};{" "}
            {medianDays === null
              ? text.undecided
              : fill(text.decided, {
                  n: sayCount(decided),
                  median: sayCount(medianDays),
                  longest: sayCount(longestDays ?? 0),
                })}
          </Fact>
          <Fact label={text.late}>{sayCount(late.length)}</Fact>
          <Fact label={text.recordings}>{sayCount(recordings.arrived)}</Fact>
          <Fact label={text.erased}>
            {sayCount(recordings.erased)};{" "}
            {fill(text.erasedNote, {
              failing: sayCount(recordings.failing),
              held: sayCount(recordings.held),
            })}
          </Fact>
        </dl>
      </ProofPart>
      <div className="desk-sheet-charts">
        <CallsByDay days={days} />
        <HeldBy of={heldBy} registers={proof.registers} />
        {overrides.length > 0 && (
          <Bars
            order={3}
            title={text.overrides}
            summary={overrides.map(({ name, count }) => `${sayBasis(name)}: ${sayCount(count)}`).join(", ")}
            along={dialsEn.columns.basis}
            rows={overrides}
            nameOf={({ name }) => sayBasis(name)}
            series={[{ label: text.calls, look: "warn", value: ({ count }) => count }]}
          />
        )}
        <RegisterAges registers={proof.registers} from={proof.from} to={lastDay(proof)} />
      </div>
      {late.length > 0 && <Late of={late} />}
    </>
  );
}

const sayBasis = (basis: string): string =>
  (consentsEn.bases as Record<string, string | undefined>)[basis] ?? basis;

/** The period's last day, or the day on which the proof was made: a register has no age in the future. */
const lastDay = ({ to, madeAt }: CompanyProof): string =>
  to < madeAt.slice(0, 10) ? to : madeAt.slice(0, 10);

function Late({ of }: { of: CompanyProof["figures"]["requests"]["late"] }) {
  const { lateColumns: columns } = text;
  return (
    <ProofPart id="proof-late" title={text.lateTitle}>
      <PlainTable
        caption={text.lateTitle}
        headings={[columns.reference, columns.kind, columns.received, columns.decideBy, columns.decidedOn]}
      >
        <Plain.Tbody>
          {of.map((request) => (
            <Plain.Tr key={request.reference}>
              <Plain.Th scope="row">{request.reference}</Plain.Th>
              <Plain.Td>{deskRequestsEn.kinds[request.kind]}</Plain.Td>
              <Plain.Td>{sayDate(texts, request.received)}</Plain.Td>
              <Plain.Td>{sayDate(texts, request.decideBy)}</Plain.Td>
              <Plain.Td>
                {request.decidedOn === null ? text.open : sayDate(texts, request.decidedOn)}
              </Plain.Td>
            </Plain.Tr>
          ))}
        </Plain.Tbody>
      </PlainTable>
    </ProofPart>
  );
}
