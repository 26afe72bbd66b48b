/** A proof's events in words. Times are in the policy's time zone. */
import type { Reason } from "../../../shared/check/api.ts";
import type { ProofEvent } from "../../../shared/proof/api-events.ts";
import type { Proof, ProofRegister } from "../../../shared/proof/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { shortReasons } from "../../../shared/texts/overview/charts.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { proofEn } from "../../../shared/texts/proof/desk.en.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { fill, plural, sayDate, texts } from "../parts/texts.ts";

const text = proofEn.events;

/** The fields of a proof that the words need. */
export type Frame = Pick<Proof, "zone" | "registers">;

export const sayMoment = (at: string, { zone }: Pick<Proof, "zone">): string =>
  new Intl.DateTimeFormat(texts.language, {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: zone,
  }).format(Date.parse(at));

export interface Said {
  what: string;
  details: string[];
}

export function sayEvent(event: ProofEvent, frame: Frame): Said {
  const { what, details } = wordsOf(event, frame);
  return { what, details: event.by === null ? details : [...details, fill(text.by, { name: event.by })] };
}

function wordsOf(event: ProofEvent, frame: Frame): Said {
  const { verdicts, purposes } = dialsEn;
  switch (event.what) {
    case "screening":
      return {
        what: fill(text.screening, { verdict: verdicts[event.verdict] }),
        details: [
          fill(text.from, { name: event.name, source: text.sources[event.source] ?? event.source }),
          ...byLists(event.lists, frame),
        ],
      };
    case "dial": {
      return {
        what: fill(text.dial[event.refused ? "refused" : event.action], {
          verdict: verdicts[event.workerVerdict],
        }),
        details: [
          ...(event.basis === null
            ? []
            : [fill(text.reason, { basis: consentsEn.bases[event.basis], reason: event.reason ?? "" })]),
          ...sayReasons(event.workerReasons, frame.registers),
          ...(event.verdict === event.workerVerdict
            ? []
            : [fill(text.differs, { verdict: verdicts[event.verdict] })]),
          ...(event.arrival
            ? [
                fill(text.arrival, { verdict: verdicts[event.arrival.verdict] }),
                ...sayReasons(event.arrival.reasons, frame.registers),
              ]
            : []),
          ...sayDigits(event),
          fill(text.host, { host: event.host, purpose: purposes[event.purpose] }),
          ...late(event, frame),
        ],
      };
    }
    case "suppression":
      return {
        what: event.keepsLine ? text.tells : text.suppression[event.kind],
        details: [
          fill(text.because, { reason: event.reason }),
          ...(event.until === null ? [] : [fill(text.until, { date: sayDate(texts, event.until) })]),
        ],
      };
    case "suppression-ended":
      return { what: text.ended[event.kind], details: [fill(text.because, { reason: event.reason })] };
    case "consent":
      return {
        what: fill(text.consent, { basis: consentsEn.bases[event.basis] }),
        details: [
          fill(text.given, {
            by: event.givenBy,
            at: sayMoment(event.givenAt, frame),
            evidence: event.evidence,
          }),
          ...(event.until === null ? [] : [fill(text.until, { date: sayDate(texts, event.until) })]),
        ],
      };
    case "consent-withdrawn":
      return { what: fill(text.withdrawn, { basis: consentsEn.bases[event.basis] }), details: [] };
    case "turned":
      return {
        what: fill(text.turned, { from: verdicts[event.from], to: verdicts[event.to] }),
        details: [
          sayCode(event, frame),
          ...(event.mailedAt === null ? [] : [fill(text.mailed, { at: sayMoment(event.mailedAt, frame) })]),
        ],
      };
    case "lookup":
      return {
        what: fill(text.lookup[event.listed ? "yes" : "no"], { list: nameOf(event.list, frame.registers) }),
        details: [fill(text.source, { source: event.source })],
      };
    case "call":
      return callWords(event, frame);
    case "recording":
      return {
        what: fill(text.recording, { provider: event.provider }),
        details: [
          ...(event.direction === null ? [] : [text.directions[event.direction]]),
          ...(event.seconds === null ? [] : [plural(texts, text.seconds, event.seconds)]),
          ...(event.state === "kept" ? [] : [text.erasing]),
        ],
      };
    case "request":
      return {
        what: fill(text.request, { reference: event.reference, kind: deskRequestsEn.kinds[event.kind] }),
        details: [
          fill(text.received, {
            received: sayDate(texts, event.received),
            decideBy: sayDate(texts, event.decideBy),
          }),
          ...(event.decision === null || event.decidedOn === null
            ? []
            : [
                fill(text.decidedOn, {
                  decision: text.decided[event.decision],
                  date: sayDate(texts, event.decidedOn),
                }),
              ]),
        ],
      };
  }
}

