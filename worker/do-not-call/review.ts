/** Reviews of consents that somebody entered who may not record them, and calls back that have happened. */
import * as z from "zod";
import {
  type Consent,
  consentReview,
  consentSchema,
  unsaidOf,
} from "../../shared/do-not-call/api-consents.ts";
import { isOver } from "../../shared/do-not-call/end-date.ts";
import { isEvidenced, kindOf } from "../../shared/do-not-call/kind.ts";
import { reviewersOf } from "../../shared/policy/reviewers.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { changed, commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import type { Env } from "../env.ts";
import { areOne } from "../people/one.ts";
import { currentPolicy } from "../policy/current.ts";
import { mayAlone } from "../policy/propose.ts";
import { agreedOf } from "../trail/agreed.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { consentsBound } from "./bound.ts";
import { changeConsent, consentWith } from "./rows.ts";

export const consentReviews = room();
const params = z.object({ id: z.string().max(60) });

async function found(db: D1Database, id: string): Promise<Consent> {
  const consent = await consentWith(db, id);
  if (!consent) throw new Problem("not-found");
  return consent;
}

/** Throws `consent-unlike` where it is not as the trail has it, so that nobody finds good what nobody entered. Officers are told once. */
async function wantAsEntered(env: Env, id: string): Promise<void> {
  const { not } = await agreedOf(env, consentsBound, [id]);
  if (not.length === 0) return;
  await tellUnlike(env, [`${consentsBound.name}/${id}`], Date.now());
  throw new Problem("consent-unlike");
}

consentReviews.openapi(
  route({
    method: "post",
    path: "/v1/consents/{id}/review",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Says whether a consent counts that somebody entered who may not record consents. Only people who may by policy review, " +
      "and nobody their own entry, nor, while somebody else could, that of a person who may be themselves. Whoever finds one good " +
      "says what it does not: whose words they were, how they came, where the proof lies",
    request: { params, body: body(consentReview) },
    responses: { 200: json(consentSchema) },
  }),
  async (c) => {
    const { verdict, review, ...more } = c.req.valid("json");
    const { id: by, role, kind } = c.get("actor")!;
    const { policy } = await currentPolicy(c.env.DB);
    const reviewers = reviewersOf(policy.consents.recordedBy);
    if (kind !== "person" || !reviewers.includes(role))
      throw new Problem("role-not-allowed", details.reviewers);
    return retryOnConflict(async () => {
      const consent = await found(c.env.DB, c.req.valid("param").id);
      if (consent.state !== "review") throw new Problem("consent-reviewed");
      if (consent.by === by) throw new Problem("own-entry");
      const entry = { by: consent.by, at: consent.at, roles: reviewers };
      if (verdict === "good") await wantAsEntered(c.env, consent.id);
      const held = await areOne(c.env, consent.by, by, consent.at);
      if (held && !(await mayAlone(c.env.DB, entry, Date.now()))) throw new Problem("entry-held");
      const unsaid = verdict === "good" ? unsaidOf(consent) : [];
      const missing = unsaid.filter((path) => more[path] === undefined);
      if (missing.length > 0)
        throw new Problem(
          "invalid",
          undefined,
          missing.map((path) => ({ path, message: details.reviewSays })),
        );
      const says = Object.fromEntries(unsaid.map((field) => [field, more[field]!]));
      const reviewedAt = new Date().toISOString();
      const reviewed = { ...consent, ...says, state: verdict, reviewedBy: by, reviewedAt, review };
      return commit(
        c,
        {
          code: "consent.reviewed",
          subject: consent.id,
          payload: { number: consent.number, verdict, review, ...says },
        },
        [
          ...(await changeConsent(
            c.env.DB,
            consent.id,
            { ...says, state: verdict, reviewed_by: by, reviewed_at: reviewedAt, review },
            reviewedAt,
          )),
          changed("number", consent.number),
        ],
        { status: 200, body: { ...reviewed, evidenced: isEvidenced(reviewed) } },
      );
    });
  },
);

consentReviews.openapi(
  route({
    method: "post",
    path: "/v1/consents/{id}/done",
    roles: "everyone",
    summary: "Says that the conversation that a subscriber asked for, or the one call back, has happened",
    request: { params },
    responses: { 200: json(consentSchema) },
  }),
  async (c) => {
    return retryOnConflict(async () => {
      const consent = await found(c.env.DB, c.req.valid("param").id);
      const now = Date.now();
      const asked = kindOf(consent) === "solicited" || consent.state === "review";
      const over = consent.withdrawnAt !== null || consent.doneAt !== null || isOver(consent.until, now);
      if (!asked || over || consent.state === "refused") throw new Problem("consent-over");
      const doneAt = new Date(now).toISOString();
      return commit(
        c,
        { code: "consent.done", subject: consent.id, payload: { number: consent.number } },
        [
          ...(await changeConsent(c.env.DB, consent.id, { done_at: doneAt }, doneAt)),
          changed("number", consent.number),
        ],
        { status: 200, body: { ...consent, doneAt } },
      );
    });
  },
);
