/** What a connector is like at a glance, in a word and a colour. */
import type { Connector, ConnectorRun } from "../../../shared/connectors/api.ts";
import { deskConnectorsEn as text } from "../../../shared/texts/connectors/desk.en.ts";
import type { Tone } from "../parts/Tag.tsx";
import { fill, plural, texts } from "../parts/words.ts";

export type Standing = keyof typeof text.states;

export function standingOf({ active, triedAt, last, error }: Connector): Standing {
  if (last?.state === "running") return last.failures > 0 ? "failing" : "running";
  if (last?.state === "failed" || error !== null) return "failing";
  return active ? "on" : triedAt === null ? "new" : "tried";
}
/** Why it fails: the last run, or marking numbers that turned. */
export const errorOf = ({ last, error }: Connector): string => error ?? last?.error ?? text.unknownError;

export const standingTone: Record<Standing, Tone> = {
  new: "plain",
  tried: "plain",
  on: "good",
  running: "warn",
  failing: "bad",
};

export const sayNumber = (n: number): string => n.toLocaleString(texts.language);
export const sayContacts = (n: number): string => plural(texts, text.run.contacts, n);

/** "It would write to 812 of 10,412 contacts." */
export const sayWritten = ({ trial, state, written, contacts }: ConnectorRun): string =>
  fill(
    trial ? text.run.would : state === "running" ? `${text.run.soFar} ${text.run.wrote}` : text.run.wrote,
    { written: sayNumber(written), contacts: sayContacts(contacts) },
  );