const nameOf = (id: string, registers: readonly ProofRegister[]): string =>
  registers.find(({ list }) => list === id)?.name ?? id.toUpperCase();

/** Outbound calls have a verdict: by what was on record at the time of the call. */
function callWords(event: Extract<ProofEvent, { what: "call" }>, { registers }: Frame): Said {
  const { provider, verdict, seconds, agent, screened } = event;
  const length = seconds === null ? [] : [plural(texts, text.seconds, seconds)];
  const where = fill(event.via === "recording" ? text.recorded : text.log, { provider });
  if (verdict === null) return { what: text.callIn, details: [where, ...length] };
  return {
    what: fill(text.call, { verdict: dialsEn.verdicts[verdict] }),
    details: [
      ...sayReasons(event.reasons, registers),
      ...(event.judgedAs ? [fill(text.judgedAs, { kind: dialsEn.purposes[event.judgedAs] })] : []),
      ...(event.overridden ? [text.overridden] : []),
      ...(event.dial === null ? [] : [text.onPage]),
      screened === null ? text.unscreened : text.screened[screened],
      where,
      ...(agent === null ? [] : [fill(text.agent, { agent })]),
      ...length,
    ],
  };
}

/** "Not on the register" only where there is no other reason. */
function sayReasons(reasons: readonly Reason[], registers: readonly ProofRegister[]): string[] {
  const barring = reasons.filter(({ code }) => code !== "not-listed");
  const names = namesOf(registers);
  return (barring.length > 0 ? barring : reasons).map((reason) =>
    sayReason(texts, reason, names).replace(/\.$/, ""),
  );
}

/** The register with its date, or another reason in a few words. */
const sayCode = (
  { reason, list, asOf }: { reason: string; list: string | null; asOf: string | null },
  { registers }: Frame,
): string =>
  list === null || asOf === null
    ? (shortReasons[reason] ?? reason)
    : fill(text.list, { list: nameOf(list, registers), date: sayDate(texts, asOf) });

/** The proof's registers as `sayReason` takes them: it only uses id and name. */
const namesOf = (registers: readonly ProofRegister[]): RegisterHead[] =>
  registers.map(({ list, name, maxAgeDays }) => ({
    ...{ id: list, name, maxAgeDays, regions: [], version: 0, asOf: null, numbers: 0 },
  }));

function byLists(lists: readonly { id: string; asOf: string | null }[], { registers }: Frame): string[] {
  const said = lists.flatMap(({ id, asOf }) =>
    asOf === null ? [] : [fill(text.list, { list: nameOf(id, registers), date: sayDate(texts, asOf) })],
  );
  const format = new Intl.ListFormat(texts.language, { type: "conjunction" });
  return said.length === 0 ? [] : [fill(text.asOf, { lists: format.format(said) })];
}

/** A dial that took longer to arrive had waited for a connection. */
const LATE_MS = MINUTE;
/** What was dialled, if it is on record, and both numbers where what rings is not what was meant. */
function sayDigits({ written, number, recordNumber }: Extract<ProofEvent, { what: "dial" }>): string[] {
  const dialled = written ? [fill(text.dialled, { written })] : [];
  if (!recordNumber) return dialled;
  const rings = number ? sayNumber(number) : text.rangNothing;
  return [...dialled, fill(text.twoNumbers, { rings, meant: sayNumber(recordNumber) })];
}

const late = ({ at, deviceAt }: { at: string; deviceAt: string }, frame: Frame): string[] =>
  Math.abs(Date.parse(at) - Date.parse(deviceAt)) > LATE_MS
    ? [fill(text.device, { at: sayMoment(deviceAt, frame) })]
    : [];
