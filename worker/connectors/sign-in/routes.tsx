/** An administrator signs in to a CRM: the desk asks where, the browser comes back by way of a page of ours, and the desk ends it. */
import { Hono } from "hono";
import { connectorSignedIn, connectorSignIn, connectorSignInEnd } from "../../../shared/connectors/api.ts";
import { signInPageEn as t } from "../../../shared/texts/connectors/sign-in.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { Problem } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import { canSeal } from "../../core/seal.ts";
import type { App } from "../../env.ts";
import { page, strict } from "../../pages/layout.tsx";
import { idParam } from "../routes.ts";
import { rowOf } from "../rows.ts";
import { begun, CALLBACK, finished, onward, SignInFailed } from "./code.ts";

export const connectorSignIns = room();

connectorSignIns.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/sign-in",
    roles: ["admin"],
    summary:
      "The address of the CRM's own page on which one of its administrators lets ClearDial in. It sends their browser back here, and " +
      "on to the extension. Only for connectors that sign in so",
    request: { params: idParam },
    responses: { 200: json(connectorSignIn) },
  }),
  async (c) => {
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    if (!canSeal(c.env)) throw new Problem("connector-key");
    const by = c.get("actor")!.id;
    const { origin } = new URL(c.req.url);
    const begins = await begun(c.env, row, { by, origin, now: Date.now() });
    if (!begins) throw new Problem("not-found");
    return c.json({ url: begins.url, until: new Date(begins.until).toISOString() }, 200);
  },
);

connectorSignIns.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/sign-in/end",
    roles: ["admin"],
    summary:
      "Stores the tokens, sealed, for the CRM's answer to a sign-in. Only whoever began it ends it, with the address that their own " +
      "browser came back with",
    request: { params: idParam, body: body(connectorSignInEnd) },
    responses: { 200: json(connectorSignedIn) },
  }),
  async (c) => {
    const { id } = await rowOf(c.env.DB, c.req.valid("param").id);
    if (!canSeal(c.env)) throw new Problem("connector-key");
    const answer = new URLSearchParams(c.req.valid("json").answer);
    const { origin } = new URL(c.req.url);
    const made = { by: c.get("actor")!.id, origin, now: Date.now() };
    const account = await finished(c.env, id, answer, made).catch((error: unknown) => {
      if (!(error instanceof SignInFailed)) throw error;
      throw new Problem("connector-sign-in", fill(t.failed[error.why], { said: error.said }));
    });
    return c.json({ account }, 200);
  },
);

export const connectorSignInPage = new Hono<App>();
connectorSignInPage.get(CALLBACK, strict, (c) => {
  c.header("Cache-Control", "no-store");
  const to = onward(c.env, new URL(c.req.url).searchParams);
  if (to !== null) return c.redirect(to);
  return c.html(
    page(
      t.failedTitle,
      <>
        <h1>{t.failedTitle}</h1>
        <p>{t.failed.unknown}</p>
      </>,
    ),
    400,
  );
});
