/**
 * Our three fields on each kind of record, and those that the set-up names for who said so and when, and for consents here: looked for,
 * and made where they are missing. What is there is never changed: of our three a field of another type is said. After making, the CRM is
 * asked again, so that only what it has counts as made.
 */
import type { ConnectorFieldsAnswer, ConnectorFieldsRequest } from "../../../shared/connectors/api.ts";
import type { ConnectorFields, ConnectorObject } from "../../../shared/connectors/kinds.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import type { FieldFound, FieldWanted, Maker, Waiting } from "../connector.ts";
import { makerIn } from "../crm.ts";
import { wordsOf } from "../failures.ts";
import { type ConnectorRow, setupOf } from "../rows.ts";
import { asRead, bindSetup, isAsRead } from "./bound.ts";

type Row = ConnectorFieldsAnswer["fields"][number];
const OURS = ["verdict", "date", "reasons"] as const;
/** The company may have them already, in a type of its own. */
const FURTHER = {
  flagBy: { label: "ClearDial said by", type: "text" },
  flagAt: { label: "ClearDial said on", type: "date" },
  consentOut: { label: "ClearDial consent", type: "text" },
} as const;
const further = (object: ConnectorObject) =>
  (Object.keys(FURTHER) as (keyof typeof FURTHER)[]).flatMap((field) => {
    const name = object[field];
    return name === undefined ? [] : [{ field, name, ...FURTHER[field] }];
  });

function stateOf(found: FieldFound | undefined, type: FieldWanted["type"]): Row["state"] {
  if (!found) return "missing";
  if (found.is !== "" && found.is !== type) return "other";
  return found.hidden ? "hidden" : "there";
}
const isOpen = ({ state }: Row): boolean => state === "missing" || state === "hidden";

/** `keys`: what the CRM calls our fields, where it gives them names of its own; null where it does not, or some are not there. */
export async function ourFields(
  env: Env,
  row: ConnectorRow,
  { make, secret }: ConnectorFieldsRequest,
  waiting: Waiting,
): Promise<ConnectorFieldsAnswer & { keys: ConnectorFields | null }> {
  const { objects, fields: names } = setupOf(row);
  const fields: Row[] = [];
  let keys: ConnectorFields | null = null;
  let error: string | null = null;
  try {
    const maker = await makerIn(env, row, secret, waiting);
    for (const object of objects) {
      // What Pipedrive calls a field is known once it is made.
      const its = await ofKind(maker, object, names, row.kind === "pipedrive" ? [] : further(object), make);
      fields.push(...its.fields);
      keys ??= its.keys;
      error ??= its.error;
    }
  } catch (failure) {
    error = wordsOf(failure);
  }
  const ok = error === null && fields.every(({ state }) => state === "there" || state === "made");
  return { ok, error, fields, keys };
}

/** Those of one kind of record. */
async function ofKind(
  maker: Maker,
  { name: object }: ConnectorObject,
  names: ConnectorFields,
  more: ReturnType<typeof further>,
  make: boolean,
) {
  const ours = OURS.map((field) => ({
    field,
    name: names[field],
    label: `ClearDial ${field}`,
    type: field === "date" ? ("date" as const) : ("text" as const),
  }));
  const look = () =>
    maker.look(
      object,
      [...ours, ...more].map(({ name }) => name),
    );
  let found = await look();
  const wanted = [...ours, ...more.filter(({ name }) => !found.has(name))];
  const rowsOf = (): Row[] =>
    wanted.map(({ field, name, type }) => ({
      ...{ object, field, name, state: stateOf(found.get(name), type) },
      ...{ is: found.get(name)?.is || null, why: null },
    }));
  const before = rowsOf();
  let error: string | null = null;
  let after = before;
  if (make && before.some(isOpen)) {
    const open = wanted.filter((_, i) => isOpen(before[i]!));
    const refused = await maker.make(object, open).catch((failure: unknown) => {
      error = wordsOf(failure);
      return new Map<string, string>();
    });
    found = await look();
    after = rowsOf().map((one, i): Row => {
      if (!isOpen(before[i]!)) return one;
      const why = refused.get(one.name) ?? error;
      return isOpen(one)
        ? { ...one, state: "refused", why: why ?? "it was not there once it was made" }
        : { ...one, state: one.state === "there" ? "made" : one.state, why };
    });
    // Made all the same: its answer was lost.
    if (!after.some(({ state }) => state === "refused")) error = null;
  }
  const [verdict, date, reasons] = ours.map(({ name }) => found.get(name)?.key);
  return { fields: after, error, keys: verdict && date && reasons ? { verdict, date, reasons } : null };
}

/** Statements that put the CRM's own names of our fields into a set-up that did not have them. It needs a trial run, as any other. */
export function keysOf(row: ConnectorRow, keys: ConnectorFields | null): Statement[] {
  const before = setupOf(row);
  if (!keys || OURS.every((field) => before.fields[field] === keys[field])) return [];
  const setup = JSON.stringify({ ...before, fields: keys });
  return [
    bindSetup(
      sql(
        // Refused where somebody has changed it since.
        `UPDATE connectors SET kind = IIF(${isAsRead(3)}, kind, NULL), setup = ?2, active = 0, tried_at = NULL, proved = NULL
         WHERE id = ?1`,
        ...[row.id, setup, ...asRead(row)],
      ),
      { ...row, setup },
    ),
  ];
}
