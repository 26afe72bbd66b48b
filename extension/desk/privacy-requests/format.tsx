/** A request's state and days left, as tags and in words, and the name of a finding. */
import type { RequestDuty, RequestItem, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import type { RequestState as State } from "../../../shared/privacy-requests/steps.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { plural, texts } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";

const text = deskRequestsEn;

const toneOf: Record<State, Tone> = {
  unconfirmed: "warn",
  open: "warn",
  asked: "plain",
  received: "warn",
  verified: "good",
  decided: "warn",
  held: "warn",
  lodged: "warn",
  acknowledged: "plain",
  investigating: "plain",
  closed: "plain",
  withdrawn: "plain",
};

export const RequestState = ({ of }: { of: RequestSummary }) => (
  <Tag tone={toneOf[of.state]}>{text.states[of.state]}</Tag>
);

const isOver = (days: number) => days < 0;

export function sayDaysLeft(days: number): string {
  if (days === 0) return text.left.today;
  return isOver(days) ? plural(texts, text.left.over, -days) : plural(texts, text.left.days, days);
}

/** An older Worker names none. */
export const dutiesOf = ({ duties }: Partial<RequestSummary>): readonly RequestDuty[] => duties ?? [];

export const isOverdue = (row: RequestSummary): boolean =>
  dutiesOf(row).some(({ state }) => state === "overdue");

/** What is owed next: the earliest day first, what is paused last. */
export const nextDuty = (row: RequestSummary): RequestDuty | undefined =>
  dutiesOf(row)
    .filter(({ state }) => state === "open" || state === "overdue")
    .sort((a, b) => (a.due ?? "9999").localeCompare(b.due ?? "9999"))[0];

/** The days left for what is owed next, or that its clock is paused. Nothing where nothing is owed. */
export function RequestDaysLeft({ of }: { of: RequestSummary }) {
  const next = nextDuty(of);
  return next ? <DaysLeft of={next} /> : null;
}

export function DaysLeft({ of: { daysLeft } }: { of: RequestDuty }) {
  if (daysLeft === null) return <Tag>{text.left.paused}</Tag>;
  return (
    <Tag tone={isOver(daysLeft) ? "bad" : daysLeft <= 7 ? "warn" : "plain"}>{sayDaysLeft(daysLeft)}</Tag>
  );
}

/** "Recording, 5 Jan 2026, 10:00" */
export const sayItem = ({ kind, at }: RequestItem): string =>
  [text.one.itemKinds[kind], ...(at === null ? [] : [sayTime(at)])].join(", ");
