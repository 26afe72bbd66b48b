/** Reads logs of calls as providers write them (CSV): finds columns by their headings, and converts cells for the API. */
import type { Campaign } from "../policy/policy.ts";
import type { ReportedOutcome } from "./api.ts";

/** The zone of times that name none; `local` is this machine's. */
export type Zone = "utc" | "local";

export interface LogFile {
  headings: string[];
  /** `line` is the number of the line in the file, from 1. */
  lines: { line: number; cells: string[] }[];
}

/** Parsed rows, one a line, without blank ones. */
export function linesOf(rows: readonly string[][]): LogFile {
  const [first, ...lines] = rows
    .map((cells, i) => ({ line: i + 1, cells: cells.map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  return { headings: first?.cells ?? [], lines };
}

/** A heading in lower-case words: `callId`, `Call-ID` and `call_id` are the same. */
export const plainName = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/[^a-zA-Z0-9]+/g, " ")
    .trim()
    .toLowerCase();

/** The index of each field's column, by the headings that providers use; -1 without one. */
export function guess<Field extends string>(
  headings: Readonly<Record<Field, RegExp>>,
  names: readonly string[],
): Record<Field, number> {
  const plain = names.map(plainName);
  return Object.fromEntries(
    Object.entries<RegExp>(headings).map(([field, says]) => [
      field,
      plain.findIndex((name) => says.test(name)),
    ]),
  ) as Record<Field, number>;
}

/** The number; null where the other party withheld it. A leading apostrophe, a spreadsheet's mark of text, is dropped. */
export const withheldOr = (written: string): string | null =>
  /^(|anonymous|withheld|private|restricted|unknown)$/i.test(written) ? null : written.replace(/^'/, "");

export const directionOf = (written: string): string | null =>
  written === ""
    ? null
    : /^in/i.test(written)
      ? "inbound"
      : /^out/i.test(written)
        ? "outbound"
        : written.toLowerCase();

/** Seconds from `252`, `4:12` or `0:04:12`; any other text as it is, for the Worker to refuse. */
export const secondsOf = (written: string): number | string =>
  /^\d+(:[0-5]?\d){0,2}$/.test(written)
    ? written.split(":").reduce((sum, part) => sum * 60 + Number(part), 0)
    : written;

/**
 * ISO 8601 in UTC, from a time with its own zone, from `2026-11-20 10:15` or from the British `20/11/2026 10:15`. Any other
 * text as it is, for the Worker to refuse.
 */
export function momentOf(written: string, zone: Zone): string {
  const british = /^(\d{1,2})\/(\d{1,2})\/(\d{4})[ ,T]+(\d{1,2}:\d\d(?::\d\d)?)$/.exec(written);
  const two = (part = "") => part.padStart(2, "0");
  const iso = british
    ? `${british[3]}-${two(british[2])}-${two(british[1])}T${british[4]!.padStart(5, "0")}`
    : written.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, "$1T");
  const bare = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(iso);
  // A time in an unknown form and without a zone could be any day.
  if (!bare && !/(Z|[+-]\d\d:?\d\d|GMT|UTC)$/i.test(iso)) return written;
  if (!isDay(iso)) return written;
  const at = new Date(bare && zone === "utc" ? `${iso}Z` : iso);
  return Number.isNaN(at.getTime()) ? written : at.toISOString();
}

/** False for 31 February, which JavaScript would read as 3 March. */
function isDay(iso: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? []).map(Number);
  return day === undefined || new Date(Date.UTC(year!, month! - 1, day)).getUTCDate() === day;
}

/** How providers head the columns of a list of calls, as `plainName` writes it. */
export const callHeadings = {
  providerId: /^(provider id|call (s?id|uuid)|id|uuid|sid|reference)$/,
  number:
    /^(number|phone|phone number|customer|customer number|external number|other party|to|callee|dialled number|destination)$/,
  startedAt: /^(started at|start|start time|date time|datetime|date|time|called at|created at|date created)$/,
  seconds: /^(seconds|duration|length|duration (in )?s(ec(onds?)?)?|call duration|talk time)$/,
  direction: /^(direction|call direction|type|call type)$/,
  // Not “campaign” alone: dialers head the names of their campaigns so.
  campaign: /^(kind of call|call kind|cleardial kind)$/,
  campaignName: /^(campaign|campaign name|campaign title)$/,
  outcome: /^(outcome|call outcome|disposition|result|call result)$/,
  // Not “from”: telephone systems put the agent's extension there.
  presentation:
    /^(presentation|presentation number|presented number|outbound cli|outbound caller id|displayed number|shown number)$/,
  // Of an incoming call this is whoever called, and no number of ours.
  callerId: /^(cli|caller id|caller id number)$/,
  agent: /^(agent|user|user name|user email|agent email|agent name|employee|owner|extension)$/,
};
export type CallField = keyof typeof callHeadings;
export const callFields = Object.keys(callHeadings) as CallField[];
/** The fields without which no line can be imported. */
export const neededOfCalls: readonly CallField[] = ["number", "startedAt"];
export type CallMapping = Record<CallField, number>;
export const guessCalls = (names: readonly string[]): CallMapping => guess(callHeadings, names);

/** Values for lines that give none. */
export interface CallsOtherwise {
  provider: string;
  direction: "inbound" | "outbound";
  zone: Zone;
}

const campaigns: Readonly<Record<Campaign, true>> = {
  ...{ general: true, automated: true, "claims-management": true, pensions: true },
};
const isCampaign = (word: string): word is Campaign => Object.hasOwn(campaigns, word);

/**
 * What logs write for an outcome. Other words, such as “no answer”, say none of these. A refusal that does not say of what may be
 * one of all calls: as that. What is declined or rejected may be the call itself, by a telephone.
 */
const outcomes: Readonly<Record<ReportedOutcome, RegExp>> = {
  answered: /^(answered|answered live|live|live answer|human)$/,
  abandoned: /^(abandoned|abandon|abandoned call|dropped|drop)$/,
  silent: /^(silent|silent call|silence|dead air)$/,
  message: /^(message|information message|info message|recorded message)$/,
  refused:
    /^(not interested|no interest|no thanks|no thank you|said no|(refused|declined) (the )?offer|offer (refused|declined))$/,
  "do-not-call":
    /^((do not|don t|never) (call|contact|ring|phone)( again| them| list)?|dnc|(dnc|do not call|opt out|removal) requested|(dnc|do not call|opt out|removal) request|opt(ed)? out|objected|objection|removed? (me )?from (the )?list|refused|refusal|(customer|contact|person) refused|hard refusal)$/,
};
export const outcomeOf = (written: string): ReportedOutcome | null => {
  const words = plainName(written);
  return (
    (Object.keys(outcomes) as ReportedOutcome[]).find((outcome) => outcomes[outcome].test(words)) ?? null
  );
};

/** The number that a call showed; a word for none in one way. What a log does not know it does not say. */
const shownIn = (written: string): string | undefined =>
  /^unknown$/i.test(written) ? undefined : (withheldOr(written) ?? "withheld");

/** A line as a row for the API. What cannot be read is sent as it is, for the Worker to say what is wrong. */
export function callOf(cells: readonly string[], mapping: CallMapping, otherwise: CallsOtherwise) {
  const cell = (field: CallField) => cells[mapping[field]] ?? "";
  const own = (field: CallField, value: unknown) => (cell(field) === "" ? {} : { [field]: value });
  // Telephone systems have columns of such a name with words of their own, which say no kind.
  const kind = cell("campaign").toLowerCase();
  const outcome = outcomeOf(cell("outcome"));
  const direction = directionOf(cell("direction")) ?? otherwise.direction;
  const shown = cell("presentation") || (direction === "outbound" ? cell("callerId") : "");
  return {
    provider: otherwise.provider,
    ...own("providerId", cell("providerId")),
    number: withheldOr(cell("number")) ?? "",
    ...own("agent", cell("agent")),
    direction,
    startedAt: momentOf(cell("startedAt"), otherwise.zone),
    ...own("seconds", secondsOf(cell("seconds"))),
    ...(isCampaign(kind) && { campaign: kind }),
    ...(outcome && { outcome }),
    ...(shown !== "" && { presentation: shownIn(shown) }),
    ...own("campaignName", cell("campaignName")),
  };
}
