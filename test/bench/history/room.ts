/** How much of the database companies take after 24 months, by the bytes of each row and how long it lies there. */
import { DAY } from "../../../shared/core/time.ts";
import { SOON } from "../../../worker/recordings/certificates/lines.ts";
import { SETTLED } from "../../../worker/storage/closed/close.ts";
import { table } from "../table.ts";

/** Bytes of one of each, with its entries in indexes. */
export interface Bytes {
  dial: number;
  call: number;
  recording: number;
  /** What stays of an erased recording, with its certificate. */
  erased: number;
  /** What stays once their rows have left: of a dial, alone and with its call; of a kept recording; and of a certificate. */
  closedDial: number;
  closedCall: number;
  closedRecording: number;
  closedCertificate: number;
  /** The same once their month is over, and the index of that is packed. */
  packedDial: number;
  packedCall: number;
  packedRecording: number;
  packedCertificate: number;
  /** Rows of the trail of a recorded call, and of an erasure, with what is kept apart of them, until they leave. */
  trail: number;
  trailOfErasure: number;
  /** What the database keeps of each row of the trail once it has left, and how many rows a recorded call and an erasure have. */
  sieved: number;
  rowsOfCall: number;
  rowsOfErasure: number;
}

/** As `docs/costs.md` assumes them. */
const [DAYS, CALLS, DIALS_KEPT, RECORDINGS_KEPT] = [22, 100, 24, 12];
const MONTH = 365 / 12;
/** Months after which what fills a file leaves, and what is left of an erasure; and of a recording, for which it is back before its day. */
const [LEAVES, ERASED_LEAVES, BACK] = [SETTLED / DAY / MONTH, SOON / DAY / MONTH, 7 / MONTH];
/** Months whose entries wait until no file of theirs comes any more, at the most. */
const OPEN = 1;
const COMPANIES = [10, 60, 500, 1000];
const FULL = 10e9;

/**
 * Bytes that one agent takes after 24 months, if all rows leave that may. `trailDays`: working days for which the trail's rows stay; the
 * trail of a call without a recording is a fifth.
 */
function ofAgent(of: Bytes, isRecorded: boolean, trailDays: number): number {
  const months = isRecorded
    ? (of.dial + of.call) * LEAVES +
      of.closedCall * OPEN +
      of.packedCall * (DIALS_KEPT - LEAVES - OPEN) +
      of.recording * (LEAVES + BACK) +
      of.closedRecording * OPEN +
      of.packedRecording * (RECORDINGS_KEPT - LEAVES - OPEN) +
      of.erased * ERASED_LEAVES +
      of.closedCertificate * OPEN +
      of.packedCertificate * (DIALS_KEPT - RECORDINGS_KEPT - ERASED_LEAVES - OPEN)
    : of.dial * LEAVES + of.closedDial * OPEN + of.packedDial * (DIALS_KEPT - LEAVES - OPEN);
  const archived = isRecorded
    ? of.rowsOfCall * DIALS_KEPT + of.rowsOfErasure * (DIALS_KEPT - RECORDINGS_KEPT)
    : DIALS_KEPT;
  return (
    (months + archived * of.sieved) * DAYS * CALLS +
    (isRecorded ? of.trail + of.trailOfErasure : of.trail / 5) * trailDays * CALLS
  );
}

/** The same, where no row leaves but the trail's. */
function ofAgentStaying(of: Bytes, isRecorded: boolean, trailDays: number): number {
  const months = isRecorded
    ? (of.dial + of.call) * DIALS_KEPT +
      of.recording * RECORDINGS_KEPT +
      of.erased * (DIALS_KEPT - RECORDINGS_KEPT)
    : of.dial * DIALS_KEPT;
  return (
    months * DAYS * CALLS + (isRecorded ? of.trail + of.trailOfErasure : of.trail / 5) * trailDays * CALLS
  );
}

/** By how much what stays for good grows in a year, of an agent. */
const forGood = ({ packedCertificate, sieved, rowsOfCall, rowsOfErasure }: Bytes): number =>
  (packedCertificate + sieved * (rowsOfCall + rowsOfErasure)) * DAYS * CALLS * 12;

export function roomText(of: Bytes, trailDays: number): string {
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);
  const agents = (bytes: number) => Math.floor(FULL / bytes).toFixed(0);
  const sides = [true, false].map((isRecorded) => ofAgent(of, isRecorded, trailDays));
  const staying = [true, false].map((isRecorded) => ofAgentStaying(of, isRecorded, trailDays));
  return table([
    [
      "the database after 24 months, in GB, where all rows leave that may",
      "each call recorded",
      "dials alone",
    ],
    ...COMPANIES.map((n) => [
      `${n.toLocaleString("en-GB")} agents`,
      ...sides.map((bytes) => gigabytes(bytes * n)),
    ]),
    ["agents of whom 10 GB hold 24 months", ...sides.map(agents)],
    ["the same, where no row leaves but the trail's", ...staying.map(agents)],
    [
      "added in each later year by what stays for good, 1,000 agents",
      ...[forGood(of), of.sieved * DAYS * CALLS * 12].map((bytes) => gigabytes(bytes * 1000)),
    ],
  ]);
}
