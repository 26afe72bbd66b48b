/** The company's period in figures, each with its chart: what was screened, called, asked for and recorded. */
import { Table as Plain } from "@mantine/core";
import type { CompanyProof } from "../../../shared/proof/api.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { Ages, CallsByDay, HeldBy } from "../overview/Figures.tsx";
import { Chart } from "../charts/Chart.tsx";
import { Fact } from "../parts/Fact.tsx";
import { fill, plural, sayDate, texts } from "../parts/words.ts";
import { Part } from "./Part.tsx";

const text = proofEn.company;
const count = new Intl.NumberFormat(texts.language);
const share = new Intl.NumberFormat(texts.language, { maximumFractionDigits: 1 });

export function ProofCompany({ proof }: { proof: CompanyProof }) {
  const { screened, dials, calls, requests, recordings, days, heldBy, overrides } = proof.figures;
  const { decided, medianDays, longestDays, late } = requests;
  const bases = overrides.map(({ name }) => sayBasis(name));
  return (
    <>
      <Part id="proof-figures" title={text.title}>
        <dl className="desk-terms">
          <Fact label={text.screened}>
            {count.format(screened.numbers)} {plural(texts, text.screenings, screened.screenings)}
          </Fact>
          <Fact label={text.blocked}>
            {count.format(screened.blocked)}
            {screened.numbers > 0 &&
              `, ${fill(text.share, { share: share.format((100 * screened.blocked) / screened.numbers) })}`}
          </Fact>
          <Fact label={text.passed}>{count.format(dials.passed)}</Fact>
          <Fact label={text.held}>{count.format(dials.held)}</Fact>
          <Fact label={text.overridden}>
            {count.format(dials.overridden)}
            {dials.refused > 0 && `; ${plural(texts, text.refused, dials.refused)}`}
          </Fact>
          <Fact label={text.logs}>
            {count.format(calls.outbound)}
            {calls.outbound > 0 &&
              `; ${fill(text.logsNote, {
                blocked: count.format(calls.blocked),
                unscreened: count.format(calls.unscreened),
              })}`}
          </Fact>
          <Fact label={text.requests}>
            {count.format(requests.received)};{" "}
            {medianDays === null
              ? text.undecided
              : fill(text.decided, {
                  n: count.format(decided),
                  median: count.format(medianDays),
                  longest: count.format(longestDays ?? 0),
                })}
          </Fact>
          <Fact label={text.late}>{count.format(late.length)}</Fact>
          <Fact label={text.recordings}>{count.format(recordings.arrived)}</Fact>
          <Fact label={text.erased}>
            {count.format(recordings.erased)};{" "}
            {fill(text.erasedNote, {
              failing: count.format(recordings.failing),
              held: count.format(recordings.held),
            })}
          </Fact>
        </dl>
      </Part>
      <div className="desk-sheet-charts">
        <CallsByDay days={days} />
        <HeldBy of={heldBy} registers={proof.registers} />
        {overrides.length > 0 && (
          <Chart
            order={3}
            title={text.overrides}
            summary={overrides.map(({ count: n }, i) => `${bases[i]}: ${count.format(n)}`).join(", ")}
            kind="bars"
            along={dialsEn.columns.basis}
            labels={bases}
            ticks={bases}
            series={[{ label: text.calls, look: "warn", values: overrides.map(({ count: n }) => n) }]}
          />
        )}
        <Ages registers={proof.registers} from={proof.from} to={lastDay(proof)} />
      </div>
      {late.length > 0 && <Late of={late} />}
    </>
  );
}

const sayBasis = (basis: string): string =>
  (consentsEn.bases as Record<string, string | undefined>)[basis] ?? basis;

/** What is still to come has no age. */
const lastDay = ({ to, madeAt }: CompanyProof): string =>
  to < madeAt.slice(0, 10) ? to : madeAt.slice(0, 10);

function Late({ of }: { of: CompanyProof["figures"]["requests"]["late"] }) {
  const { lateColumns: columns } = text;
  return (
    <Part id="proof-late" title={text.lateTitle}>
      <Plain className="desk-table">
        <Plain.Caption className="desk-unseen">{text.lateTitle}</Plain.Caption>
        <Plain.Thead>
          <Plain.Tr>
            <Plain.Th>{columns.reference}</Plain.Th>
            <Plain.Th>{columns.kind}</Plain.Th>
            <Plain.Th>{columns.received}</Plain.Th>
            <Plain.Th>{columns.decideBy}</Plain.Th>
            <Plain.Th>{columns.decidedOn}</Plain.Th>
          </Plain.Tr>
        </Plain.Thead>
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
      </Plain>
    </Part>
  );
}
