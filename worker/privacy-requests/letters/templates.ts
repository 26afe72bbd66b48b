/** Letter templates: ours, or the company's own, with all their earlier versions. */
import * as z from "zod";
import { letterKind, type LetterKind } from "../../../shared/privacy-requests/api.ts";
import {
  type LetterTemplate,
  letterTemplate as templateSchema,
  templateRequest,
  templatesAnswer,
  templateVersions,
} from "../../../shared/privacy-requests/api-steps.ts";
import { strayPlaceholders } from "../../../shared/privacy-requests/letter-placeholders.ts";
import { fill } from "../../../shared/texts/language.ts";
import { lettersEn } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { insertBound } from "../../core/bound.ts";
import { commit } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import type { Env } from "../../env.ts";
import { agreedOf } from "../../trail/agreed.ts";
import { templatesBound } from "../bound.ts";

const officers = ["compliance", "admin"] as const;
const kindParam = z.object({ kind: letterKind });

/** A version without text goes back to our template. */
const selectVersions = `SELECT t.kind, t.version, t.text, t.by, p.name AS byName, t.at
  FROM letter_templates t LEFT JOIN people p ON p.id = t.by`;
interface VersionRow {
  kind: LetterKind;
  version: number;
  text: string;
  by: string;
  byName: string | null;
  at: string;
}
const newest = "t.version = (SELECT MAX(version) FROM letter_templates n WHERE n.kind = t.kind)";

const newestOf = (db: D1Database, kind: LetterKind) =>
  db.prepare(`${selectVersions} WHERE t.kind = ? AND ${newest}`).bind(kind).first<VersionRow>();

/** The text of the template in force: ours, where the company's is not as the trail has it. */
export async function templateOf(env: Env, kind: LetterKind): Promise<string> {
  const own = await newestOf(env.DB, kind);
  if (!own?.text) return lettersEn[kind];
  const { not } = await agreedOf(env, templatesBound, [`${kind}/${own.version}`]);
  return not.length > 0 ? lettersEn[kind] : own.text;
}

const toTemplate = (kind: LetterKind, row: Omit<VersionRow, "kind"> | null | undefined): LetterTemplate => ({
  kind,
  text: row?.text || lettersEn[kind],
  own: Boolean(row?.text),
  version: row?.version ?? 0,
  byName: row?.byName ?? null,
  at: row?.at ?? null,
});

export const requestTemplates = room();

requestTemplates.openapi(
  route({
    method: "get",
    path: "/v1/requests/templates",
    roles: officers,
    summary: "The template of each kind of letter",
    responses: { 200: json(templatesAnswer) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(`${selectVersions} WHERE ${newest}`).all<VersionRow>();
    const templates = letterKind.options.map((kind) =>
      toTemplate(
        kind,
        results.find((row) => row.kind === kind),
      ),
    );
    return c.json({ templates }, 200);
  },
);

requestTemplates.openapi(
  route({
    method: "get",
    path: "/v1/requests/templates/{kind}/versions",
    roles: officers,
    summary:
      "All versions of the company's own template for a kind of letter, newest first; an empty text: back to ours",
    request: { params: kindParam },
    responses: { 200: json(templateVersions) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(
      `${selectVersions} WHERE t.kind = ? ORDER BY t.version DESC LIMIT 200`,
    )
      .bind(c.req.valid("param").kind)
      .all<VersionRow>();
    return c.json({ versions: results.map(({ kind: _, by: __, ...version }) => version) }, 200);
  },
);

requestTemplates.openapi(
  route({
    method: "put",
    path: "/v1/requests/templates/{kind}",
    roles: officers,
    summary:
      "Saves the company's own template for a kind of letter, with placeholders in braces, as the version after the one that " +
      "was read. An empty text: back to ours",
    request: { params: kindParam, body: body(templateRequest) },
    responses: { 200: json(templateSchema) },
  }),
  async (c) => {
    const { kind } = c.req.valid("param");
    const { text, version: read } = c.req.valid("json");
    const stray = strayPlaceholders(kind, text);
    if (stray.length > 0)
      throw new Problem("invalid", undefined, [
        { path: "text", message: fill(details.strayPlaces, { places: stray.join(" ") }) },
      ]);
    if (((await newestOf(c.env.DB, kind))?.version ?? 0) !== read) throw new Problem("template-moved");
    const version = read + 1;
    const { id: by, name: byName } = c.get("actor")!;
    const at = new Date().toISOString();
    // If two save at once, the key of letter_templates refuses the second.
    return commit(
      c,
      { code: "request.template", subject: kind, payload: { kind, version, own: text !== "" } },
      [insertBound(templatesBound, [{ kind, version, text, by, at }])],
      { status: 200, body: toTemplate(kind, { version, text, by, byName, at }) },
    );
  },
);
