/** Checks a proof offline, and says in words what holds and what does not. */
import type { JWK } from "jose";
import type { ProofHead, ProofRow, ProofTrail } from "../../../shared/proof/api-trail.ts";
import {
  type NumberProof,
  type Proof,
  type ProofDocument,
  proofDocument,
} from "../../../shared/proof/api.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { english, fill, type Forms, plural } from "../../../shared/texts/language.ts";
import { proofCheckEn as t } from "../../../shared/texts/proof/check.en.ts";
import { dialDiffers, factDiffers, isSilenced, openingBy } from "../../../shared/proof/bound-row.ts";
import { tablesOf } from "../../../shared/proof/compared.ts";
import { versionFaults } from "../../../shared/proof/bound-version.ts";
import { BOUND } from "../../../shared/trail/bound.ts";
import { commitmentOf, rowHash } from "../../../shared/trail/chain.ts";
import { Refusal } from "../client.ts";
import { headLine } from "../trail/head.ts";
import { alteredCheck, alteredFaults, stateFaults, statesIn } from "./altered.ts";
import { type Check, holds, type Key, read, signingOf, type Worth } from "./signed.ts";

export interface CheckedProof {
  file: string;
  ok: boolean;
  signature: Worth;
  key: string | null;
  checks: Check[];
  text: string;
}

/** `keys`: public keys that the reader trusts. If there are any, one of them must have signed. Throws a Refusal. */
export async function checkProof(file: string, keys: readonly Key[] = []): Promise<CheckedProof> {
  return checkBytes(file, await read(file), keys);
}

export async function checkBytes(
  file: string,
  bytes: Uint8Array,
  keys: readonly Key[],
): Promise<CheckedProof> {
  const { text, document } = parse(file, bytes);
  const { proof } = document;
  const { worth, known, checks: signing } = await signingOf(text, document, proof, keys);
  const checks: Check[] = [
    ...signing,
    rowsCheck(proof.trail.rows),
    linksCheck(proof.trail),
    headsCheck(proof.trail, known),
    factsCheck(proof),
    ...alteredCheck(proof),
  ];
  const ok = checks.every((check) => check.ok);
  const lines = checks.map((check) =>
    fill(t[check.said ?? (check.ok ? "holds" : "fails")], { text: check.text }),
  );
  return {
    file,
    ok,
    signature: worth,
    key: document.key,
    checks,
    text: [aboutOf(proof), ...lines, ok ? t.all : t.some].join("\n"),
  };
}

function parse(file: string, bytes: Uint8Array): { text: string; document: ProofDocument } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const json: unknown = JSON.parse(text);
    proofDocument.parse(json);
    // Not the schema's result, which may drop fields: the check must cover everything in the file.
    return { text, document: json as ProofDocument };
  } catch {
    throw new Refusal("not-a-proof", fill(t.notAProof, { file }));
  }
}

const aboutOf = (proof: Proof): string =>
  fill(t.about[proof.about], {
    number: proof.about === "number" ? proof.number : "",
    from: proof.from,
    to: proof.to,
    at: proof.madeAt,
    by: proof.madeBy.name,
    company: proof.company || t.unnamed,
  });

/** A check and its faults; its text is the first fault. */
const verdict = (check: Check["check"], faults: readonly string[], words: string): Check => ({
  check,
  ok: faults.length === 0,
  text: faults[0] === undefined ? words : `${faults[0]}.`,
});

function rowsCheck(rows: readonly ProofRow[]): Check {
  const faults = rows.flatMap((row, i) => {
    const { seq, salt, payload, commitment } = row;
    if (seq <= (rows[i - 1]?.seq ?? 0)) return [fill(t.rows.order, { seq })];
    if (row.hash !== rowHash(row)) return [fill(t.rows.hash, { seq })];
    const silent = salt === null && payload === null;
    if (row.origin === "forged") return [fill(t.rows.forged, { seq })];
    const bound = row.bound === undefined || openingBy(row.bound) === payload;
    if (!bound || (!silent && (row.withheld || commitment !== commitmentOf(salt ?? "", payload ?? ""))))
      return [fill(t.rows.commitment, { seq })];
    return [];
  });
  const count = (words: Forms, n: number) => (n > 0 ? [plural(english, words, n)] : []);
  const withheld = rows.filter((row) => row.withheld).length;
  const silent = rows.filter((row) => row.payload === null && !row.withheld);
  const unshown = silent.filter(({ code }) => code === BOUND).length;
  const erased = silent.length - unshown;
  const parts = [
    ...count(t.rows.committed, rows.length - withheld - silent.length),
    ...count(t.rows.withheld, withheld),
    ...count(t.rows.erased, erased),
    ...count(t.rows.unshown, unshown),
    ...count(t.rows.before, rows.filter(({ origin }) => origin === "before").length),
    ...count(t.rows.returned, rows.filter(({ origin }) => origin === "returned").length),
    ...count(t.rows.lost, rows.filter(({ origin }) => origin === "lost").length),
  ].join(", ");
  const quoted = plural(english, t.rows.quoted, rows.length);
  return verdict("rows", faults, rows.length === 0 ? t.links.none : `${t.rows.holds} ${quoted}: ${parts}.`);
}

