/** How many bytes the sieves of the trail's objects take, and how often they say that an object may have what it has not. */
import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { at } from "../../../scripts/lib/paths.ts";
import { codesIn, type Kind, mayHave, numberOf, sieveOf, subjectIn } from "../../../shared/trail/sieve.ts";
import { ROWS } from "../../../worker/storage/closed/sizes.ts";
import { table, titled } from "../table.ts";

export type Event = [actor: string, code: string, subject: string];
const OBJECTS = 30;
/** Texts that no object has, of each kind. */
const ASKED = 2000;
const MONTHS = 24;
const kinds: readonly Kind[] = ["codes", "actors", "subjects"];

/** Of each kind the texts of an object's rows. */
function textsOf(rows: readonly Event[]): Record<Kind, Set<string>> {
  return {
    codes: new Set(rows.flatMap(([, code]) => codesIn(code))),
    actors: new Set(rows.map(([actor]) => actor)),
    subjects: new Set(rows.map(([, , subject]) => subjectIn(subject))),
  };
}

/**
 * `ofCall`, `ofErasure`: the rows of each, of one a day of either in the second year; `aMonth`: calls of a month; `agents`: how many people
 * call.
 */
export function sieves(
  ofCall: (n: number, ms: number) => Event[],
  ofErasure: () => Event[],
  { aMonth, agents }: { aMonth: number; agents: number },
): { text: string; aRow: number } {
  const db = new DatabaseSync(":memory:");
  const folder = at("worker/migrations");
  for (const file of readdirSync(folder).sort())
    if (file.endsWith(".sql")) db.exec(readFileSync(`${folder}/${file}`, "utf8"));
  const people = Array.from({ length: agents }, () => randomUUID());
  const began = Date.UTC(2027, 2, 1, 8);
  const may: Record<Kind, number> = { codes: 0, actors: 0, subjects: 0 };
  const bytes: Record<Kind, number> = { codes: 0, actors: 0, subjects: 0 };
  const [each, add] = [
    ofCall(0, 0).length + ofErasure().length,
    db.prepare("INSERT INTO audit_sieves (first_seq, codes, actors, subjects) VALUES (?, ?, ?, ?)"),
  ];
  for (let object = 0; object < OBJECTS; object++) {
    const rows: Event[] = [];
    for (let n = 0; rows.length + each <= ROWS; n++) {
      // A working day of eight hours.
      const call = ofCall(n, began + object * 1_000_000 + n * 288);
      const [first, ...rest] = call;
      rows.push([people[n % agents]!, first![1], first![2]], ...rest, ...ofErasure());
    }
    const texts = textsOf(rows);
    const made = kinds.map((kind) => sieveOf(kind, texts[kind]));
    const whole = made.map((blocks) => Buffer.concat(blocks.flatMap((block) => [block, randomBytes(8)])));
    for (const [n, kind] of kinds.entries()) {
      bytes[kind] += whole[n]!.length / OBJECTS;
      for (let asked = 0; asked < ASKED; asked++) {
        const text = kind === "codes" ? `some.code-${asked}` : randomUUID();
        if (mayHave(made[n]![numberOf(text, kind) % made[n]!.length]!, kind, text))
          may[kind] += 1 / OBJECTS / ASKED;
      }
    }
    add.run(object * ROWS + 1, ...(whole as [Buffer, Buffer, Buffer]));
  }
  const size = db.prepare("SELECT SUM(pgsize) AS n FROM dbstat WHERE name = 'audit_sieves'").get() as {
    n: number;
  };
  db.close();
  // Each is erased a year after its call.
  const objects =
    (aMonth * MONTHS * ofCall(0, 0).length + aMonth * (MONTHS - 12) * ofErasure().length) / ROWS;
  const text = [
    titled(
      `Which codes, people and subjects an object of ${ROWS.toLocaleString("en-GB")} rows of the trail may have`,
      [
        ["", "bytes", "said of one that it has not"],
        ...kinds.map((kind) => [kind, bytes[kind].toFixed(0), `${(may[kind] * 100).toFixed(2)}%`]),
        [`in the database, of ${OBJECTS} objects`, (size.n / OBJECTS).toFixed(0), ""],
      ],
    ),
    table([
      [`${MONTHS} months of ${agents.toLocaleString("en-GB")} agents`, ""],
      ["objects", Math.round(objects).toLocaleString("en-GB")],
      ["MB", ((objects * size.n) / OBJECTS / 1e6).toFixed(0)],
    ]),
  ].join("\n\n");
  return { text, aRow: size.n / OBJECTS / ROWS };
}
