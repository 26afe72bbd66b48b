/** An administrator signs in to a CRM: the desk asks where, and the browser comes back to a page of ours. */
import { Hono } from "hono";
import { connectorCode, connectorSchema, connectorSignIn } from "../../../shared/connectors/api.ts";
import { signInPageEn as t } from "../../../shared/texts/connectors/sign-in.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { limitTries } from "../../core/auth.ts";
import { Problem } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import { canSeal } from "../../core/seal.ts";
import type { App } from "../../env.ts";
import { page, strict } from "../../pages/layout.tsx";
import { idParam } from "../routes.ts";
import { oneConnector, rowOf } from "../rows.ts";
import { begun, CALLBACK, confirmed, finished, SignInFailed } from "./code.ts";

export const connectorSignIns = room();

connectorSignIns.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/sign-in",
    roles: ["admin"],
    summary:
      "The address of the CRM's own page on which one of its administrators lets ClearDial in. It sends their browser back here, " +
      "where the tokens wait, sealed, and shows a code. Only for connectors that sign in so",
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
    path: "/v1/connectors/{id}/sign-in/confirm",
    roles: ["admin"],
    summary:
      "Signs in with what the CRM granted, by the code that the browser was shown which came back from it: for whoever began this, " +
      "within a quarter of an hour",
    request: { params: idParam, body: body(connectorCode) },
    responses: { 200: json(connectorSchema) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    if (!canSeal(c.env)) throw new Problem("connector-key");
    const { code } = c.req.valid("json");
    await confirmed(c.env, id, { by: c.get("actor")!.id, code, now: Date.now() });
    return c.json(await oneConnector(c.env, id), 200);
  },
);

export const connectorSignInPage = new Hono<App>();
connectorSignInPage.get(CALLBACK, strict, async (c) => {
  c.header("Cache-Control", "no-store");
  const said = async (): Promise<[string, 200 | 400, string?]> => {
    try {
      await limitTries(c, () => Promise.resolve());
      if (!canSeal(c.env)) throw new SignInFailed("unknown");
      const { row, account, code } = await finished(c.env, new URL(c.req.url), Date.now());
      return [fill(account === "" ? t.doneSomewhere : t.done, { name: row.name, account }), 200, code];
    } catch (error) {
      if (error instanceof Problem && error.code === "too-many-tries") return [t.busy, 400];
      if (!(error instanceof SignInFailed)) throw error;
      return [fill(t.failed[error.why], { said: error.said }), 400];
    }
  };
  const [text, status, code] = await said();
  const title = status === 200 ? t.title : t.failedTitle;
  return c.html(
    page(
      title,
      <>
        <h1>{title}</h1>
        <p>{text}</p>
        {code && (
          <p>
            <strong>{code}</strong>
          </p>
        )}
        <p>{status === 200 ? t.next : t.again}</p>
      </>,
    ),
    status,
  );
});
