/** Reading closed certificates, and what is left of their recordings: by ids and refs, and a page of them. */
import type { Certificate, CertificatesAnswer } from "../../../shared/recordings/api.ts";
import { wholeMoments } from "../../storage/closed/moments.ts";
import { closedPage, type Reading, undisturbed } from "../../storage/closed/read.ts";
import { rowsOf } from "../../storage/closed/verified.ts";
import { Problem } from "../../core/errors.ts";
import { byName, type Hit, hitsOf, packedErased, whole } from "../closed/names/hits.ts";
import { linesAt } from "../closed/names/lines.ts";
import { certifiedNext } from "./order.ts";
import { certificatesKind, erasedAt, FROM_LINES, type Line, nameOfId, nameOfRef } from "./lines.ts";
import { idIs, idOf } from "../../core/sql.ts";

/** What leads to the closed recordings with these names (`nameOf…`), and to others. */
export async function indexOf(db: D1Database, names: readonly string[]): Promise<Hit[]> {
  const all = [...new Set(names)];
  const { results } = await db
    .prepare(
      `SELECT CAST(c.name AS TEXT) AS name, c.num FROM json_each(?) j
       CROSS JOIN closed_recordings c ON c.name = CAST(j.value AS INTEGER)`,
    )
    .bind(JSON.stringify(all))
    .all<{ name: string; num: number }>();
  const rows = results.map(({ name, num }) => whole(name, num));
  // Behind the table, out of which entries are packed.
  return [
    ...rows,
    ...(await hitsOf(
      db,
      packedErased,
      all.map((name) => byName(name)),
    )),
  ];
}

/** The closed recordings with these names, of those that are packed only what is meant (`isIts`); and the files that cannot be read. */
export async function namedLines(env: Reading, names: readonly string[], isIts: (line: Line) => boolean) {
  const index = await indexOf(env.DB, names);
  const found =
    index.length === 0
      ? { lines: [], unread: new Map<string, Hit[]>() }
      : await linesAt(env, certificatesKind, index, isIts);
  return { ...found, index };
}

/**
 * What a statement that reads `recordings` answers of one, wherever its row is: `here` asks the database, `names` and `matches` are of a
 * closed one; null where there is none. Throws the Problem `archive-broken`.
 */
export async function recordingIn<Row>(
  env: Reading,
  here: () => Promise<Row | null>,
  names: readonly string[],
  matches: (line: Line) => boolean,
  select: string,
): Promise<Row | null> {
  const found = await here();
  if (found) return found;
  const { lines, unread, index } = await namedLines(env, names, matches);
  const [row] = await rowsOf<Row>(env.DB, `${FROM_LINES} ${select}`, lines.filter(matches).slice(0, 1));
  if (row) return row;
  // It came back meanwhile.
  const back = await here();
  if (back) return back;
  const [key] = unread.keys();
  const read = new Set(lines.map(({ num }) => num));
  if (key !== undefined || index.some(({ lo, isWhole }) => isWhole && !read.has(lo)))
    throw new Problem("archive-broken", key ?? certificatesKind.files);
  return null;
}

/**
 * Which of these refs a closed recording has. What is lost arrives no second time either; what is packed is read, as others may have the same
 * beginning.
 */
export async function closedRefs(env: Reading, refs: readonly string[]): Promise<string[]> {
  const isAsked = new Set(refs);
  const { lines, unread, index } = await namedLines(env, refs.map(nameOfRef), ({ ref }) => isAsked.has(ref));
  const rows = index.filter(({ isWhole }) => isWhole);
  const names = new Set([...rows, ...[...unread.values()].flat()].map(({ name }) => name));
  const found = new Set(lines.map(({ ref }) => ref));
  return refs.filter((ref) => found.has(ref) || names.has(nameOfRef(ref)));
}

const select = `SELECT recording, provider, store AS storage, region, erase_after AS eraseAfter, rule, months, why,
  erased_at AS erasedAt, commitment, was FROM certificates`;

/** The certificate of a recording. Throws the Problem `archive-broken`. */
export async function certificateIn(env: Reading, recording: string): Promise<Certificate | null> {
  const here = () =>
    env.DB.prepare(`${select} WHERE ${idIs("recording", "?1")}`)
      .bind(recording)
      .first<Certificate>();
  return recordingIn(env, here, [nameOfId(recording)], ({ id }) => id === recording, select);
}

type Place = readonly [erasedAt: string, recording: string];
const isBefore = ([at, id]: Place, [otherAt, otherId]: Place): boolean =>
  at < otherAt || (at === otherAt && id < otherId);
const placeOf = ({ erasedAt: at, recording }: Certificate): Place => [at, recording];

/** Most pages of files that one of certificates reads. */
const PAGES = 8;

/** Certificates before a place, newest first, without those that lost files had. Throws the Problem `archive-broken`. */
export async function certificatesBefore(
  env: Reading,
  before: Place,
  limit: number,
): Promise<CertificatesAnswer> {
  const { numAt, timeAt } = certificatesKind;
  // Whatever was asked for.
  const upper = Math.min(numAt(Date.parse(before[0]) + 1) || 0, Number.MAX_SAFE_INTEGER);
  return undisturbed(env.DB, certificatesKind, { lower: 0, upper }, async () => {
    const { results: here } = await env.DB.prepare(
      `${select} WHERE ${idOf("recording", `(${certifiedNext("<", "?1", "?2", "?3")})`)} AND (erased_at, recording) < (?1, ?2)
       ORDER BY erasedAt DESC, recording DESC LIMIT ?3`,
    )
      .bind(...before, limit)
      .all<Certificate>();
    const oldest = here.length === limit ? Date.parse(here.at(-1)!.erasedAt) : 0;
    const span = {
      ...{ lower: numAt(oldest), upper },
      matches: (line: Line) => isBefore([erasedAt(line), line.id], before),
    };
    let lines: Line[] = [];
    const lost = new Set<string>();
    // A page may be short, but not empty where more follow, unless many files are lost.
    for (let n = 0; n < PAGES && lines.length === 0 && span.upper > span.lower; n++) {
      const page = await wholeMoments(certificatesKind, span, limit, (its, most) =>
        closedPage(env, certificatesKind, its, most, lost),
      );
      lines.push(...page.lines);
      span.upper = page.reached;
    }
    // A member has more than a page: what this one does not answer is read again for the next.
    const isCut = lines.length > limit;
    lines = lines
      .sort((a, b) => (isBefore([erasedAt(a), a.id], [erasedAt(b), b.id]) ? 1 : -1))
      .slice(0, limit);
    const closed = await rowsOf<Certificate>(env.DB, `${FROM_LINES} ${select}`, lines);
    // Each once: one that closes meanwhile is in both.
    const all = [...new Map([...here, ...closed].map((row) => [row.recording, row])).values()].sort((a, b) =>
      isBefore(placeOf(a), placeOf(b)) ? 1 : -1,
    );
    // Down to the last line, or of lost files alone to behind the moment at which they end.
    const end = lines.at(-1);
    const reached: Place | null =
      span.upper <= span.lower && !isCut
        ? null
        : end
          ? [erasedAt(end), end.id]
          : [new Date(timeAt(span.upper - 1)).toISOString(), "~"];
    const certificates = all
      .filter((row) => reached === null || !isBefore(placeOf(row), reached))
      .slice(0, limit);
    const next = certificates.length === limit ? placeOf(certificates.at(-1)!) : reached;
    const unread = lost.size > 0 ? { unread: [...lost] } : {};
    return { certificates, next: next && next.join("|"), ...unread };
  });
}
