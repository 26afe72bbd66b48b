/** What of a daily statement the trail binds: its event names the SHA-256 of what was signed, and the row has nothing else. */
import type { Statement, StatementDocument } from "../../shared/proof/statement.ts";
import { sha256Hex } from "../../shared/core/sha256.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import type { BoundTable } from "../core/bound.ts";
import { digestsOf } from "../policy/disclosed.ts";
import { dueUntil } from "../trail/erased.ts";

const columns = ["day", "ends_at", "made_at", "later", "sha256", "document"];

/** The columns in which a row's values are not what its event and what was signed say. */
function differing(values: Readonly<Record<string, unknown>>, subject: string): string[] {
  const [, sha256 = ""] = subject.split("/");
  const said = signedIn(String(values["document"]));
  // What else it says is by the document, where that is as it was.
  if (!said || sha256Hex(canonical(said)) !== sha256)
    return ["document", ...(values["sha256"] === sha256 ? [] : ["sha256"])];
  const wanted = {
    day: said.day,
    ends_at: said.to,
    made_at: said.madeAt,
    later: Number(said.madeLater),
    sha256,
  };
  return Object.entries(wanted).flatMap(([name, value]) => (values[name] === value ? [] : [name]));
}

/** Null where the text is no document in its canonical form. */
function signedIn(text: string): Statement | null {
  try {
    const document = JSON.parse(text) as StatementDocument;
    return canonical(document) === text && document.sha256 === sha256Hex(canonical(document.statement))
      ? document.statement
      : null;
  } catch {
    return null;
  }
}

export const statementsBound: BoundTable = {
  ...{ name: "statements", table: "statements", codes: ["statement.made"], told: null, columns, before: [] },
  ...{
    unbound: {},
    erasable: {},
    states: null,
    keys: ["day"],
    keySql: "r.day",
    adoption: null,
    whole: false,
  },
  own: { rev: "", changed: "", past: "", high: "", low: "", code: "" },
  keyOf: (subject) => subject.split("/")[0]!,
  subjectOf: (row) => `${row["day"]}/${row["sha256"]}`,
  ...{ at: "r.made_at", when: null },
  select: `SELECT r.day AS key, r.day AS place, r.day || '/' || r.sha256 AS subject, r.made_at AS at, '' AS code, '' AS seed,
    0 AS bare, NULL AS erased, 0 AS over, 0 AS old, NULL AS past, json_array(${columns.map((name) => `r.${name}`).join(", ")}) AS fields
    FROM statements r`,
  named: "r.day IN (SELECT value FROM json_each(?1))",
  after: "r.day > ?1",
  order: "r.day",
  // Kept for good.
  erased: null,
  // What was sent to whom is bound by the statement of its day, as long as it is kept.
  follows: async ({ DB }, days, now) => {
    const kept = new Date(await dueUntil(DB, now, "auditPayloadMonths")).toISOString().slice(0, 10);
    const { results } = await DB.prepare(
      "SELECT day, document FROM statements WHERE day > ?1 AND day IN (SELECT value FROM json_each(?2))",
    )
      .bind(kept, JSON.stringify(days))
      .all<{ day: string; document: string }>();
    const digest = await digestsOf(
      DB,
      results.map(({ day }) => day),
    );
    return results.flatMap(({ day, document }) => {
      const said = signedIn(document)?.figures.disclosures;
      const { rows, sha256 } = digest(day);
      return !said || (said.rows === rows && said.sha256 === sha256)
        ? []
        : [{ key: day, columns: ["disclosures"] }];
    });
  },
  differs: (fields, { subject }) => {
    const values = JSON.parse(fields) as unknown[];
    const found = differing(Object.fromEntries(columns.map((name, n) => [name, values[n]])), subject);
    return found.length === 0 ? null : found;
  },
};