function linksCheck({ rows, segments, unlinked }: ProofTrail): Check {
  const faults: string[] = [];
  const hashes = new Map<number, string>();
  let end = 0;
  for (const { first, prev: before, links, head } of segments) {
    if (first <= end) faults.push(t.links.order);
    end = first + links.length - 1;
    let prev = before;
    links.forEach(([at, actor, code, subject, commitment], i) => {
      const seq = first + i;
      prev = rowHash({ seq, at, actor, code, subject, commitment, prev });
      hashes.set(seq, prev);
    });
    if (end !== head.seq || prev !== head.hash) faults.push(fill(t.links.broken, { first, seq: head.seq }));
  }
  const without: number[] = [];
  for (const { seq, hash } of rows) {
    const linked = hashes.get(seq);
    if (linked === undefined) without.push(seq);
    else if (linked !== hash) faults.push(fill(t.links.elsewhere, { seq }));
  }
  const silent =
    without.find((seq) => !unlinked.includes(seq)) ?? unlinked.find((seq) => !without.includes(seq));
  if (silent !== undefined) faults.push(fill(t.links.missing, { seq: silent }));
  const numbers = { linked: rows.length - without.length, unlinked: without.length };
  return verdict(
    "links",
    faults,
    rows.length === 0 ? t.links.none : without.length === 0 ? t.links.holds : fill(t.links.some, numbers),
  );
}

function headsCheck({ segments }: ProofTrail, known: ReadonlyMap<string, JWK>): Check {
  const faults: string[] = [];
  const said = segments.map(({ head }) => {
    const { day, seq, key, signed, signature } = head;
    const values = { day: day ?? "", seq, key: key ?? "" };
    if (day === null) {
      if (signed !== null || signature !== null || key !== null) faults.push(fill(t.heads.line, values));
      return fill(t.heads.newest, values);
    }
    if (!saysItsLine(head)) faults.push(fill(t.heads.line, values));
    if (signature === null || key === null) return fill(t.heads.unsigned, values);
    const jwk = known.get(key);
    if (!jwk) return fill(t.heads.unknown, values);
    if (!holds(jwk, signed ?? "", signature)) faults.push(fill(t.heads.wrong, values));
    return fill(t.heads.signed, values);
  });
  const days = segments.some(({ head }) => head.day !== null);
  const words = [`${t.heads.holds} ${said.join("; ")}.`, ...(days ? [t.heads.kept] : [])].join(" ");
  return verdict("heads", faults, segments.length === 0 ? t.links.none : words);
}

function saysItsLine({ day, seq, hash, signed }: ProofHead): boolean {
  const line = headLine(signed ?? "");
  return line?.day === day && line?.seq === seq && line?.hash === hash;
}

/** Fields in which an event and the row that it cites must agree. */
const shared = [
  "written",
  "recordNumber",
  "medium",
  "verdict",
  "workerVerdict",
  "kind",
  "reason",
  "source",
  "until",
  "basis",
  "givenBy",
  "givenAt",
];
const ofEvents = [...shared, "evidence", "reference", "channel"];
const ofVersions = ["asOf", "numbers"];

function factsCheck(proof: Proof): Check {
  const events = proof.about === "number" ? proof.events : [];
  const versions = proof.registers.flatMap((register) =>
    register.versions.map((version) => ({ ...version, ref: `${register.list}/${version.version}` })),
  );
  const rows = new Map(proof.trail.rows.map((row) => [row.seq, row]));
  const faults = events.some((event, i) => event.at < (events[i - 1]?.at ?? "")) ? [t.facts.order] : [];
  const boundFrom = Math.min(
    proof.trail.boundFrom ?? Infinity,
    ...proof.trail.rows.flatMap(({ seq, bound }) => (bound ? [seq] : [])),
  );
  const states = statesIn(proof.trail);
  for (const fact of [...events, ...versions]) {
    if ("what" in fact) faults.push(...stateFaults(proof as NumberProof, fact, rows, states));
    const names = "what" in fact ? ofEvents : ofVersions;
    const isDial = "what" in fact && fact.what === "dial";
    if (isDial && fact.rows.length === 0) faults.push(fill(t.facts.untold, { ref: fact.ref }));
    for (const seq of fact.rows) {
      const row = rows.get(seq);
      if (!row) faults.push(fill(t.facts.missing, { seq }));
      if (row && isDial && isSilenced(row, boundFrom)) faults.push(fill(t.facts.silenced, { seq }));
      if (row?.bound && "what" in fact && tablesOf(fact.what).includes(row.bound.table)) {
        const name = factDiffers(fact, row, (proof as NumberProof).number);
        if (name !== null) faults.push(fill(t.facts.other, { seq, name }));
        continue;
      }
      if (row?.bound && isDial) {
        const name = dialDiffers(fact, row);
        if (name !== null) faults.push(fill(t.facts.other, { seq, name }));
        continue;
      }
      const payload = row?.payload ? (JSON.parse(row.payload) as Record<string, unknown> | null) : null;
      if (!payload) continue;
      const numbers = ["number", "recordNumber"]
        .filter((name) => name in payload)
        .map((name) => payload[name]);
      if (proof.about === "number" && numbers.length > 0 && !numbers.includes(proof.number))
        faults.push(fill(t.facts.stranger, { seq }));
      // A row about another subject, such as the entry that replaced this one, has its own values.
      if (row!.subject !== fact.ref) continue;
      const own = fact as unknown as Record<string, unknown>;
      const name = names.find((n) => n in payload && n in own && canonical(payload[n]) !== canonical(own[n]));
      if (name !== undefined) faults.push(fill(t.facts.other, { seq, name }));
    }
  }
  faults.push(...alteredFaults(proof, rows));
  faults.push(...versionFaults(proof).map(({ what, ...values }) => fill(t.facts[what], values)));
  const bare = events.filter((event) => event.rows.length === 0).length;
  const partly = events.filter(
    ({ what, rows: cited }) => what === "dial" && cited.some((seq) => rows.get(seq) && !rows.get(seq)!.bound),
  ).length;
  const words = [
    t.facts.holds,
    ...(partly > 0 ? [plural(english, t.facts.partly, partly)] : []),
    ...(bare > 0 ? [plural(english, t.facts.bare, bare)] : []),
  ].join(" ");
  return verdict("facts", faults, words);
}
