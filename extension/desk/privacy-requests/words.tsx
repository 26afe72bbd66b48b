/** A request in words: its days, its state, and what a finding is. */
import type { RequestItem, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import type { RequestState } from "../../../shared/privacy-requests/steps.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { sayTime } from "../parts/When.tsx";
import { plural, texts } from "../parts/words.ts";

const text = deskRequestsEn;

const toneOf: Record<RequestState, Tone> = {
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

export const State = ({ of }: { of: RequestSummary }) => (
  <Tag tone={toneOf[of.state]}>{text.states[of.state]}</Tag>
);

const isOver = (days: number) => days < 0;

export function sayLeft(days: number): string {
  if (days === 0) return text.left.today;
  return isOver(days) ? plural(texts, text.left.over, -days) : plural(texts, text.left.days, days);
}

export const isOverdue = ({ clocks }: RequestSummary): boolean =>
  clocks !== null && !clocks.paused && isOver(clocks.daysLeft);

/** Days left, or that the clocks stand still; nothing where nothing runs any more. */
export function Left({ of }: { of: RequestSummary }) {
  const { clocks } = of;
  if (clocks === null) return null;
  if (clocks.paused) return <Tag>{text.left.paused}</Tag>;
  const { daysLeft } = clocks;
  return <Tag tone={isOver(daysLeft) ? "bad" : daysLeft <= 7 ? "warn" : "plain"}>{sayLeft(daysLeft)}</Tag>;
}

export const sayItem = ({ kind, at }: RequestItem): string =>
  [text.one.itemKinds[kind], ...(at === null ? [] : [sayTime(at)])].join(", ");
