/** A connector's state in a word and a colour, and its figures in words. */
import type { Connector, ConnectorRun } from "../../../shared/connectors/api.ts";
import { adviceFor } from "../../../shared/connectors/advice.ts";
import { deskConnectorsEn as text } from "../../../shared/texts/connectors/desk.en.ts";
import type { Tone } from "../parts/Tag.tsx";
import { fill, plural, sayCount, texts } from "../parts/texts.ts";

export type ConnectorStatus = keyof typeof text.states;

/** Nothing reaches the CRM before somebody signs in: nobody has, or the CRM ended it. */
export const isSignedOut = ({ signIn }: Connector): boolean =>
  Boolean(signIn && (signIn.at === null || signIn.over));

/** As with a mail, the third failure in a row counts: a CRM that is away for a minute is asked again by itself. */
const MANY = 3;
const changesFail = ({ active, changes }: Connector): boolean => active && (changes?.failures ?? 0) >= MANY;

export function statusOf(connector: Connector): ConnectorStatus {
  const { active, triedAt, last, error, signIn } = connector;
  // A run does not read what they say of themselves.
  if (changesFail(connector)) return "failing";
  if (last?.state === "running") return last.failures > 0 ? "failing" : "running";
  if (last?.state === "failed" || error !== null) return "failing";
  if (signIn?.over || (active && isSignedOut(connector))) return "failing";
  return active ? "on" : triedAt === null ? "new" : "tried";
}

/** Why it fails: its access ended, at its last run, while writing verdicts that have changed since, or while reading what changed there. */
export const errorOf = ({ last, error, signIn, changes }: Connector): string =>
  signIn?.over ?? error ?? last?.error ?? changes?.error ?? text.unknownError;

/** Fields that no record of a mapped CRM has. */
export const sayAbsent = (object: string, fields: readonly string[]): string =>
  fill(text.tested.absent, { object, fields: fields.join(", ") });

/** What it said, and what to do about it. */
export const sayError = (error: string): string => {
  const advice = adviceFor(error);
  return [fill(text.tested.failedText, { error }), ...(advice === null ? [] : [text.advice[advice]])].join(
    " ",
  );
};

export const statusTone: Record<ConnectorStatus, Tone> = {
  new: "plain",
  tried: "plain",
  on: "good",
  running: "warn",
  failing: "bad",
};

export const sayContacts = (n: number): string => plural(texts, text.run.contacts, n);

/** "It would write to 812 of 10,412 contacts." */
export const sayWritten = ({ trial, state, written, contacts }: ConnectorRun): string =>
  fill(
    trial ? text.run.would : state === "running" ? `${text.run.soFar} ${text.run.wrote}` : text.run.wrote,
    { written: sayCount(written), contacts: sayContacts(contacts) },
  );
