/** A provider's list of recordings (CSV): its columns by their headings, and each line as the API takes it. */
import Papa from "papaparse";
import type { ImportAnswer, Recording, StoreKind } from "../../shared/api-recordings.ts";
import { api } from "../ui/api.ts";

/** What providers call it; letters and digits in small, words apart. */
const headings = {
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
export const fields = Object.keys(headings) as Field[];
/** Without these no line can be taken. Providers that keep the audio themselves find it by their own id. */
export const neededFor = (store: StoreKind): readonly Field[] => [
  ...(["providerId", "number", "startedAt", "seconds"] as const),
  ...(keepsItself(store) ? [] : (["key"] as const)),
];
const keepsItself = (store: StoreKind) => store === "twilio" || store === "aircall";

export interface RecordingsFile {
  name: string;
  headings: string[];
  /** `line` as in the file, from 1. */
  lines: { line: number; cells: string[] }[];
}

export function readFile(name: string, csv: string): RecordingsFile {
  const rows = Papa.parse<string[]>(csv.replace(/^\uFEFF/, "")).data.map((cells, i) => ({
    line: i + 1,
    cells: cells.map((cell) => cell.trim()),
  }));
  const [first, ...lines] = rows.filter(({ cells }) => cells.some((cell) => cell !== ""));
  return { name, headings: first?.cells ?? [], lines };
}

/** The place of each field's column; -1 where the file has none. */
export type Mapping = Record<Field, number>;

export function guessMapping(names: readonly string[]): Mapping {
  const plain = names.map((name) =>
    name
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .replace(/[^a-zA-Z0-9]+/g, " ")
      .trim()
      .toLowerCase(),
  );
  return Object.fromEntries(
    fields.map((field) => [field, plain.findIndex((name) => headings[field].test(name))]),
  ) as Mapping;
}

/** What holds for lines that say nothing else. */
export interface Otherwise {
  provider: string;
  store: StoreKind;
  direction: NonNullable<Recording["direction"]>;
  announced: boolean;
  purpose: NonNullable<Recording["purpose"]>;
  zone: "utc" | "local";
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
    number: numberOf(cell("number")),
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

/** null where the other party withheld it. An apostrophe is a spreadsheet's sign that it is text. */
const numberOf = (written: string): string | null =>
  /^(|anonymous|withheld|private|restricted|unknown)$/i.test(written) ? null : written.replace(/^'/, "");

const directionOf = (written: string): string | null =>
  written === ""
    ? null
    : /^in/i.test(written)
      ? "inbound"
      : /^out/i.test(written)
        ? "outbound"
        : written.toLowerCase();

function yesOrNo(written: string): boolean | string | null {
  if (written === "") return null;
  if (/^(y|yes|true|1)$/i.test(written)) return true;
  return /^(n|no|false|0)$/i.test(written) ? false : written;
}

/** `252`, `4:12` or `0:04:12`. */
const secondsOf = (written: string): number | string =>
  /^\d+(:[0-5]?\d){0,2}$/.test(written)
    ? written.split(":").reduce((sum, part) => sum * 60 + Number(part), 0)
    : written;

/** ISO 8601 in UTC from what has a zone of its own, from `2026-11-20 10:15` and from the British `20/11/2026 10:15`. */
function momentOf(written: string, zone: Otherwise["zone"]): string {
  const british = /^(\d{1,2})\/(\d{1,2})\/(\d{4})[ ,T]+(\d{1,2}:\d\d(?::\d\d)?)$/.exec(written);
  const two = (part = "") => part.padStart(2, "0");
  const iso = british
    ? `${british[3]}-${two(british[2])}-${two(british[1])}T${british[4]!.padStart(5, "0")}`
    : written.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, "$1T");
  const bare = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(iso);
  // Without a zone of its own and in no form that is known, it could be any day.
  if (!bare && !/(Z|[+-]\d\d:?\d\d|GMT|UTC)$/i.test(iso)) return written;
  const at = new Date(bare && zone === "utc" ? `${iso}Z` : iso);
  return Number.isNaN(at.getTime()) ? written : at.toISOString();
}

export type Outcome = ImportAnswer["results"][number];
export type ImportRow = ReturnType<typeof requestOf>;

/** As the API takes at once. */
const CHUNK = 500;
const PATIENCE_MS = 60_000;

/** Tries them, or imports them, in their order; ends early where it is stopped. Throws where the Worker cannot be asked. */
export async function sendAll(
  rows: readonly ImportRow[],
  dryRun: boolean,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < rows.length && !signal.aborted) {
    const some = rows.slice(outcomes.length, outcomes.length + CHUNK);
    const { results } = await api<ImportAnswer>(
      "POST",
      "/v1/recordings/import",
      { dryRun, rows: some },
      { patienceMs: PATIENCE_MS, ...(dryRun ? {} : { key: crypto.randomUUID() }) },
    );
    outcomes.push(...results);
    progress(outcomes.length);
  }
  return outcomes;
}
