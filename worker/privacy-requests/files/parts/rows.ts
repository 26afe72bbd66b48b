/** The parts of a copy that is too large for one file (table `copy_parts`): as they are shown, and named in letters. */
import type { CopyPart } from "../../../../shared/privacy-requests/api-copy.ts";
import { dayOf } from "../../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../../shared/policy/zone.ts";
import { problemTitles } from "../../../../shared/texts/core/problems.en.ts";
import { english, fill, plural, sayDate } from "../../../../shared/texts/language.ts";
import { letterWords as words } from "../../../../shared/texts/privacy-requests/letters.en.ts";
import type { ProblemCode } from "../../../core/errors.ts";
import type { NewFile, StoredAs } from "../store.ts";
import type { Moment } from "../../rows.ts";
import type { Lost, Silenced } from "../../export/recordings.ts";

export interface Part {
  id: string;
  request: string;
  copy: string;
  part: number;
  parts: number;
  /** JSON: the ids of its recordings. */
  refs: string;
  first_at: string;
  last_at: string;
  by: string;
  origin: string;
  at: string;
  due: string | null;
  tries: number;
  /** JSON: `Failed`. */
  error: string | null;
  file: string | null;
  /** JSON: `Made`. */
  made: string | null;
  came_at: string | null;
  opened_at: string | null;
}

/** Why a part was not made, and the recording that was being looked at. */
export interface Failed {
  code: ProblemCode;
  recording: string | null;
}

/** A part's file once it is stored, and what it says of itself. */
export interface Made {
  file: NewFile;
  as: StoredAs;
  silenced: Silenced;
  /** Absent from a part that an earlier release made. */
  lost?: Lost[];
  /** Months of the archived trail that could not be read. */
  unread: string[];
}

/** A part is tried so often by itself. */
export const TRIES = 3;

/** The parts of the copy that the requester has, or that is being made after it; none where it is in one file. */
export const partsOf = (db: D1Database, request: string): Promise<Part[]> =>
  newest(db, request, "over_at IS NULL");
/** The parts that the requester has. */
export const partsThere = (db: D1Database, request: string): Promise<Part[]> =>
  newest(db, request, "over_at IS NULL AND came_at IS NOT NULL");

async function newest(db: D1Database, request: string, which: string): Promise<Part[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM copy_parts WHERE copy = (
         SELECT copy FROM copy_parts WHERE request = ?1 AND ${which} ORDER BY at DESC LIMIT 1) ORDER BY part`,
    )
    .bind(request)
    .all<Part>();
  return results;
}

/** The days of a part's calls, by the policy's clock. */
export const daysOf = ({ first_at, last_at }: Pick<Part, "first_at" | "last_at">, { policy }: Moment) => {
  const zone = zoneOfPolicy(policy);
  return { from: dayOf(first_at, zone), to: dayOf(last_at, zone) };
};

/** `Part 2 of 3: 400 recordings, 3 May 2026 to 8 June 2026`. Of the first: and all that is no recording. */
export function sayPart(
  part: Pick<Part, "part" | "parts" | "refs" | "first_at" | "last_at">,
  moment: Moment,
) {
  const { from, to } = daysOf(part, moment);
  return fill(part.part === 1 ? words.parts.first : words.parts.other, {
    ...{ n: part.part, of: part.parts },
    recordings: plural(english, words.kinds.recording, (JSON.parse(part.refs) as string[]).length),
    ...{ from: sayDate(english, from), to: sayDate(english, to) },
  });
}

/** What a letter says of a copy in several files; empty of one in one. */
export const sayCopy = (parts: readonly Part[], moment: Moment): string =>
  parts.length === 0
    ? ""
    : [fill(words.parts.lead, { n: parts.length }), ...parts.map((part) => `${sayPart(part, moment)}.`)].join(
        "\n",
      );

/** A part as officers see it. */
export function shownPart(part: Part, moment: Moment): CopyPart {
  const error = part.error === null ? null : (JSON.parse(part.error) as Failed);
  const made = part.made === null ? null : (JSON.parse(part.made) as Made);
  return {
    ...{
      id: part.id,
      part: part.part,
      parts: part.parts,
      recordings: (JSON.parse(part.refs) as string[]).length,
    },
    ...daysOf(part, moment),
    state: part.came_at !== null ? "came" : made ? "made" : part.due === null ? "failed" : "waiting",
    bytes: made?.file.bytes ?? null,
    error: error && { ...error, says: problemTitles[error.code] },
    file: part.came_at === null ? null : part.file,
    openedAt: part.opened_at,
  };
}
