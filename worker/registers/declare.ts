/**
 * An administrator declares registers beyond the two that every deployment has. Their numbers then arrive by a push.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { registerDeclared, type RegisterDeclared, registerRequest } from "../../shared/registers/api.ts";
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import { waitOf } from "../../shared/policy/second.ts";
import { proposalsEn, sayRegisterChange } from "../../shared/texts/policy/proposals.en.ts";
import { listId } from "../../shared/policy/policy.ts";
import { regions } from "../../shared/law/regions.ts";
import { firstBound, type NewRow } from "../core/bound.ts";
import { changeBound, statesOf } from "../core/states.ts";
import { sql, type Statement } from "../core/sql.ts";
import { changed, commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { sendSoon } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { effectOf } from "../policy/effect.ts";
import { type Made, openLike, propose, secondOf, tellSetUpDay } from "../policy/propose.ts";
import { MOST_REGISTERS } from "./block-ids.ts";
import { listsBound } from "./bound.ts";
import { type HeadRow, inForce, regionsOf, registerHeads } from "./heads.ts";
import { isSameRegister, splitRegister } from "./loosened.ts";
import { idParam } from "./routes.ts";
import { committedVersions } from "./versions.ts";
import { body, json, room, route } from "../core/route.ts";

export const declarations = room();

declarations.openapi(
  route({
    method: "put",
    path: "/v1/lists/{id}",
    roles: ["admin"],
    summary:
      "Declares a register, or changes its details. From then on its regions' numbers are screened against it; they " +
      "are unknown until its first file is pushed. What loosens it (fewer regions, an older copy, more days before a " +
      "listing counts) is a proposal, which a second administrator approves. Declared again while it is open, the same " +
      "is the same proposal",
    request: { params: idParam, body: body(registerRequest) },
    responses: { 200: json(registerDeclared), 201: json(registerDeclared) },
  }),
  async (c) => {
    const id = listId.safeParse(c.req.valid("param").id);
    if (!id.success) throw new Problem("invalid", undefined, [{ path: "id", message: details.registerId }]);
    const said = c.req.valid("json");
    const asked = { ...said, regions: [...new Set(said.regions)] };
    const unknown = asked.regions.findIndex((region) => !regions[region]);
    if (unknown !== -1)
      throw new Problem("invalid", undefined, [
        {
          path: `regions.${unknown}`,
          message: fill(details.regions, { regions: Object.keys(regions).join(", ") }),
        },
      ]);
    const heads = await registerHeads(c.env.DB);
    const before = heads.find((row) => row.id === id.data);
    if (!before && heads.length >= MOST_REGISTERS) throw new Problem("list-full");

    const ms = Date.now();
    const actor = c.get("actor")!;
    const parts = before ? splitRegister(before, asked) : { now: asked, proposed: [] };
    // On the day of set-up the first administrator has nobody to wait for.
    const alone =
      parts.proposed.length > 0 &&
      actor.kind === "person" &&
      waitOf(["admin"], actor.role, await secondOf(c.env.DB, actor.id, ms)) === "none";
    const { now: facts, proposed } = alone ? { now: asked, proposed: [] } : parts;
    const again = proposed.length > 0 ? await openLike(c.env.DB, actor.id, proposed, ms) : null;
    const proposal =
      proposed.length > 0 && again === null
        ? await propose(c, actor, await madeOf(c.env.DB, proposed, ms), ms)
        : null;
    const waiting = proposal?.row.id ?? again;
    const row = {
      ...{ name: facts.name, regions: JSON.stringify(facts.regions), max_age_days: facts.maxAgeDays },
      ...{ days_until_effective: facts.daysUntilEffective, covers: facts.covers, source: facts.source },
    };
    const at = new Date(ms).toISOString();
    const [stored] = before ? await statesOf(c.env.DB, listsBound, "id = ?", id.data) : [];
    const answer: RegisterDeclared = {
      id: id.data,
      ...facts,
      version: 0,
      asOf: null,
      numbers: 0,
      ...(before && inForce(before)),
      history: before ? await committedVersions(c.env.DB, before.num) : [],
      ...(waiting !== null && { proposed: waiting }),
      ...(alone && { setUpDay: true }),
    };
    const waits = waiting !== null && { proposed: { id: waiting, changes: proposed } };
    const event =
      proposal && before && isSameRegister(before, facts)
        ? { code: "proposal.made", subject: proposal.row.id, payload: { list: id.data, ...waits } }
        : {
            code: "list.declared",
            subject: id.data,
            payload: {
              ...{ ...facts, before: before ? declared(before) : null },
              ...(alone && { setUpDay: true }),
              ...waits,
            },
          };
    const loosenedBy = { what: sayLoosened(parts.proposed), why: proposalsEn.noReason, by: actor.name };
    const committed = await commit(
      c,
      event,
      [
        stored
          ? changeBound(listsBound, stored, row, at)
          : insertRegister({ id: id.data, ...row, declared_at: at }),
        changed("list", id.data),
        ...(proposal?.statements ?? []),
        ...(alone ? await tellSetUpDay(c.env.DB, { key: `list.${id.data}:${at}`, ...loosenedBy }, ms) : []),
      ],
      { status: before ? 200 : 201, body: answer },
    );
    if (proposal || alone) sendSoon(c);
    return committed;
  },
);

async function madeOf(db: D1Database, changes: readonly PolicyChange[], ms: number): Promise<Made> {
  const { version: base, policy } = await currentPolicy(db);
  return {
    // The table knows two kinds; its paths say that it is a register's.
    ...{ kind: "policy", base, changes, effect: await effectOf(db, policy, changes, ms), why: "" },
    ...{ roles: ["admin"], what: sayLoosened(changes) },
  };
}

const sayLoosened = (changes: readonly PolicyChange[]): string => changes.map(sayRegisterChange).join("; ");

function insertRegister(row: NewRow): Statement {
  const { columns, event } = firstBound(listsBound, row);
  const values = { ...row, ...columns };
  return {
    ...sql(
      `INSERT INTO lists (num, ${Object.keys(values).join(", ")})
       VALUES ((SELECT MAX(num) + 1 FROM lists), ${Object.keys(values)
         .map(() => "?")
         .join(", ")})`,
      ...Object.values(values),
    ),
    binds: [event],
  };
}

const declared = (row: HeadRow) => {
  const { name, maxAgeDays, daysUntilEffective, covers, source } = row;
  return { name, regions: regionsOf(row), maxAgeDays, daysUntilEffective, covers, source };
};
