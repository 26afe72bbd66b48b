/** A provider's CSV of recordings: the names of its columns, and each line as the API takes it. */
import { directionOf, momentOf, secondsOf, withheldOr, type Zone } from "../../../shared/call-logs/file.ts";
import { PROVIDER_ROWS } from "../../../shared/recordings/limits.ts";
import { CHUNK } from "../import/log-file.ts";
import type { ImportAnswer, Recording, StoreKind } from "../../../shared/recordings/api.ts";

/** What providers call each field. Matched against headings in lower case, with one space between words. */
export const headings = {
  providerId: /^(provider id|recording (s?id|uuid)|call (s?id|uuid)|id|uuid|sid|reference)$/,
  number: /^(number|phone|phone number|customer|customer number|external number|other party|to|callee)$/,
  startedAt: /^(started at|start|start time|date time|datetime|date|time|called at|created at|date created)$/,
  seconds: /^(seconds|duration|length|duration (in )?s(ec(onds?)?)?|call duration|recording duration)$/,
  direction: /^(direction|call direction|type|call type)$/,
  agent: /^(agent|user|user name|user email|agent email|employee|owner)$/,
  key: /^(key|object|object key|path|file|file name|filename|storage key)$/,
  announced: /^(announced|announcement|notice given)$/,
  purpose: /^(purpose|recorded for)$/,
  bytes: /^(bytes|size|size in bytes|file size)$/,
  sha256: /^(sha ?256|hash|checksum)$/,
};
export type Field = keyof typeof headings;
/** The columns that every line must have. Providers that keep the audio themselves find it by their own id, not by a key. */
export const neededFor = (store: StoreKind): readonly Field[] => [
  ...(["providerId", "number", "startedAt", "seconds"] as const),
  ...(keepsItself(store) ? [] : (["key"] as const)),
];
const keepsItself = (store: StoreKind) => store === "twilio" || store === "aircall";

/** Rows a request. */
export const chunkOf = (store: StoreKind): number => (keepsItself(store) ? PROVIDER_ROWS : CHUNK);

export type Mapping = Record<Field, number>;

/** Values for lines that lack their own. */
export interface Defaults {
  provider: string;
  store: StoreKind;
  direction: NonNullable<Recording["direction"]>;
  announced: boolean;
  purpose: NonNullable<Recording["purpose"]>;
  zone: Zone;
}

/** A line as the API takes it. What cannot be read is sent as written: the Worker says what is wrong with it. */
export function requestOf(cells: readonly string[], mapping: Mapping, defaults: Defaults) {
  const { provider, store, zone } = defaults;
  const cell = (field: Field) => cells[mapping[field]] ?? "";
  const own = (field: Field, value: unknown = cell(field)) => (cell(field) === "" ? {} : { [field]: value });
  const providerId = cell("providerId");
  const key = cell("key") || (keepsItself(store) ? providerId : "");
  return {
    // A provider's own store has that provider's recordings alone.
    provider: keepsItself(store) ? store : provider,
    providerId,
    number: withheldOr(cell("number")),
    ...own("agent"),
    direction: directionOf(cell("direction")) ?? defaults.direction,
    startedAt: momentOf(cell("startedAt"), zone),
    seconds: secondsOf(cell("seconds")),
    storage: { kind: store, ...(key === "" ? {} : { key }) },
    announced: yesOrNo(cell("announced")) ?? defaults.announced,
    purpose: cell("purpose").toLowerCase() || defaults.purpose,
    ...own("bytes", Number(cell("bytes"))),
    ...own("sha256", cell("sha256").toLowerCase()),
  };
}

function yesOrNo(written: string): boolean | string | null {
  if (written === "") return null;
  if (/^(y|yes|true|1)$/i.test(written)) return true;
  return /^(n|no|false|0)$/i.test(written) ? false : written;
}

export type Outcome = ImportAnswer["results"][number];
