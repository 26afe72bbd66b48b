/** Registers beside those that every deployment has: an administrator declares them. Their numbers come by a push. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { type Register, registerSchema, registerRequest } from "../../shared/registers/api.ts";
import { listId } from "../../shared/policy/policy.ts";
import { regions } from "../../shared/law/regions.ts";
import { changed, commit } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { type HeadRow, idParam, selectHeads, toHead, versionsOf } from "./routes.ts";
import { body, json, room, route } from "../core/route.ts";

/** A block's id has 6 bits for the list. */
const MOST = 63;

export const listRegisters = room();

listRegisters.openapi(
  route({
    method: "put",
    path: "/v1/lists/{id}",
    roles: ["admin"],
    summary:
      "Declares a register, or changes what is said of one. From then on its regions' numbers are screened against " +
      "it, and are not known until its first file is pushed",
    request: { params: idParam, body: body(registerRequest) },
    responses: { 200: json(registerSchema), 201: json(registerSchema) },
  }),
  async (c) => {
    const id = listId.safeParse(c.req.valid("param").id);
    if (!id.success) throw new Problem("invalid", undefined, [{ path: "id", message: details.registerId }]);
    const facts = c.req.valid("json");
    const unknown = facts.regions.findIndex((region) => !regions[region]);
    if (unknown !== -1)
      throw new Problem("invalid", undefined, [
        {
          path: `regions.${unknown}`,
          message: fill(details.regions, { regions: Object.keys(regions).join(", ") }),
        },
      ]);
    const { results } = await c.env.DB.prepare(selectHeads).all<HeadRow>();
    const before = results.find((row) => row.id === id.data);
    if (!before && results.length >= MOST) throw new Problem("list-full");

    const values = [
      facts.name,
      JSON.stringify(facts.regions),
      facts.maxAgeDays,
      facts.daysUntilEffective,
      facts.covers,
      facts.source,
    ];
    const answer: Register = {
      id: id.data,
      ...facts,
      version: 0,
      asOf: null,
      numbers: 0,
      ...(before && standing(before)),
      history: before ? await versionsOf(c.env.DB, before.num) : [],
    };
    return commit(
      c,
      {
        code: "list.declared",
        subject: id.data,
        payload: { ...facts, before: before ? registerOf(before) : null },
      },
      [
        before
          ? sql(
              `UPDATE lists SET name = ?, regions = ?, max_age_days = ?, days_until_effective = ?, covers = ?,
                 source = ? WHERE id = ?`,
              ...values,
              id.data,
            )
          : sql(
              `INSERT INTO lists (num, name, regions, max_age_days, days_until_effective, covers, source, id)
               VALUES ((SELECT MAX(num) + 1 FROM lists), ?, ?, ?, ?, ?, ?, ?)`,
              ...values,
              id.data,
            ),
        changed("list", id.data),
      ],
      { status: before ? 200 : 201, body: answer },
    );
  },
);

/** What an answer says of a register beside its facts: its version, or by which source it is. */
export function standing(row: HeadRow): Pick<Register, "version" | "asOf" | "numbers" | "lookup"> {
  const { version, asOf, numbers, lookup } = toHead(row);
  return { version, asOf, numbers, ...(lookup === undefined ? {} : { lookup }) };
}

const registerOf = ({ name, regions, maxAgeDays, daysUntilEffective, covers, source }: HeadRow) => ({
  name,
  regions: JSON.parse(regions) as string[],
  maxAgeDays,
  daysUntilEffective,
  covers,
  source,
});
