/**
 * What loosens a verdict is compared with the trail before a check goes by it: who owns the database can write that a line is a
 * company's, that a number's owner consented, or that an objection ended, but no event that binds it.
 */
import { auditSecrets } from "../core/audit-key.ts";
import { consentsBound, partiesBound, suppressionsBound, usesBound } from "../do-not-call/bound.ts";
import { type BriefConsent, type BriefEntry, type BriefParty, usesLimit } from "../do-not-call/brief.ts";
import type { Env } from "../env.ts";
import { compared } from "../trail/agreed.ts";
import { tellUnlike } from "../trail/kept-back.ts";

/** Entries and parties with those that have ended, as somebody may have written that. */
interface Read {
  entries: readonly BriefEntry[];
  consents: readonly BriefConsent[];
  parties: readonly BriefParty[];
}

/** What a check goes by of it. */
export interface Counted {
  entries: BriefEntry[];
  consents: BriefConsent[];
  parties: BriefParty[];
}

/**
 * Takes out what is not as the trail has it, and puts an objection in the place of an entry that is not; officers are told once.
 * Without a key there is nothing to compare with, as anybody can write events then. `now` in milliseconds.
 */
export async function countedOf(env: Env, read: Read, now: number): Promise<Counted> {
  const { entries, consents, parties } = read;
  const unlike = await unlikeOf(env, read, now);
  const at = new Date(now).toISOString();
  // Another word on its line is all that contradicts one.
  const open = new Set(
    parties.flatMap((party) => (unlike.has(nameOf(partiesBound, party)) ? [party.number] : [])),
  );
  return {
    entries: entries.flatMap((entry) =>
      unlike.has(nameOf(suppressionsBound, entry))
        ? [closing(entry, at)]
        : entry.endedAt === null
          ? [entry]
          : [],
    ),
    consents: consents.filter((consent) => !unlike.has(nameOf(consentsBound, consent))),
    parties: parties.filter(({ number, endedAt }) => endedAt === null && !open.has(number)),
  };
}

const nameOf = ({ name }: { name: string }, { id }: { id: string }): string => `${name}/${id}`;

/** Whatever it was: nothing lifts an objection that is said now. */
const closing = ({ id, number, reason }: BriefEntry, at: string): BriefEntry => ({
  ...{ id, number, kind: "objection", reason, at, saidAt: at, words: "[]", until: null, endedAt: null },
  ...{ scope: "line", keepsLine: 0 },
});

/** The names of those that are not as the trail has them: of a consent also where that is so of its uses. */
export async function unlikeOf(
  env: Env,
  { entries, consents, parties }: Read,
  now: number,
): Promise<Set<string>> {
  const none = entries.length + consents.length + parties.length === 0;
  if (none || auditSecrets(env).length === 0) return new Set();
  const limited = consents.filter(usesLimit);
  const { rows, gone } = await compared(env, [
    ...ofTable(suppressionsBound, entries),
    ...ofTable(consentsBound, consents),
    ...ofTable(partiesBound, parties),
    ...ofTable(usesBound, limited).map((asked) => ({ ...asked, by: "first" as const })),
  ]);
  const unlike = new Set([...rows].flatMap(([name, { is }]) => (is === "not" ? [name] : [])));
  const later = [...rows].flatMap(([name, { is }]) => (is === "later" ? [name] : []));
  const isUse = (name: string) => name.startsWith(`${usesBound.name}/`);
  const uses = [...unlike, ...later, ...gone].filter(isUse);
  // A check answers also where nobody can be told: a later one tells.
  await tellUnlike(env, [...unlike, ...gone.filter(isUse)], now).catch((error: unknown) =>
    console.error(error),
  );
  const used = new Set(uses.map((name) => name.split("/")[1]!));
  return new Set([
    ...[...unlike, ...later],
    ...limited.flatMap((consent) => (used.has(consent.id) ? [nameOf(consentsBound, consent)] : [])),
  ]);
}

const ofTable = (table: typeof partiesBound, rows: readonly { id: string }[]) =>
  rows.length === 0 ? [] : [{ table, keys: rows.map(({ id }) => id) }];
