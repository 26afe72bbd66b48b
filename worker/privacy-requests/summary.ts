/** A request as the API shows it, with the steps that are open now. */
import type { RequestSummary } from "../../shared/privacy-requests/api.ts";
import { daysBetween } from "../../shared/core/calendar.ts";
import { isOpen, isOverdue, openKinds } from "../../shared/privacy-requests/duties.ts";
import { countingLetters, openTo, type StepInput } from "../../shared/privacy-requests/steps.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { english, fill, sayDate } from "../../shared/texts/language.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { clocks, isDue } from "./clocks.ts";
import { dutiesOf } from "./duties.ts";
import type { Moment, Row } from "./rows.ts";

const unsentOf = (row: Row) => JSON.parse(row.unsent) as StepInput["unsent"];

/** What the table of steps needs to know of a request. */
export function stepInputOf(row: Row, moment: Moment): StepInput {
  const { policy, today } = moment;
  return {
    kind: row.kind,
    state: row.state,
    verified: row.verified_at !== null,
    extensions: policy.requests.extensions,
    extended: row.extended_on !== null,
    inFirstMonth: today <= clocks(row, today).firstMonthBy,
    searched: row.searched_at !== null && (row.narrowed !== null || row.whole === 1),
    proposed: row.proposed,
    undecided: row.undecided,
    held: row.held,
    decision: row.decision,
    reasoned: row.decision === "deny" ? Boolean(row.ground && row.reasons) : row.unreasoned === 0,
    exported: row.exported === 1,
    systems: row.systems,
    nobody: row.nobody,
    open: openKinds(dutiesOf(row, moment).duties),
    withdrawal: row.withdrawal === 1,
    entered: row.by !== "public",
    unproved: row.email !== null && row.proved_at === null,
    unsent: unsentOf(row),
  };
}

export function summaryOf(row: Row, moment: Moment): RequestSummary {
  return {
    id: row.id,
    reference: row.ref,
    kind: row.kind,
    channel: row.channel,
    state: row.state,
    name: row.name,
    email: row.email,
    emailProved: row.proved_at !== null,
    address: row.address,
    number: row.number === null ? null : e164Of(row.number),
    callDate: row.call_date,
    callTime: row.call_time,
    text: row.text,
    receivedOn: row.received_on,
    wave: row.wave,
    clocks: isDue(row) ? clocks(row, moment.today) : null,
    duties: dutiesOf(row, moment).duties.map((duty) => ({
      kind: duty.kind,
      round: duty.round,
      due: duty.due,
      metOn: duty.metOn,
      daysLeft: isOpen(duty) && duty.due !== null ? daysBetween(moment.today, duty.due) : null,
      state: isOpen(duty) ? (isOverdue(duty, moment.today) ? "overdue" : "open") : duty.void ? "void" : "met",
      mail: !duty.mail ? null : duty.mail === "waiting" || duty.mail === "sent" ? "waiting" : "failed",
    })),
    unsent: countingLetters.flatMap((letter) => {
      const mail = unsentOf(row)[letter];
      return mail === undefined ? [] : [{ letter, mail }];
    }),
    narrowed: row.narrowed,
    identity: row.identity,
    verifiedAt: row.verified_at,
    writing: row.writing,
    extendedOn: row.extended_on,
    decision: row.decision,
    ground: row.ground,
    other: row.other,
    reasons: row.reasons,
    decidedOn: row.decided_on,
    toldAt: row.told_at,
    noticedAt: row.noticed_at,
    outcome: row.outcome,
    assignee: row.assignee,
    closedAt: row.closed_at,
    by: row.by,
    at: row.at,
    rev: row.rev,
    actions: openTo(stepInputOf(row, moment), "officer"),
    unasked: row.unasked,
    advice: adviceOf(row),
  };
}

/** What the law says at this point, where an officer should know it. */
function adviceOf(row: Row): string | null {
  if (row.unasked !== null) return fill(t.advice.unasked, { date: sayMoment(row.unasked) });
  const { state, channel, asked_on, pauses } = row;
  if (state === "lodged" && row.email !== null && row.proved_at === null) return t.advice.lodged;
  if (state === "unconfirmed") return t.advice.oral;
  if (row.kind === "objection" && state === "decided")
    return row.told_at === null ? t.advice.objection : null;
  if (state === "asked" && unsentOf(row).identity) return t.advice.unsent;
  if (state === "asked" && pauses === "none") return t.advice.unpaused;
  if (state === "asked") return asked_on === null ? t.advice.late : t.advice.identity;
  return state === "held" && channel === "page" ? t.advice.unverified : null;
}

/** `28 Nov 2026, 15:04 UTC`. */
const sayMoment = (at: string): string => `${sayDate(english, at.slice(0, 10))}, ${at.slice(11, 16)} UTC`;
