/** /join: what a person sees who opens an invite's link in a browser. The code is behind the #, so we never see it. */
import { Hono } from "hono";
import { joinPageEn as join } from "../../shared/texts/pages/join.en.ts";
import type { App } from "../env.ts";
import { page, strict } from "../pages/layout.tsx";

export const joinPage = new Hono<App>();

joinPage.get("/join", strict, (c) => {
  const { EXTENSION_LINK: link = "" } = c.env;
  const isLink = URL.canParse(link) && new URL(link).protocol === "https:";
  return c.html(
    page(
      join.title,
      <>
        <h1>{join.title}</h1>
        <ol>
          <li>{join.press}</li>
          <li>
            {join.none}{" "}
            {isLink ? (
              <>
                <a href={link} target="_blank" rel="noreferrer">
                  {join.install}
                </a>{" "}
                {join.comeBack}
              </>
            ) : (
              join.installElsewhere
            )}
          </li>
        </ol>
        <p>{join.otherwise}</p>
        <p>{join.note}</p>
      </>,
    ),
  );
});
