/** Registers by lookup: which register is taken from which source, and the sources' daily counts. ask.ts asks them. */
import { lookupsAnswer, lookupTurn } from "../../shared/lookups/api.ts";
import { registerSchema } from "../../shared/registers/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { query, runBatch } from "../core/batch.ts";
import { insertBound } from "../core/bound.ts";
import { changed, commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { registerHead, toHead } from "../registers/heads.ts";
import { idParam } from "../registers/routes.ts";
import { committedVersions } from "../registers/versions.ts";
import { turnsBound } from "./bound.ts";
import { sourceNames, sourceOf } from "./sources/index.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { recheckRegister } from "../watching/recheck.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

export const lookups = room();

lookups.openapi(
  route({
    method: "get",
    path: "/v1/lookups",
    roles: ["manager", "compliance", "admin"],
    summary: "The sources of registers by lookup: today's questions and failures, and policy's budget",
    responses: { 200: json(lookupsAnswer) },
  }),
  async (c) => {
    const day = iso(Date.now()).slice(0, 10);
    const { days, queue } = await runBatch(c.env.DB, {
      days: query<{ source: string; asked: number; refused: number; failed: number; error: string | null }>(
        "SELECT source, asked, refused, failed, error FROM lookup_days WHERE day = ?",
        day,
      ),
      queue: query<{ source: string; waiting: number }>(
        "SELECT source, COUNT(*) AS waiting FROM lookup_queue GROUP BY source",
      ),
    });
    const { policy } = await currentPolicy(c.env.DB);
    const sources = sourceNames.map((name) => {
      const source = sourceOf(c.env, name);
      const { asked = 0, refused = 0, failed = 0, error = null } = days.find((d) => d.source === name) ?? {};
      const waiting = queue.find((q) => q.source === name)?.waiting ?? 0;
      const registers = [...(source?.registers ?? [])];
      return { name, configured: source !== null, registers, asked, refused, failed, waiting, error };
    });
    return c.json({ day, budget: policy.screening.lookupsPerDay, sources }, 200);
  },
);

lookups.openapi(
  route({
    method: "put",
    path: "/v1/lists/{id}/lookup",
    roles: ["admin"],
    summary:
      "Takes a register from a source that is asked about each number, or from files again. From then on data that " +
      "arrived the other way does not count",
    request: { params: idParam, body: body(lookupTurn) },
    responses: { 200: json(registerSchema) },
  }),
  async (c) => {
    const { source } = c.req.valid("json");
    const head = await registerHead(c.env.DB, c.req.valid("param").id);
    if (source !== null && !sourceOf(c.env, source)?.registers.includes(head.id))
      throw new Problem("invalid", undefined, [
        { path: "source", message: fill(details.noSource, { source, list: head.name }) },
      ]);
    const { covers, source: from, id } = head;
    const at = iso(Date.now());
    return commit(
      c,
      { code: "list.lookup-turned", subject: id, payload: { source, before: head.lookup } },
      [
        insertBound(turnsBound, [{ key: `${id}/${at}`, list: head.num, at, source }]),
        ...recheckRegister(head.num),
        changed("list", id),
      ],
      {
        status: 200,
        body: {
          ...toHead({ ...head, lookup: source }),
          covers,
          source: from,
          history: await committedVersions(c.env.DB, head.num),
        },
      },
    );
  },
);
