/** A provider's list of recordings (CSV): what its columns are called, and each line as the API takes it. */
import type { ImportAnswer, Recording, StoreKind } from "../../../shared/recordings/api.ts";
import { directionOf, momentOf, secondsOf, withheldOr, type Zone } from "../../../shared/call-logs/file.ts";

/** What providers call it; letters and digits in small, words apart. */
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
/** Without these no line can be taken. Providers that keep the audio themselves find it by their own id. */
export const neededFor = (store: StoreKind): readonly Field[] => [
  ...(["providerId", "number", "startedAt", "seconds"] as const),
  ...(keepsItself(store) ? [] : (["key"] as const)),
];
const keepsItself = (store: StoreKind) => store === "twilio" || store === "aircall";

export type Mapping = Record<Field, number>;

/** What holds for lines that say nothing else. */
export interface Otherwise {
  provider: string;
  store: StoreKind;
  direction: NonNullable<Recording["direction"]>;
  announced: boolean;
  purpose: NonNullable<Recording["purpose"]>;
  zone: Zone;
}

/** A line as a request. What cannot be read goes as it is: the Worker says what is wrong with it. */
export function requestOf(cells: readonly string[], mapping: Mapping, otherwise: Otherwise) {
  const { provider, store, zone } = otherwise;
  const cell = (field: Field) => cells[mapping[field]] ?? "";
  const own = (field: Field, value: unknown = cell(field)) => (cell(field) === "" ? {} : { [field]: value });
  const providerId = cell("providerId");
  const key = cell("key") || (keepsItself(store) ? providerId : "");
  return {
    provider,
    providerId,
    number: withheldOr(cell("number")),
    ...own("agent"),
    direction: directionOf(cell("direction")) ?? otherwise.direction,
    startedAt: momentOf(cell("startedAt"), zone),
    seconds: secondsOf(cell("seconds")),
    storage: { kind: store, ...(key === "" ? {} : { key }) },
    announced: yesOrNo(cell("announced")) ?? otherwise.announced,
    purpose: cell("purpose").toLowerCase() || otherwise.purpose,
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
