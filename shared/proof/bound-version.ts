/** Whether the versions of registers that a proof quotes are as the trail binds them, and as its dials name them. */
import { BOUND } from "../trail/bound.ts";
import { typed } from "../trail/leaves.ts";
import type { ProofRow } from "./api-trail.ts";
import type { Proof, ProofVersion } from "./api.ts";

/** `ref` is the version, such as `tps/5`. */
export type VersionFault =
  /** No row of the trail binds it, though the trail binds each. */
  | { what: "noVersion"; ref: string }
  /** A row does, and the version shows nothing to compare with it. */
  | { what: "silencedVersion"; ref: string; seq: number }
  | { what: "other"; seq: number; name: string }
  /** A dial was judged by it, and the proof does not have it, or with another date. */
  | { what: "otherVersion"; ref: string; dial: string };

/** None of a proof that an older release made. */
export function versionFaults(proof: Proof): VersionFault[] {
  const { trail, registers } = proof;
  if ((trail.registersFrom ?? null) === null) return [];
  const rows = new Map(trail.rows.map((row) => [row.seq, row]));
  const quoted = new Map<string, ProofVersion>(
    registers.flatMap(({ list, versions }) => versions.map((v) => [`${list}/${v.version}`, v] as const)),
  );
  const ofVersions = [...quoted].flatMap(([ref, version]): VersionFault[] => {
    const row = version.rows
      .map((seq) => rows.get(seq))
      .find((r) => r?.code === BOUND && r.subject === `versions/${ref}`);
    if (!row) return [{ what: "noVersion", ref }];
    const { seq, bound } = row;
    if (!bound) return [{ what: "silencedVersion", ref, seq }];
    const name = versionDiffers(version, bound);
    return name === null ? [] : [{ what: "other", seq, name }];
  });
  const events = proof.about === "number" ? proof.events : [];
  const ofDials = events.flatMap((event): VersionFault[] =>
    event.what !== "dial"
      ? []
      : event.lists.flatMap(({ id, version, asOf }): VersionFault[] => {
          const ref = `${id}/${version}`;
          const same = version === 0 || quoted.get(ref)?.asOf === asOf;
          return same ? [] : [{ what: "otherVersion", dial: event.ref, ref }];
        }),
  );
  return [...ofVersions, ...ofDials];
}

/** The first column in which a version's row is not what the proof tells of it; null if it is. */
function versionDiffers(
  { version, asOf, numbers, from }: ProofVersion,
  { fields }: NonNullable<ProofRow["bound"]>,
): string | null {
  const values = new Map(fields.map(([name, , value]) => [name, value]));
  const wanted = { ver: version, state: "committed", as_of: asOf, numbers, committed_at: from };
  return Object.entries(wanted).find(([name, value]) => values.get(name) !== typed(value))?.[0] ?? null;
}
