/** A request's state and days left, as tags and in words, and the name of a finding. */
import type { RequestItem, RequestSummary } from "../../../shared/privacy-requests/api.ts";
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

export const isOverdue = ({ clocks }: RequestSummary): boolean =>
  clocks !== null && !clocks.paused && isOver(clocks.daysLeft);

/** The days left, or that the clocks are paused. Nothing once they have ended. */
export function RequestDaysLeft({ of }: { of: RequestSummary }) {
  const { clocks } = of;
  if (clocks === null) return null;
  if (clocks.paused) return <Tag>{text.left.paused}</Tag>;
  const { daysLeft } = clocks;
  return (
    <Tag tone={isOver(daysLeft) ? "bad" : daysLeft <= 7 ? "warn" : "plain"}>{sayDaysLeft(daysLeft)}</Tag>
  );
}

/** "Recording, 5 Jan 2026, 10:00" */
export const sayItem = ({ kind, at }: RequestItem): string =>
  [text.one.itemKinds[kind], ...(at === null ? [] : [sayTime(at)])].join(", ");
